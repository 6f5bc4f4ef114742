"""What a store promises, whatever engine or process stands behind it: text in, bytes out.

What is made for each query is a named tuple: of all plain values it is made the fastest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.store.coding import Output
from sorafenib_kg.store.formats import Kind

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]  # in the order of the variables, None where one is unbound


class Formats(NamedTuple):
    """The media type to answer in, for each kind of answer; None where no type is acceptable.

    One for each kind, since only the store finds out which kind a query asks for.
    """

    solutions: str | None = "application/sparql-results+json"
    boolean: str | None = "application/sparql-results+json"
    graph: str | None = "text/turtle"


DEFAULT_FORMATS = Formats()


@dataclass(frozen=True, slots=True)
class File:
    """A body that is too large for memory: an open file without a name, to be read once."""

    file: BinaryIO
    size: int  # bytes

    def chunks(self) -> Iterator[bytes]:
        """Give the content in pieces and close the file."""
        with self.file:
            while piece := self.file.read(2**18):
                yield piece


class Written(NamedTuple):
    """What an answer is that was written down; rows is None where nobody has counted them."""

    kind: Kind
    media_type: str
    rows: int | None = None
    diagnosis: str | None = None  # why there are no rows, if there are none


class Answer(NamedTuple):
    """The answer to a query in bytes, evaluated over one version of the data."""

    kind: Kind
    media_type: str
    body: bytes | File
    rows: int | None = None
    version: str = ""
    coding: str | None = None  # the content coding of the body, None for none
    query_id: str | None = None
    diagnosis: str | None = None  # why there are no rows, if there are none
    seconds: float | None = None  # of work, where that was measured

    def content(self) -> bytes:
        """Return the body, read into memory."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body.chunks())


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the answer to a query as rows of terms, for pages and the command line.

    Each row has one entry per variable, None where it is unbound. A graph has the variables
    subject, predicate and object; a boolean has no rows.
    """

    kind: Kind
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    total: int | None = 0  # of all rows; None if they are more than were counted
    boolean: bool | None = None


@dataclass(frozen=True, slots=True)
class Dump:
    """All that a version of the data holds, in N-Quads."""

    version: str
    body: bytes | File


class Backend(Protocol):
    """What evaluates queries in a worker, whose process ends where a limit is reached."""

    def write(
        self,
        query: str,
        output: Output,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Formats = DEFAULT_FORMATS,
        base: str | None = None,
    ) -> Written:
        """Write the answer to an output, which is of no use if this raises an error."""

    def table(
        self,
        query: str,
        *,
        limit: int | None = None,
        offset: int = 0,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> Table:
        """Return at most so many rows of the answer, from the offset on."""

    def dump_to(self, output: Output) -> None:
        """Write all quads to an output, in N-Quads."""


class Store(Protocol):
    """Evaluates queries, each over one state of the data, the one that its version names.

    Queries raise QuerySyntaxError, QueryRefusedError, QueryEvaluationError; ProtocolError for a
    graph name that is no IRI; ResultTooLargeError; and where they run in workers, LimitError,
    BusyError and CancelledError.
    """

    @property
    def version(self) -> str:
        """Return the version of the data."""

    def answer(
        self,
        query: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Formats = DEFAULT_FORMATS,
        base: str | None = None,
        coding: str | None = None,
    ) -> Answer:
        """Return the answer in bytes; raise NotAcceptableError if its kind has no format.

        The graphs, where given, are the dataset, before any that the query itself names.
        Relative IRIs of the query are resolved against the base. The body may be in the content
        coding; small ones never are.
        """

    def table(
        self,
        query: str,
        *,
        limit: int | None = None,
        offset: int = 0,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> Table:
        """Return at most so many rows of the answer, from the offset on."""

    def dump(self) -> Dump:
        """Return all quads, those of the default graph included."""
