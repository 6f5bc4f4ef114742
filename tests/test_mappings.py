"""The links to external identifiers: the SSSOM file, the graph made from it, and the report."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import sssom_pydantic
from click.testing import CliRunner
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from sorafenib_kg import __version__
from sorafenib_kg.app import create_app
from sorafenib_kg.cli import main
from sorafenib_kg.databases import DATABASES, database_of, external_curie
from sorafenib_kg.errors import LoadError
from sorafenib_kg.exports.links import NO_ENTITIES, REASONS
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.mappings import FILE, MAPPINGS, MATCHES, MappingSet, as_turtle, read_mappings
from sorafenib_kg.namespaces import ID, OWL, RDF, SKG, SKOS, graph_name
from sorafenib_kg.reasoning import materialise
from sorafenib_kg.settings import Settings
from sorafenib_kg.validation.identifiers import FORMS

ROOT = Path(__file__).parents[1]
TSV = ROOT / "triples" / FILE
DCTERMS = "http://purl.org/dc/terms/"


@pytest.fixture(scope="module")
def mappings() -> MappingSet:
    return read_mappings()


@pytest.fixture(scope="module")
def written() -> set[Triple]:
    return {quad.triple for quad in parse(path=ROOT / "triples/mappings.ttl")}


def identifiers(subject: str, mappings: MappingSet) -> dict[str, str | None]:
    return {
        external_curie(link.object): link.predicate.value.removeprefix(SKOS.NAMESPACE)
        for link in mappings.links
        if link.subject.value == ID + subject and link.found
    }


def test_sssom_pydantic_reads_every_row_as_we_do(mappings: MappingSet):
    pack = sssom_pydantic.read(TSV)
    assert str(pack.mapping_set.id) == MAPPINGS.value
    assert pack.mapping_set.version == __version__
    assert str(pack.mapping_set.license) == "https://creativecommons.org/licenses/by/4.0/"
    theirs = [
        tuple(
            pack.converter.expand_reference(reference, strict=True)
            for reference in (row.subject, row.predicate, row.object)
        )
        for row in pack.mappings
    ]
    ours = [
        (link.subject.value, link.predicate.value, link.object.value) for link in mappings.links
    ]
    assert sorted(theirs) == sorted(ours)
    assert {row.justification.curie for row in pack.mappings} == {"semapv:ManualMappingCuration"}


def test_the_graph_is_the_one_that_the_file_makes(mappings: MappingSet):
    text = (ROOT / "triples/mappings.ttl").read_text(encoding="utf-8")
    assert text == as_turtle(mappings)


def test_file_and_graph_have_the_same_links(mappings: MappingSet, written: set[Triple]):
    links = {triple for triple in written if triple.predicate in MATCHES}
    assert links == {link.triple for link in mappings.links if link.found}


def test_links_are_in_a_graph_of_their_own(graph: KnowledgeGraph, written: set[Triple]):
    quads = graph.dataset.quads
    assert {q.triple for q in quads if q.graph_name == graph_name("mappings")} == written


def test_nothing_follows_from_a_link(graph: KnowledgeGraph):
    assert graph.closure is not None
    without = materialise(
        quad.triple for quad in graph.dataset.quads if quad.graph_name != graph_name("mappings")
    )
    assert set(without.inferred()) == set(graph.closure.inferred())


def test_no_thing_is_said_to_be_the_same_as_another(written: set[Triple]):
    assert {triple.predicate for triple in written if triple.subject != MAPPINGS} == {
        *MATCHES,
        RDF.type,
        NamedNode(f"{DCTERMS}license"),
        NamedNode(f"{DCTERMS}rights"),
        NamedNode(f"{DCTERMS}title"),
        NamedNode("http://purl.org/vocab/vann/preferredNamespacePrefix"),
        NamedNode("http://purl.org/vocab/vann/preferredNamespaceUri"),
    }


def test_every_namespace_says_its_licence_once(mappings: MappingSet, written: set[Triple]):
    stated = Counter(
        triple.subject.value.removeprefix(f"{MAPPINGS.value}#")
        for triple in written
        if triple.predicate.value in (f"{DCTERMS}license", f"{DCTERMS}rights")
        and triple.subject != MAPPINGS
    )
    used = {database_of(link.object) for link in mappings.links if link.found}
    assert stated == {database.prefix: 1 for database in used if database}
    assert None not in used


def test_prefixes_are_those_of_the_table_of_databases(mappings: MappingSet):
    for prefix, iri in mappings.prefixes.items():
        if prefix not in ("id", "mappings", "semapv", "skg", "skos", "sssom"):
            assert DATABASES[prefix].iri == iri
    assert {database.iri for database in DATABASES.values()} <= set(FORMS)


def test_subjects_are_of_the_graph_and_called_as_there(mappings: MappingSet, graph: KnowledgeGraph):
    for link in mappings.links:
        assert link.subject_label == graph.labels[link.subject]


def test_no_pair_is_matched_twice(mappings: MappingSet):
    pairs = Counter((link.subject, link.object) for link in mappings.links)
    assert pairs.most_common(1)[0][1] == 1


def test_one_concept_is_exactly_one_thing_of_ours(mappings: MappingSet):
    # skos:exactMatch is transitive: two of ours at one concept would be said to be alike.
    exact = Counter(
        link.object for link in mappings.links if link.found and link.predicate == SKOS.exactMatch
    )
    assert exact.most_common(1)[0][1] == 1


def test_no_name_is_copied_from_a_database_that_forbids_it(mappings: MappingSet):
    closed = {prefix for prefix, database in DATABASES.items() if not database.names_allowed}
    assert closed == {"HP", "chembl.compound", "drugbank", "kegg.pathway"}
    for link in mappings.links:
        database = database_of(link.object)
        if database and database.prefix in closed:
            assert link.object_label == ""


def test_umls_and_atc_are_left_out():
    assert not re.search(r"umls|whocc|\batc:", TSV.read_text(encoding="utf-8"))


def test_what_was_seen_on_a_page_only_says_so(mappings: MappingSet):
    seen = [link for link in mappings.links if link.source.startswith("stored page: ")]
    assert len(seen) == 18
    assert all("known only from a page" in x.comment or "not seen" in x.comment for x in seen)
    for link in mappings.links:
        if link not in seen and link.found:
            assert re.search(r"==|@", link.source), link


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param(
            "sorafenib",
            {
                "CHEBI:50924": "exactMatch",
                "CHEBI:50928": "closeMatch",
                "chembl.compound:CHEMBL1336": "exactMatch",
                "drugbank:DB00398": "exactMatch",
                "mesh:D000077157": "exactMatch",
            },
            id="marketed_salt_is_close",
        ),
        pytest.param(
            "raf",
            {
                "fplx:RAF": "exactMatch",
                "hgnc:646": "narrowMatch",
                "uniprot:P10398": "narrowMatch",
            },
            id="member_is_narrower_than_family",
        ),
        pytest.param(
            "p-gp",
            {
                "uniprot:P08183": "exactMatch",
                "hgnc:40": "closeMatch",
                "NCBIGene:5243": "closeMatch",
                "ensembl:ENSG00000085563": "closeMatch",
            },
            id="protein_is_not_its_gene",
        ),
        pytest.param(
            "sorafenib-resistance",
            {
                "mesh:D019008": "broadMatch",
                "mesh:D004351": "broadMatch",
                "EFO:0020001": "broadMatch",
                "HP:0020174": "broadMatch",
            },
            id="concept_is_broader_than_ours",
        ),
        pytest.param(
            "vegfa-amplification", {"mesh:D005784": "broadMatch"}, id="state_is_not_its_gene"
        ),
    ],
)
def test_a_link_says_how_the_concept_stands_to_ours(
    mappings: MappingSet, subject: str, expected: dict[str, str]
):
    assert identifiers(subject, mappings) == expected


def test_a_row_without_prefix_is_named(tmp_path: Path):
    path = tmp_path / FILE
    path.write_text(
        TSV.read_text(encoding="utf-8").replace("\tCHEBI:50924\t", "\tCHEBY:50924\t"),
        encoding="utf-8",
    )
    with pytest.raises(LoadError, match=r"mappings\.sssom\.tsv: line \d+: CHEBY:50924 has no"):
        read_mappings(path)


def test_pages_show_identifiers_as_links(graph: KnowledgeGraph):
    page = (
        create_app(Settings(), graph)
        .test_client()
        .get("/id/raf-1", headers={"Accept": "text/html"})
    )
    for start, local, name in (
        ("https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/", "9829", "hgnc:9829"),
        ("http://purl.uniprot.org/uniprot/", "P04049", "uniprot:P04049"),
    ):
        shown = f'<a href="{start}{local}" rel="noreferrer" title="{start}{local}">{name}</a>'
        assert shown in page.text


def report(form: str) -> str:
    result = CliRunner().invoke(main, ["export", "links", "--format", form])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_entity_without_identifier_has_a_reason():
    found = json.loads(report("json"))
    assert found["links"] == sum(found["by_predicate"].values())
    for entity in found["entities"]:
        own = {link["match"] for link in entity["links"]} & {"exact", "close"}
        assert bool(own) != bool(entity["reason"])


def test_what_was_not_found_says_so():
    reasons = {
        entity["entity"]: entity["reason"] for entity in json.loads(report("json"))["entities"]
    }
    assert reasons["id:time-to-progression"] == "not found in any source that was searched"
    assert reasons["id:acquired-resistance"].startswith("no concept of acquired resistance")


def test_the_kinds_with_a_reason_are_classes_of_the_ontology(graph: KnowledgeGraph):
    classes = {
        quad.subject.value.removeprefix(SKG.NAMESPACE)
        for quad in graph.dataset.quads
        if quad.predicate == RDF.type
        and quad.object == OWL.Class
        and isinstance(quad.subject, NamedNode)
    }
    assert NO_ENTITIES | set(REASONS) <= classes


def test_the_table_has_a_line_for_each_link_and_each_entity_without():
    lines = report("tsv").splitlines()
    found = json.loads(report("json"))["entities"]
    assert len(lines) == 1 + sum(len(entity["links"]) or 1 for entity in found)


def test_the_text_gives_totals_first():
    assert re.match(r"\d+ links to \d+ databases\n\d+ exact, \d+ close, ", report("text"))


def test_the_page_on_links_holds_the_report():
    page = (ROOT / "docs" / "links.md").read_text(encoding="utf-8")
    _, _, shown = page.partition("<!-- report -->\n")
    assert shown == report("markdown"), "docs/links.md says how to write the report anew"


def test_the_turtle_is_read_back(written: set[Triple]):
    again = {quad.triple for quad in parse(as_turtle(read_mappings()), format=RdfFormat.TURTLE)}
    assert again == written
