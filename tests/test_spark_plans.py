"""The rules that Spark's executors are given, carried out here by a few loops, without Spark."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import RdfFormat, Triple, parse

from random_graphs import GRAPHS
from sorafenib_kg.reasoning import Names, materialise
from sorafenib_kg.reasoning.backends.spark.plans import Body, Part, Plan, plan, plans_from_each
from sorafenib_kg.reasoning.backends.spark.ruleset import Row, Ruleset, term
from sorafenib_kg.reasoning.terms import statement
from sorafenib_kg.reasoning.values import in_space, value
from sorafenib_kg.rules import REFLEXIVE, iri
from turtle_texts import PREFIXES

TYPE, SAME = f"<{iri('rdf:type')}>", f"<{iri('owl:sameAs')}>"
TRIVIAL = {f"<{name}>" for name in REFLEXIVE}
CASES = sorted((Path(__file__).parent / "entailment").iterdir())


def texts(triples: Iterable[Triple]) -> set[Row]:
    return {(str(t.subject), str(t.predicate), str(t.object)) for t in triples}


def matches(found: Plan, triples: set[Row]) -> Iterator[list[str]]:
    rows: list[list[str]] = [[]]
    for step in found.steps:
        parts = step.subject, step.predicate, step.object
        rows = [
            row + [triple["spo".index(letter)] for letter in step.gives]
            for row in rows
            for triple in triples
            if all(
                part is None or filled(part, row) == text
                for part, text in zip(parts, triple, strict=True)
            )
            and not (step.loop and triple[0] != triple[2])
        ]
    yield from rows


def filled(part: Part, row: list[str]) -> str:
    return part if isinstance(part, str) else row[part]


def close(triples: Iterable[Triple]) -> set[Row]:
    """Close triples by what a ruleset gives, each rule over all that is known in each round."""
    asserted = texts(triples)
    known, fresh = set(asserted), set(asserted)
    rules = Ruleset(axiomatic=False)
    bodies = list(rules.equality)
    literals = sorted({o for _, _, o in known if o.startswith('"')})
    values = {text: value(term(text)) for text in literals}
    first: dict[object, str] = {}
    for text, meant in values.items():
        if meant is not None and first.setdefault(meant, text) != text:
            fresh.add((first[meant], SAME, text))
    while fresh:
        known |= fresh
        rules.learn(sorted(r for r in fresh if r[1] in rules.predicates or r[2] in rules.types))
        bodies += rules.compile()
        found = {
            (text, TYPE, kind)
            for text, meant in values.items()
            for kind in rules.datatypes
            if in_space(meant, kind[1:-1])
        }
        for predicate in rules.runs:
            steps = [(s, o) for s, p, o in known if p == predicate]
            found |= {(a, predicate, d) for a, b in steps for c, d in steps if b == c}
        for body in bodies:
            one = plan(body)
            assert one.head is not None
            found |= {tuple(filled(part, row) for part in one.head) for row in matches(one, known)}
        fresh = {(s, p, o) for s, p, o in found if s != o or p not in TRIVIAL} - known
    return {row for row in known if isinstance(statement(*map(term, row)), Triple)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRAPHS)
def test_random_graphs_have_the_engine_s_closure(lines: list[str]):
    quads = parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
    triples = [quad.triple for quad in quads]
    closure = materialise(triples, names=Names.ALL)
    assert close(triples) == texts([*triples, *closure.inferred()])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_rule_gives_what_it_gives_in_the_engine(case: Path):
    triples = [quad.triple for quad in parse(path=case / "premises.ttl")]
    closure = materialise(triples, names=Names.ALL)
    assert close(triples) == texts([*triples, *closure.inferred()])


BODY = Body(
    "a rule",
    (("?x", "<p>", "?y"), ("?z", "<q>", "<c>"), ("?y", "<r>", "?z"), ("?z", "<s>", "?z")),
    ("?x", "<t>", "?z"),
)


def test_a_plan_goes_on_from_what_is_known():
    steps = plan(BODY, 0).steps
    assert [step.predicate for step in steps] == ["<p>", "<r>", "<q>", "<s>"]
    assert [step.known for step in steps] == ["p", "sp", "spo", "spo"]
    assert [step.gives for step in steps] == ["so", "o", "", ""]


def test_a_plan_begins_where_most_is_given():
    first = plan(BODY).steps[0]
    assert (first.predicate, first.known, first.gives) == ("<q>", "po", "s")


def test_a_thing_in_relation_to_itself_is_one_value():
    found = plan(BODY, 3)
    assert (found.steps[0].known, found.steps[0].gives) == ("p=", "s")
    assert found.values["?z"] == 0


def test_there_is_a_plan_from_each_premise():
    plans = plans_from_each(BODY)
    assert [found.steps[0].predicate for found in plans] == ["<p>", "<q>", "<r>", "<s>"]
    triples = {("a", "<p>", "b"), ("b", "<r>", "c"), ("c", "<q>", "<c>"), ("c", "<s>", "c")}
    for found in plans:
        assert found.head is not None
        assert [[filled(p, row) for p in found.head] for row in matches(found, triples)] == [
            ["a", "<t>", "c"]
        ]
