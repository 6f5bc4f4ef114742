"""This project's reasoner beside those that a Python user can have, on the same files.

usage: reasoners.py [--folder DIR] [--repeats N] [--large] [--out PAGE]

Makes graphs (graphs.py), installs each peer into an environment of its own in the folder, runs each
reasoner on each graph in a process of its own (engines.py), the reasoners in turn, and prints the
least CPU seconds of the repeats. What takes longer than its limit is left out where it would grow
further. The review itself is measured from Turtle to ready, after imports. With --large, univ 90
(8.6 million triples) is closed file to file. With --out, the tables are put between the marks in a
page.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import Any

from graphs import write

HERE = Path(__file__).resolve().parent
MARKS = re.compile(r"(<!-- benchmarks/reasoners\.py -->\n).*?(<!-- end -->)", re.DOTALL)
# The packages of each peer, exactly these versions: others have other figures.
PEERS = {
    "sparq": ["sparq-rdf==0.1.6"],
    "nemo": ["nemo-python==0.10.1", "numpy>=1.26", "pyoxigraph==0.5.13"],
    "reasonable": ["reasonable==0.4.4", "rdflib>=7.6"],
    "owlrl": ["owlrl>=7.1", "rdflib>=7.6"],
}
NAMES = {
    "ours": "this reasoner",
    "sparq": "sparq-rdf",
    "nemo": "nemo-python",
    "reasonable": "reasonable",
    "owlrl": "owlrl",
}
GRAPHS = [("bio", 60), ("univ", 1), ("univ", 9), ("chain", 1000), ("dag", 3000)]
# Who is asked to close what; the others would need hours, or more memory than there is.
SMALL_ONLY = {"owlrl": {("bio", 60)}, "reasonable": {("bio", 60), ("univ", 1), ("chain", 1000)}}
LIMIT = 60  # seconds a run may take

Result = dict[str, Any]


class Engines:
    """The reasoners, each with the interpreter that has it."""

    def __init__(self, folder: Path) -> None:
        """Install the peers that are not yet in the folder."""
        self._folder = folder
        self.pythons: dict[str, Path] = {"ours": Path(sys.executable)}
        for name, packages in PEERS.items():
            place = folder / f"env-{name}"
            python = place / "bin" / "python"
            if not python.exists():
                print(f"installing {' '.join(packages)}", file=sys.stderr)
                venv.create(place, with_pip=True)
                install = [str(python), "-m", "pip", "install", "--quiet", *packages]
                subprocess.run(install, check=True)  # noqa: S603 - our own words
            self.pythons[name] = python

    def run(self, engine: str, graph: Path, out: Path | None = None) -> Result | None:
        """Run a reasoner once; None if it failed or took too long."""
        command = [str(self.pythons[engine]), "-P", str(HERE / "engines.py"), engine, str(graph)]
        if out is not None:
            command += ["--out", str(out)]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "server")}
        try:
            done = subprocess.run(  # noqa: S603 - our own words
                command, env=environment, capture_output=True, text=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return None
        if done.returncode:
            print(f"{engine} on {graph.name}: {done.stderr[-500:]}", file=sys.stderr)
            return None
        found: Result = json.loads(done.stdout.splitlines()[-1])
        return found


def least(results: list[Result | None], phases: tuple[str, ...], unit: str) -> float | None:
    """Return the least sum of some phases over the repeats that succeeded."""
    sums = [
        sum(result["phases"][phase][unit] for phase in phases)
        for result in results
        if result is not None
    ]
    return min(sums) if sums else None


def shown(seconds: float | None, ours: float | None = None) -> str:
    """Return seconds, and how many times ours they are."""
    if seconds is None:
        return "-"
    text = f"{seconds:.3f}" if seconds < 10 else f"{seconds:.1f}"
    return text if not ours else f"{text} ({seconds / ours:.1f}x)"


def lines_of(path: Path) -> set[bytes]:
    """Return the triples of a file without those that mention blank nodes or literals."""
    with path.open("rb") as file:
        return {line for line in file if b"_:" not in line and b'"' not in line}


class Bench:
    """The measurements."""

    def __init__(self, engines: Engines, folder: Path, repeats: int) -> None:
        """Take what to measure with, and a folder for the graphs."""
        self._engines = engines
        self._folder = folder
        self._repeats = repeats
        self.growth: dict[int, float] = {}

    def graph(self, kind: str, count: int) -> Path:
        """Return the file of a graph, made if it is not there."""
        path = self._folder / f"{kind}-{count}.nt"
        if not path.exists():
            write(kind, count, path)
        return path

    def closures(self) -> Iterator[str]:
        """Give the table of closure times: from loaded data to a closure that can be looked up."""
        yield "| graph | triples | closure | " + " | ".join(NAMES.values()) + " |"
        yield "| --- | ---: | ---: |" + " ---: |" * len(NAMES)
        for kind, count in GRAPHS:
            path = self.graph(kind, count)
            results: dict[str, list[Result | None]] = {name: [] for name in NAMES}
            for _ in range(self._repeats):
                for name in NAMES:
                    failed = results[name] and results[name][-1] is None
                    if not failed and (kind, count) in SMALL_ONLY.get(name, {(kind, count)}):
                        results[name].append(self._engines.run(name, path))
            own = least(results["ours"], ("reason",), "cpu")
            cells = [shown(own)] + [
                shown(least(results[name], ("reason",), "cpu"), own)
                for name in NAMES
                if name != "ours"
            ]
            with path.open("rb") as file:
                size = sum(1 for _ in file)
            if kind == "univ" and own is not None:
                self.growth[size] = own
            first = next(filter(None, results["ours"]), None)
            total = first["triples"] if first else 0
            yield f"| {kind} {count} | {size:,} | {total:,} | " + " | ".join(cells) + " |"

    def end_to_end(self) -> Iterator[str]:
        """Give the table of whole runs: a file of N-Triples in, and the closure out."""
        yield (
            "| univ 9 | CPU, to look-up | wall, to look-up | CPU, to file | wall, to file | "
            "memory, MB |"
        )
        yield "| --- |" + " ---: |" * 5
        path = self.graph("univ", 9)
        results: dict[str, list[Result | None]] = {"ours": [], "sparq": []}
        for _ in range(self._repeats):
            for name, found in results.items():
                found.append(self._engines.run(name, path, self._folder / f"{name}.nt"))
        for name, found in results.items():
            ready, whole = ("load", "reason"), ("load", "reason", "write")
            cells = [shown(least(found, p, u)) for p in (ready, whole) for u in ("cpu", "wall")]
            peak = min((result["peak"] for result in found if result), default=0) / 1e6
            yield f"| {NAMES[name]} | " + " | ".join(cells) + f" | {peak:.0f} |"

    def misses(self) -> Iterator[str]:
        """Say which inferred triples about named things each peer lacks."""
        path = self.graph("bio", 60)
        given = lines_of(path)
        out = self._folder / "misses-ours.nt"
        self._engines.run("ours", path, out)
        ours = lines_of(out) - given
        for name in ("sparq", "reasonable", "owlrl"):
            out = self._folder / f"misses-{name}.nt"
            if self._engines.run(name, path, out) is None:
                continue
            missing = ours - lines_of(out)
            yield (
                f"Of the {len(ours):,} triples that follow in bio 60 about things with names, "
                f"{NAMES[name]} lacks {len(missing):,}."
            )
            yield ""

    def large(self) -> Iterator[str]:
        """Say what univ 90 takes, file to file."""
        path = self.graph("univ", 90)
        result = self._engines.run("ours", path, self._folder / "large.nt")
        (self._folder / "large.nt").unlink(missing_ok=True)
        if result is None:
            yield "univ 90 did not come to an end."
            return
        seconds = {name: phase["cpu"] for name, phase in result["phases"].items()}
        with path.open("rb") as file:
            size = sum(1 for _ in file)
        self.growth[size] = seconds["reason"]
        yield (
            f"univ 90: {size:,} triples to {result['triples']:,}, file to file, with "
            f"{result['peak'] / 1e9:.2f} GB of memory at the most; CPU seconds: "
            + ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())
            + "."
        )
        yield ""

    def exponent(self) -> Iterator[str]:
        """Say how the time of the closure grows with the size of univ."""
        points = sorted(self.growth.items())
        if len(points) > 1:
            (small, first), (large, last) = points[0], points[-1]
            power = log10(last / first) / log10(large / small)
            yield (
                f"From {small:,} to {large:,} triples of univ, the time of the closure grows with "
                f"the {power:.2f}th power of the size (n log n would be "
                f"{1 + log10(log10(large) / log10(small)) / log10(large / small):.2f})."
            )
            yield ""

    def review(self) -> Iterator[str]:
        """Say how long the bundled review takes from Turtle to ready."""
        text = (
            "import time\n"
            "from sorafenib_kg.graph import open_graph\n"
            "from sorafenib_kg.settings import Settings\n"
            "cpu, wall = time.process_time(), time.perf_counter()\n"
            "open_graph(Settings())\n"
            "print(time.process_time() - cpu, time.perf_counter() - wall)\n"
        )
        runs = []
        for _ in range(self._repeats):
            done = subprocess.run(  # noqa: S603 - our own words
                [str(self._engines.pythons["ours"]), "-c", text],
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append([float(word) for word in done.stdout.split()])
        cpu, wall = (min(column) for column in zip(*runs, strict=True))
        yield (
            f"The review, from Turtle to a graph that answers, after imports: {cpu:.2f} s of CPU, "
            f"{wall:.2f} s."
        )
        yield ""


def report(bench: Bench, *, large: bool) -> Iterator[str]:
    """Give the lines of the report."""
    yield f"Python {platform.python_version()}, {os.cpu_count()} cores. CPU seconds, the least of"
    yield "the repeats, in brackets how many times this reasoner's; a dash: not asked, failed, or"
    yield f"not within {LIMIT} seconds."
    yield ""
    yield from bench.closures()
    yield ""
    yield from bench.end_to_end()
    yield ""
    yield from bench.misses()
    if large:
        yield from bench.large()
    yield from bench.exponent()
    yield from bench.review()


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where graphs and environments are kept")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(Engines(folder), folder, arguments.repeats)
        lines = []
        for line in report(bench, large=arguments.large):
            print(line, flush=True)
            lines.append(line)
    if arguments.out is not None:
        page = arguments.out.read_text(encoding="utf-8")
        text = "\n".join(lines).rstrip() + "\n"
        filled, marks = MARKS.subn(lambda match: match[1] + text + match[2], page)
        if not marks:
            sys.exit(f"{arguments.out} has no marks for the tables")
        arguments.out.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
