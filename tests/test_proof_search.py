"""The smallest proofs, and others beside them."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import RdfFormat, Triple, parse

from random_graphs import GRAPHS, named
from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import (
    Derivation,
    Proofs,
    ProofSearch,
    Size,
    derive,
    derive_clash,
    leaves,
    materialise,
    size,
    verify,
)
from turtle_texts import PREFIXES, triple, triples


def check(found: Proofs, given: list[Triple], most: int) -> None:
    """Have the checker look at each proof, and compare each with those before it."""
    assert 1 <= len(found.proofs) <= most
    for proof in found.proofs:
        verify(proof, set(given))
    for earlier, later in itertools.pairwise(found.proofs):
        assert size(earlier) <= size(later)
    for earlier, later in itertools.combinations(found.proofs, 2):
        assert not set(leaves(earlier)) <= set(leaves(later))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(GRAPHS)
def test_of_small_graphs_all_proofs_hold_and_none_is_larger_than_by_rank(lines: list[str]):
    found = parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
    asserted = named([quad.triple for quad in found])
    closure = materialise(asserted)
    search = ProofSearch(closure)
    for conclusion in closure.inferred():
        smallest = search.smallest(conclusion)
        check(smallest, asserted, 1)
        assert smallest.proofs[0].conclusion == conclusion
        assert size(smallest.proofs[0]) <= size(derive(closure, conclusion))
    for conclusion in list(closure.inferred())[:5]:
        several = search.alternatives(conclusion, 3)
        check(several, asserted, 3)
        assert size(several.proofs[0]) == size(search.smallest(conclusion).proofs[0])
    for clash in closure.clashes:
        smallest = search.smallest(clash)
        check(smallest, asserted, 1)
        assert size(smallest.proofs[0]) <= size(derive_clash(closure, clash))
        check(search.alternatives(clash, 2), asserted, 2)


def rules(proof: Derivation) -> list[str | None]:
    return [proof.rule, *(rule for premise in proof.premises for rule in rules(premise))]


# Two ways to one type: over the class below, in one step, and over the property above, in two.
DETOUR = """
    :p rdfs:subPropertyOf :q . :q rdfs:domain :C .
    :x :p :y ; a :B . :B rdfs:subClassOf :C .
"""


def test_the_smallest_proof_takes_the_fewest_steps():
    given = triples(DETOUR)
    (proof,) = ProofSearch(materialise(given)).smallest(triple(":x a :C")).proofs
    assert rules(proof) == ["cax-sco", None, None]
    assert size(proof) == Size(steps=1, leaves=2)


def test_the_smallest_proof_may_have_a_step_of_a_higher_rank():
    given = triples("""
        :x a :A . :A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D .
    """)
    closure = materialise(given)
    (proof,) = ProofSearch(closure).smallest(triple(":x a :D")).proofs
    # One run up the classes and one step to the member, not a step of the member for each class.
    assert rules(proof)[:2] == ["cax-sco", "scm-sco"]
    assert size(proof).steps == 2
    assert size(derive(closure, triple(":x a :D"))).steps == 3


def test_a_run_is_one_step_also_where_its_links_are_inferred():
    given = triples("""
        :partOf a owl:TransitiveProperty . :in rdfs:subPropertyOf :partOf .
        :a :in :b . :b :partOf :c . :c :partOf :d .
    """)
    (proof,) = ProofSearch(materialise(given)).smallest(triple(":a :partOf :d")).proofs
    assert proof.rule == "prp-trp"
    assert [premise.conclusion for premise in proof.premises[1:]] == triples(
        ":a :partOf :b . :b :partOf :c . :c :partOf :d ."
    )
    assert size(proof).steps == 2


def test_other_proofs_rest_on_other_triples():
    given = triples(DETOUR)
    found = ProofSearch(materialise(given)).alternatives(triple(":x a :C"), 5)
    assert found.complete
    assert [set(leaves(proof)) for proof in found.proofs] == [
        set(triples(":x a :B . :B rdfs:subClassOf :C .")),
        set(triples(":x :p :y . :p rdfs:subPropertyOf :q . :q rdfs:domain :C .")),
    ]


def test_what_is_asserted_may_follow_as_well():
    given = triples(DETOUR + ":x a :C .")
    found = ProofSearch(materialise(given)).alternatives(triple(":x a :C"), 2)
    assert [proof.rule for proof in found.proofs] == [None, "cax-sco"]


def test_what_holds_by_another_name_has_its_proofs():
    given = triples("""
        :p a owl:FunctionalProperty . :q a owl:FunctionalProperty . :a :p :x , :y ; :q :x , :y .
        :x :r :b .
    """)
    found = ProofSearch(materialise(given)).alternatives(triple(":y :r :b"), 3)
    check(found, given, 3)
    assert [proof.rule for proof in found.proofs] == ["eq-rep-s", "eq-rep-s"]
    assert triples(":p a owl:FunctionalProperty .")[0] in leaves(found.proofs[0])
    assert triples(":q a owl:FunctionalProperty .")[0] in leaves(found.proofs[1])


def test_a_clash_has_other_proofs():
    given = triples("""
        :A owl:disjointWith :B . :p rdfs:domain :A . :x :p :y , :z ; a :B .
    """)
    closure = materialise(given)
    (clash,) = closure.clashes
    found = ProofSearch(closure).alternatives(clash, 5)
    check(found, given, 5)
    assert [triple(":x :p :y") in leaves(proof) for proof in found.proofs] in (
        [True, False],
        [False, True],
    )


def test_a_search_that_runs_out_of_its_budget_says_so_and_still_has_a_proof():
    edges = "".join(f":n{n} :e :n{n + 1} . " for n in range(30))
    given = triples(f":e a owl:TransitiveProperty . :e rdfs:subPropertyOf :f . {edges}")
    closure = materialise(given)
    found = ProofSearch(closure, budget=10).smallest(triple(":n0 :f :n30"))
    assert not found.complete
    check(found, given, 1)
    assert ProofSearch(closure).smallest(triple(":n0 :f :n30")).complete


@pytest.mark.parametrize("ask", [ProofSearch.smallest, lambda s, t: s.alternatives(t, 2)])
def test_what_does_not_hold_has_no_proof(ask):
    search = ProofSearch(materialise(triples(DETOUR)))
    with pytest.raises(NotEntailedError, match=r"y.*C"):
        ask(search, triple(":y a :C"))


def test_no_proof_at_all_cannot_be_wanted():
    search = ProofSearch(materialise(triples(DETOUR)))
    with pytest.raises(ValueError, match="at least one"):
        search.alternatives(triple(":x a :C"), 0)


def test_the_review_s_proofs_hold_and_are_no_larger_than_by_rank(graph: KnowledgeGraph):
    assert graph.closure is not None
    asserted = [quad.triple for quad in graph.dataset.quads]
    search = ProofSearch(graph.closure)
    for conclusion in list(graph.closure.inferred())[::50]:
        found = search.smallest(conclusion)
        check(found, asserted, 1)
        assert found.complete
        assert size(found.proofs[0]) <= size(derive(graph.closure, conclusion))
        check(search.alternatives(conclusion, 3), asserted, 3)
