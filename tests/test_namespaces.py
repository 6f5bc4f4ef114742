"""Names: from CURIE to IRI and back, and that the vocabulary in the program is the declared one."""

import pytest
from pyoxigraph import NamedNode

from sorafenib_kg.errors import UnknownNameError
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.namespaces import FOUND, ID, RDF, SKG, STATED, SUPPORTS, expand, shorten


def test_a_name_that_is_not_declared_does_not_exist():
    with pytest.raises(AttributeError):
        SKG.Clam  # noqa: B018


def test_every_term_that_the_program_reads_is_declared(graph: KnowledgeGraph):
    declared = {quad.subject for quad in graph.dataset.quads if quad.predicate == RDF.type}
    read = {value for value in vars(SKG).values() if isinstance(value, NamedNode)}
    assert {*read, SUPPORTS, STATED, FOUND} <= declared


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        pytest.param("id:sorafenib", f"{ID}sorafenib", id="curie"),
        pytest.param("<urn:x>", "urn:x", id="iri"),
        pytest.param("id:a.b-c", f"{ID}a.b-c", id="dots_and_hyphens"),
    ],
)
def test_names_go_there_and_back(text: str, iri: str):
    assert expand(text) == NamedNode(iri)
    assert shorten(NamedNode(iri)) == text


@pytest.mark.parametrize("iri", [f"{ID}a/b", f"{ID}a.", f"{ID}"])
def test_what_no_curie_can_say_stays_an_iri(iri: str):
    assert shorten(NamedNode(iri)) == f"<{iri}>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("sorafenib", "neither a CURIE nor an IRI", id="no_colon"),
        pytest.param("drug:x", "the prefix drug: is not known", id="prefix"),
        pytest.param("<no iri>", "is not an IRI", id="iri"),
        pytest.param("id:a b", "is not a CURIE", id="space"),
    ],
)
def test_what_is_no_name_is_refused(text: str, message: str):
    with pytest.raises(UnknownNameError, match=message):
        expand(text)
