"""Hard shapes of queries: this project's endpoint, Oxigraph's server, and the engine alone.

usage: shapes.py [--triples N] [--seconds N] [--only NAME ...] [--lock FILE] [--out PAGE]

Makes the graph of evidence.py below ``build/benchmarks``, starts both servers with it, loads it
into the engine in this process, and asks each query of hard_shapes.py one at a time over one
connection, with a comment that makes each text a new one, for some seconds but at least once.
Then both servers have the same triples in a named graph, and are asked about that.
With --lock, all of that waits for a lock on a file. With --out, the table is put between the marks
in a page.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from time import monotonic, perf_counter, process_time
from urllib.parse import quote, urlsplit

import evidence
import pyoxigraph
from engines import WORK
from hard_shapes import REORDERED, SHAPES, in_graphs, queries, queries_of_graphs, variants
from load import cpu_of_tree
from measure import held
from pages import fill, machine, table
from query_mix import ROWS
from servers import OWN, OX, SERVERS

MARKS = re.compile(r"(<!-- benchmarks/shapes\.py -->\n).*?(<!-- end -->)", re.DOTALL)
ENGINE = "engine alone"
LONGEST, TIMES = 1.0, 10.0  # the bars: seconds, and how many times as fast as Oxigraph
# What tells the CPU of a request: so many of them, or so many seconds; a tick is 10 ms.
_FEWEST, _LEAST = 50, 0.2
_IDLE = 1.0  # seconds
_number = count()


@dataclass(frozen=True, slots=True)
class Asked:
    """What one query took: seconds of the clock, the median, and of CPU, the mean."""

    clock: float
    cpu: float
    times: int
    size: int  # bytes of the answer


Found = Mapping[str, Mapping[str, Asked]]  # by query, and by who was asked


def _asked(ask: Callable[[str], bytes], cpu: Callable[[], float], text: str, limit: float) -> Asked:
    clocks: list[float] = []
    before = cpu()
    while sum(clocks) < limit or not clocks:
        start = perf_counter()
        body = ask(f"{text} # {next(_number)}")
        clocks.append(perf_counter() - start)
    return Asked(statistics.median(clocks), (cpu() - before) / len(clocks), len(clocks), len(body))


def over_http(url: str) -> Callable[[str], bytes]:
    """Return what asks an endpoint over a connection of its own."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    last = 0.0

    def ask(text: str) -> bytes:
        nonlocal last
        path = f"{parts.path}?query={quote(text, safe='')}"
        if monotonic() - last > _IDLE:
            # Meanwhile others were asked, and the server may have closed it.
            connection.close()
        connection.request("GET", path, headers={"Accept": ROWS})
        response = connection.getresponse()
        last = monotonic()
        body = response.read()
        if response.status != 200:
            sys.exit(f"{url} answered {response.status}: {body[:200]!r}")
        return body

    return ask


def in_process(data: Path) -> Callable[[str], bytes]:
    """Return what asks the engine in this process."""
    store = pyoxigraph.Store()
    store.bulk_load(path=data, format=pyoxigraph.RdfFormat.N_TRIPLES)

    def ask(text: str) -> bytes:
        found = store.query(text)
        return found.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""

    return ask


def measure(triples: int, seconds: float, names: list[str] | None, lock: Path | None) -> Found:
    """Ask everybody everything: first about the default graph, then about a named one."""
    found: dict[str, Mapping[str, Asked]] = {}
    for ending, texts in ((".nt", queries()), (".nq", queries_of_graphs())):
        wanted = {name: text for name, text in texts.items() if names is None or name in names}
        if wanted:
            found |= _measured(_data(triples, ending), wanted, seconds, lock)
    return found


def _data(triples: int, ending: str) -> Path:
    data = WORK / f"evidence-{triples}{ending}"
    if not data.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        evidence.write(data, triples)
    return data


def _measured(data: Path, texts: Mapping[str, str], seconds: float, lock: Path | None) -> Found:
    found: dict[str, Mapping[str, Asked]] = {}
    with tempfile.TemporaryDirectory() as folder:
        with held(lock):
            engine = in_process(data) if any(name in SHAPES for name in texts) else None
        with SERVERS[OWN](data, Path(folder)) as own, SERVERS[OX](data, Path(folder)) as ox:
            asked = {
                OWN: (over_http(own.url), lambda: cpu_of_tree(own.pid)),
                OX: (over_http(ox.url), lambda: cpu_of_tree(ox.pid)),
            }
            if engine is not None:
                asked[ENGINE] = (engine, process_time)
            with held(lock):
                for name, text in texts.items():
                    found[name] = {
                        who: _asked(ask, cpu, text, seconds)
                        for who, (ask, cpu) in asked.items()
                        if who != ENGINE or name in SHAPES
                    }
                    print(name, file=sys.stderr, flush=True)
    return found


def tables(found: Found, triples: int) -> str:
    """Return what was measured, and whether the bars are reached."""
    rows = [
        [name, *(_cell(by.get(who)) for who in (OWN, OX, ENGINE)), *_ratios(by)]
        for name, by in found.items()
    ]
    slow = [name for name in SHAPES if name in found and found[name][OWN].clock > LONGEST]
    forms = [name for shape in REORDERED for name in (*variants(shape), *in_graphs(shape))]
    fast = [name for name in forms if name in found]
    short = [name for name in fast if _times(found[name]) < TIMES]
    return (
        f"{machine()}\n- {triples:,} triples; one query at a time, each text a new one.\n\n"
        "Milliseconds of the clock, and of CPU in brackets where it could be told.\n\n"
        + table(["", OWN, OX, ENGINE, "times as fast as Oxigraph", "times less CPU"], rows)
        + f"\n\nNo shape is to take more than {LONGEST:g} s: {_told(slow)}. Anchored union, values "
        f"and count of everything are to be {TIMES:g} times as fast as Oxigraph, in each form: "
        f"{_told(short)}.\n"
    )


def _cell(asked: Asked | None) -> str:
    if asked is None:
        return ""
    return _short(1000 * asked.clock) + (f" ({_short(1000 * asked.cpu)})" if _knows(asked) else "")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _knows(asked: Asked) -> bool:
    return asked.times >= _FEWEST or asked.cpu * asked.times > _LEAST


def _ratios(by: Mapping[str, Asked]) -> list[str]:
    known = _knows(by[OWN]) and _knows(by[OX])
    return [_short(_times(by)), _short(by[OX].cpu / by[OWN].cpu) if known else ""]


def _times(by: Mapping[str, Asked]) -> float:
    return by[OX].clock / by[OWN].clock


def _told(names: list[str]) -> str:
    return f"not reached by {', '.join(names)}" if names else "reached"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each query and server")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="the queries to ask")
    parser.add_argument("--lock", type=Path, metavar="FILE", help="what is to be held meanwhile")
    parser.add_argument("--out", type=Path, help="the page to put the table into")
    arguments = parser.parse_args()
    found = measure(arguments.triples, arguments.seconds, arguments.only, arguments.lock)
    text = tables(found, arguments.triples)
    print(text)
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
