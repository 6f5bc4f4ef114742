"""Look-up by pattern, and the triples that speak of anonymous classes."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from sorafenib_kg.namespaces import OWL, RDF, RDFS
from sorafenib_kg.reasoning import (
    Closure,
    Lookup,
    Names,
    decoded,
    materialise,
    without_anonymous_classes,
)

NODES = [NamedNode(f"urn:n{number}") for number in range(4)]
RELATIONS = [NamedNode("urn:p"), NamedNode("urn:q"), RDF.type, RDFS.subPropertyOf, OWL.sameAs]
TRIPLES = st.builds(
    Triple, st.sampled_from(NODES), st.sampled_from(RELATIONS), st.sampled_from(NODES + RELATIONS)
)


def everything(closure: Closure) -> set[Triple]:
    return {*decoded(closure.dictionary, [closure.facts]), *closure.inferred()}


@settings(max_examples=60, deadline=None)
@given(st.lists(TRIPLES, max_size=20), st.sampled_from(Names))
def test_a_pattern_finds_the_triples_that_fit_it_and_no_others(triples: list[Triple], names: Names):
    closure = materialise(triples, names=names)
    lookup, held = Lookup(closure), everything(closure)
    assert set(triples) <= held
    assert len(lookup) == len(held)
    terms = [None, *NODES[:2], RELATIONS[0], NamedNode("urn:unheard-of")]
    for subject, predicate, value in product(terms, [*terms, RDF.type], terms):
        found = list(lookup.triples(subject, predicate, value))
        assert len(set(found)) == len(found)
        assert set(found) == {
            triple
            for triple in held
            if subject in (None, triple.subject)
            and predicate in (None, triple.predicate)
            and value in (None, triple.object)
        }


def test_what_is_found_is_in_order():
    closure = materialise(
        Triple(NamedNode(f"urn:s{number % 5}"), RELATIONS[0], NamedNode(f"urn:o{number}"))
        for number in (3, 1, 4, 5, 9, 2, 6)
    )
    subjects, predicates, objects = Lookup(closure).match()
    assert subjects.tolist() == sorted(subjects.tolist())
    assert len(subjects) == len(predicates) == len(objects) == 7


AXIOMS = {
    "restriction": "<urn:A> rdfs:subClassOf [ a owl:Restriction ; owl:onProperty <urn:p> ; "
    "owl:hasValue <urn:v> ] . <urn:x> a <urn:A> .",
    "union": "[] owl:unionOf ( <urn:A> <urn:B> ) . <urn:x> a <urn:A> .",
    "intersection without a name": "_:c owl:intersectionOf ( <urn:A> <urn:B> ) . "
    "<urn:x> a <urn:A> , <urn:B> . <urn:C> rdfs:subClassOf _:c .",
    "complement": "<urn:A> rdfs:subClassOf [ owl:complementOf <urn:B> ] . <urn:x> a <urn:A> .",
}


@pytest.mark.parametrize("text", AXIOMS.values(), ids=list(AXIOMS))
def test_inferred_triples_with_anonymous_classes_can_be_left_out(text: str):
    prefixes = {"owl": OWL.NAMESPACE, "rdfs": RDFS.NAMESPACE}
    head = "".join(f"@prefix {name}: <{iri}> . " for name, iri in prefixes.items())
    closure = materialise(quad.triple for quad in parse(head + text, RdfFormat.TURTLE))
    inferred = set(closure.inferred())
    kept = set(decoded(closure.dictionary, [without_anonymous_classes(closure)]))
    assert kept == {t for t in inferred if not any(isinstance(term, BlankNode) for term in t)}
    assert kept != inferred


def test_blank_nodes_that_are_no_classes_stay():
    text = (
        "<urn:p> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <urn:q> . "
        "_:x <urn:p> _:y ; a <urn:A> . "
        "<urn:A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:B> ."
    )
    closure = materialise(quad.triple for quad in parse(text, RdfFormat.TURTLE))
    kept = set(decoded(closure.dictionary, [without_anonymous_classes(closure)]))
    assert kept == set(closure.inferred())
    assert any(isinstance(triple.subject, BlankNode) for triple in kept)
