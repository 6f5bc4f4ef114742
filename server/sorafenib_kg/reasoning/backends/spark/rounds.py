"""The rounds: semi-naive evaluation, until nothing new comes.

A round looks up what is new by all rules, and by rules that are new all that is known. Rules come
up as the ontology grows. Equality is written out. Triples whose subject is a literal or whose
predicate is a blank node take part; they are left out of what is written at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from sorafenib_kg.reasoning.backends.spark.known import Known
from sorafenib_kg.reasoning.backends.spark.literals import (
    TYPE,
    equal_literals,
    literals_of,
    typed_literals,
)
from sorafenib_kg.reasoning.backends.spark.matching import DERIVED, Matcher, union
from sorafenib_kg.reasoning.backends.spark.plans import Body, Plan, plan, plans_from_each
from sorafenib_kg.reasoning.backends.spark.ruleset import Ruleset
from sorafenib_kg.reasoning.backends.spark.runs import close_runs


class Rounds:
    """Applies the rules to what is known. ``count`` is how many rounds there were."""

    def __init__(self, spark: SparkSession, known: Known, rules: Ruleset) -> None:
        """Take what is known, all of it asserted."""
        self._spark = spark
        self._known = known
        self._rules = rules
        self._plans: list[Plan] = []  # of the rules so far, one from each of their premises
        self._typed: set[str] = set()  # datatypes whose literals have their types
        self._runs: set[str] = set()  # properties that are closed under runs, …
        self._steps_from = 0  # … but for their triples from this part on
        self._closures = 0
        self.count = 0

    def run(self, step: Callable[[str], None]) -> None:
        """Go on until nothing new comes; ``step`` is told how far it is."""
        known = self._known
        literals = literals_of(known.triples()).persist()
        known.add("equal-literals", equal_literals(self._spark, literals))
        start = 0
        fresh = list(self._rules.equality)
        while start < known.end:
            self.count += 1
            step(f"Round {self.count}, {known.size:,} triples")
            fresh += self._compile(start)
            found = [self._heads(fresh), *self._matched(start, fresh)]
            if asked := self._rules.datatypes - self._typed:
                found.append(typed_literals(self._spark, literals, asked))
                self._typed |= asked
            self._plans += (plan for body in fresh for plan in plans_from_each(body))
            fresh = []
            start = known.end
            known.add(f"round-{self.count}", union(found))
        literals.unpersist()

    def _compile(self, start: int) -> list[Body]:
        """Learn from the triples from a part on; return the rules that are new.

        Runs are closed first, so that what they come to makes rules too.
        """
        fresh: list[Body] = []
        self._close_runs()
        while start < self._known.end:
            self._learn(start)
            start = self._known.end
            fresh += self._rules.compile()
            opened = self._rules.runs - self._runs
            if opened & self._known.predicates():
                self._close(opened, self._known.triples(), self._known.triples(end=0))
            self._runs |= opened
        return fresh

    def _close_runs(self) -> None:
        """Close what is closed under runs again, if it has new steps."""
        if self._runs & self._known.predicates(self._steps_from):
            steps = self._known.triples(self._steps_from)
            self._close(self._runs, steps, self._known.triples(end=self._steps_from))
        self._steps_from = self._known.end

    def _close(self, runs: Iterable[str], steps: DataFrame, closed: DataFrame) -> None:
        self._closures += 1
        among = sql.col("p").isin(*sorted(runs))
        close_runs(self._known, f"runs-{self._closures}", steps.where(among), closed.where(among))
        self._steps_from = self._known.end

    def _learn(self, start: int) -> None:
        rules = self._rules
        if not self._known.predicates(start) & {TYPE, *rules.predicates}:
            return
        of_types = (sql.col("p") == TYPE) & sql.col("o").isin(*sorted(rules.types))
        wanted = sql.col("p").isin(*sorted(rules.predicates)) | of_types
        rows = self._known.triples(start).where(wanted).collect()
        rules.learn(sorted((row[0], row[1], row[2]) for row in rows))

    def _heads(self, bodies: Iterable[Body]) -> DataFrame:
        """Return the conclusions of rules without a premise that is to be looked up."""
        rows = [(*body.head, body.name) for body in bodies if body.head and not body.premises]
        return self._spark.createDataFrame(rows, DERIVED)

    def _matched(self, start: int, fresh: Sequence[Body]) -> Iterator[DataFrame]:
        """Give the conclusions from the triples from a part on, and of fresh rules from all."""
        all_of_them = self._known.triples()
        for name, plans, first, predicates in (
            ("new", self._plans, self._known.triples(start), self._known.predicates(start)),
            ("fresh", [plan(body) for body in fresh if body.premises], all_of_them, None),
        ):
            able = self._able(plans, predicates)
            if able:
                matcher = Matcher(self._spark, self._known.keep, f"round-{self.count}-{name}")
                matches = matcher.matches(able, first, all_of_them)
                yield matcher.conclusions(able, matches)

    def _able(self, plans: Iterable[Plan], first: frozenset[str] | None) -> list[Plan]:
        """Return the plans for which all predicates are there, that of their first step new."""
        there = self._known.predicates()
        return [
            plan
            for plan in plans
            if there.issuperset(plan.predicates)
            and (
                first is None
                or not isinstance(plan.steps[0].predicate, str)
                or plan.steps[0].predicate in first
            )
        ]
