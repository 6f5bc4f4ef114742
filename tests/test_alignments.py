"""The alignments with other vocabularies: what they may say, and that they change no inference."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from sorafenib_kg import __version__
from sorafenib_kg.descriptions import Descriptions
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.mappings import MATCHES
from sorafenib_kg.namespaces import BASE, OWL, RDF, RDFS, graph_name
from sorafenib_kg.reasoning import Closure, materialise
from sorafenib_kg.reasoning.dl import check_consistency
from sorafenib_kg.sources import CATALOG, SourceFile, read_catalog, read_file
from sorafenib_kg.validation.identifiers import FORMS
from sorafenib_kg.validation.profile import Grammar
from sorafenib_kg.validation.regularity import irregular_chains

ALIGN = Path(__file__).parents[1] / "ontology" / "align"
FILES = sorted(ALIGN.glob("*.ttl"))
ONTOLOGY = graph_name("ontology")
# Vocabularies whose terms have names; the others have numbers, whose forms are checked.
NAMED = (
    "http://purl.org/spar/c4o/",
    "http://purl.org/spar/cito/",
    "http://purl.org/spar/doco/",
    "http://www.w3.org/ns/oa#",
    "http://www.w3.org/ns/prov#",
)
LOGICAL = {RDFS.subPropertyOf, RDFS.subClassOf, RDF.type}
DECLARATIONS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
SUB_PROPERTIES = {
    "partOf": "http://purl.obolibrary.org/obo/BFO_0000050",
    "hasPart": "http://purl.obolibrary.org/obo/BFO_0000051",
    "participatesIn": "http://purl.obolibrary.org/obo/RO_0000056",
    "hasParticipant": "http://purl.obolibrary.org/obo/RO_0000057",
    "inhibitsTarget": "http://purl.obolibrary.org/obo/RO_0002449",
    "citesAsEvidence": "http://purl.org/spar/cito/citesAsEvidence",
}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


def quads_of(path: Path) -> tuple[Quad, ...]:
    parsed = read_file(SourceFile(path, path.name, ONTOLOGY))
    assert not parsed.problems
    return parsed.quads


def is_own(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(BASE)


def header_of(path: Path) -> NamedNode:
    return NamedNode(f"{BASE}ontology/align/{path.stem}")


def statements(path: Path) -> list[Quad]:
    """Return what is said below the header."""
    return [quad for quad in quads_of(path) if quad.subject != header_of(path)]


def own_inferences(closure: Closure) -> set[Triple]:
    """Return what follows about our own terms and individuals alone."""
    return {
        triple
        for triple in closure.inferred()
        if is_own(triple.subject)
        and not (isinstance(triple.object, NamedNode) and is_foreign(triple.object))
        and not is_foreign(triple.predicate)
    }


def is_foreign(term: NamedNode) -> bool:
    return term.value.startswith((*NAMED, *FORMS))


@pytest.fixture(scope="module")
def without(graph: KnowledgeGraph) -> set[Triple]:
    assert graph.closure is not None
    found = own_inferences(graph.closure)
    # Nothing is lost to the comparison but what has no name.
    assert {t for t in graph.closure.inferred() if not isinstance(t.subject, BlankNode)} >= found
    assert len(found) > 1000
    return found


def test_there_is_one_file_for_each_vocabulary():
    expected = [
        "biolink",
        "c4o",
        "cito",
        "eco",
        "ncit",
        "oa",
        "prov",
        "ro",
        "sepio",
        "sio",
        "stato",
    ]
    assert [path.stem for path in FILES] == expected


def test_the_catalog_maps_it_and_the_core_does_not_import_it(path: Path, graph: KnowledgeGraph):
    catalog = read_catalog(ALIGN.parent / CATALOG, CATALOG)
    assert catalog.files[header_of(path).value] == path
    imported = {quad.object for quad in graph.dataset.quads if quad.predicate == OWL.imports}
    assert header_of(path) not in imported


def test_it_has_a_header(path: Path):
    header = Descriptions(quads_of(path))
    iri = header_of(path)
    assert header.nodes(iri, RDF.type) == [OWL.Ontology]
    for name in ("title", "description"):
        assert header.text(iri, NamedNode(f"http://purl.org/dc/terms/{name}"))
    licence = NamedNode("http://purl.org/dc/terms/license")
    assert header.node(iri, licence) == NamedNode("https://creativecommons.org/licenses/by/4.0/")
    assert header.text(iri, OWL.versionInfo) == __version__
    assert header.node(iri, OWL.versionIRI) == NamedNode(f"{iri.value}/{__version__}")


def test_no_axiom_is_about_a_foreign_term(path: Path):
    """A foreign term may be declared if an axiom of the file needs it, and no more."""
    said = statements(path)
    needed = {q.object for q in said if q.predicate in LOGICAL and is_own(q.subject)}
    for quad in said:
        if not is_own(quad.subject):
            assert quad.predicate == RDF.type
            assert quad.object in DECLARATIONS
            assert quad.subject in needed


def test_what_needs_a_declaration_has_one(path: Path):
    said = statements(path)
    declared = {q.subject for q in said if q.object in DECLARATIONS}
    needed = {q.object for q in said if q.predicate in LOGICAL and is_own(q.subject)}
    assert needed == declared


def test_only_the_six_relations_fall_under_foreign_ones():
    found = {
        quad.subject.value.rpartition("#")[2]: quad.object.value
        for path in FILES
        for quad in statements(path)
        if quad.predicate == RDFS.subPropertyOf
    }
    assert found == SUB_PROPERTIES


def test_all_else_is_a_match_or_the_type_of_an_individual(path: Path):
    allowed = {*MATCHES, RDFS.subPropertyOf}
    for quad in statements(path):
        if is_own(quad.subject) and quad.predicate not in allowed:
            assert quad.predicate == RDF.type
            assert quad.subject.value.startswith(f"{BASE}id/")


def test_our_terms_exist_and_theirs_are_of_a_known_vocabulary(path: Path, graph: KnowledgeGraph):
    declared = {quad.subject for quad in graph.dataset.quads if quad.predicate == RDF.type}
    said = statements(path)
    assert said
    for quad in said:
        if is_own(quad.subject):
            assert quad.subject in declared
            assert is_foreign(quad.object), quad.object


def test_no_inference_about_our_own_terms_changes(
    path: Path, graph: KnowledgeGraph, without: set[Triple]
):
    quads = [*graph.dataset.quads, *quads_of(path)]
    assert own_inferences(materialise(quad.triple for quad in quads)) == without


def test_the_comparison_sees_a_changed_inference(graph: KnowledgeGraph, without: set[Triple]):
    skg = f"{BASE}ontology#"
    axiom = Triple(NamedNode(f"{skg}Trial"), RDFS.subClassOf, NamedNode(f"{skg}Procedure"))
    closure = materialise([*(quad.triple for quad in graph.dataset.quads), axiom])
    assert own_inferences(closure) != without


def test_ontology_and_alignment_stay_in_the_profile(path: Path, graph: KnowledgeGraph):
    axioms = Descriptions([*of_ontology(graph), *quads_of(path)])
    assert list(Grammar(axioms).violations()) == []
    assert irregular_chains(axioms)[1] == []


def of_ontology(graph: KnowledgeGraph) -> Iterable[Quad]:
    return (quad for quad in graph.dataset.quads if quad.graph_name == ONTOLOGY)


@pytest.mark.slow
def test_all_alignments_together_are_consistent_for_a_dl_reasoner(graph: KnowledgeGraph):
    triples = {quad.triple for path in FILES for quad in quads_of(path)}
    verdict = check_consistency(graph.dataset.asserted() | triples)
    assert verdict.consistent
    assert verdict.unsatisfiable == ()


def test_no_alignment_holds_a_literal_but_in_its_header(path: Path):
    assert not [quad for quad in statements(path) if isinstance(quad.object, Literal)]
