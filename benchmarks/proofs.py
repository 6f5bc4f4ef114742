"""How long proofs take, over all that is inferred.

usage: proofs.py [FILE…] [--sample N] [--alternatives N] [--seed N] [--out PAGE]

Derives and checks a proof by rank of each inferred triple of the files (of the bundled review
without files), then searches for the smallest proofs and for several proofs of a random sample.
Times are CPU milliseconds a triple; the first proof of each kind, which builds indexes, counts as
well. Each proof is checked by the independent checker. With --out, the table is put between the
marks in a page. Ends with 1 if proofs by rank take 1 ms or more in the median, or 50 ms or more at
the 99th percentile.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pages import fill
from pyoxigraph import Triple

from sorafenib_kg.loader import load
from sorafenib_kg.reasoning import Proof, ProofSearch, derive, materialise, size, verify

MARKS = re.compile(r"(<!-- benchmarks/proofs\.py -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD = """\
| proofs | triples | median | 99th percentile | largest | steps, mean | steps, most | incomplete |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
MEDIAN_BAR, PERCENTILE_BAR = 1.0, 50.0  # milliseconds, of proofs by rank

Found = tuple[Sequence[Proof], bool]


class Series:
    """The times of one kind of proof, and what came of it."""

    def __init__(self, name: str, find: Callable[[Triple], Found]) -> None:
        """Take a name, and what finds the proofs of a triple and tells whether that was all."""
        self._name = name
        self._find = find
        self._times: list[float] = []
        self._checks: list[float] = []
        self._steps: list[int] = []
        self._incomplete = 0

    def run(self, triples: Sequence[Triple], asserted: set[Triple]) -> None:
        """Find and check the proofs of some triples."""
        for triple in triples:
            started = time.process_time()
            proofs, complete = self._find(triple)
            found = time.process_time()
            for proof in proofs:
                verify(proof, asserted)
            self._checks.append(1000 * (time.process_time() - found))
            self._times.append(1000 * (found - started))
            self._steps.append(size(proofs[0]).steps)
            self._incomplete += not complete

    @property
    def median(self) -> float:
        """Return the median time in milliseconds."""
        return statistics.median(self._times)

    @property
    def percentile(self) -> float:
        """Return the 99th percentile of the times in milliseconds."""
        return _percentile(self._times)

    def row(self) -> str:
        """Return the line of the table."""
        return (
            f"| {self._name} | {len(self._times)} | {self.median:.2f} | {self.percentile:.2f} "
            f"| {max(self._times):.2f} | {statistics.mean(self._steps):.1f} "
            f"| {max(self._steps)} | {self._incomplete} |"
        )

    def row_of_checks(self) -> str:
        """Return the line on what checking took."""
        return (
            f"| the check of those {self._name} | {len(self._checks)} "
            f"| {statistics.median(self._checks):.2f} | {_percentile(self._checks):.2f} "
            f"| {max(self._checks):.2f} | | | |"
        )


def _percentile(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.99 * len(times)))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--alternatives", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    triples = [quad.triple for quad in load(arguments.files or None).quads]
    asserted = set(triples)
    closure = materialise(triples)
    inferred = list(closure.inferred())
    if not inferred:
        sys.exit("nothing follows from these files")
    chosen = random.Random(arguments.seed).sample(inferred, min(arguments.sample, len(inferred)))
    search, most = ProofSearch(closure), arguments.alternatives

    def smallest(triple: Triple) -> Found:
        found = search.smallest(triple)
        return found.proofs, found.complete

    def several(triple: Triple) -> Found:
        found = search.alternatives(triple, most)
        return found.proofs, found.complete

    by_rank = Series("by rank", lambda triple: ((derive(closure, triple),), True))
    by_size = Series("with the fewest steps", smallest)
    others = Series(f"up to {most}, from other triples", several)
    by_rank.run(inferred, asserted)
    by_size.run(chosen, asserted)
    others.run(chosen, asserted)
    lines = [by_rank.row(), by_rank.row_of_checks(), by_size.row(), others.row()]
    table = HEAD + "\n".join(lines) + "\n"
    print(table, end="")
    if arguments.out is not None:
        fill(arguments.out, MARKS, table)
    if by_rank.median >= MEDIAN_BAR or by_rank.percentile >= PERCENTILE_BAR:
        sys.exit("proofs by rank take longer than they may")


if __name__ == "__main__":
    main()
