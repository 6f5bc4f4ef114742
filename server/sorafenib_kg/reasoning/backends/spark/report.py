"""What reasoning on a cluster came to, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from sorafenib_kg.reasoning.clashes import Clash


@dataclass(frozen=True, slots=True)
class ClusterReport:
    """What a run came to.

    ``read``, ``asserted`` and ``inferred`` count triples; ``read`` counts one as often as it was
    read. ``clashes`` are at most as many of each rule as were asked for; ``more_clashes`` names
    the rules of which there are more. ``fired`` is the number of triples that each rule gave
    first. ``uncovered`` are the constructs that no rule is about, with the number of triples, and
    what no rule could be made of. ``seconds`` are wall time by phase: read, reason, clash, write.
    ``peak_memory`` is the largest heap in bytes that a process of Spark's had, as far as it told.
    """

    read: int
    asserted: int
    inferred: int
    rounds: int
    clashes: tuple[Clash, ...]
    more_clashes: tuple[str, ...]
    fired: Mapping[str, int]
    uncovered: Mapping[str, int]
    seconds: Mapping[str, float]
    peak_memory: int | None

    def as_json(self) -> dict[str, object]:
        """Return the figures as what JSON can hold."""
        return {
            "triples": {
                "read": self.read,
                "asserted": self.asserted,
                "inferred": self.inferred,
                "written": self.asserted + self.inferred,
            },
            "rounds": self.rounds,
            "clashes": len(self.clashes),
            "more_clashes": list(self.more_clashes),
            "fired": dict(self.fired),
            "uncovered": dict(self.uncovered),
            "seconds": {phase: {"wall": round(wall, 6)} for phase, wall in self.seconds.items()},
            "peak_memory": self.peak_memory,
        }


def peak_heap(spark: SparkSession) -> int | None:
    """Return the largest heap of a process of Spark's so far, in bytes; None if none was told."""
    # Python has no way to the figures but this.
    found: Any = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    told = [found.apply(place).peakMemoryMetrics() for place in range(found.size())]
    heaps = [one.get().getMetricValue("JVMHeapMemory") for one in told if one.isDefined()]
    return max(map(int, heaps), default=None)
