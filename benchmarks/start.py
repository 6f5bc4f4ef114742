"""How long the server takes from its start to its first answers, on the bundled review.

usage: start.py [--times N] [--lock FILE] [--out PAGE]

Starts `serve` in a fresh process, asks until there is an answer, then for the start page, and stops
it again, so many times. Prints seconds of the clock from the start until each was there, and of CPU
of all its processes until the first. With --lock, each run waits
for a lock on a file. With --out, the figures are put between the marks in a page.
"""

from __future__ import annotations

import argparse
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from load import cpu_of_tree
from measure import held
from pages import fill, machine, table

MARKS = re.compile(r"(<!-- benchmarks/start\.py -->\n).*?(<!-- end -->)", re.DOTALL)
BAR = 1.0  # seconds
_QUERY = "sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%201"
_LONGEST = 120.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start, of the clock and of CPU of all processes."""

    wall: float  # until the first answer to a query
    cpu: float
    page: float  # until the first page behind that


def start() -> Start:
    """Start a server, ask it, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    command = [sys.executable, "-m", "sorafenib_kg", "serve", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--access-log", "none"], stdout=subprocess.DEVNULL
    )
    try:
        while not _answers(port, _QUERY):
            if process.poll() is not None or time.perf_counter() > began + _LONGEST:
                sys.exit("the server did not start")
            time.sleep(0.005)
        wall, cpu = time.perf_counter() - began, cpu_of_tree(process.pid)
        if not _answers(port, ""):
            sys.exit("the server gave no page")
        return Start(wall, cpu, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int, path: str) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/{path}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bool(answer.read())
    except OSError:
        return False


def tables(starts: Sequence[Start]) -> str:
    """Return what was measured."""
    rows = [
        ["first answer, clock", *_spread([found.wall for found in starts])],
        ["first answer, CPU", *_spread([found.cpu for found in starts])],
        ["first page, clock", *_spread([found.page for found in starts])],
    ]
    met = "yes" if statistics.median(found.wall for found in starts) <= BAR else "no"
    return (
        f"{machine()}\n- {len(starts)} starts.\n\n"
        f"{table(['seconds until the', 'least', 'median', 'most'], rows)}\n\n"
        f"The first answer after at most {BAR:g} s of the clock: {met}.\n"
    )


def _spread(values: Sequence[float]) -> tuple[str, str, str]:
    return f"{min(values):.2f}", f"{statistics.median(values):.2f}", f"{max(values):.2f}"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--lock", type=Path, metavar="FILE", help="what each run is to hold")
    parser.add_argument("--out", type=Path, help="the page to put the figures into")
    arguments = parser.parse_args()
    starts = []
    for _ in range(arguments.times):
        with held(arguments.lock):
            starts.append(start())
    text = tables(starts)
    print(text)
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
