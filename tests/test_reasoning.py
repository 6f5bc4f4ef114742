"""The reasoner's behaviour as a whole: fixpoint, ranks, what it leaves out, what it reports."""

import random

import pytest
from pyoxigraph import Literal, NamedNode

from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import Closure, derive, materialise, verify
from turtle_texts import triple, triples


def closure(text: str) -> Closure:
    return materialise(triples(text))


def test_nothing_asserted_is_inferred_again():
    given = triples(":A rdfs:subClassOf :B . :x a :A , :B .")
    found = materialise(given)
    assert set(found.inferred()) == set()
    assert found.rank(given[-1]) == 0
    assert found.rule(given[-1]) is None


def test_an_empty_graph_has_an_empty_closure():
    found = materialise([])
    assert list(found.inferred()) == []
    assert found.statistics.asserted == found.statistics.inferred == len(found) == 0


def test_a_triple_that_comes_twice_counts_once():
    given = triples(":x :p :y .")
    assert materialise(given * 2).statistics.asserted == 1


def test_an_inferred_axiom_takes_effect():
    found = closure("""
        :isKindOf rdfs:subPropertyOf rdfs:subClassOf .
        :Kinase :isKindOf :Protein .
        :hasWhole rdfs:subPropertyOf owl:inverseOf .
        :partOf :hasWhole :hasPart .
        :Ordering rdfs:subClassOf owl:TransitiveProperty .
        :partOf a :Ordering .
        :raf-1 a :Kinase .
        :a :partOf :b .
        :b :partOf :c .
    """)
    for text in (":raf-1 a :Protein", ":b :hasPart :a", ":a :partOf :c", ":c :hasPart :a"):
        assert triple(text) in found


def test_what_an_inferred_axiom_gives_ranks_above_it():
    given = """
        :isKindOf rdfs:subPropertyOf rdfs:subClassOf .
        :Kinase :isKindOf :Protein .
        :raf-1 a :Kinase .
    """
    found = closure(given)
    assert found.rank(triple(":Kinase rdfs:subClassOf :Protein")) == 1
    assert found.rank(triple(":raf-1 a :Protein")) == 2
    derivation = derive(found, triple(":raf-1 a :Protein"))
    assert derivation.rule == "cax-sco"
    assert [premise.rule for premise in derivation.premises] == ["prp-spo1", None]
    verify(derivation, set(triples(given)))


def test_types_can_be_sub_properties_and_super_properties():
    found = closure("""
        :kind rdfs:subPropertyOf rdf:type .
        rdf:type rdfs:subPropertyOf :about .
        :raf-1 :kind :Protein .
    """)
    assert triple(":raf-1 a :Protein") in found
    assert triple(":raf-1 :about :Protein") in found


def test_a_literal_never_becomes_a_subject():
    found = closure("""
        :p a owl:SymmetricProperty ; owl:inverseOf :q ; rdfs:range :C .
        :C rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :D ] .
        :values owl:oneOf ( "one" :two ) .
        :x a :C ; :p "text" , :y .
    """)
    inferred = set(found.inferred())
    assert triple(":y :p :x") in inferred
    assert triple(":y a :D") in inferred
    assert triple(":two a :values") in inferred
    assert not [found for found in inferred if isinstance(found.subject, Literal)]


def test_cycles_of_transitive_properties_close():
    found = closure("""
        :p a owl:TransitiveProperty .
        :a :p :b . :b :p :c . :c :p :a . :c :p :d . :d :p :e . :e :p :d . :z :p :a .
    """)
    reached = {(t.subject.value[-1], t.object.value[-1]) for t in found.inferred()}
    reached |= {("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("z", "a")}
    expected = {(s, o) for s in "abcz" for o in "abcde"} | {(s, o) for s in "de" for o in "de"}
    assert reached == expected


def test_edges_that_come_late_are_closed_too():
    chain = " ".join(f":n{n} :p :n{n + 1} ." for n in range(40))
    found = closure(f"""
        :p a owl:TransitiveProperty .
        :direct rdfs:subPropertyOf :early .
        :early rdfs:subPropertyOf :p .
        {chain}
        :n40 :direct :m .
        :m :direct :n0 .
    """)
    nodes = [f":n{n}" for n in range(41)] + [":m"]
    assert all(triple(f"{first} :p {second}") in found for first in nodes for second in nodes)


def test_closing_again_adds_nothing(graph: KnowledgeGraph):
    assert graph.closure is not None
    given = [quad.triple for quad in graph.dataset.quads]
    again = materialise([*given, *graph.closure.inferred()])
    assert list(again.inferred()) == []


def test_random_relations_close_as_by_definition():
    chance = random.Random(7)  # noqa: S311 - not for secrets
    for _ in range(60):
        size = chance.randint(2, 12)
        edges = {
            (chance.randrange(size), chance.randrange(size))
            for _ in range(chance.randint(1, 2 * size))
        }
        expected = set(edges)
        while True:
            more = {(a, d) for a, b in expected for c, d in expected if b == c} - expected
            if not more:
                break
            expected |= more
        text = " ".join(f":{a} :p :{b} ." for a, b in sorted(edges))
        found = closure(f":p a owl:TransitiveProperty . {text}")
        assert found.statistics.inferred == len(expected - edges)
        assert all(triple(f":{a} :p :{b}") in found for a, b in expected)


@pytest.mark.parametrize(
    ("construct", "text"),
    [
        ("owl:minCardinality", ":C owl:minCardinality 1 ; owl:onProperty :p ."),
        ("owl:ReflexiveProperty", ":p a owl:ReflexiveProperty ."),
        ("list that has no end, or a fork", ":C owl:unionOf :l . :l rdf:first :D ."),
    ],
)
def test_what_no_rule_understands_is_reported(construct: str, text: str):
    assert construct in closure(text).statistics.uncovered


def test_nothing_is_reported_where_all_is_understood():
    found = closure(":p a owl:TransitiveProperty . :a :p :b .")
    assert dict(found.statistics.uncovered) == {}


def test_statistics_count_each_inferred_triple_once(graph: KnowledgeGraph):
    assert graph.closure is not None
    statistics = graph.closure.statistics
    assert sum(statistics.fired.values()) == statistics.inferred
    assert statistics.inferred == len(list(graph.closure.inferred()))
    assert statistics.asserted == len(graph.dataset.asserted())
    assert set(statistics.seconds) == {"encode", "compile", "reason", "clash"}


def test_all_clashes_are_found_and_reasoning_goes_on():
    found = closure("""
        :A owl:disjointWith :B .
        :B owl:disjointWith :A .
        :A rdfs:subClassOf :Top .
        :x a :A , :B .
        :y a :A , :B .
    """)
    assert sorted(clash.nodes[0].value[-1] for clash in found.clashes) == ["x", "y"]
    assert triple(":x a :Top") in found


def test_a_triple_term_as_subject_is_refused():
    class Statement:
        subject = triple(":a :b :c")
        predicate = NamedNode("https://example.org/p")
        object = NamedNode("https://example.org/o")

    with pytest.raises(ValueError, match="subject"):
        materialise([Statement()])  # type: ignore[list-item]
