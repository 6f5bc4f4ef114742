"""Contradictions on a cluster: the rules that conclude *false*, applied to all that is known.

With equality written out, one contradiction is found under all names of what takes part in it. It
is told once, as the engine for one machine does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, NamedNode
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as sql

from sorafenib_kg.reasoning.backends.spark.known import Known
from sorafenib_kg.reasoning.backends.spark.literals import (
    SAME,
    TYPE,
    different_literals,
    misplaced_literals,
    value_of,
)
from sorafenib_kg.reasoning.backends.spark.matching import Matcher, union
from sorafenib_kg.reasoning.backends.spark.plans import Body, Plan, compiled_body, plan, premise
from sorafenib_kg.reasoning.backends.spark.ruleset import Ruleset, term
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.compiler import DIFFERENT
from sorafenib_kg.reasoning.program import Atom
from sorafenib_kg.reasoning.terms import statement

Texts = tuple[str, str, str]
Found = tuple[str, Sequence[Texts], Sequence[Texts]]  # rule, premises, those about things

_DIFFERENT = f"<{DIFFERENT}>"


class Clashes:
    """Finds contradictions, at most a number of each rule."""

    def __init__(self, spark: SparkSession, known: Known, rules: Ruleset, most: int) -> None:
        """Take a closure that is complete."""
        self._spark = spark
        self._known = known
        self._rules = rules
        self._most = most
        # The same two triples may match a rule in either order.
        self._most_rows = 2 * most + 1

    def find(self) -> tuple[tuple[Clash, ...], tuple[str, ...]]:
        """Return the clashes, and the names of rules of which there are more."""
        found = [
            *self._of_rules(),
            *self._of_alternatives(),
            *self._of_values(),
            *self._of_types(),
        ]
        texts = {text for _, premises, _ in found for triple in premises for text in triple}
        representatives = self._representatives(texts)
        bearers = self._bearers(text for text in texts if text.startswith('"'))
        clashes: dict[tuple[str, frozenset[Texts]], Clash] = {}
        told: Counter[str] = Counter()
        more: dict[str, None] = {}
        for rule, premises, of_things in found:
            renamed = {_renamed(triple, representatives) for triple in premises}
            # What is written of one thing with two names is not written where it has one.
            key = rule, frozenset(t for t in renamed if t[1] != SAME or t[0] != t[2])
            if key in clashes and len(premises) <= len(clashes[key].premises):
                continue
            if key not in clashes:
                told[rule] += 1
                if told[rule] > self._most:
                    more[rule] = None
                    continue
            clashes[key] = Clash(
                rule,
                tuple(_nodes(of_things, bearers)),
                tuple(statement(*map(term, triple)) for triple in premises),
            )
        return tuple(clashes.values()), tuple(more)

    def _of_rules(self) -> Iterator[Found]:
        rules = [rule for rule in self._rules.clash_rules if not rule.alternatives]
        for rule in rules:
            if not rule.body:
                premises = [self._bound(atom, {}) for atom in rule.premises]
                yield rule.name, premises, premises[-1:]
        text = self._rules.text
        planned = [(rule, plan(compiled_body(rule, text))) for rule in rules if rule.body]
        for place, values in self._matches([one for _, one in planned]):
            rule, matched = planned[place]
            bound = {name: values[number] for name, number in matched.values.items()}
            premises = [self._bound(atom, bound) for atom in rule.premises]
            yield rule.name, premises, [self._bound(atom, bound) for atom in rule.body]

    def _matches(self, plans: Sequence[Plan]) -> list[tuple[int, Sequence[str]]]:
        """Return some matches of each rule: the place of the plan, and the values."""
        if not plans:
            return []
        triples, matcher = self._known.triples(), self._matcher("clashes")
        rules = self._table("plan int, rule string", ((n, one.name) for n, one in enumerate(plans)))
        matches = matcher.matches(plans, triples, triples).join(rules, "plan")
        found = self._some(matches.select("plan", "b", "rule"))
        return [(plan, values) for plan, values, _ in found]

    def _matcher(self, name: str) -> Matcher:
        return Matcher(self._spark, self._known.keep, name)

    def _of_alternatives(self) -> Iterator[Found]:
        """Give what fulfils two alternatives of a rule, which stand for items of a list."""
        items = [
            (number, rule, atom)
            for number, rule in enumerate(self._rules.clash_rules)
            for atom in rule.alternatives
        ]
        if not items:
            return
        text = self._rules.text
        plans = [plan(Body(rule.name, (premise(atom, text),), None)) for _, rule, atom in items]
        triples, matcher = self._known.triples(), self._matcher("alternatives")
        # Each thing is the same as itself, which is written nowhere.
        itself = [
            (place, [text(atom.subject)])
            for place, (_, _, atom) in enumerate(items)
            if isinstance(atom.subject, int)
        ]
        matches = union(
            [
                matcher.matches(plans, triples, triples),
                self._spark.createDataFrame(itself, "plan int, b array<string>"),
            ]
        )
        rows = ((place, number, rule.name) for place, (number, rule, _) in enumerate(items))
        matches = matches.join(self._table("plan int, list int, rule string", rows), "plan")
        others = matches.withColumnRenamed("plan", "other").drop("rule")
        both = matches.join(others, ["list", "b"]).where("plan < other")
        for place, other, values, _ in self._some(both.select("plan", "other", "b", "rule")):
            (_, rule, one), (_, _, two) = items[place], items[other]
            axioms = [self._bound(atom, {}) for atom in rule.premises]
            if isinstance(one.subject, int) and isinstance(two.subject, int):
                found = [(text(one.subject), SAME, text(two.subject))]
            else:
                names = dict.fromkeys(one.variables())
                bound = dict(zip(names, values, strict=True))
                found = [self._bound(one, bound), self._bound(two, bound)]
            yield rule.name, [*axioms, *found], found

    def _of_values(self) -> Iterator[Found]:
        """Give literals that are the same as one of another value (dt-diff, eq-diff1)."""
        rows = different_literals(self._spark, self._known.triples())
        pairs = sorted((row[0], row[2]) for row in rows.limit(self._most_rows).collect())
        # Of all that are the same, each is told beside the first, and one of each value.
        seconds = {second for _, second in pairs}
        told = set()
        for first, second in pairs:
            values = value_of(first), value_of(second)
            if first not in seconds and values not in told:
                told.add(values)
                same, different = (first, SAME, second), (first, _DIFFERENT, second)
                yield "eq-diff1", [same, different], [same]

    def _of_types(self) -> Iterator[Found]:
        """Give literals that are typed by a datatype that their value is not in (dt-not-type)."""
        rows = misplaced_literals(self._spark, self._known.triples())
        for subject, predicate, value in sorted(rows.limit(self._most_rows).collect()):
            typed = subject, predicate, value
            yield "dt-not-type", [typed], [typed]

    def _some(self, frame: DataFrame) -> list[tuple[Any, ...]]:
        """Return some rows of each rule, in a fixed order."""
        order = Window.partitionBy("rule").orderBy(*frame.columns)
        numbered = frame.distinct().withColumn("place", sql.row_number().over(order))
        rows = numbered.where(f"place <= {self._most_rows}").drop("place").collect()
        return sorted(map(tuple, rows))

    def _bound(self, atom: Atom, values: Mapping[str, str]) -> Texts:
        subject, predicate, value = (
            values[part] if isinstance(part, str) else self._rules.text(part)
            for part in (atom.subject, atom.predicate, atom.object)
        )
        return subject, predicate, value

    def _table(self, schema: str, rows: Iterable[tuple[object, ...]]) -> DataFrame:
        return sql.broadcast(self._spark.createDataFrame(list(rows), schema))

    def _representatives(self, texts: Iterable[str]) -> dict[str, str]:
        """Return the first of all names for those terms that have several."""
        asked = self._table("s string", [(text,) for text in texts])
        same = self._known.triples().where(sql.col("p") == SAME)
        rows = same.join(asked, "s").groupBy("s").agg(sql.min("o")).collect()
        return {row[0]: min(row) for row in rows}

    def _bearers(self, literals: Iterable[str]) -> dict[str, str]:
        """Return for literals the first individual that has it as a value."""
        asked = self._table("o string", [(text,) for text in literals])
        proper = self._known.proper().join(asked, "o").groupBy("o")
        # Who has it asserted comes before who has it inferred.
        first = sql.min(sql.struct(sql.col("rule").isNotNull(), "s")).alias("first")
        return {row[0]: row[1] for row in proper.agg(first).select("o", "first.s").collect()}


def _renamed(triple: Texts, representatives: Mapping[str, str]) -> Texts:
    subject, predicate, value = (representatives.get(text, text) for text in triple)
    return subject, predicate, value


def _nodes(
    of_things: Iterable[Texts], bearers: Mapping[str, str]
) -> Iterator[NamedNode | BlankNode]:
    """Give the individuals concerned; in the place of a literal, one that has it."""
    texts: dict[str, None] = {}
    for subject, predicate, value in of_things:
        texts[bearers.get(subject, subject)] = None
        if predicate != TYPE:
            texts[bearers.get(value, value)] = None
    return (node for node in map(term, texts) if isinstance(node, NamedNode | BlankNode))
