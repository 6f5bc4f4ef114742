"""This project's reasoner beside those that a Python user can have, on the same files.

usage: reasoners.py [--only GRAPH ...] [--times N] [--lock FILE] [--out PAGE]

Makes graphs (graphs.py), installs each peer in an environment of its own (engines.py), both below
``build/benchmarks``, runs each reasoner on each graph in a process of its own (drivers/), the
reasoners in turn, and prints the least seconds of the repeats. With --lock, runs wait for a lock on
a file, so that measurements of several people on one machine take turns. With --out, the
tables are put between the marks in a page.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import graphs
from comparison import Difference, compare
from engines import (
    ENGINES,
    HERE,
    MEMORY,
    NEMO,
    OWN,
    REASONABLE,
    SPARQ,
    WORK,
    Engine,
)
from measure import Failure, Result, Turns, alternate, run
from pages import Measurements, fill, tables

from sorafenib_kg.loader import load
from sorafenib_kg.reasoning import Dictionary, write_triples

MARKS = re.compile(r"(<!-- benchmarks/reasoners\.py -->\n).*?(<!-- end -->)", re.DOTALL)
ONCE = 20.0  # what takes more seconds than this is not run again
HOLD = 100.0  # how many seconds the lock is held before others get it


@dataclass(frozen=True, slots=True)
class Case:
    """A graph, and the engines that are tried on it."""

    name: str
    engines: Sequence[Engine] = ENGINES
    whole: bool = False  # whether it is also taken from file to file,
    written_by: Sequence[Engine] = ENGINES  # and by whom to the end
    compared: bool = False  # whether the closures are compared

    @property
    def path(self) -> Path:
        """Return where the graph is."""
        return WORK / "graphs" / f"{self.name.replace(' ', '-')}.nt"

    @property
    def program(self) -> Path:
        """Return the folder with the graph as a program for Nemo."""
        return WORK / "nemo" / self.path.stem

    def prepare(self) -> None:
        """Make the graph, if it is not there, and what Nemo is to run."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.name == "review":
            dictionary = Dictionary()
            facts = dictionary.encode(sorted(load().asserted(), key=str))
            write_triples(self.path, dictionary, [facts])
        elif not self.path.exists():
            kind, count = self.name.split()
            graphs.write(kind, int(count), self.path)
        if NEMO in self.engines:
            # Always anew, as it depends on the compiler.
            command = [sys.executable, HERE / "nemo_program.py", self.path, self.program]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own


FAST = (OWN, SPARQ, NEMO)
CASES = (
    Case("univ 1", (OWN, SPARQ, NEMO, REASONABLE), whole=True, compared=True),
    Case("univ 9", FAST, whole=True),
    Case("univ 90", (OWN, SPARQ), whole=True, written_by=(OWN,)),
    Case("chain 100", compared=True),
    Case("chain 1000", (OWN, SPARQ, NEMO, REASONABLE)),
    Case("dag 10000", (OWN, SPARQ, NEMO, REASONABLE)),
    Case("bio 60", whole=True, compared=True),
    Case("bio 2000", FAST),
    Case("review", compared=True),
)


def measure(case: Case, times: int, turns: Turns) -> dict[str, Result | Failure]:
    """Return what each engine takes to load a graph, close it, and write the closure."""
    runs = {}
    for engine in case.engines:
        out = WORK / "closures" / f"{case.path.stem}-{engine.name.replace(' ', '-')}.nt"
        out.parent.mkdir(parents=True, exist_ok=True)
        if engine is NEMO:
            runs[engine.name] = partial(engine.run, case.program)
        elif case.compared or (case.whole and engine in case.written_by):
            runs[engine.name] = partial(engine.run, case.path, out)
        else:
            runs[engine.name] = partial(engine.run, case.path)
    return alternate(runs, times, ONCE, turns.turn)


def differences(case: Case, found: dict[str, Result | Failure]) -> dict[str, Difference | str]:
    """Compare the closures of a graph with this project's."""
    own = WORK / "closures" / f"{case.path.stem}-this-project.nt"
    told: dict[str, Difference | str] = {}
    for engine in case.engines:
        result = found[engine.name]
        if engine is OWN or isinstance(result, Failure):
            continue
        if engine is NEMO:
            told[engine.name] = _difference_of_counts(case, result)
        elif case.compared:
            peer = WORK / "closures" / f"{case.path.stem}-{engine.name}.nt"
            told[engine.name] = compare(own, peer)
    return told


def _difference_of_counts(case: Case, result: Result) -> str:
    file = case.program / "predicates.json"
    expected = json.loads(file.read_text(encoding="utf-8"))
    differing = sum(result.more["counts"][name] != count for name, count in expected.items())
    return f"{differing} of {len(expected)} predicates differ in number" if differing else "none"


def main() -> None:
    """Measure what the command line asks for."""
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=names, metavar="GRAPH", default=names)
    parser.add_argument("--times", type=int, default=3, help="how often each is run (3)")
    parser.add_argument("--lock", type=Path, metavar="FILE", help="what the runs are to hold")
    parser.add_argument("--out", type=Path, help="the page to put the tables into")
    arguments = parser.parse_args()
    chosen = [case for case in CASES if case.name in arguments.only]
    wanted = {engine for case in chosen for engine in case.engines}
    for engine in wanted:
        engine.install()
    measured = Measurements([engine for engine in ENGINES if engine in wanted])
    turns = Turns(arguments.lock, HOLD)
    for case in chosen:
        print(f"{case.name} …", file=sys.stderr, flush=True)
        case.prepare()
        found = measure(case, arguments.times, turns)
        measured.add(case.name, found, differences(case, found), whole=case.whole)
    if "review" in arguments.only:
        opening = partial(run, [sys.executable, HERE / "drivers" / "review.py"], 60, MEMORY)
        measured.review = alternate({"review": opening}, arguments.times, ONCE, turns.turn)[
            "review"
        ]
    turns.end()
    text = tables(measured)
    print(text)
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
