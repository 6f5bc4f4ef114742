"""What the same closure takes on this machine's arrays, in a SPARQL store, and on Spark.

usage: backends.py [--only GRAPH …] [--master URL] [--folder DIR] [--lock FILE] [--out PAGE]

Makes graphs, and closes each by the three commands `reason`, `reason-store` (on an Oxigraph that
has the triples already) and `reason-spark` (in an environment of its own, made in the folder).
Measured is the command with all processes that it starts, and the store while the command runs:
CPU and wall seconds, from the start of Python to the end. With --lock, each run waits for a lock
on a file. With --out, the table is put between the marks in a page.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import graphs
from measure import held
from pages import fill, seconds, table
from pyoxigraph import RdfFormat, serialize

from sorafenib_kg.loader import load

HERE = Path(__file__).resolve().parent
MARKS = re.compile(r"(<!-- benchmarks/backends\.py -->\n).*?(<!-- end -->)", re.DOTALL)
SAID = re.compile(r"([\d,]+) triples asserted, ([\d,]+) inferred")
GRAPHS = {"univ 1": ("univ", 1), "chain 300": ("chain", 300), "the review": None}
SOURCE, TARGET = "https://example.org/facts", "https://example.org/inferred"
LONGEST_START = 60  # seconds


@dataclass(frozen=True)
class Run:
    """What a run took, and what it came to."""

    cpu: float
    wall: float
    asserted: str
    inferred: str

    def cell(self) -> str:
        """Return it as a cell of the table."""
        return f"{seconds(self.cpu)} / {seconds(self.wall)}"


def write(name: str, path: Path) -> None:
    """Write a graph as N-Triples."""
    made = GRAPHS[name]
    if made is not None:
        graphs.write(*made, path)
        return
    triples = (quad.triple for quad in load(None).quads)
    path.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES))


def run(python: Path, *arguments: str) -> Run:
    """Run a command of this project in an environment."""
    command = [sys.executable, str(HERE / "drivers" / "whole.py"), str(python)]
    command += ["-m", "sorafenib_kg", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    figures = json.loads(done.stdout)
    said = SAID.search(figures["said"])
    if figures["code"] or said is None:
        sys.exit(f"{' '.join(arguments)} failed: {done.stderr}")
    return Run(figures["cpu"], figures["wall"], said[1], said[2])


def by_arrays(graph: Path, folder: Path) -> Run:
    """Close a graph in this project's arrays."""
    out = str(folder / "closed.nt")
    return run(Path(sys.executable), "reason", str(graph), "--out", out, "--names", "all")


def in_a_store(graph: Path, folder: Path) -> Run:
    """Close a graph in an Oxigraph; its CPU seconds count while the command runs."""
    with _oxigraph(folder) as (address, pid):
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{address}/store?graph={SOURCE}",
            graph.read_bytes(),
            {"Content-Type": "application/n-triples"},
        )
        urllib.request.urlopen(request).close()  # noqa: S310 - our own server
        before = _cpu_of(pid)
        found = run(
            Path(sys.executable),
            *("reason-store", f"{address}/query", "--update-url", f"{address}/update"),
            *("--from", SOURCE, "--into", TARGET),
        )
        used = _cpu_of(pid) - before
    return Run(found.cpu + used, found.wall, found.asserted, found.inferred)


def on_spark(python: Path, master: str) -> Callable[[Path, Path], Run]:
    """Return a function that closes a graph on Spark."""

    def close(graph: Path, folder: Path) -> Run:
        out = folder / "closed"
        shutil.rmtree(out, ignore_errors=True)
        return run(python, "reason-spark", str(graph), "--out", str(out), "--master", master)

    return close


def environment(folder: Path) -> Path:
    """Return the Python of an environment with this project and Spark, made if it is missing."""
    place = folder / "env-spark"
    python = place / "bin" / "python"
    if not python.exists():
        print("installing Spark", file=sys.stderr)
        venv.create(place, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--editable"]
        subprocess.run([*install, f"{HERE.parent}[spark]"], check=True)  # noqa: S603
    return python


def counts(runs: Mapping[str, Run]) -> str:
    """Return how many triples were inferred, and by which ways another number."""
    first = next(iter(runs.values())).inferred
    odd = [f"{run.inferred} by {way}" for way, run in runs.items() if run.inferred != first]
    return f"{first} ({', '.join(odd)})" if odd else first


@contextmanager
def _oxigraph(folder: Path) -> Iterator[tuple[str, int]]:
    """Run an Oxigraph in memory; give its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve", "--bind", address]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(f"http://{address}/")
            yield f"http://{address}", process.pid
        finally:
            process.terminate()


def _wait(address: str) -> None:
    until = time.monotonic() + LONGEST_START
    while True:
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 - our own server
        except urllib.error.URLError:
            if time.monotonic() > until:
                sys.exit("Oxigraph does not start")
            time.sleep(0.05)
        else:
            return


def _cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=GRAPHS, default=list(GRAPHS))
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "benchmarks")
    parser.add_argument("--lock", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    spark = on_spark(environment(arguments.folder), arguments.master)
    ways = {"`reason`": by_arrays, "`reason-store`, Oxigraph": in_a_store, "`reason-spark`": spark}
    rows = []
    for name in arguments.only:
        with tempfile.TemporaryDirectory() as place:
            graph = Path(place) / "graph.nt"
            write(name, graph)
            runs = []
            for close in ways.values():
                with held(arguments.lock):
                    runs.append(close(graph, Path(place)))
        rows.append([name, runs[0].asserted, counts(dict(zip(ways, runs, strict=True)))])
        rows[-1] += [run.cell() for run in runs]
    head = ["graph", "asserted", "inferred", *ways]
    text = f"{table(head, rows)}\n"
    print(text, end="")
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
