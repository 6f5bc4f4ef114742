"""Proofs, and the checker that must believe the good ones and no others."""

from dataclasses import replace

import pytest
from pyoxigraph import Triple

from sorafenib_kg.errors import NotEntailedError, ProofError
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import (
    Derivation,
    Refutation,
    derive,
    derive_clash,
    materialise,
    verify,
)
from turtle_texts import triple, triples

GIVEN = """
    :partOf a owl:TransitiveProperty .
    :directPartOf rdfs:subPropertyOf :partOf .
    :affectsPathway owl:propertyChainAxiom ( :hasTarget :participatesIn :partOf ) .
    :AffectsPathway owl:onProperty :affectsPathway ; owl:someValuesFrom :Pathway .
    :Affected owl:intersectionOf ( :Drug :AffectsPathway ) .
    :Drug owl:disjointWith :Pathway .
    :sorafenib :hasTarget :raf-1 ; a :Drug .
    :raf-1 :participatesIn :a .
    :a :directPartOf :b . :b :directPartOf :c . :c :directPartOf :d . :b :directPartOf :d .
    :d a :Pathway , :Drug .
"""


@pytest.fixture(scope="module")
def given() -> list[Triple]:
    return triples(GIVEN)


@pytest.fixture(scope="module")
def derivation(given: list[Triple]) -> Derivation:
    return derive(materialise(given), triple(":sorafenib a :Affected"))


def test_each_triple_of_the_review_has_a_proof_that_holds(graph: KnowledgeGraph):
    closure = graph.closure
    assert closure is not None
    asserted = graph.dataset.asserted()
    for inferred in closure.inferred():
        derivation = derive(closure, inferred)
        assert derivation.conclusion == inferred
        assert derivation.rule == closure.rule(inferred)
        verify(derivation, asserted)


def test_premises_have_smaller_ranks(given: list[Triple]):
    closure = materialise(given)
    for inferred in closure.inferred():
        ranks = [closure.rank(each.conclusion) for each in derive(closure, inferred).premises]
        assert closure.rank(inferred) == 1 + max(ranks)


def test_an_asserted_triple_is_its_own_proof(given: list[Triple]):
    proof = derive(materialise(given), given[0])
    assert proof == Derivation(given[0], None, ())
    verify(proof, set(given))


def test_what_does_not_follow_has_no_proof_and_the_error_names_it(given: list[Triple]):
    with pytest.raises(NotEntailedError, match=r"raf-1.*Drug"):
        derive(materialise(given), triple(":raf-1 a :Drug"))


def test_a_transitive_run_is_one_step_and_as_short_as_can_be(given: list[Triple]):
    proof = derive(materialise(given), triple(":a :partOf :d"))
    assert proof.rule == "prp-trp"
    steps = [premise.conclusion for premise in proof.premises[1:]]
    assert steps == [triple(":a :partOf :b"), triple(":b :partOf :d")]


def test_a_chain_is_one_step_with_its_axiom_and_its_list(given: list[Triple]):
    closure = materialise(given)
    proof = derive(closure, triple(":sorafenib :affectsPathway :d"))
    assert proof.rule == "prp-spo2"
    names = [premise.conclusion.predicate.value.split("#")[-1] for premise in proof.premises]
    assert names[0] == "propertyChainAxiom"
    assert names[1:7] == ["first", "rest"] * 3
    assert [name.split("/")[-1] for name in names[7:]] == ["hasTarget", "participatesIn", "partOf"]


def test_the_same_input_gives_the_same_proof(given: list[Triple], derivation: Derivation):
    assert derive(materialise(given), derivation.conclusion) == derivation


def test_a_long_chain_has_a_proof(given: list[Triple]):
    edges = "".join(f":n{n} :partOf :n{n + 1} . " for n in range(3000))
    data = triples(f":in owl:propertyChainAxiom ( :in :partOf ) . :x :in :n0 . {edges}")
    proof = derive(materialise(data), triple(":x :in :n3000"))
    verify(proof, set(data))


def test_a_clash_has_a_proof(given: list[Triple]):
    closure = materialise(given)
    (clash,) = closure.clashes
    refutation = derive_clash(closure, clash)
    assert clash.rule == "cax-dw"
    verify(refutation, set(given))


def test_a_clash_of_another_graph_has_none(given: list[Triple]):
    (clash,) = materialise(given).clashes
    with pytest.raises(NotEntailedError):
        derive_clash(materialise([]), clash)


def wrong_rule(proof: Derivation) -> Derivation:
    return replace(proof, rule="cls-uni")


def unknown_rule(proof: Derivation) -> Derivation:
    return replace(proof, rule="no-such-rule")


def lost_premise(proof: Derivation) -> Derivation:
    return replace(proof, premises=proof.premises[:-1])


def surplus_premise(proof: Derivation) -> Derivation:
    return replace(proof, premises=(*proof.premises, proof.premises[-1]))


def lost_list_cell(proof: Derivation) -> Derivation:
    return replace(proof, premises=proof.premises[:1] + proof.premises[2:])


def other_conclusion(proof: Derivation) -> Derivation:
    return replace(proof, conclusion=triple(":raf-1 a :Affected"))


def claimed_leaf(proof: Derivation) -> Derivation:
    return Derivation(proof.conclusion, None, ())


def leaf_with_premises(proof: Derivation) -> Derivation:
    return replace(proof.premises[0], premises=proof.premises[1:])


def rotten_below(proof: Derivation) -> Derivation:
    *kept, last = proof.premises
    return replace(proof, premises=(*kept, claimed_leaf(last)))


@pytest.mark.parametrize(
    "spoil",
    [
        wrong_rule,
        unknown_rule,
        lost_premise,
        surplus_premise,
        lost_list_cell,
        other_conclusion,
        claimed_leaf,
        leaf_with_premises,
        rotten_below,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_the_checker_refuses_a_spoiled_proof(spoil, given: list[Triple], derivation: Derivation):
    verify(derivation, set(given))
    with pytest.raises(ProofError):
        verify(spoil(derivation), set(given))


def test_the_checker_refuses_a_run_that_is_broken(given: list[Triple]):
    proof = derive(materialise(given), triple(":a :partOf :d"))
    axiom, first, second = proof.premises
    with pytest.raises(ProofError):
        verify(replace(proof, premises=(axiom, second, first)), set(given))
    with pytest.raises(ProofError):
        verify(replace(proof, premises=(axiom, first)), set(given))


def test_the_checker_refuses_a_spoiled_refutation(given: list[Triple]):
    closure = materialise(given)
    (clash,) = closure.clashes
    good = derive_clash(closure, clash)
    with pytest.raises(ProofError):
        verify(Refutation(clash, good.premises[:-1]), set(given))
    fewer = replace(clash, premises=clash.premises[:-1])
    with pytest.raises(ProofError):
        verify(Refutation(fewer, good.premises[:-1]), set(given))
    renamed = replace(clash, rule="cls-com")
    with pytest.raises(ProofError):
        verify(Refutation(renamed, good.premises), set(given))


def test_only_what_is_asserted_may_be_a_leaf(given: list[Triple], derivation: Derivation):
    with pytest.raises(ProofError, match="not asserted"):
        verify(derivation, set(given[:3]))
