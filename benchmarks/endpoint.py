"""This project's SPARQL endpoint beside others, on the same data and queries.

usage: endpoint.py [--small] [--rounds N] [--seconds N] [--only SERVER ...] [--works WORK ...]
                   [--lock FILE] [--out PAGE]

Makes graphs of ten thousand and of a million triples (evidence.py) below ``build/benchmarks``,
starts the servers (servers.py), puts load on them in turn by wrk (load.py), and prints requests for
a second of CPU of all processes of a server, and for a second of the clock. --small leaves the
million out. With --lock, each round waits for a lock on a file. With --out, the tables are put
between the marks in a page.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import evidence
from engines import WORK
from load import Load, New, put
from measure import held
from pages import fill, machine, table
from query_mix import MIX, Query, look_ups, mix
from servers import ALONE, AT_A_MILLION, OWN, OX, RDFLIB, SERVERS, VIRT, Running, install

MARKS = re.compile(r"(<!-- benchmarks/endpoint\.py -->\n).*?(<!-- end -->)", re.DOTALL)
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked: queries over a graph of so many triples, each time new or not."""

    name: str
    triples: int
    queries: Sequence[Query]
    new: New


SMALL, LARGE = 10_000, 1_000_000
# So many times as long are rounds over a million triples, where some queries take half a second: in
# less, it would be chance which of the mix are answered.
LONGER = 2
REPEATED = Work("repeated look-up", SMALL, look_ups(), "")
LOOK_UP = Work("new look-up", SMALL, look_ups(), "limit")
MIX_REPEATED = Work("repeated mix, 10k", SMALL, mix(), "")
MIX_NEW = Work("new mix, 10k", SMALL, mix(), "comment")
LARGE_REPEATED = Work("repeated mix, 1M", LARGE, mix(), "")
LARGE_NEW = Work("new mix, 1M", LARGE, mix(), "comment")
WORKS = (REPEATED, LOOK_UP, MIX_REPEATED, MIX_NEW, LARGE_REPEATED, LARGE_NEW)

# Those whose answers are all as small as what the web server alone gives.
OF_ONE_SIZE = (REPEATED, LOOK_UP)

# How many times the requests for a second of CPU of others this project is to answer.
BARS = (
    (REPEATED, OX, 1.5),
    (LOOK_UP, OX, 0.42),
    (MIX_NEW, OX, 0.6),
    (LARGE_NEW, OX, 0.9),
    (LOOK_UP, VIRT, 8.0),
    (LOOK_UP, RDFLIB, 25.0),
)

Rounds = Mapping[tuple[str, str], Sequence[Load]]  # by work and server


def measure(
    works: Sequence[Work],
    names: Sequence[str],
    rounds: int,
    seconds: int,
    lock: Path | None,
) -> Rounds:
    """Put load on the servers in turn, work by work, so many times."""
    found: defaultdict[tuple[str, str], list[Load]] = defaultdict(list)
    for triples in sorted({work.triples for work in works}):
        data = WORK / f"evidence-{triples}.nt"
        if not data.exists():
            WORK.mkdir(parents=True, exist_ok=True)
            evidence.write(data, triples)
        with ExitStack() as stack:
            running: dict[str, Running] = {}
            for name in names:
                if triples == SMALL or name in AT_A_MILLION:
                    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                    with held(lock):
                        running[name] = stack.enter_context(SERVERS[name](data, folder))
            for work in (work for work in works if work.triples == triples):
                asked = {n: s for n, s in running.items() if n != ALONE or work in OF_ONE_SIZE}
                for number in range(rounds):
                    with held(lock):
                        _round(work, asked, seconds, found)
                    print(f"{work.name}, round {number + 1}", file=sys.stderr, flush=True)
    return found


def _round(
    work: Work,
    running: Mapping[str, Running],
    seconds: int,
    found: defaultdict[tuple[str, str], list[Load]],
) -> None:
    if work.triples == LARGE:
        seconds *= LONGER
    for name, server in running.items():
        found[work.name, name].append(
            put(server.url, server.pid, work.queries, work.new, seconds, CONNECTIONS)
        )


def ratio(found: Rounds, work: str, peer: str) -> float | None:
    """Return how many times a peer's requests for a second of CPU this project answers.

    It is the median of the rounds, each of which has both on the machine as it was then.
    """
    pairs = zip(found.get((work, OWN), ()), found.get((work, peer), ()), strict=False)
    # Who has answered nothing in time has no figure to be compared with.
    ratios = [
        ours.per_cpu_second / theirs.per_cpu_second for ours, theirs in pairs if theirs.requests
    ]
    return statistics.median(ratios) if ratios else None


def tables(found: Rounds, rounds: int, seconds: int) -> str:
    """Return all that was measured."""
    works = list(dict.fromkeys(work for work, _ in found))
    names = [name for name in SERVERS if any(name == server for _, server in found)]
    parts = [
        f"{machine()}\n- {rounds} rounds of {seconds} s, over a million triples {LONGER} times "
        f"that; {CONNECTIONS}\n  connections, by wrk on the same machine; medians.\n"
        f"- The mix: {', '.join(MIX)}.",
        "## Requests for a second of CPU\n\n"
        "In brackets how many times these this project answers.\n\n"
        + table(
            ["", *works],
            [[name, *(_cpu_cell(found, work, name) for work in works)] for name in names],
        ),
        "## Requests for a second of the clock\n\n"
        "In brackets milliseconds until an answer was there: median, and all but one in a "
        "hundred.\n\n"
        + table(
            ["", *works],
            [[name, *(_clock_cell(found, work, name) for work in works)] for name in names],
        ),
        _bars(found),
        _failures(found),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _median(loads: Sequence[Load], attribute: str) -> float:
    return statistics.median(getattr(load, attribute) for load in loads)


def _cpu_cell(found: Rounds, work: str, name: str) -> str:
    loads = found.get((work, name))
    if not loads:
        return ""
    cell = _number(_median(loads, "per_cpu_second"))
    times = None if name == OWN else ratio(found, work, name)
    return cell if times is None else f"{cell} ({times:.2f})"


def _clock_cell(found: Rounds, work: str, name: str) -> str:
    loads = found.get((work, name))
    if not loads:
        return ""
    waits = (1000 * _median(loads, what) for what in ("median", "p99"))
    rate = _number(_median(loads, "per_second"))
    return f"{rate} ({', '.join(f'{wait:.3g}' for wait in waits)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _bars(found: Rounds) -> str:
    rows = []
    for work, peer, bar in BARS:
        times = ratio(found, work.name, peer)
        if times is not None:
            met = "yes" if times >= bar else "no"
            rows.append([f"{work.name}, {peer}", f"{bar:g}", f"{times:.2f}", met])
    return "## Bars\n\n" + table(["requests for a second of CPU", "bar", "found", "met"], rows)


def _failures(found: Rounds) -> str:
    failed = [
        f"{name} did not answer {sum(load.failures for load in loads):,} of "
        f"{sum(load.requests for load in loads):,} requests of {work}."
        for (work, name), loads in found.items()
        if any(load.failures for load in loads)
    ]
    return "\n".join(failed)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="without the million triples")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of load on each server")
    parser.add_argument("--only", nargs="+", choices=SERVERS, default=list(SERVERS))
    parser.add_argument("--works", nargs="+", choices=[work.name for work in WORKS])
    parser.add_argument("--lock", type=Path, metavar="FILE", help="what each round is to hold")
    parser.add_argument("--out", type=Path, help="the page to put the tables into")
    arguments = parser.parse_args()
    install()
    works = [
        work
        for work in WORKS
        if (not arguments.small or work.triples == SMALL)
        and (not arguments.works or work.name in arguments.works)
    ]
    found = measure(works, arguments.only, arguments.rounds, arguments.seconds, arguments.lock)
    text = tables(found, arguments.rounds, arguments.seconds)
    print(text)
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
