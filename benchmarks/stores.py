"""What it takes to build a store on disk, and to serve it.

usage: stores.py [--only CASE ...] [--lock FILE] [--out PAGE]

Makes graphs (graphs.py) below ``build/benchmarks``, has ``sorafenib-kg build`` make a store of each
in a process of its own, serves it, and prints seconds, memory and room. With --lock, each build
waits for a lock on a file. With --out, the table is put between the marks in a page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import graphs
from engines import WORK
from measure import held
from pages import fill, machine, table

from sorafenib_kg.manifest import Manifest

MARKS = re.compile(r"(<!-- benchmarks/stores\.py -->\n).*?(<!-- end -->)", re.DOTALL)
PROGRAM = [sys.executable, "-m", "sorafenib_kg"]
QUERY = "SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2010"


@dataclass(frozen=True, slots=True)
class Case:
    """A graph, and what follows from it."""

    kind: str
    count: int
    entailment: str
    default_graph: str = "merged"

    @property
    def name(self) -> str:
        """Return how the case is called on the command line."""
        return f"{self.kind} {self.count} {self.entailment} {self.default_graph}"


CASES = (
    Case("univ", 1, "rl"),
    Case("univ", 9, "none"),
    Case("univ", 9, "rl"),
    Case("univ", 90, "none"),
    Case("univ", 90, "none", "unnamed"),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a build took, and what came of it; seconds and bytes."""

    asserted: int
    inferred: int
    cpu: float
    wall: float
    peak: int
    size: int
    first_answer: float


def measure(case: Case, lock: Path | None) -> Measured:
    """Build the store of a case and serve it once."""
    path = WORK / "graphs" / f"{case.kind}-{case.count}.nt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        graphs.write(case.kind, case.count, path)
    folder = WORK / "stores" / case.name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = ["--entailment", case.entailment, "--default-graph", case.default_graph]
    with held(lock):
        begun = time.perf_counter()
        built = subprocess.Popen(  # noqa: S603 - our own program
            [*PROGRAM, "build", "--store", str(folder), "--data", str(path), *options],
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(built.pid, 0)
        wall = time.perf_counter() - begun
        if status:
            raise SystemExit(f"{case.name}: not built")
        first_answer = until_first_answer(folder)
    about = Manifest.read(folder).about
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    shutil.rmtree(folder)
    return Measured(
        about.asserted or 0,
        about.inferred or 0,
        usage.ru_utime + usage.ru_stime,
        wall,
        usage.ru_maxrss * 1024,
        size,
        first_answer,
    )


def until_first_answer(folder: Path) -> float:
    """Return the seconds from the start of a server to its first answer."""
    begun = time.perf_counter()
    server = subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, "serve", "--store", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        for line in server.stdout or ():
            if address := re.search(r"http://\S+", line):
                url = f"{address[0]}sparql?query={QUERY}"
                urllib.request.urlopen(url, timeout=60).read()  # noqa: S310 - this machine
                return time.perf_counter() - begun
        raise SystemExit(f"{folder}: not served")
    finally:
        server.terminate()
        server.communicate()


def as_table(found: dict[Case, Measured]) -> str:
    """Return what was measured as a table in Markdown."""
    rows = [
        [
            f"{case.kind} {case.count}",
            case.default_graph,
            f"{one.asserted:,}",
            f"{one.inferred:,}",
            f"{one.cpu:,.0f}",
            f"{one.wall:,.0f}",
            f"{one.peak / 2**20:,.0f}",
            f"{one.size / 2**20:,.0f}",
            f"{one.first_answer:.1f}",
        ]
        for case, one in found.items()
    ]
    heads = (
        "graph",
        "unnamed graph",
        "asserted",
        "inferred",
        "CPU, s",
        "wall, s",
        "peak of memory, MB",
        "on disk, MB",
        "served, to the first answer, s",
    )
    return f"{machine()}\n\n{table(heads, rows)}"


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description="Measure building and serving stores on disk.")
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES], metavar="CASE")
    parser.add_argument("--lock", type=Path, metavar="FILE", help="what each build is to hold")
    parser.add_argument("--out", type=Path, metavar="PAGE", help="the page to put the table in")
    arguments = parser.parse_args()
    found = {
        case: measure(case, arguments.lock)
        for case in CASES
        if not arguments.only or case.name in arguments.only
    }
    text = as_table(found)
    print(text)
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
