"""The closure after changes against the closure made anew, and what would follow."""

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Triple

from random_graphs import GRAPHS, named
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import (
    Closure,
    Names,
    derive,
    derive_clash,
    materialise,
    revise,
    verify,
    what_if,
)
from turtle_texts import PREFIXES


def triples(lines: list[str]) -> list[Triple]:
    found = pyoxigraph.parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
    return named([quad.triple for quad in found])


def closure(text: str) -> Closure:
    return materialise(triples([text]))


def same(found: Closure, facts: set[Triple]) -> None:
    """Check a closure against one made anew: triples, clashes, ranks, and all proofs."""
    expected = materialise(sorted(facts, key=str), names=Names.ALL)
    assert set(found.inferred()) == set(expected.inferred())
    assert {c.rule for c in found.clashes} == {c.rule for c in expected.clashes}
    assert found.statistics.inferred == expected.statistics.inferred
    for triple in found.inferred():
        proof = derive(found, triple)
        verify(proof, facts)
        if not found.engine.merges:
            assert found.rank(triple) > max(found.rank(p.conclusion) for p in proof.premises)
    for clash in found.clashes:
        verify(derive_clash(found, clash), facts)


CHANGES = st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(1, 4)), max_size=6)


# Graphs in which a few things and literals have several names, and much follows from much.
NAMES = st.lists(
    st.sampled_from(
        [
            ":p0 a owl:TransitiveProperty .",
            ":p0 rdfs:subPropertyOf :p1 .",
            ":p1 rdfs:domain :C0 .",
            ":C0 owl:onProperty :v0 ; owl:hasValue 5 .",
            ":i0 owl:sameAs :i1 .",
            ":i2 owl:sameAs :i3 .",
            *(f":i{n} :p0 :i{m} ." for n in range(4) for m in range(4) if n != m),
            *(f":i{n} :v0 {value} ." for n in range(4) for value in ("5", "5.0", "6")),
            ":v0 a owl:FunctionalProperty .",
        ]
    ),
    min_size=4,
    max_size=14,
    unique=True,
)


@pytest.mark.parametrize("prefer", ["deleted", "anew"])
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(lines=st.one_of(GRAPHS, NAMES), more=st.one_of(GRAPHS, NAMES), changes=CHANGES)
def test_after_any_changes_the_closure_is_that_of_the_facts(prefer, lines, more, changes):
    pool = triples([*lines, *more])
    facts = set(triples(lines))
    found = materialise(sorted(facts, key=str), names=Names.ALL)
    for coming, first, count in changes:
        chosen = [pool[(first + n) % len(pool)] for n in range(count)]
        before = found
        if coming:
            revision = revise(found, add=chosen, prefer=prefer)
            facts |= set(chosen)
        else:
            revision = revise(found, remove=chosen, prefer=prefer)
            facts -= set(chosen)
        found = revision.closure
        same(found, facts)
        assert set(revision.follows()) == set(found.inferred()) - {
            t for t in found.inferred() if t in before
        }


FAMILY = """
    :activates rdfs:subPropertyOf :actsOn . :actsOn a owl:TransitiveProperty .
    :a :activates :b . :b :activates :c . :c :activates :d . :a :actsOn :c .
"""


@pytest.mark.parametrize(
    ("gone", "way"),
    [
        (":b :activates :c .", "deleted"),
        (":a :actsOn :c .", "deleted"),
        (":actsOn a owl:TransitiveProperty .", "anew"),
    ],
    ids=["fact", "fact_that_follows_too", "axiom"],
)
def test_facts_are_deleted_and_axioms_lead_to_a_new_start(gone: str, way: str):
    before = closure(FAMILY)
    revision = revise(before, remove=triples([gone]), prefer="deleted")
    assert revision.way == way
    same(revision.closure, set(triples([FAMILY])) - set(triples([gone])))


NAMED = (
    FAMILY
    + """
    :a owl:sameAs :z . :a :weight 5 . :b :weight 5.0 , 6 . :c :weight 6.0 , 6 .
"""
)


@pytest.mark.parametrize(
    ("gone", "way"),
    [
        (":b :activates :c .", "deleted"),
        (":b :weight 6 .", "deleted"),
        (":c :weight 6 .", "anew"),
        (":b :weight 5.0 .", "anew"),
        (":a owl:sameAs :z .", "anew"),
    ],
    ids=["other_fact", "value", "value_told_twice", "fact_by_another_name", "what_is_the_same"],
)
def test_facts_are_deleted_beside_names_that_stay(gone: str, way: str):
    before = materialise(triples([NAMED]), names=Names.ALL)
    revision = revise(before, remove=triples([gone]), prefer="deleted")
    assert revision.way == way
    same(revision.closure, set(triples([NAMED])) - set(triples([gone])))


def test_what_every_term_is_goes_with_its_last_triple():
    given = triples([FAMILY])
    gone = triples([":a :activates :b ."])
    before = materialise(given, axiomatic=True)
    after = revise(before, remove=gone, prefer="deleted").closure
    expected = materialise(sorted(set(given) - set(gone), key=str), axiomatic=True)
    assert set(after.inferred()) == set(expected.inferred())


def test_a_triple_that_follows_otherwise_stays_when_its_assertion_goes():
    before = closure(FAMILY)
    gone = triples([":a :actsOn :c ."])
    after = revise(before, remove=gone, prefer="deleted").closure
    assert gone[0] in after
    assert gone[0] in set(after.inferred())


def test_circles_do_not_keep_themselves_alive():
    before = closure("""
        :p owl:inverseOf :q . :q rdfs:subPropertyOf :r . :r rdfs:subPropertyOf :q .
        :x :p :y .
    """)
    after = revise(before, remove=triples([":x :p :y ."]), prefer="deleted")
    assert after.way == "deleted"
    assert not [t for t in after.closure.inferred() if t.predicate.value.endswith(("/q", "/r"))]


def test_the_closure_that_was_revised_stays_as_it_was():
    before = closure(FAMILY)
    inferred, size = set(before.inferred()), len(before)
    revise(before, add=triples([":d :activates :e . :a owl:sameAs :d ."]))
    revise(before, remove=triples([":a :activates :b ."]), prefer="deleted")
    assert set(before.inferred()) == inferred
    assert len(before) == size
    same(before, set(triples([FAMILY])))


def test_a_change_says_what_it_does_to_what_is_inferred():
    before = closure(FAMILY)
    revision = revise(before, add=triples([":d :activates :e ."]))
    assert revision.way == "extended"
    expected = triples([":d :actsOn :e . :c :actsOn :e . :b :actsOn :e . :a :actsOn :e ."])
    assert set(revision.follows()) == set(expected)
    assert not revision.removed


def test_nothing_changes_where_there_is_nothing_to_change():
    before = closure(FAMILY)
    given = triples([":a :activates :b ."])
    assert revise(before, add=given).way == "unchanged"
    assert revise(before, remove=triples([":z :activates :b ."])).closure is before
    assert revise(before, add=given, remove=given).way == "unchanged"


def test_what_if_says_what_would_follow_and_what_would_clash():
    before = closure(FAMILY + ":activates rdfs:range :Active . :Active owl:disjointWith :Dead .")
    revision = what_if(before, triples([":d :activates :e . :b a :Dead ."]))
    assert set(triples([":e a :Active . :a :actsOn :e ."])) <= set(revision.follows())
    assert [clash.rule for clash in revision.new_clashes()] == ["cax-dw"]
    assert before.clashes == ()


@pytest.mark.parametrize("prefer", ["deleted", "anew"])
def test_the_review_loses_a_file_and_gets_it_back(graph: KnowledgeGraph, prefer):
    assert graph.closure is not None
    some = Path(__file__).parent.parent / "triples" / "claims-S12.ttl"
    given = {q.triple for q in graph.dataset.quads}
    chosen = [
        q.triple for q in pyoxigraph.parse(path=some, format=RdfFormat.TURTLE) if q.triple in given
    ]
    without = revise(graph.closure, remove=chosen, prefer=prefer)
    expected = materialise(sorted(given - set(chosen), key=str))
    assert set(without.closure.inferred()) == set(expected.inferred())
    again = revise(without.closure, add=chosen)
    assert set(again.closure.inferred()) == set(graph.closure.inferred())
