"""Loading: which file goes where, what is reported, what the version says."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from sorafenib_kg.errors import LoadError
from sorafenib_kg.loader import Dataset, digest, load
from sorafenib_kg.namespaces import GRAPH, ID, OWL, SKG, graph_name
from sorafenib_kg.sources import CATALOG, read_catalog
from sorafenib_kg.validation.literals import as_stored


@pytest.fixture(scope="module")
def bundled() -> Dataset:
    return load()


def graphs(dataset: Dataset) -> set[str]:
    return {quad.graph_name.value.removeprefix(GRAPH) for quad in dataset.quads}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_files_go_into_the_graphs_that_are_fixed(bundled: Dataset):
    sections = {f"S{number:02}" for number in range(1, 17)} - {"S02", "S08"}
    assert graphs(bundled) == {"ontology", "entities", "mappings", "trials"} | sections


def test_the_folders_by_name_are_the_same_as_the_bundled_ones(bundled: Dataset, ontology: Path):
    assert load([ontology, ontology.parent / "triples"]).version == bundled.version


def test_modules_outside_the_import_closure_are_not_served(bundled: Dataset):
    assert not any(
        quad.subject.value == f"{SKG.NAMESPACE}MultiTargetDrug"
        for quad in bundled.quads
        if isinstance(quad.subject, NamedNode)
    )


def test_every_import_is_mapped_to_a_file_and_every_file_is_in_the_catalog(ontology: Path):
    catalog = read_catalog(ontology / CATALOG, CATALOG)
    dataset = load([ontology])
    imported = {quad.object.value for quad in dataset.quads if quad.predicate == OWL.imports}
    assert imported <= set(catalog.files)
    assert set(catalog.files.values()) == set(ontology.rglob("*.ttl"))


def test_an_import_that_the_catalog_does_not_map_is_a_problem(tmp_path: Path):
    write(tmp_path / "root.ttl", "<urn:r> <http://www.w3.org/2002/07/owl#imports> <urn:gone> .")
    write(
        tmp_path / CATALOG,
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        '<uri name="urn:r" uri="root.ttl"/></catalog>',
    )
    with pytest.raises(LoadError, match=r"root\.ttl: imports <urn:gone>, which .* does not map"):
        load([tmp_path])


def test_a_catalog_that_is_no_xml_is_a_problem_with_its_place(tmp_path: Path):
    write(tmp_path / CATALOG, "<catalog>\n<uri>")
    with pytest.raises(LoadError, match=r"catalog-v001\.xml: line 2, column 6: "):
        load([tmp_path])


def test_all_problems_of_all_files_are_reported_together(tmp_path: Path):
    first = write(tmp_path / "first.ttl", "<urn:a> <urn:b> x:c .\n<urn:a> <urn:b> <urn:c>")
    second = write(tmp_path / "second.nt", "<urn:a> <urn:b>\n")
    with pytest.raises(LoadError) as caught:
        load([first, second, tmp_path / "third.ttl", write(tmp_path / "fourth.txt", "")])
    assert str(caught.value).splitlines() == [
        f"{first}: line 1, column 17: The prefix x: has not been declared",
        f"{first}: line 2, column 24: Unexpected end",
        f"{second}: line 2, column 1: line jumps are not allowed in the middle of triples",
        f"{tmp_path / 'third.ttl'}: there is no such file or folder",
        f"{tmp_path / 'fourth.txt'}: its ending is not one of those that are read: "
        ".jsonld .nq .nt .owl .rdf .trig .ttl",
    ]


def test_a_file_that_is_no_rdf_at_all_is_given_up_after_some_problems(tmp_path: Path):
    noise = write(tmp_path / "noise.nt", "no rdf\n" * 1000)
    with pytest.raises(LoadError) as caught:
        load([noise])
    assert len(caught.value.problems) == 25


@pytest.mark.parametrize(
    ("name", "text", "graph"),
    [
        pytest.param("claims-S07.ttl", "<urn:a> <urn:b> <urn:c> .", "S07", id="claims"),
        pytest.param("trials.ttl", "<urn:a> <urn:b> <urn:c> .", "trials", id="trials"),
        pytest.param("mappings.nt", "<urn:a> <urn:b> <urn:c> .", "mappings", id="mappings"),
        pytest.param("more.ttl", "<urn:a> <urn:b> <urn:c> .", "more", id="other"),
    ],
)
def test_a_file_goes_into_the_graph_of_its_name(tmp_path: Path, name: str, text: str, graph: str):
    assert graphs(load([write(tmp_path / name, text)])) == {graph}


def test_any_file_name_makes_the_name_of_a_graph(tmp_path: Path):
    file = write(tmp_path / "my <file> 50%.ttl", "<http://e/a> <http://e/b> <http://e/c> .")
    assert graphs(load([file])) == {"my%20%3Cfile%3E%2050%25"}


@pytest.mark.parametrize("file", ["{folder}/module.ttl", "../module.ttl"])
def test_a_catalog_may_map_to_files_elsewhere(tmp_path: Path, file: str):
    write(tmp_path / "module.ttl", "<http://e/a> <http://e/b> <http://e/c> .")
    folder = tmp_path / "ontology"
    folder.mkdir()
    write(folder / CATALOG, catalog_of(file.format(folder=tmp_path)))
    assert graphs(load([folder])) == {"ontology"}


def test_a_catalog_that_maps_to_no_rdf_is_a_problem(tmp_path: Path):
    write(tmp_path / "module.txt", "")
    write(tmp_path / CATALOG, catalog_of("module.txt"))
    with pytest.raises(LoadError, match="its ending is not one of those that are read"):
        load([tmp_path])


def catalog_of(file: str) -> str:
    namespace = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
    return f'<catalog xmlns="{namespace}"><uri name="http://e/o" uri="{file}"/></catalog>'


def test_quads_keep_their_graph(tmp_path: Path):
    file = write(tmp_path / "more.nq", "<urn:a> <urn:b> <urn:c> <urn:g> .")
    [quad] = load([file]).quads
    assert quad.graph_name == NamedNode("urn:g")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inferred.ttl", "<urn:a> <urn:b> <urn:c> ."),
        ("claims-inferred.ttl", "<urn:a> <urn:b> <urn:c> ."),
        ("closed.nq", f"<urn:a> <urn:b> <urn:c> <{GRAPH}inferred> ."),
        ("what-if.ttl", "<urn:a> <urn:b> <urn:c> ."),
        ("proved.nq", f"<urn:a> <urn:b> <urn:c> <{GRAPH}derivations> ."),
        ("closed.trig", f"<{GRAPH}inferred> {{ <urn:a> <urn:b> <urn:c> . <urn:a> <urn:b> 1 }}"),
    ],
)
def test_nothing_is_loaded_into_the_graph_of_inferences(tmp_path: Path, name: str, text: str):
    with pytest.raises(LoadError) as caught:
        load([write(tmp_path / name, text)])
    [problem] = caught.value.problems
    assert str(problem).startswith(f"{tmp_path / name}: triples of it would go to <{GRAPH}")


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path):
    files = [write(tmp_path / f"{name}.ttl", "_:x <urn:b> 1 .") for name in ("one", "two")]
    assert len({quad.subject for quad in load(files).quads}) == 2


def test_a_claim_yields_its_plain_triple_into_its_own_graph(sound: Path, ontology: Path):
    dataset = load([ontology, sound / "triples"])
    alphadrug, kinase = NamedNode(f"{ID}alphadrug"), NamedNode(f"{ID}kinase-a")
    triple = Triple(alphadrug, NamedNode(f"{SKG.NAMESPACE}inhibitsTarget"), kinase)
    assert Quad(alphadrug, triple.predicate, kinase, graph_name("S01")) in dataset.quads
    assert [claim.iri.value for claim in dataset.claims.yielding(triple)] == [f"{ID}claim-S01-001"]


def test_a_hedged_claim_yields_nothing(sound: Path):
    dataset = load([sound / "triples"])
    assert not any(quad.predicate.value.endswith("confersResistanceTo") for quad in dataset.quads)


def test_the_version_does_not_depend_on_order_or_names_of_blank_nodes(tmp_path: Path):
    one = write(tmp_path / "one.ttl", "[] <urn:p> 1 . <urn:a> <urn:p> [ <urn:q> 2 ] .")
    two = write(tmp_path / "two.ttl", "<urn:a> <urn:p> _:x . _:y <urn:p> 1 . _:x <urn:q> 2 .")
    plain = [quad.triple for quad in load([one]).quads]
    other = [quad.triple for quad in load([two]).quads]
    name = graph_name("x")
    first, second = (
        digest(Quad(t.subject, t.predicate, t.object, name) for t in triples)
        for triples in (plain, reversed(other))
    )
    assert first == second


def test_the_version_changes_with_the_content(tmp_path: Path):
    versions = {
        load([write(tmp_path / "one.ttl", f"<urn:a> <urn:p> {number} .")]).version
        for number in (1, 2)
    }
    assert len(versions) == 2


def test_loading_and_dumping_loses_nothing(bundled: Dataset):
    literals = {quad.object for quad in bundled.quads if isinstance(quad.object, Literal)}
    assert [literal for literal in literals if as_stored(literal) != literal] == []


def test_the_merge_has_each_triple_once(bundled: Dataset):
    assert len(bundled.asserted()) == len({quad.triple for quad in bundled.quads})
