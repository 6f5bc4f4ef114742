"""Send requests that are wrong or mean harm, one after the other, and count what is well answered.

    python tests/hostile.py                       # this server, and each that failed, and why
    python tests/hostile.py oxigraph              # Oxigraph's, with the same requests
    python tests/hostile.py oxigraph --failures   # also each that failed, and why

A request passes if it is answered by a status that tells whose fault it was, within the time limit
and two seconds; if an error says something, and nothing of the server's inside; if nobody was asked
elsewhere; and if the control query is answered rightly afterwards, from unchanged data unless the
request was a change and was accepted.
"""

import json
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from select import select
from time import monotonic, sleep
from urllib.parse import quote

from hostile_cases import all_cases
from hostile_cases.cases import ANSWERED, Case, Maker, Place
from serving import Server, serving

TOKEN = "the-token"  # noqa: S105 - of these servers
SECONDS = 2  # the time limit of the servers
TRIPLES = "".join(f"<http://s/{n}> <http://p/> {n} .\n" for n in range(300))
CONTROL = "SELECT (COUNT(*) AS ?n) (SUM(?o) AS ?sum) { ?s <http://p/> ?o }"
_EXPECTED = {"n": "300", "sum": str(sum(range(300)))}
_SLACK = 2.0  # seconds beyond the time limit
_PATIENCE = 4.0  # seconds beyond both, until nobody waits any more
_MEMORY = 2 * 2**30  # bytes that Oxigraph's server may take
_WAIT_FOR_REST = 0.3
_INSIDE = (b"Traceback", b'File "', b"site-packages", b"/usr/", b"/root/", b"/home/", b"/tmp/")


@dataclass(frozen=True)
class Answer:
    """What came back: no status if the connection was closed, or nothing came in time."""

    status: int | None
    body: bytes
    seconds: float


def send(port: int, raw: bytes, *, is_whole: bool = True, slack: float = _SLACK) -> Answer:
    """Send bytes, and read the answer; of what is not whole a server may wait for the rest."""
    began = monotonic()
    status, body = None, b""
    with socket.create_connection(("127.0.0.1", port), SECONDS + slack + _PATIENCE) as connection:
        with suppress(OSError):
            # A server may answer before it has read all.
            connection.sendall(raw)
        if not is_whole:
            readable, _, _ = select([connection], [], [], _WAIT_FOR_REST)
            if not readable:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
        method = raw.split(b" ", 1)[0].decode("latin-1")
        response = HTTPResponse(connection, method=method)
        with suppress(OSError, HTTPException), response:
            response.begin()
            status = response.status
            body = response.read()
    return Answer(status, body, monotonic() - began)


class Canary:
    """A port where nobody must ask."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.asked += 1
                connection.close()


@dataclass
class Target:
    """A server under test, and how another one is put in its place."""

    place: Place
    port: int
    start: Callable[[], int]
    is_up: Callable[[], bool]
    restarts: int = 0

    def control(self) -> bool:
        """Say whether the control query is answered rightly."""
        with suppress(OSError, HTTPException, ValueError, KeyError, IndexError):
            answer = send(self.port, _control(self.place))
            [row] = json.loads(answer.body)["results"]["bindings"]
            return {name: row[name]["value"] for name in _EXPECTED} == _EXPECTED
        return False

    def look_after(self) -> bool:
        """Put another server in place if this one does not answer rightly; say if it did."""
        if self.is_up() and (self.control() or self.control()):
            return True
        self.restarts += 1
        self.port = self.start()
        return False


def _control(place: Place) -> bytes:
    lines = (
        f"GET {place.query}?query={quote(CONTROL, safe='')} HTTP/1.1",
        "Host: localhost",
        "Accept: application/sparql-results+json",
        "Connection: close",
    )
    return "\r\n".join([*lines, "", ""]).encode()


def fault_of(case: Case, answer: Answer, slack: float = _SLACK) -> str | None:
    """Return what is wrong with an answer, None if it passes."""
    if answer.status is None:
        return None if case.closed else f"no answer after {answer.seconds:.1f} s"
    if answer.status not in case.allowed:
        return f"{answer.status} {answer.body[:80]!r}"
    if answer.seconds > SECONDS + slack:
        return f"{answer.status} after {answer.seconds:.1f} s"
    is_head = case.raw.startswith(b"HEAD")
    if answer.status >= 400 and not answer.body and not is_head and not case.closed:
        return f"{answer.status} without a word"
    inside = [word for word in _INSIDE if word in answer.body and word not in case.raw]
    if answer.status >= 400 and inside:
        return f"{answer.status} tells of {inside}: {answer.body[:200]!r}"
    return None


@dataclass
class Report:
    """What came of the requests, by group."""

    sent: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Case, str]] = field(default_factory=list)
    restarts: int = 0

    def add(self, case: Case, fault: str | None) -> None:
        self.sent[case.group] += 1
        if fault is None:
            self.passed[case.group] += 1
        else:
            self.failures.append((case, fault))

    def __str__(self) -> str:
        rows = ["| requests | sent | passed |", "| --- | ---: | ---: |"]
        rows += [f"| {group} | {self.sent[group]} | {self.passed[group]} |" for group in self.sent]
        rows.append(f"| all | {self.sent.total()} | {self.passed.total()} |")
        return "\n".join([*rows, "", f"restarts of the server: {self.restarts}"])


def run(target: Target, cases: Iterator[Case], canary: Canary, slack: float = _SLACK) -> Report:
    """Send each request, and look after the server behind it."""
    report = Report()
    for case in cases:
        asked = canary.asked
        answer = send(target.port, case.raw, is_whole=not case.closed, slack=slack)
        fault = fault_of(case, answer, slack)
        if not target.look_after():
            fault = f"{fault or answer.status}, and the control query failed afterwards"
        if canary.asked > asked:
            fault = f"{fault or answer.status}, and it asked another server"
        report.add(case, fault)
        if answer.status in ANSWERED and case.group == "documents":
            send(target.port, Maker(target.place).delete_hostile_graph())
    report.restarts = target.restarts
    return report


@contextmanager
def our_server(canary: Canary) -> Iterator[Target]:
    """Run this project's server."""
    place = Place(token=TOKEN, canary=canary.port)
    stack: list[AbstractContextManager[Server]] = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.ttl"
        data.write_text(TRIPLES, encoding="utf-8")
        arguments = ("--data", data, "--entailment", "none", "--writable")
        limits = ("--timeout", str(SECONDS), "--memory-limit", "128", "--access-log", "none")
        servers: list[Server] = []

        def start() -> int:
            for old in stack:
                with suppress(AssertionError):
                    old.__exit__(None, None, None)
            stack[:] = [serving(*arguments, *limits, seconds=3600, SORAFENIB_KG_TOKEN=TOKEN)]
            servers[:] = [stack[0].__enter__()]
            return servers[0].port

        def is_up() -> bool:
            return servers[0].process.poll() is None

        try:
            yield Target(place, start(), start, is_up)
        finally:
            for left in stack:
                left.__exit__(None, None, None)


@contextmanager
def oxigraph(canary: Canary) -> Iterator[Target]:
    """Run Oxigraph's server in memory."""
    place = Place("/query", "/update", "/store", canary=canary.port)
    processes: list[subprocess.Popen[bytes]] = []
    command = str(Path(sys.executable).with_name("oxigraph"))

    def start() -> int:
        for old in processes:
            old.kill()
            old.wait()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        bind = f"127.0.0.1:{port}"
        # It bounds its memory by nothing; a machine has other uses for its own.
        processes[:] = [
            subprocess.Popen(  # noqa: S603 - a server for tests
                [command, "serve", "--bind", bind, "--timeout-s", str(SECONDS)],
                stderr=subprocess.DEVNULL,
            )
        ]
        resource.prlimit(processes[0].pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        lines = ("POST /store?default HTTP/1.1", "Host: a", "Content-Type: text/turtle")
        more = (f"Content-Length: {len(TRIPLES)}", "Connection: close", "", "")
        raw = "\r\n".join([*lines, *more]).encode() + TRIPLES.encode()
        while True:
            with suppress(OSError):
                if send(port, raw).status == 204:
                    return port
            sleep(0.05)

    try:
        yield Target(place, start(), start, lambda: processes[0].poll() is None)
    finally:
        for left in processes:
            left.kill()
            left.wait()


def main(arguments: list[str]) -> int:
    """Run the requests against the server that is named; return how many failed."""
    # So that no server is left behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    canary = Canary()
    started = oxigraph if "oxigraph" in arguments else our_server
    with started(canary) as target:
        report = run(target, all_cases(Maker(target.place)), canary)
    print(report)
    if started is our_server or "--failures" in arguments:
        for case, fault in report.failures:
            print(f"{case.group}: {case.name}: {fault}")
    return len(report.failures)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
