"""From results to bytes in a format, or to rows of terms, within the limits of answers."""

import io
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import IO, cast

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple

from sorafenib_kg.errors import NotAcceptableError, ResultTooLargeError
from sorafenib_kg.serialisation import XmlOutput, serialise
from sorafenib_kg.store.coding import CodedOutput, Output
from sorafenib_kg.store.emptiness import is_empty
from sorafenib_kg.store.formats import Kind, format_of, formats_of
from sorafenib_kg.store.forms import Writing
from sorafenib_kg.store.interface import Answer, Formats, Row, Table, Written
from sorafenib_kg.store.rows import write_rows

Results = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | Iterator[Triple]

LARGEST_RESULT = 256 * 2**20  # bytes
_LARGEST_SORTED = 100_000
_LARGEST_COUNT = 10_000
_START = 2000  # bytes of an answer that are looked at, to see whether it is empty


def in_memory(write: Callable[[Output], Written], version: str, coding: str | None) -> Answer:
    """Return the answer that is written to an output, with its body in memory."""
    body = io.BytesIO()
    output = CodedOutput(body, coding)
    written = write(output)
    used = output.finish()
    return Answer(
        written.kind,
        written.media_type,
        body.getvalue(),
        written.rows,
        version,
        used,
        diagnosis=written.diagnosis,
    )


def kind_of(results: Results) -> Kind:
    """Return which kind of answer results are; triples are those of a graph."""
    if isinstance(results, pyoxigraph.QueryBoolean):
        return "boolean"
    return "solutions" if isinstance(results, pyoxigraph.QuerySolutions) else "graph"


def media_type_of(kind: Kind, formats: Formats) -> str:
    """Return in which media type an answer of a kind is wanted; raise NotAcceptableError."""
    media_type: str | None = getattr(formats, kind)
    if media_type is None:
        offered = ", ".join(entry.media_type for entry in formats_of(kind))
        raise NotAcceptableError(f"an answer of this kind can be had as {offered}")
    return media_type


def write_results(
    results: Results,
    output: Output,
    formats: Formats,
    prefixes: Mapping[str, str],
    largest: int = LARGEST_RESULT,
    writing: Writing | None = None,
) -> tuple[Written, bool]:
    """Write results to an output, and say whether they have no rows where they could have.

    ``writing`` gives literals the forms of the data. Raises NotAcceptableError, also for what the
    format cannot hold, and ResultTooLargeError beyond so many bytes.
    """
    kind = kind_of(results)
    media_type = media_type_of(kind, formats)
    engine = format_of(media_type, kind).engine
    bounded = _BoundedOutput(output, largest)
    # What XML cannot hold may be in a solution.
    file = XmlOutput(bounded) if engine == QueryResultsFormat.XML else bounded
    rows = None
    if writing is not None and isinstance(results, pyoxigraph.QuerySolutions):
        assert not isinstance(engine, RdfFormat)  # noqa: S101 - by the table
        names = tuple(variable.value for variable in results.variables)
        write_rows(names, (writing.row(names, tuple(row)) for row in results), engine, file)
    elif isinstance(results, pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean):
        assert not isinstance(engine, RdfFormat)  # noqa: S101 - by the table
        results.serialize(cast(IO[bytes], file), engine)
    elif (
        writing is None
        and isinstance(results, pyoxigraph.QueryTriples)
        and engine == RdfFormat.N_TRIPLES
    ):
        # A line says all about its triple: there is nothing to be put together.
        counted = _CountedOutput(output, largest)
        results.serialize(cast(IO[bytes], counted), RdfFormat.N_TRIPLES)
        rows = counted.lines
    else:
        if writing is not None:
            results = map(writing.triple, results)
        triples = _triples(results, largest)
        rows = len(triples)
        assert isinstance(engine, RdfFormat)  # noqa: S101 - by the table
        serialise(triples, bounded, engine, _used(prefixes, triples))
    none = rows == 0 or (kind == "solutions" and is_empty(media_type, bounded.start, bounded.size))
    return Written(kind, media_type, rows), none


def table_of(
    results: Results, limit: int | None, offset: int, writing: Writing | None = None
) -> Table:
    """Return at most so many rows of results, from the offset on.

    ``writing`` gives literals the forms of the data. With a limit, rows behind them are counted up
    to ten thousand, and then no further.
    """
    kind = kind_of(results)
    if isinstance(results, pyoxigraph.QueryBoolean):
        return Table(kind, boolean=bool(results))
    rows: Iterator[Row]
    if isinstance(results, pyoxigraph.QuerySolutions):
        variables = tuple(variable.value for variable in results.variables)
        rows = (tuple(solution) for solution in results)
        if writing is not None:
            rows = (writing.row(variables, row) for row in rows)
    else:
        variables = ("subject", "predicate", "object")
        if writing is not None:
            results = map(writing.triple, results)
        rows = (tuple(triple) for triple in results)
    if limit is None:
        kept = tuple(islice(rows, offset, None))
        return Table(kind, variables, kept, offset + len(kept))
    skipped = sum(1 for _ in islice(rows, offset))
    kept = tuple(islice(rows, limit))
    more = sum(1 for _ in islice(rows, _LARGEST_COUNT + 1))
    total = None if more > _LARGEST_COUNT else skipped + len(kept) + more
    return Table(kind, variables, kept, total)


def too_large(largest: int) -> ResultTooLargeError:
    """Return the error for an answer of more bytes."""
    return ResultTooLargeError(
        f"the answer is larger than {largest / 2**20:,.0f} MiB; ask for less of it by LIMIT"
    )


def _triples(results: Iterator[Triple], largest: int) -> list[Triple]:
    """Return the triples of a graph, those of a subject together."""
    # A triple takes at least twenty bytes in any format.
    most = largest // 20
    triples = list(islice(results, most + 1))
    if len(triples) > most:
        raise too_large(largest)
    if len(triples) <= _LARGEST_SORTED:
        triples.sort(key=str)
    return triples


def _used(prefixes: Mapping[str, str], triples: list[Triple]) -> dict[str, str]:
    """Return those of the prefixes whose namespaces occur."""
    iris = {t.value for triple in triples for t in triple if isinstance(t, NamedNode)}
    iris |= {t.object.datatype.value for t in triples if isinstance(t.object, Literal)}
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in iris)
    }


class _BoundedOutput:
    """Passes what is written on, up to a size."""

    __slots__ = ("_largest", "_output", "size", "start")

    def __init__(self, output: Output, largest: int) -> None:
        self._output = output
        self._largest = largest
        self.start = b""
        self.size = 0

    def write(self, part: bytes) -> int:
        if self.size < _START:
            self.start += part[:_START]
        self.size += len(part)
        if self.size > self._largest:
            raise too_large(self._largest)
        return self._output.write(part)

    def flush(self) -> None:
        """Do nothing: the output below is finished by its owner."""


class _CountedOutput(_BoundedOutput):
    """Counts the lines, too."""

    __slots__ = ("lines",)

    def __init__(self, output: Output, largest: int) -> None:
        super().__init__(output, largest)
        self.lines = 0

    def write(self, part: bytes) -> int:
        self.lines += part.count(b"\n")
        return super().write(part)
