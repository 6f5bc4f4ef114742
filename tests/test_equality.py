"""Equality: what is the same, under which names it is written, and how that is proved."""

import itertools

import pytest
from pyoxigraph import NamedNode

from sorafenib_kg.reasoning import (
    Closure,
    Derivation,
    GeneralisedTriple,
    Names,
    derive,
    derive_clash,
    materialise,
    verify,
)
from turtle_texts import triple, triples

SAME = NamedNode("http://www.w3.org/2002/07/owl#sameAs")


def checked(text: str, **options: object) -> Closure:
    """Close a graph, and have the checker look at the proof of all that follows."""
    given = triples(text)
    closure = materialise(given, **options)  # type: ignore[arg-type]
    for found in closure.inferred():
        verify(derive(closure, found), set(given))
    for clash in closure.clashes:
        verify(derive_clash(closure, clash), set(given))
    return closure


def rules(proof: Derivation) -> list[str | None]:
    return [proof.rule, *itertools.chain.from_iterable(map(rules, proof.premises))]


def test_a_triple_holds_under_all_names_of_its_terms():
    closure = checked(":a owl:sameAs :b . :c owl:sameAs :d . :p owl:sameAs :q . :a :p :c .")
    written = set(closure.inferred())
    for subject, predicate, value in itertools.product("ab", "pq", "cd"):
        found = triple(f":{subject} :{predicate} :{value}")
        assert found in closure
        assert (found in written) == (found != triple(":a :p :c"))


def test_the_rank_under_another_name_is_of_the_round_in_which_it_came_to_hold():
    closure = checked("""
        :a owl:sameAs :b . :a :p :x . :p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .
        :x :r :y . :r a owl:TransitiveProperty .
        :f a owl:FunctionalProperty . :y :f :u , :v . :u :q :z .
    """)
    ranks = {
        ":b owl:sameAs :a": 1,  # the merge of what is asserted is the first round
        ":b :p :x": 1,
        ":a :q :x": 2,
        ":b :q :x": 3,  # from the triple by the first name
        ":u owl:sameAs :v": 2,
        ":v :q :z": 3,  # the merge after that
        ":v owl:sameAs :u": 3,
    }
    assert {text: closure.rank(triple(text)) for text in ranks} == ranks


def test_with_representatives_each_thing_is_written_by_one_name():
    closure = checked(
        ":a owl:sameAs :b . :b owl:sameAs :c . :b :p :x . :p rdfs:subPropertyOf :q .",
        names=Names.REPRESENTATIVES,
    )
    assert set(closure.inferred()) == {
        triple(":a :p :x"),
        triple(":a :q :x"),
        triple(":a owl:sameAs :c"),
    }
    assert triple(":c :q :x") in closure


def test_what_one_merge_brings_can_cause_the_next():
    names = 30
    chain = " ".join(f":x{n} :next :x{n + 1} . :y{n} :next :y{n + 1} ." for n in range(names))
    closure = checked(f":next a owl:FunctionalProperty . :x0 owl:sameAs :y0 . {chain}")
    for n in range(names + 1):
        assert triple(f":y{n} owl:sameAs :x{n}") in closure
    assert triple(":x0 owl:sameAs :x1") not in closure
    proof = derive(closure, triple(f":x{names} owl:sameAs :y{names}"))
    assert rules(proof).count("prp-fp") == names


def test_an_axiom_about_one_name_of_a_class_or_property_holds_for_the_other():
    closure = checked("""
        :Kinase owl:sameAs :PhosphorylatingEnzyme . :PhosphorylatingEnzyme rdfs:subClassOf :Enzyme .
        :partOf owl:sameAs :componentOf . :componentOf a owl:TransitiveProperty .
        :raf-1 a :Kinase ; :partOf :cascade . :cascade :partOf :pathway .
    """)
    for text in (":raf-1 a :Enzyme", ":raf-1 :partOf :pathway", ":raf-1 :componentOf :pathway"):
        assert triple(text) in closure


def test_a_property_that_nothing_names_works_like_its_inverse():
    closure = checked("""
        :activates rdfs:subPropertyOf [ owl:inverseOf :isActivatedBy ] .
        :Activated owl:onProperty [ owl:inverseOf :activates ] ; owl:someValuesFrom owl:Thing .
        :ras :activates :raf-1 .
    """)
    assert triple(":raf-1 :isActivatedBy :ras") in closure
    assert triple(":raf-1 a :Activated") in closure


def test_many_values_of_a_functional_property_are_one_thing():
    values = " , ".join(f":v{n}" for n in range(2000))
    given = triples(f":p a owl:FunctionalProperty . :x :p {values} .")
    closure = materialise(given, names=Names.REPRESENTATIVES)
    assert triple(":v1999 owl:sameAs :v1234") in closure
    assert closure.statistics.inferred == 1999
    verify(derive(closure, triple(":v1999 owl:sameAs :v1234")), set(given))


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (Names.RESOURCES, {'"05"^^xsd:integer'}),
        (Names.ALL, {"5", "5.0", '"05"^^xsd:integer'}),
    ],
)
def test_a_literal_is_written_in_the_form_that_its_subject_has(names: Names, written: set[str]):
    closure = checked(
        ':dose rdfs:subPropertyOf :amount . :a :dose "05"^^xsd:integer . :b :other 5 , 5.0 .',
        names=names,
    )
    found = {t for t in closure.inferred() if t.predicate.value.endswith("amount")}
    assert found == {triple(f":a :amount {text}") for text in written}
    assert triple(":a :amount 5.0") in closure


def test_what_equal_literals_bring_together_is_the_same():
    closure = checked("""
        :Trial owl:hasKey ( :number ) .
        :sharp a :Trial ; :number 602 . :other a :Trial ; :number 602.0 .
    """)
    assert triple(":sharp owl:sameAs :other") in closure
    assert "dt-eq" in rules(derive(closure, triple(":sharp owl:sameAs :other")))


def test_a_proof_passes_through_literals_that_belong_to_classes():
    closure = checked("""
        :count rdfs:range xsd:integer . xsd:integer rdfs:subClassOf :Number .
        :Counted owl:onProperty :count ; owl:someValuesFrom :Number .
        :a :count 5 .
    """)
    proof = derive(closure, triple(":a a :Counted"))
    assert any(isinstance(premise.conclusion, GeneralisedTriple) for premise in proof.premises)
    assert not [found for found in closure.inferred() if isinstance(found, GeneralisedTriple)]


def test_two_values_of_a_functional_property_clash_once_for_each_further_value():
    closure = checked(":p a owl:FunctionalProperty . :x :p 1 , 2 , 3 , 3.0 .")
    assert [clash.rule for clash in closure.clashes] == ["eq-diff1"] * 2
    assert {node.value[-1] for clash in closure.clashes for node in clash.nodes} == {"x"}


def test_the_reflexive_is_different_from_itself_by_no_assertion():
    closure = checked(":a owl:differentFrom :a .")
    assert [clash.rule for clash in closure.clashes] == ["eq-diff1"]
