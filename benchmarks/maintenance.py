"""What it costs to keep a closure up to date, against starting anew.

usage: maintenance.py [FILE…] [--sizes 1 10 100] [--repeats N] [--seed N] [--out PAGE]

Takes random triples out of the closure of the files (of the bundled review without files), by
deletion and by starting anew, and puts them back. Each cell is the median CPU time of the repeats
in milliseconds; behind it, for deletion, in how many of them it gave up and started anew. All ways
to one set of facts are checked to give the same triples. With --out, what is printed is put between
the marks in a page.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pages import fill
from pyoxigraph import Triple

from sorafenib_kg.loader import load
from sorafenib_kg.reasoning import Closure, Revision, materialise, revise

MARKS = re.compile(r"(<!-- benchmarks/maintenance\.py -->\n).*?(<!-- end -->)", re.DOTALL)
LANGUAGES = ("http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#")


def timed(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, float]:
    """Return what a call returns, and its CPU time in milliseconds."""
    started = time.process_time()
    found = function(*arguments, **options)
    return found, 1000 * (time.process_time() - started)


def about_things(triple: Triple) -> bool:
    """Tell whether a triple is one of the data, not of the ontology."""
    return not triple.predicate.value.startswith(LANGUAGES)


def check_equal(one: Revision, other: Revision) -> None:
    """Exit if two revisions do not hold the same inferred triples."""
    mine, theirs = one.closure.inferred_keys(), other.closure.inferred_keys()
    if set(mine) != set(theirs) or any((mine[p] != theirs[p]).any() for p in mine):
        sys.exit("deletion and a new start do not agree")


def row(
    closure: Closure, data: list[Triple], size: int, repeats: int, chance: random.Random
) -> str:
    """Return one line of the table: the costs of changes of one size."""
    costs: dict[str, list[float]] = {"deleted": [], "anew": [], "added": []}
    given_up = 0
    for _ in range(repeats):
        some = chance.sample(data, size)
        deleted, cost = timed(revise, closure, remove=some, prefer="deleted")
        costs["deleted"].append(cost)
        given_up += deleted.way != "deleted"
        anew, cost = timed(revise, closure, remove=some, prefer="anew")
        costs["anew"].append(cost)
        check_equal(deleted, anew)
        _, cost = timed(revise, anew.closure, add=some)
        costs["added"].append(cost)
    medians = {name: statistics.median(values) for name, values in costs.items()}
    return (
        f"| {size} | {medians['deleted']:.1f} ({given_up} of {repeats}) | {medians['anew']:.1f} "
        f"| {medians['added']:.1f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1, 10, 100])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    triples = [quad.triple for quad in load(arguments.files or None).quads]
    closure, cost = timed(materialise, triples)
    data = [triple for triple in dict.fromkeys(triples) if about_things(triple)]
    name = ", ".join(path.name for path in arguments.files) or "The review"
    lines = [
        f"{name}: {closure.statistics.asserted:,} triples asserted, "
        f"{closure.statistics.inferred:,} inferred; closed from triples in {cost:.0f} ms.",
        "",
        "| triples | taken out by deletion (gave up) | taken out anew | put back |",
        "| ---: | ---: | ---: | ---: |",
    ]
    chance = random.Random(arguments.seed)
    lines += [row(closure, data, size, arguments.repeats, chance) for size in arguments.sizes]
    table = "\n".join(lines) + "\n"
    print(table, end="")
    if arguments.out is not None:
        fill(arguments.out, MARKS, table)


if __name__ == "__main__":
    main()
