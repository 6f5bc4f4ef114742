"""Compare the closures of many random small graphs with those of owlrl.

usage: agreement.py [--graphs N] [--seeds N ...] [--lock FILE] [--out PAGE]

This is the comparison of tests/test_owlrl_agreement.py (which says what is left out, and why)
over more graphs: equal triples, clashes, and proofs that hold. Each seed stands for graphs of its
own, the same each time. Ends with 1, and a smallest graph that shows it, where the two do not
agree. With --lock, the graphs of a seed wait for a lock on a file, so that others on the machine
get their turn; with --out, the outcome is put between the marks in a page.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from measure import held
from pages import fill

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
MARKS = re.compile(r"(<!-- benchmarks/agreement\.py -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass
class Tally:
    """What was compared: numbers of graphs and triples, and the steps of proofs by rule."""

    graphs: int = 0
    inferred: int = 0
    clashing: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, lines: list[str]) -> None:
        """Count a graph on which both agree."""
        import test_owlrl_agreement as comparison
        from sorafenib_kg.reasoning import derive, derive_clash, materialise
        from sorafenib_kg.reasoning.proofs.derivation import walk

        closure = materialise(comparison.triples_of(lines))
        self.graphs += 1
        self.inferred += closure.statistics.inferred
        self.clashing += bool(closure.clashes)
        proofs = [derive(closure, triple) for triple in closure.inferred()]
        refutations = [derive_clash(closure, clash) for clash in closure.clashes]
        self.rules.update(refutation.clash.rule for refutation in refutations)
        for proof in (*proofs, *refutations):
            self.rules.update(step.rule for step in walk(proof) if step.rule is not None)


def compare(number: int, graphs: int, tally: Tally) -> None:
    """Compare the graphs that a seed stands for; raises AssertionError where the two differ."""
    import test_owlrl_agreement as comparison
    from random_graphs import GRAPHS

    test = comparison.test_small_graphs_have_owlrl_s_closure_and_proofs_that_hold

    @seed(number)
    @settings(
        max_examples=graphs,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(GRAPHS)
    def compared(lines: list[str]) -> None:
        test.hypothesis.inner_test(lines)  # type: ignore[attr-defined]
        tally.add(lines)

    compared()


def told(tally: Tally, seeds: list[int]) -> str:
    """Return what was compared as text."""
    from sorafenib_kg.rules import RULES

    names = {rule.name for rule in RULES}
    absent = ", ".join(f"`{name}`" for name in sorted(names - tally.rules.keys())) or "none"
    return (
        f"{tally.graphs:,} graphs (seeds {', '.join(map(str, seeds))}), of which "
        f"{tally.clashing:,} contradict themselves: equal closures of {tally.inferred:,} inferred "
        f"triples together, each with a proof that holds. In these proofs is every rule but: "
        f"{absent}.\n"
    )


def main() -> None:
    """Compare as many graphs as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--graphs", type=int, default=250, help="how many for each seed (250)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 9)), metavar="N")
    parser.add_argument("--lock", type=Path, metavar="FILE", help="what each seed is to hold")
    parser.add_argument("--out", type=Path, help="the page to put the outcome into")
    arguments = parser.parse_args()
    tally = Tally()
    for number in arguments.seeds:
        with held(arguments.lock):
            compare(number, arguments.graphs, tally)
        print(f"seed {number}: {tally.graphs:,} graphs agree", file=sys.stderr, flush=True)
    text = told(tally, arguments.seeds)
    print(text)
    if arguments.out is not None:
        fill(arguments.out, MARKS, text)


if __name__ == "__main__":
    main()
