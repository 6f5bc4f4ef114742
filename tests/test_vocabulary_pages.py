"""The ontology as a document and as RDF: nothing lost, one header, links that lead to anchors."""

import re

import pytest
from pyoxigraph import NamedNode
from rdflib import OWL, RDF, Graph, URIRef

from sorafenib_kg.app import create_app
from sorafenib_kg.catalogue import Catalogue
from sorafenib_kg.namespaces import ONTOLOGY, SKG, graph_name
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.results import local_path

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def reading(graph):
    return Reading(graph)


@pytest.fixture(scope="module")
def client(graph):
    return create_app(graph=graph, catalogue=Catalogue({})).test_client()


def declared(graph):
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
    names = {str(kind) for kind in kinds}
    return {
        quad.subject.value.removeprefix(SKG.NAMESPACE)
        for quad in graph.dataset.quads
        if quad.graph_name == graph_name("ontology")
        and quad.predicate.value == str(RDF.type)
        and quad.object.value in names
        and quad.subject.value.startswith(SKG.NAMESPACE)
    }


def test_the_document_has_every_term_once(graph, reading):
    names = [
        term.name
        for module in reading.modules
        for _, terms in module.sorts
        for term in terms
        if term.cell.title.startswith(SKG.NAMESPACE)
    ]
    assert len(names) == len(set(names))
    assert set(names) == declared(graph)


def test_a_term_is_told_with_definition_axioms_and_uses(graph, reading):
    terms = {t.name: t for m in reading.modules for _, ts in m.sorts for t in ts}
    study = terms["Trial"]
    assert study.definition == "A study in which patients receive an intervention by plan."
    assert study.others == ("clinical trial",)
    assert study.examples == ("The SHARP trial.",)
    trials = {
        quad.subject
        for quad in graph.dataset.quads
        if quad.predicate.value == str(RDF.type)
        and quad.object == NamedNode(f"{SKG.NAMESPACE}Trial")
    }
    assert study.uses == len(trials)
    assert "transitive" in terms["partOf"].characteristics
    assert any("chain" in axiom for axiom in terms["netSuppresses"].axioms)


def test_every_link_to_a_term_leads_to_its_anchor(client):
    text = client.get("/ontology", headers=BROWSER).text
    anchors = set(re.findall(r'id="([^"]+)"', text))
    entity = client.get("/id/sorafenib", headers=BROWSER).text
    linked = set(re.findall(r'href="/ontology#([^"]+)"', entity + text))
    assert linked
    assert linked <= anchors
    assert local_path(NamedNode(f"{SKG.NAMESPACE}Trial")) == "/ontology#Trial"


@pytest.mark.parametrize(
    ("path", "form"),
    [("/ontology.ttl", "turtle"), ("/ontology.rdf", "xml"), ("/ontology.nt", "nt")],
)
def test_the_whole_is_one_ontology_without_imports(client, graph, path, form):
    found = Graph().parse(data=client.get(path).data, format=form)
    assert set(found.subjects(RDF.type, OWL.Ontology)) == {URIRef(ONTOLOGY.value)}
    assert not list(found.objects(None, OWL.imports))
    terms = {
        str(node).removeprefix(SKG.NAMESPACE)
        for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        for node in found.subjects(RDF.type, kind)
        if str(node).startswith(SKG.NAMESPACE)
    }
    assert terms == declared(graph)


def test_what_the_owl_api_asks_for_gets_rdf(client):
    # The header of the OWL API, with which Protege opens addresses.
    accept = "application/rdf+xml, application/xml; q=0.7, text/plain; q=0.1, */*; q=0.09"
    response = client.get("/ontology", headers={"Accept": accept})
    assert response.mimetype == "application/rdf+xml"
    assert client.get("/ontology", headers={"Accept": "*/*"}).mimetype == "text/turtle"


def test_the_modules_together_are_the_whole(reading):
    vocabulary = reading.vocabulary
    parts = [set(vocabulary.module(name)) for name in vocabulary.names()]
    assert all(parts)
    left = set(vocabulary.triples) - set().union(*parts)
    # The header of the whole, and declarations of what no module uses.
    assert ONTOLOGY in {triple.subject for triple in left}
    for triple in left:
        assert isinstance(triple.subject, NamedNode)
        assert not triple.subject.value.startswith(SKG.NAMESPACE)


def test_a_module_is_served_and_an_unknown_one_names_those_there_are(client):
    found = Graph().parse(data=client.get("/ontology/trial.ttl").data, format="turtle")
    assert (URIRef(f"{SKG.NAMESPACE}Trial"), RDF.type, OWL.Class) in found
    assert client.get("/ontology/trial", headers=BROWSER).mimetype == "text/html"
    missing = client.get("/ontology/trail")
    assert missing.status_code == 404
    assert b"there are causal, claim, core" in missing.data
    assert client.get("/ontology/trial.doc").status_code == 404


@pytest.mark.parametrize(
    "name", ["%25", "%00", "%FF", "%0D%0A", "[", "]", "{", "%5C", "%22x%22", "%3Cx%3E"]
)
def test_what_can_be_no_part_of_an_iri_names_no_module(client, name):
    assert client.get(f"/ontology/{name}").status_code == 404
    assert client.get(f"/ontology/{name}.ttl").status_code == 404
