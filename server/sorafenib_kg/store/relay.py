"""What the engine asks of other servers, by way of this process, which asks in its place.

The engine would connect to whatever a query names. So each name is replaced by an address on
this machine that exists for the time of one query and that nobody can guess; whoever answers
there has looked at the name, asks its server within limits, and hands on what can be read.
"""

import json
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, QueryResultsFormat, RdfFormat

from sorafenib_kg.errors import (
    DocumentError,
    RemoteError,
    RequestError,
    SorafenibKGError,
    SwitchedOffError,
)
from sorafenib_kg.fetching import Allowed, Origin
from sorafenib_kg.fetching.client import Limits, fetch
from sorafenib_kg.store.documents import rdf_type, read_triples
from sorafenib_kg.store.formats import formats_of
from sorafenib_kg.store.outside import Target

LARGEST_RESULT = 16 * 2**20  # bytes, of a SERVICE
LARGEST_DOCUMENT = 64 * 2**20  # bytes, of a LOAD
_MOST_REQUESTS = 100
_SECONDS = 30.0  # where nothing else limits the time
_STACK = 16 * 2**20
_JSON = "application/sparql-results+json"
_ACCEPT_RESULTS = f"{_JSON}, application/sparql-results+xml;q=0.9"
_ACCEPT_GRAPH = ", ".join(entry.media_type for entry in formats_of("graph"))

_Row = dict[str, dict[str, object]]


class Relay:
    """Answers the engine for the targets of one query."""

    def __init__(self, allowed: Allowed, port: int) -> None:
        """Be reached at a port of this machine."""
        self._allowed = allowed
        self._prefix = f"http://127.0.0.1:{port}/{secrets.token_urlsafe(24)}/"
        self._targets: list[Target] = []
        self._failures: list[tuple[Target, type[SorafenibKGError], str]] = []
        self._kept: dict[tuple[str, bytes], bytes] = {}
        self._lock = threading.Lock()
        self._requests = 0

    def address(self, target: Target) -> str:
        """Return the address at which the engine is to ask for the target."""
        self._targets.append(target)
        return f"{self._prefix}{len(self._targets) - 1}"

    @property
    def failure(self) -> SorafenibKGError | None:
        """Return why a server was not asked, or did not answer, where that is not to be silent."""
        # Made anew, for an error that is kept keeps the frames that it has passed, and with them
        # the engine's results, which only this thread may throw away.
        for target, kind, message in self._failures:
            if not target.silent:
                return kind(message)
        return None

    def respond(self, path: str, body: bytes) -> tuple[str, bytes] | None:
        """Return media type and content of what the engine asks for; None for a failure."""
        number = f"http://127.0.0.1{path}".removeprefix(self._without_port)
        if not number.isdecimal() or int(number) >= len(self._targets):
            return None
        target = self._targets[int(number)]
        try:
            # One at a time: the engine asks again and again for what it joins row by row.
            with self._lock:
                if target.what == "SERVICE":
                    return _JSON, self._results(target, body)
                return RdfFormat.N_TRIPLES.media_type, self._document(target)
        except SorafenibKGError as error:
            self._failures.append((target, type(error), str(error)))
            return None

    @property
    def _without_port(self) -> str:
        return "http://127.0.0.1/" + self._prefix.split("/", 3)[3]

    def _results(self, target: Target, query: bytes) -> bytes:
        # Inside, a query may name further servers, for this one to ask.
        for number, inner in enumerate(self._targets):
            named = f"<{self._prefix}{number}>".encode()
            query = query.replace(named, f"<{inner.iri}>".encode())
        key = target.iri, query
        if key not in self._kept:
            self._count(target, self._allowed.service, "--allow-service")
            response = fetch(
                target.iri,
                accept=_ACCEPT_RESULTS,
                limits=Limits(_seconds(), LARGEST_RESULT),
                private=self._allowed.private,
                body=query,
                content_type="application/sparql-query",
            )
            self._kept[key] = _solutions(target, response.media_type, response.body)
        return self._kept[key]

    def _document(self, target: Target) -> bytes:
        self._count(target, self._allowed.load, "--allow-load")
        response = fetch(
            target.iri,
            accept=_ACCEPT_GRAPH,
            limits=Limits(_seconds(), LARGEST_DOCUMENT),
            private=self._allowed.private,
        )
        try:
            triples = read_triples(response.body, rdf_type(response.media_type), target.iri)
        except RequestError as error:
            place = f"{error.place}: " if isinstance(error, DocumentError) and error.place else ""
            raise RemoteError(f"<{target.iri}>: {place}{error}") from error
        return bytes(pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b"")

    def _count(self, target: Target, allowed: frozenset[Origin], option: str) -> None:
        origin = Origin.of(target.iri)
        if origin not in allowed:
            raise SwitchedOffError(f"{target.what}: {origin} is not asked here (see {option})")
        self._requests += 1
        if self._requests > _MOST_REQUESTS:
            raise SwitchedOffError(f"other servers are asked {_MOST_REQUESTS} times at most")


def _seconds() -> float:
    """Return how long a server may take: half of the time that is left to this process."""
    left = signal.getitimer(signal.ITIMER_REAL)[0]
    return left / 2 if left else _SECONDS


def _solutions(target: Target, media_type: str, body: bytes) -> bytes:
    """Return the rows that a server answered, with blank nodes that are nobody else's."""
    found = _rows(media_type, body)
    if found is None:
        raise RemoteError(f"{Origin.of(target.iri)} answered something else than rows of SPARQL")
    variables, rows = found
    return json.dumps({"head": {"vars": variables}, "results": {"bindings": rows}}).encode()


def _rows(media_type: str, body: bytes) -> tuple[list[str], list[_Row]] | None:
    """Return the variables and the rows; None if they cannot be read.

    Nothing of the engine may leave this function, an error with its frames neither: its results
    end the process if another thread throws them away.
    """
    results_format = QueryResultsFormat.from_media_type(media_type)
    if results_format not in (QueryResultsFormat.JSON, QueryResultsFormat.XML):
        return None
    fresh: dict[str, str] = {}
    try:
        results = pyoxigraph.parse_query_results(body, results_format)
        if not isinstance(results, pyoxigraph.QuerySolutions):
            return None
        variables = [variable.value for variable in results.variables]
        rows = [
            {
                name: _as_json(term, fresh)
                for name, term in zip(variables, tuple(solution), strict=True)
                if term is not None
            }
            for solution in results
        ]
    except (SyntaxError, ValueError, OSError, RuntimeError):
        return None
    return variables, rows


def _as_json(term: Any, fresh: dict[str, str]) -> dict[str, object]:
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            # The engine would take a node of another server for one of its own by that name.
            name = fresh.setdefault(term.value, secrets.token_hex(12))
            return {"type": "bnode", "value": f"s{name}"}
        case pyoxigraph.Literal():
            found: dict[str, object] = {"type": "literal", "value": term.value}
            if term.language:
                found["xml:lang"] = term.language
            else:
                found["datatype"] = term.datatype.value
            return found
        case _:
            raise ValueError(term)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    relay: Relay


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._respond(b"")

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _respond(self, body: bytes) -> None:
        found = self.server.relay.respond(self.path, body)
        if found is None:
            self.send_error(HTTPStatus.BAD_GATEWAY)
            return
        media_type, content = found
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def relaying(allowed: Allowed) -> Iterator[Relay]:
    """Answer the engine until the end of the block."""
    # Threads of a worker would else take the large stack of the one that parses queries.
    before = threading.stack_size(_STACK)
    try:
        with _Server(("127.0.0.1", 0), _Handler) as server:
            server.relay = Relay(allowed, server.server_port)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            try:
                yield server.relay
            finally:
                server.shutdown()
    finally:
        threading.stack_size(before)
