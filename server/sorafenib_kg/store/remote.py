"""A store behind the address of another server: its answers, under our guards and in our forms."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat

from sorafenib_kg.errors import QueryRefusedError, RemoteError, RequestError, UnreadError
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.store.coding import Output
from sorafenib_kg.store.elsewhere import Body, Service
from sorafenib_kg.store.emptiness import iris, told_unknown
from sorafenib_kg.store.evaluation import Evaluator
from sorafenib_kg.store.figures import Figures
from sorafenib_kg.store.formats import Kind, format_of
from sorafenib_kg.store.interface import (
    DEFAULT_FORMATS,
    Answer,
    Dump,
    Formats,
    Table,
    Written,
)
from sorafenib_kg.store.lexer import tokens, unescape
from sorafenib_kg.store.output import (
    LARGEST_RESULT,
    Results,
    in_memory,
    kind_of,
    media_type_of,
    table_of,
    write_results,
)

_ACCEPT: Mapping[Kind, str] = {
    "solutions": "application/sparql-results+json",
    "boolean": "application/sparql-results+json",
    "graph": "application/n-triples",
}
# Functions of a store's own, which may reach its files and its tables.
_INTERNAL = re.compile(r"<(?:bif|sql):", re.IGNORECASE)
# Of answers in JSON: the name of a blank node, which is to some stores what is none elsewhere.
_BLANK = re.compile(rb'("bnode"\s*,\s*"value"\s*:\s*")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class _Form:
    """What an answer has to look like; the order of variables is the engine's for SELECT *."""

    kind: Kind
    variables: frozenset[str] = frozenset()


class RemoteStore:
    """Asks the SPARQL service of another server, in one request for each query.

    A query is read here first, so that what is asked is SPARQL 1.1, within our limits, and asks no
    third server. An answer is read and written anew, so that one that breaks off is an error.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        version: str = "",
        prefixes: Mapping[str, str] = PREFIXES,
        largest_result: int = LARGEST_RESULT,
    ) -> None:
        """Ask at an address; connect to nothing yet."""
        self._service = Service(url, credentials or Credentials())
        self._version = version
        self._prefixes = prefixes
        self._largest_result = largest_result
        # Over nothing, for the form of a query and its faults.
        self._reader = Evaluator(pyoxigraph.Store(), prefixes, lambda: Figures({}))

    @property
    def version(self) -> str:
        """Return the version of the data, which nobody knows."""
        return self._version

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
        """Return the answer in bytes."""
        return in_memory(
            lambda output: self.write(
                query,
                output,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
                formats=formats,
                base=base,
            ),
            self._version,
            coding,
        )

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
        form = self._form(query, default_graphs, named_graphs, base)
        media_type_of(form.kind, formats)
        with self._results(form, query, default_graphs, named_graphs, base) as results:
            written, none = write_results(
                results, output, formats, self._prefixes, self._largest_result
            )
        if not none:
            return written
        return written._replace(diagnosis=self._unknown_terms(query), rows=0)

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
        form = self._form(query, default_graphs, named_graphs, base)
        with self._results(form, query, default_graphs, named_graphs, base) as results:
            return table_of(results, limit, offset)

    def dump(self) -> Dump:
        """Raise UnreadError."""
        raise UnreadError("the data are in a store elsewhere, which is not read whole")

    def dump_to(self, output: Output) -> None:
        """Raise UnreadError."""
        self.dump()

    def _form(
        self,
        query: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
    ) -> _Form:
        """Return which form an answer has to have; raise what a store's queries raise."""
        with self._reader.evaluating(query, default_graphs, named_graphs, base) as results:
            form = _form_of(results)
        found = tokens(unescape(query))
        if any(token.kind == "iri" and _INTERNAL.match(token.text) for token in found):
            raise QueryRefusedError("a store's own functions, bif: and sql:, are not for queries")
        return form

    @contextmanager
    def _results(
        self,
        form: _Form,
        query: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
    ) -> Iterator[Results]:
        # The base was read as an IRI, so nothing in it ends the clause.
        asked = f"BASE <{base}>\n{query}" if base is not None else query
        accept = _ACCEPT[form.kind]
        with self._service.asking(asked, default_graphs, named_graphs, accept) as body:
            results = _parsed(body, form.kind)
            if form.kind == "boolean" and isinstance(results, pyoxigraph.QuerySolutions):
                results = _boolean_of(results)
            if _form_of(results) != form:
                raise _something_else()
            yield results

    def _unknown_terms(self, query: str) -> str | None:
        """Return in words which IRIs of the query the data do not have."""
        try:
            missing = (node for node in iris(query) if not self._occurs(node))
            return told_unknown(missing, lambda namespace: ())
        except RequestError:
            return None

    def _occurs(self, node: NamedNode) -> bool:
        found = self.table(
            f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s {node} ?o }} UNION {{ ?s ?p {node} }} "
            f"UNION {{ GRAPH {node} {{ ?s ?p ?o }} }} }}"
        )
        return bool(found.boolean)


def _form_of(results: Results) -> _Form:
    if isinstance(results, pyoxigraph.QuerySolutions):
        return _Form("solutions", frozenset(variable.value for variable in results.variables))
    return _Form(kind_of(results))


def _something_else() -> RemoteError:
    return RemoteError("the store behind this server answers something else")


def _parsed(body: Body, kind: Kind) -> Results:
    """Return the results in a body, which are read from it while they are used."""
    try:
        engine = format_of(body.media_type, kind).engine
    except KeyError as error:
        raise ValueError(f"an answer of type {body.media_type}") from error
    if isinstance(engine, RdfFormat):
        return (quad.triple for quad in pyoxigraph.parse(cast(IO[bytes], body), engine))
    if engine == QueryResultsFormat.JSON:
        body = cast(Body, _Renamed(body))
    return pyoxigraph.parse_query_results(cast(IO[bytes], body), engine)


def _boolean_of(solutions: pyoxigraph.QuerySolutions) -> pyoxigraph.QueryBoolean:
    """Return the boolean that Virtuoso writes as one row with 1, or as no row."""
    names = [variable.value for variable in solutions.variables]
    if names != ["__ASK_RETVAL"]:
        raise _something_else()
    (value,) = next(iter(solutions), (None,))
    holds = isinstance(value, Literal) and value.value == "1"
    text = f'{{"head":{{}},"boolean":{str(holds).lower()}}}'
    found = pyoxigraph.parse_query_results(text, QueryResultsFormat.JSON)
    assert isinstance(found, pyoxigraph.QueryBoolean)  # noqa: S101 - as it is written
    return found


class _Renamed:
    """An answer in JSON whose blank nodes have names that are legal elsewhere."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._held = b""
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        while not self._ready:
            part = self._body.read()
            text = _BLANK.sub(_renamed, self._held + part)
            # What may go on in the next piece is held back: no name is so long.
            keep = min(len(text), 2000) if part else 0
            self._ready, self._held = text[: len(text) - keep], text[len(text) - keep :]
            if not part:
                break
        given, self._ready = (
            (self._ready, b"") if size < 0 else (self._ready[:size], self._ready[size:])
        )
        return given


def _renamed(match: re.Match[bytes]) -> bytes:
    name = match[2]
    return match[0] if name.isalnum() else match[1] + b"x" + name.hex().encode() + match[3]
