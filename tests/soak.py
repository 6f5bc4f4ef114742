"""Keep a server under mixed load, hostile and normal, and look whether the normal one is served.

    python tests/soak.py 10        # minutes

Each client has an address of its own on this machine (127.0.0.2 and so on, which Linux allows).
At the end a table says how normal requests were answered and how long they took, another how much
memory each process used in the course of time. The exit code is 1 if a normal request failed or a
process had to be replaced.
"""

import itertools
import json
import random
import re
import socket
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from statistics import quantiles
from time import monotonic, sleep
from urllib.parse import quote

from hostile import Canary
from hostile_cases import all_cases
from hostile_cases.cases import Case, Maker, Place
from serving import AUTHORIZED, TOKEN, Server, serving

_ID = "https://w3id.org/sorafenib-kg/id/"
_PRODUCT = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h"
_LARGE = "SELECT * { ?a ?p ?b . ?c ?q ?d } LIMIT 200000"
_PATIENCE = 30.0  # seconds
_HOSTILE = "--hostile"
_ROWS = 10  # of the table of memory

Normal = Callable[[HTTPConnection], None]


def main(minutes: float) -> int:
    """Run for so long; return how many normal requests failed and processes were replaced."""
    stop = threading.Event()
    record = Record()
    # Limits are those that a server has if nobody says otherwise.
    arguments = ("--writable", "--access-log", "none")
    with serving(*arguments, seconds=minutes * 60 + 300, SORAFENIB_KG_TOKEN=TOKEN) as server:
        clients = list(_normal_clients(server, record, stop))
        for client in clients:
            client.start()
        # In a process of their own, so that they take no time from those that are measured.
        hostile = subprocess.Popen(  # noqa: S603 - this very script
            [sys.executable, __file__, _HOSTILE, str(server.port), str(minutes)],
            stdout=subprocess.PIPE,
            text=True,
        )
        samples = watch(server, minutes * 60)
        stop.set()
        for client in clients:
            client.join()
        sent, _ = hostile.communicate()
        replaced = int(metrics(server)["web_starts_total"]) - 1
    print(record)
    print("| hostile requests | sent |\n| --- | ---: |")
    for kind, number in sorted(json.loads(sent).items()):
        print(f"| {kind} | {number:,} |")
    print()
    print(table_of(samples))
    print(f"web processes replaced: {replaced}")
    return record.failed.total() + replaced


class Record:
    """What came of the requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.failed: Counter[str] = Counter()
        self.faults: list[str] = []

    def took(self, kind: str, seconds: float) -> None:
        with self._lock:
            self._seconds[kind].append(seconds)

    def fail(self, kind: str, fault: str) -> None:
        with self._lock:
            self.failed[kind] += 1
            self.faults.append(f"{kind}: {fault}")

    def __str__(self) -> str:
        lines = ["| normal requests | answered | failed | p50 | p99 | longest |"]
        lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
        for kind in sorted({*self._seconds, *self.failed}):
            seconds = self._seconds[kind]
            # Of less than two there are no parts.
            cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [0.0] * 99
            times = " | ".join(
                f"{1000 * x:.1f} ms" for x in (cuts[49], cuts[98], max(seconds, default=0))
            )
            lines.append(f"| {kind} | {len(seconds):,} | {self.failed[kind]} | {times} |")
        lines += [f"failed: {fault}" for fault in self.faults[:20]]
        return "\n".join([*lines, ""])


def metrics(server: Server) -> dict[str, float]:
    """Return what the server tells of itself, by names without their beginning."""
    lines = server.ask("GET", "/metrics").text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name.removeprefix("sorafenib_kg_"): float(value) for name, _, value in pairs}


def watch(server: Server, seconds: float) -> list[tuple[float, dict[str, float]]]:
    """Look at the server from time to time; return when it used how much memory."""
    began = monotonic()
    samples = []
    for number in range(_ROWS + 1):
        sleep(max(0.0, began + number * seconds / _ROWS - monotonic()))
        samples.append((monotonic() - began, metrics(server)))
    return samples


def table_of(samples: list[tuple[float, dict[str, float]]]) -> str:
    """Return what was looked at as a table."""
    roles = ("data", "web", "workers", "reasoner")
    lines = [f"| after | {' | '.join(f'{role}, MB' for role in roles)} | worker processes |"]
    lines.append("| ---: " * (len(roles) + 2) + "|")
    for seconds, found in samples:
        sizes = [found[f'resident_bytes{{process="{role}"}}'] / 2**20 for role in roles]
        cells = [f"{size:.0f}" for size in sizes] + [f"{found['workers']:.0f}"]
        lines.append(f"| {seconds:.0f} s | {' | '.join(cells)} |")
    last = samples[-1][1]
    ended = {
        match[1]: int(value)
        for name, value in last.items()
        if (match := re.fullmatch(r'workers_ended_total\{reason="(\w+)"\}', name))
    }
    return "\n".join([*lines, "", f"workers that came to a limit: {ended}"])


def _normal_clients(
    server: Server, record: Record, stop: threading.Event
) -> Iterator[threading.Thread]:
    numbers = itertools.count()

    def look_up(connection: HTTPConnection) -> None:
        number = next(numbers)
        query = f"SELECT ?p ?o {{ <{_ID}sorafenib> ?p ?o }} LIMIT {number % 500 + 1}"
        ask(connection, "GET", f"/sparql?query={quote(query)}%20%23{number}")

    def repeat(connection: HTTPConnection) -> None:
        query = quote(f"SELECT * {{ ?s ?p <{_ID}sorafenib> }}")
        ask(connection, "GET", f"/sparql?query={query}")

    def join(connection: HTTPConnection) -> None:
        query = f"SELECT * {{ ?s ?p ?o . ?o ?q ?r }} LIMIT 100 OFFSET {next(numbers) % 1000}"
        ask(connection, "POST", "/sparql", query, "application/sparql-query")

    def page(connection: HTTPConnection) -> None:
        paths = ("/", "/queries/", "/id/sorafenib", "/workbench", "/readyz", "/id/hypoxia")
        ask(connection, "GET", paths[next(numbers) % len(paths)], accept="text/html")

    def write(connection: HTTPConnection) -> None:
        number = next(numbers)
        for word in ("INSERT", "DELETE"):
            text = f"{word} DATA {{ <http://e/s> <http://e/p> {number} }}"
            ask(connection, "POST", "/update", text, "application/sparql-update")

    kinds: dict[str, tuple[Normal, float]] = {
        "new look-up": (look_up, 0.05),
        "repeated query": (repeat, 0.05),
        "join of 100 rows": (join, 0.1),
        "page": (page, 0.2),
        "update": (write, 10.0),
    }
    for number, (kind, (do, pause)) in enumerate(kinds.items()):

        def run(kind: str = kind, do: Normal = do, pause: float = pause, n: int = number) -> None:
            connection = _connection(server, f"127.0.0.{100 + n}")
            while not stop.wait(pause):
                began = monotonic()
                try:
                    do(connection)
                except (OSError, HTTPException, AssertionError) as error:
                    record.fail(kind, repr(error))
                    connection.close()
                else:
                    record.took(kind, monotonic() - began)

        yield threading.Thread(target=run)


def ask(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: str | None = None,
    content_type: str | None = None,
    accept: str = "*/*",
) -> None:
    """Ask, and raise AssertionError unless the answer is good."""
    headers = {"Accept": accept, **AUTHORIZED}
    if content_type is not None:
        headers["Content-Type"] = content_type
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    if response.status not in (200, 204):
        raise AssertionError(f"{path}: {response.status} {content[:200]!r}")


def _connection(server: Server, address: str) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE, source_address=(address, 0))


def be_hostile(port: int, minutes: float) -> None:
    """Send hostile requests for so long, and print how many there were of each kind."""
    stop = threading.Event()
    sent: Counter[str] = Counter()
    clients = list(_hostile_clients(port, sent, stop))
    for client in clients:
        client.start()
    sleep(minutes * 60)
    stop.set()
    for client in clients:
        client.join()
    print(json.dumps(sent))


def _hostile_clients(
    port: int, sent: Counter[str], stop: threading.Event
) -> Iterator[threading.Thread]:
    canary = Canary()
    chance = random.Random(0)  # noqa: S311 - any order will do
    # Without the token: whoever has it is no stranger.
    cases = list(all_cases(Maker(Place(canary=canary.port))))
    chance.shuffle(cases)

    def listed(address: str, part: list[Case]) -> None:
        for case in itertools.cycle(part):
            if stop.is_set():
                return
            sent[case.group] += 1
            with suppress(OSError), _open(port, address) as connection:
                connection.sendall(case.raw)
                if case.closed:
                    connection.settimeout(0.5)
                while connection.recv(2**16):
                    pass

    def read_slowly(address: str) -> None:
        while not stop.is_set():
            sent["slow readers"] += 1
            with suppress(OSError), _open(port, address) as connection:
                connection.sendall(_get(_LARGE))
                for _ in range(50):
                    if stop.wait(0.2) or not connection.recv(1000):
                        break

    def hang_up(address: str) -> None:
        for number in itertools.count():
            if stop.wait(0.3):
                return
            sent["hang-ups"] += 1
            query = f"SELECT (COUNT(*) AS ?n{number}) {{ {_PRODUCT} }}"
            with suppress(OSError), _open(port, address) as connection:
                connection.sendall(_get(query))

    def send_slowly(address: str) -> None:
        while not stop.is_set():
            sent["slow writers"] += 1
            with suppress(OSError), _open(port, address) as connection:
                for byte in _get("ASK {}")[:-2] * 3:
                    if stop.wait(0.1):
                        break
                    connection.sendall(bytes([byte]))

    third = len(cases) // 3
    for number in range(3):
        part = cases[number * third : (number + 1) * third]
        yield threading.Thread(target=listed, args=(f"127.0.0.{2 + number}", part))
    for number in range(4):
        yield threading.Thread(target=read_slowly, args=(f"127.0.0.{10 + number}",))
        yield threading.Thread(target=send_slowly, args=(f"127.0.0.{20 + number}",))
    for number in range(2):
        yield threading.Thread(target=hang_up, args=(f"127.0.0.{30 + number}",))


def _open(port: int, address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), _PATIENCE, (address, 0))


def _get(query: str) -> bytes:
    path = f"/sparql?query={quote(query, safe='')}"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


if __name__ == "__main__":
    if _HOSTILE in sys.argv:
        be_hostile(int(sys.argv[2]), float(sys.argv[3]))
        sys.exit(0)
    sys.exit(min(1, main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)))
