"""Formats that cannot hold something, by XML 1.0, Namespaces in XML and RDF/XML."""

import io
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from sorafenib_kg.errors import NotAcceptableError, ViolationError
from sorafenib_kg.gateway import violations
from sorafenib_kg.namespaces import RDF
from sorafenib_kg.serialisation import XmlOutput, serialise, serialised
from sorafenib_kg.store import Formats, MemoryStore

XML = Formats(solutions="application/sparql-results+xml", graph="application/rdf+xml")
A, B = NamedNode("urn:a"), NamedNode("urn:b")
# Production 2 of XML 1.0, and what stands beside the edges of it.
NO_CHARACTERS = ["\0", "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\ufffe", "\uffff"]
CHARACTERS = [
    "\t",
    "\n",
    "\r",
    " ",
    "\x7f",
    "\x85",
    "\ud7ff",
    "\ue000",
    "\uefff",
    "\uffbe",
    "\ufffd",
]


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return MemoryStore((), version="1")


def escape(character: str) -> str:
    return f"\\u{ord(character):04X}"


@pytest.mark.parametrize("character", NO_CHARACTERS, ids=escape)
def test_solutions_with_what_is_no_character_of_xml_are_refused_in_xml(store, character):
    query = f'SELECT (1 AS ?y) ("a{escape(character)}" AS ?x) {{}}'
    told = rf"^a value of \?x has the character U\+{ord(character):04X}, .* JSON can$"
    with pytest.raises(NotAcceptableError, match=told):
        store.answer(query, formats=XML)
    assert store.answer(query).rows is None


@pytest.mark.parametrize("character", NO_CHARACTERS, ids=escape)
def test_triples_with_what_is_no_character_of_xml_are_refused_in_xml(store, character):
    value = f'"a{escape(character)}"'
    query = f'CONSTRUCT {{ <urn:a> <urn:b> "b", {value}, <<( <urn:a> <urn:c> {value} )>> }} {{}}'
    told = rf"^a value of <urn:b> of <urn:a> has the character U\+{ord(character):04X}, .* Turtle"
    with pytest.raises(NotAcceptableError, match=told):
        store.answer(query, formats=XML)
    assert store.answer(query).kind == "graph"


def test_what_is_a_character_of_xml_is_written(store):
    value = "".join(CHARACTERS)
    query = f'SELECT ("a{"".join(map(escape, CHARACTERS))}b" AS ?x) {{}}'
    root = ElementTree.fromstring(store.answer(query, formats=XML).content())  # noqa: S314 - ours
    assert "".join(root.itertext()) == f"a{value}b"
    written = serialised([Triple(A, B, Literal(value))], RdfFormat.RDF_XML)
    assert [quad.object.value for quad in parse(written, RdfFormat.RDF_XML)] == [value]


@pytest.mark.parametrize("size", [1, 2, 3, 10])
@pytest.mark.parametrize("character", NO_CHARACTERS, ids=escape)
def test_a_character_in_two_parts_is_seen(character, size):
    text = f'<binding name="é"><literal>a{character}b</literal></binding>'.encode()
    output = XmlOutput(io.BytesIO())
    with pytest.raises(NotAcceptableError, match=f"{ord(character):04X}"):
        for start, end in pairwise([*range(0, len(text), size), len(text)]):
            output.write(text[start:end])


def test_of_a_value_of_many_parts_the_character_is_told(store):
    query = f'SELECT ("{"x" * 100_000}\\u0001" AS ?x) {{}}'
    with pytest.raises(NotAcceptableError, match=r"^a value of \?x has the character U\+0001"):
        store.answer(query, formats=XML)


# Section 6.1.2 of RDF/XML makes an IRI of a namespace and a local name, which is an NCName.
@pytest.mark.parametrize(
    "iri",
    ["urn:1/", "urn:a:1", "http://e/", "http://e/a?", "http://e/a#", "http://e/·", "http://e/-1"],
)
def test_a_predicate_that_ends_in_no_name_is_refused_in_rdf_xml(store, iri):
    query = f'CONSTRUCT {{ <urn:a> <{iri}> "x" }} {{}}'
    with pytest.raises(NotAcceptableError) as refusal:
        store.answer(query, formats=XML)
    assert f"RDF/XML cannot hold the predicate <{iri}>, which does not end in" in str(refusal.value)
    assert f'<urn:a> <{iri}> "x" .'.encode() in store.answer(query).content()


@pytest.mark.parametrize("name", ["li", "Description", "about", "bagID", "aboutEach"])
def test_a_predicate_of_the_syntax_itself_is_refused_in_rdf_xml(store, name):
    query = f'CONSTRUCT {{ <urn:a> <{RDF.NAMESPACE}{name}> "x" }} {{}}'
    with pytest.raises(NotAcceptableError, match=f"the predicate <{RDF.NAMESPACE}{name}>, which"):
        store.answer(query, formats=XML)


def test_the_type_of_a_node_without_a_type_is_refused_in_rdf_xml():
    name = NamedNode("http://example.org/a")
    triples = [Triple(name, RDF.type, NamedNode(f"{RDF.NAMESPACE}Description"))]
    with pytest.raises(NotAcceptableError, match=r"cannot hold the type .*Description"):
        serialised(triples, RdfFormat.RDF_XML)


def test_predicates_of_triple_terms_are_looked_at(store):
    query = "CONSTRUCT { <urn:a> <urn:b> <<( <urn:a> <urn:b> <<( <urn:a> <urn:1/> 1 )>> )>> } {}"
    with pytest.raises(NotAcceptableError, match="the predicate <urn:1/>"):
        store.answer(query, formats=XML)


def test_a_triple_term_is_refused_in_json_ld(store):
    query = 'CONSTRUCT { <urn:a> <urn:b> <<( <urn:a> <urn:b> "c" )>> } {}'
    told = r'^JSON-LD cannot hold the triple term <<\( <urn:a> <urn:b> "c" \)>>; Turtle'
    with pytest.raises(NotAcceptableError, match=told):
        store.answer(query, formats=Formats(graph="application/ld+json"))


UNNAMED = [
    "urn:1/",
    "urn:é&1",
    "http://e/ns#",
    "http://e/ns#1",
    "http://www.w3.org/2000/xmlns/a",
    f"{RDF.NAMESPACE}aboutEach",
    f"{RDF.NAMESPACE}li",
]


@pytest.mark.parametrize("iri", UNNAMED)
def test_a_type_that_ends_in_no_name_is_written_as_a_property(iri):
    type_ = NamedNode(iri)
    triples = [
        Triple(A, RDF.type, type_),
        Triple(A, RDF.type, B),
        Triple(A, B, Literal("<urn:1/>")),
        Triple(B, RDF.type, B),
        *(Triple(NamedNode(f"urn:é{number}"), RDF.type, type_) for number in range(500)),
        Triple(BlankNode("x"), RDF.type, type_),
    ]
    body = io.BytesIO()
    serialise(triples, body, RdfFormat.RDF_XML, {"ns": "http://e/ns#"})
    ElementTree.fromstring(body.getvalue())  # noqa: S314 - ours
    read = [quad.triple for quad in parse(body.getvalue(), RdfFormat.RDF_XML)]
    assert read[:-1] == triples[:-1]
    assert (read[-1].predicate, read[-1].object) == (RDF.type, type_)


def test_a_namespace_that_ends_in_a_name_can_itself_be_a_predicate():
    triples = [Triple(A, NamedNode("http://e/CHEBI_"), B)]
    written = serialised(triples, RdfFormat.RDF_XML, {"CHEBI": "http://e/CHEBI_"})
    assert [quad.triple for quad in parse(written, RdfFormat.RDF_XML)] == triples


def test_a_refusal_whose_report_xml_cannot_hold_is_one_all_the_same():
    report = '_:r <http://www.w3.org/ns/shacl#value> "a\\u0001" .\n'
    told = violations.reply(ViolationError("no", report), "application/rdf+xml")
    assert told.status == 409
    assert dict(told.headers)["Content-Type"].startswith("text/plain")
    told = violations.reply(ViolationError("no", report), "application/n-triples")
    assert dict(told.headers)["Content-Type"] == "application/n-triples"
