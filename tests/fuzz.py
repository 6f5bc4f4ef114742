"""Let chance write queries, updates and requests, and send them to a server.

    python tests/fuzz.py 10        # minutes

What comes is by SPARQL's grammar, or was before some bytes were changed. It fails, and is made as
short as it can be, if an answer is a fault of the server, or does not come, or is not in the format
that it says; or if the control query is not answered rightly afterwards.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from time import monotonic
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile import send
from hostile_cases.cases import FORM, QUERY, UPDATE, request
from serving import AUTHORIZED, TOKEN, Answer, Server, serving
from sparql_texts import mutated, queries, updates

SECONDS = 1  # the time limit
# Of the client, or by a limit.
_FAIR = frozenset({200, 201, 204, 206, 301, 303, 304, 308, 501, 503, 504, *range(400, 500)})
_FAULTS = (
    'sorafenib_kg_workers_ended_total{reason="fault"}',
    'sorafenib_kg_workers_ended_total{reason="nesting"}',
)
_STARTS = "sorafenib_kg_web_starts_total"
_CONTROL = "ASK { GRAPH <http://control/> { <http://control/> <http://control/> 7 } }"
_KEEP = b"INSERT DATA { GRAPH <http://control/> { <http://control/> <http://control/> 7 } }"
_START = b"""
INSERT DATA {
    <http://s/1> <http://p/> <http://s/2>, 1, 2.5, "a"@en .
    <http://s/2> <http://p/> <http://s/3>, "b" .
    GRAPH <http://g/1> { <http://s/3> <http://p/> <http://s/1>, <http://s/2> . [] <http://p/> true }
    GRAPH <http://g/2> { <http://s/1> a <http://s/3> . <http://s/3> a <http://s/3> }
}
"""


class Fuzzed:
    """A server, and what is wrong with its answers."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.sent = 0

    def query(self, content: bytes) -> str | None:
        """Ask a query; return what is wrong, None if nothing is."""
        return self._look("POST", "/sparql", content, QUERY) or self._control()

    def update(self, content: bytes) -> str | None:
        """Make an update; return what is wrong, None if nothing is."""
        fault = self._look("POST", "/update", content, UPDATE)
        # An update may have cleared all.
        self._ask("POST", "/update", _KEEP, UPDATE)
        return fault or self._control()

    def send(self, raw: bytes) -> str | None:
        """Send bytes; return what is wrong, None if nothing is."""
        self.sent += 1
        answer = send(self._server.port, raw, is_whole=False)
        if answer.status is not None and answer.status not in _FAIR:
            return f"{answer.status} {answer.body[:300]!r}"
        return self._control()

    def faults(self) -> list[str]:
        """Return by which faults processes have ended, of those that `/metrics` tells."""
        lines = self._server.ask("GET", "/metrics").text.splitlines()
        return [
            line
            for line in lines
            if line.startswith(_FAULTS)
            or (line.startswith(_STARTS) and line.removeprefix(_STARTS) != " 1.0")
        ]

    def start(self) -> None:
        """Put some data in."""
        for text in (_START, _KEEP):
            answer = self._ask("POST", "/update", text, UPDATE)
            assert answer.status == 204, answer.text

    def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        return self._server.ask(method, path, body, Content_Type=content_type, **AUTHORIZED)

    def _look(self, method: str, path: str, body: bytes, content_type: str) -> str | None:
        self.sent += 1
        try:
            answer = self._ask(method, path, body, content_type)
        except (OSError, HTTPException) as error:
            return repr(error)
        if answer.status not in _FAIR:
            return f"{answer.status} {answer.body[:300]!r}"
        if answer.status >= 400 and (not answer.body or b"Traceback" in answer.body):
            return f"{answer.status} with {answer.body[:300]!r}"
        if answer.headers.get("content-type", "").endswith("json"):
            with suppress(ValueError):
                json.loads(answer.body)
                return None
            return f"{answer.status} with what is no JSON: {answer.body[:300]!r}"
        return None

    def _control(self) -> str | None:
        answer = self._server.query(_CONTROL)
        if answer.status == 200 and json.loads(answer.body)["boolean"]:
            return None
        return f"then the control query: {answer.status} {answer.body[:300]!r}"


@contextmanager
def fuzzed_server() -> Iterator[Fuzzed]:
    """Run a server with some data."""
    limits = ("--timeout", str(SECONDS), "--memory-limit", "64", "--access-log", "none")
    arguments = ("--empty", "--writable", *limits)
    with serving(*arguments, seconds=86_400, SORAFENIB_KG_TOKEN=TOKEN) as server:
        fuzzed = Fuzzed(server)
        fuzzed.start()
        yield fuzzed


_PATHS = (
    "/sparql", "/update", "/graph-store", "/graph/a", "/running", "/metrics", "/", "/id/x", "*", "",
    "/queries/", "/queries/x", "/workbench", "/explain", "/search", "/static/x", "/nothing",
)  # fmt: skip
_NAMES = (
    "query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "graph",
    "default",
    "format", "output", "page", "q", "force", "undo", "subject", "predicate", "object", "",
)  # fmt: skip
_VALUES = ("", "ASK{}", "http://a/", "%ff", "%", "<", "1", "-1", "\x00", "é", "x" * 3000)
_HEADERS = (
    "Accept", "Accept-Encoding", "Content-Type", "Content-Encoding", "If-None-Match", "Range",
    "Host",
    "If-Modified-Since", "X-Request-Id", "X-Query-Id", "X-Forwarded-For", "Origin", "Expect",
    "Content-Length", "Transfer-Encoding", "Connection", "Authorization", "Cookie",
)  # fmt: skip
_CONTENTS = (
    "", "*/*", "text/html", "application/json", "text/turtle", QUERY, UPDATE, FORM, "gzip", "é",
    "0",
    "multipart/form-data; boundary=x", "5", "chunked", "*", '"', "a,b;q=0.1", "Bearer x", "\x01",
    f"Bearer {TOKEN}", "x" * 3000, "application/rdf+xml", "application/ld+json",
)  # fmt: skip


@st.composite
def _requests(draw: st.DrawFn) -> bytes:
    methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
    pairs = draw(st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_VALUES)), max_size=4))
    quoted = draw(st.booleans())
    parameters = "&".join(f"{name}={quote(value) if quoted else value}" for name, value in pairs)
    fields = st.dictionaries(st.sampled_from(_HEADERS), st.sampled_from(_CONTENTS), max_size=5)
    body = draw(st.sampled_from([None, b"", b"ASK {}", b"query=ASK%7B%7D", b"<", b"\xff"]))
    path = draw(st.sampled_from(_PATHS)) + (f"?{parameters}" if parameters else "")
    return request(draw(methods), path, body, draw(fields))


requests = _requests()


def _look_for_faults(
    strategy: st.SearchStrategy[bytes], ask: Callable[[bytes], str | None]
) -> None:
    @settings(
        database=None, deadline=None, max_examples=200, suppress_health_check=list(HealthCheck)
    )
    @given(content=strategy)
    def look(content: bytes) -> None:
        fault = ask(content)
        assert fault is None, fault

    look()


def main(minutes: float) -> int:
    """Fuzz for so long."""
    end = monotonic() + minutes * 60
    with fuzzed_server() as server:
        kinds: list[tuple[st.SearchStrategy[bytes], Callable[[bytes], str | None]]] = [
            (queries.map(str.encode), server.query),
            (mutated(queries), server.query),
            (updates.map(str.encode), server.update),
            (mutated(updates), server.update),
            (requests, server.send),
        ]
        while monotonic() < end:
            for strategy, ask in kinds:
                _look_for_faults(strategy, ask)
                assert server.faults() == []
        print(f"{server.sent:,} queries, updates and requests; no fault, no process replaced")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
