"""Runs of steps of one property, closed by repeated squaring.

Of new steps, in which nothing is closed yet, the pairs that walks of 1, 2, 4, … steps connect are
formed by joining each such table with itself; each doubles the length of the runs that are known.
So a run of n steps takes a logarithm of n turns, and on a chain no pair is formed twice. What was
closed before stays closed: a new run is one over new steps, each with an old run before it or
without, and an old run after the last.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from sorafenib_kg.reasoning.backends.spark.known import TERMS, Known
from sorafenib_kg.reasoning.backends.spark.matching import union
from sorafenib_kg.rules import iri

# Which rule closes a property under runs; all others are declared to be transitive.
_RULES = {
    f"<{iri('owl:sameAs')}>": "eq-trans",
    f"<{iri('rdfs:subClassOf')}>": "scm-sco",
    f"<{iri('rdfs:subPropertyOf')}>": "scm-spo",
}
_TRANSITIVE = "prp-trp"


def close_runs(known: Known, name: str, steps: DataFrame, closed: DataFrame) -> None:
    """Add to what is known the runs over new steps and over what is closed already.

    ``steps`` and ``closed`` are triples of properties to be closed, all of them known, and each
    in one of the two. ``name`` begins the names of folders.
    """
    steps = known.keep(f"{name}-steps", union([steps, _joined(closed, steps)]).distinct())
    runs, walks, turn = [steps], steps, 0
    while True:
        turn += 1
        walks = known.keep(f"{name}-walks-{turn}", _joined(walks, walks).distinct())
        longer = union([walks, _joined(union(runs), walks)]).distinct()
        longer = longer.join(union(runs), [*TERMS], "left_anti")
        fresh = known.keep(f"{name}-runs-{turn}", longer)
        if not fresh.head(1):
            break
        runs.append(fresh)
    found = union([union(runs), _joined(union(runs), closed)])
    rule = sql.lit(_TRANSITIVE)
    for predicate, other in _RULES.items():
        rule = sql.when(sql.col("p") == predicate, other).otherwise(rule)
    known.add(name, found.withColumn("rule", rule))


def _joined(first: DataFrame, second: DataFrame) -> DataFrame:
    """Return what a row of the first and a row of the second of the same property connect."""
    before = first.select("s", "p", sql.col("o").alias("m"))
    after = second.select(sql.col("s").alias("m"), "p", "o")
    return before.join(after, ["m", "p"]).select(*TERMS)
