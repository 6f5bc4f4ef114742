"""What is known: triples in Parquet, below one folder, each as it was found.

A row is a triple and the name of the rule that gave it, or null where it was asserted. What is
found is written and read again, so that no plan of Spark's grows from round to round and what is
lost with an executor needs no recomputing from the start.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from sorafenib_kg.reasoning.backends.spark.matching import DERIVED
from sorafenib_kg.rules import REFLEXIVE

TERMS = ("s", "p", "o")

# A subject that is an IRI or a blank node, and a predicate that is an IRI; "<<" begins a triple.
_PROPER = r"s RLIKE '^(<[^<]|_:)' AND p RLIKE '^<[^<]'"
_NAMES = ", ".join(f"'<{name}>'" for name in sorted(REFLEXIVE))
_TRIVIAL = f"s = o AND p IN ({_NAMES})"


@dataclass(frozen=True, slots=True)
class _Part:
    path: str
    predicates: frozenset[str]


class Known:
    """The triples that are known so far, ``size`` of them, in parts: each addition makes one.

    Parts are numbered in the order in which they came. What is asked of the triples can be asked
    of those from a part on, or before it.
    """

    def __init__(self, spark: SparkSession, folder: str, *, reflexive: bool) -> None:
        """Start with no triple; without ``reflexive``, none that says nothing is taken."""
        self._spark = spark
        self._folder = folder.rstrip("/")
        self._reflexive = reflexive
        self._parts: list[_Part] = []
        self.size = 0

    @property
    def end(self) -> int:
        """The number that the next part will have."""
        return len(self._parts)

    def assert_all(self, triples: DataFrame) -> int:
        """Take triples as asserted, each once; return how many they are."""
        rows = triples.select(*TERMS).distinct().withColumn("rule", sql.lit(None).cast("string"))
        return self._take("asserted", rows)

    def add(self, name: str, candidates: DataFrame) -> int:
        """Take those of the candidates that are new, as a part; return how many they are.

        ``name`` is that of a new folder for them. If there are none, there is no new part.
        """
        if not self._reflexive:
            candidates = candidates.where(f"NOT ({_TRIVIAL})")
        rows = candidates.groupBy(*TERMS).agg(sql.min("rule").alias("rule"))
        return self._take(name, rows.join(self.triples(), [*TERMS], "left_anti"))

    def keep(self, name: str, frame: DataFrame) -> DataFrame:
        """Write a frame below the folder without taking it as known; return it as written."""
        path = f"{self._folder}/{name}"
        frame.write.parquet(path)
        return self._spark.read.schema(frame.schema).parquet(path)

    def triples(self, start: int = 0, end: int | None = None) -> DataFrame:
        """Return the triples of the parts from one to another, as columns s, p, o."""
        return self._rows(start, end).select(*TERMS)

    def predicates(self, start: int = 0) -> frozenset[str]:
        """Return the predicates of the triples from a part on."""
        return frozenset[str]().union(*(part.predicates for part in self._parts[start:]))

    def proper(self) -> DataFrame:
        """Return what is to be written: triples of RDF, no reflexive ones but asserted ones."""
        rows = self._rows().where(_PROPER)
        return rows if self._reflexive else rows.where(f"rule IS NULL OR NOT ({_TRIVIAL})")

    def fired(self) -> dict[str, int]:
        """Return how many of the triples to be written each rule gave first."""
        rows = self.proper().where("rule IS NOT NULL").groupBy("rule").count().collect()
        return {str(row[0]): int(row[1]) for row in sorted(rows)}

    def _rows(self, start: int = 0, end: int | None = None) -> DataFrame:
        paths = [part.path for part in self._parts[start:end]]
        if not paths:
            return self._spark.createDataFrame([], DERIVED)
        return self._spark.read.schema(DERIVED).parquet(*paths)

    def _take(self, name: str, rows: DataFrame) -> int:
        found = self.keep(name, rows.select(*TERMS, "rule"))
        counts = {str(row[0]): int(row[1]) for row in found.groupBy("p").count().collect()}
        if counts:
            self._parts.append(_Part(f"{self._folder}/{name}", frozenset(counts)))
        count = sum(counts.values())
        self.size += count
        return count
