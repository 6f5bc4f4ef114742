"""Add triples and remove them again, for long, and look whether a server's memory stays the same.

The exit code is 1 if it has grown between the second quarter of the rounds and the last.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click
from engines import HERE

sys.path.insert(0, str(HERE.parent / "tests"))

from serving import TOKEN, Server, serving

DATA = """
@prefix : <http://e/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C .
"""
_GROWTH = 1.15


def megabytes(pid: int) -> float:
    """Return the memory of a process that is in use, as Linux counts it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def reasoner_of(server: Server) -> int:
    """Return the process that reasons."""
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in server.children()}
    return next(pid for pid, text in commands.items() if "sorafenib_kg.maintenance" in text)


def make(server: Server, text: str) -> None:
    """Make an update; raise RuntimeError if it was refused."""
    answer = server.update(text)
    if answer.status != 204:
        raise RuntimeError(answer.text)


def has_grown(used: list[float]) -> bool:
    """Say whether the last quarter takes more than the second."""
    quarter = len(used) // 4
    return max(used[-quarter:]) > _GROWTH * max(used[quarter : 2 * quarter])


@click.command(help=__doc__)
@click.option("--rounds", type=click.IntRange(min=8), default=80)
@click.option("--triples", type=int, default=2000, help="Added and removed in each round.")
def main(rounds: int, triples: int) -> None:
    """Print a table in Markdown, a row for each eighth of the rounds."""
    used: tuple[list[float], list[float]] = ([], [])
    print("| rounds | triples removed | data process, MB | reasoner, MB |")
    print("| ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.ttl"
        data.write_text(DATA, encoding="utf-8")
        with serving("--data", data, "--writable", SORAFENIB_KG_TOKEN=TOKEN) as server:
            for number in range(1, rounds + 1):
                subjects = (f"<http://e/{number}/{n}> a <http://e/A> ." for n in range(triples))
                make(server, f"INSERT DATA {{ {' '.join(subjects)} }}")
                make(server, "DELETE WHERE { GRAPH ?g { ?s a <http://e/A> } }")
                for kept, pid in zip(used, (server.process.pid, reasoner_of(server)), strict=True):
                    kept.append(megabytes(pid))
                if number % (rounds // 8) == 0:
                    now = " | ".join(f"{kept[-1]:,.0f}" for kept in used)
                    print(f"| {number} | {number * triples:,} | {now} |", flush=True)
    sys.exit(any(map(has_grown, used)))


if __name__ == "__main__":
    main()
