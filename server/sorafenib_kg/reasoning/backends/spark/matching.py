"""All rules at once: their premises as joins of Spark's tables.

A match under way is a row of the plan's number, the values known so far, and what the plan asks
for next. One step of all plans is one join for each combination of parts that are known, whatever
rules the plans are of: some look up by subject and predicate, others by predicate and object. So
the number of joins of a round does not grow with the ontology. What a step finds is written and
read again: a plan of Spark's that holds the steps before it would be taken apart with each step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql

from sorafenib_kg.reasoning.backends.spark.plans import Part, Plan, Step

TRIPLE = "s string, p string, o string"
DERIVED = f"{TRIPLE}, rule string"
MATCH = "plan int, b array<string>"

# A part of a step or a head: a term, or else the place of a value; neither if it is not known.
_PARTS = ", ".join(f"{letter}_term string, {letter}_place int" for letter in "spo")
# A list of predicates that is longer than this is not worth looking up row by row.
_MOST_NAMED = 200


Keep = Callable[[str, DataFrame], DataFrame]


class Matcher:
    """Looks plans up in triples, step by step."""

    def __init__(self, spark: SparkSession, keep: Keep, name: str) -> None:
        """Take the session, and a way to write frames; ``name`` begins their names."""
        self._spark = spark
        self._keep = keep
        self._name = name
        self._kept = 0

    def matches(self, plans: Sequence[Plan], first: DataFrame, known: DataFrame) -> DataFrame:
        """Return rows ``plan`` (its place) and ``b`` (the values) for all complete matches.

        The first step of each plan is looked up in ``first``, the others in ``known``.
        """
        complete = [self._spark.createDataFrame([], MATCH)]
        asked = self._asked(dict(enumerate(plans)), 0)
        living: Collection[int] = range(len(plans))
        place = 0
        while living:
            steps = [plans[number].steps[place] for number in living]
            under_way = _step(asked, steps, first if place == 0 else known)
            place += 1
            ended = {number for number in living if len(plans[number].steps) == place}
            if len(ended) == len(living):
                complete.append(under_way)
                break
            self._kept += 1
            asked = self._asked({number: plans[number] for number in living}, place, under_way)
            asked = self._keep(f"{self._name}-matches-{self._kept}", asked)
            there = {row[0] for row in asked.select("plan").distinct().collect()}
            if not ended.isdisjoint(there):
                complete.append(asked.where("known IS NULL").select("plan", "b"))
            living = there - ended
        return union(complete)

    def conclusions(self, plans: Sequence[Plan], matches: DataFrame) -> DataFrame:
        """Return the triples that complete matches give, with the names of their rules."""
        rows = []
        for number, plan in enumerate(plans):
            if plan.head is None:
                raise ValueError(f"a clash gives no triples: {plan.name}")
            rows.append((number, plan.name, *_cells(plan.head)))
        heads = self._table(f"plan int, rule string, {_PARTS}", rows)
        parts = (_value(letter).alias(letter) for letter in "spo")
        return matches.join(heads, "plan").select(*parts, "rule")

    def _asked(
        self, plans: Mapping[int, Plan], place: int, under_way: DataFrame | None = None
    ) -> DataFrame:
        """Return matches with what their plans ask for at a step: null where there is no more."""
        rows = []
        for number, plan in plans.items():
            step = plan.steps[place] if len(plan.steps) > place else None
            parts = (None,) * 3 if step is None else (step.subject, step.predicate, step.object)
            rows.append((number, None if step is None else step.known, *_cells(parts)))
        table = self._table(f"plan int, known string, {_PARTS}", rows)
        if under_way is None:
            matches = table.withColumn("b", sql.array().cast("array<string>"))
        else:
            matches = under_way.join(table, "plan")
        values = (_value(letter).alias(f"w_{letter}") for letter in "spo")
        return matches.select("plan", "b", "known", *values)

    def _table(self, schema: str, rows: Iterable[tuple[object, ...]]) -> DataFrame:
        return sql.broadcast(self._spark.createDataFrame(list(rows), schema))


def union(parts: Iterable[DataFrame]) -> DataFrame:
    """Return all rows of some frames of the same columns, at least one."""
    return reduce(lambda one, other: one.unionByName(other), parts)


def _cells(parts: Sequence[Part | None]) -> Iterator[str | int | None]:
    for part in parts:
        yield part if isinstance(part, str) else None
        yield part if isinstance(part, int) else None


def _value(letter: str) -> Column:
    """Return the value of a part, null if it is not known."""
    return sql.coalesce(sql.col(f"{letter}_term"), sql.get("b", sql.col(f"{letter}_place")))


def _step(asked: DataFrame, steps: Iterable[Step], triples: DataFrame) -> DataFrame:
    """Return the matches that have one more step."""
    kinds: dict[str, list[Step]] = {}
    for step in steps:
        kinds.setdefault(step.known, []).append(step)
    return union(
        _looked_up(asked.where(sql.col("known") == known), triples, found)
        for known, found in kinds.items()
    )


def _looked_up(asked: DataFrame, triples: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Return rows with the values added that triples give, for steps of one kind."""
    step = steps[0]
    named = {step.predicate for step in steps}
    if len(named) <= _MOST_NAMED and all(isinstance(name, str) for name in named):
        triples = triples.where(sql.col("p").isin(*named))
    if step.loop:
        triples = triples.where(sql.col("s") == sql.col("o"))
    keys = [letter for letter in "spo" if letter in step.known]
    conditions = [sql.col(f"w_{letter}") == sql.col(letter) for letter in keys]
    joined = asked.join(triples, conditions) if keys else asked.crossJoin(triples)
    values = [sql.col(letter) for letter in step.gives]
    added = sql.concat("b", sql.array(*values)) if values else sql.col("b")
    return joined.select("plan", added.alias("b"))
