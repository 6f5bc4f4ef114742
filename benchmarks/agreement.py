"""Compare the closures of many random small graphs with those of owlrl.

usage: agreement.py [--graphs N] [--seed N]

This is the comparison of tests/test_owlrl_agreement.py (which says what is left out, and
why), over more graphs and other ones each time: equal triples, clashes, and proofs that hold. Ends
with 1, and a smallest graph that shows it, where the two do not agree.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))


def main() -> None:
    """Compare as many graphs as the command line says."""
    import test_owlrl_agreement as comparison
    from random_graphs import GRAPHS

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--graphs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    arguments = parser.parse_args()
    test = comparison.test_small_graphs_have_owlrl_s_closure_and_proofs_that_hold
    compare = settings(
        max_examples=arguments.graphs,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )(seed(arguments.seed)(given(GRAPHS)(test.hypothesis.inner_test)))  # type: ignore[attr-defined]
    started = time.perf_counter()
    compare()
    seconds = time.perf_counter() - started
    print(f"{arguments.graphs} graphs agree, seed {arguments.seed}, in {seconds:.0f} s")


if __name__ == "__main__":
    main()
