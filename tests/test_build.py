"""Stores on disk: what is built is what a server in memory would hold, whole or not at all."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Quad

from commands import run
from sorafenib_kg.building import build
from sorafenib_kg.errors import LoadError, NotReadyError, SettingsError
from sorafenib_kg.graph import open_graph
from sorafenib_kg.manifest import Manifest
from sorafenib_kg.namespaces import GRAPH, graph_name
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import MemoryStore, disk
from sorafenib_kg.store.figures import Figures

ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <http://example.org/> .
:Dog rdfs:subClassOf :Animal, [ a owl:Restriction ; owl:onProperty :has ;
    owl:someValuesFrom :Tail ] .
:Tailed owl:equivalentClass [ a owl:Restriction ; owl:onProperty :has ;
    owl:someValuesFrom :Tail ] .
:has a owl:ObjectProperty .
"""
EX = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
FACTS = f"""
<{EX}rex> {TYPE} <{EX}Dog> .
<{EX}rex> <{EX}has> _:tail .
_:tail {TYPE} <{EX}Tail> .
<{EX}rex> <http://www.w3.org/2000/01/rdf-schema#label> "Rex"@en .
"""
QUADS = f"""
<{EX}rex> <{EX}likes> <{EX}bone> <{EX}g> .
<{EX}bone> <{EX}likes> _:nobody .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    contents = {"animals.ttl": ONTOLOGY, "facts.nt": FACTS, "quads.nq": QUADS}
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tuple(tmp_path / name for name in contents)


def quads_of(store: MemoryStore) -> set[Quad]:
    """Return what a store holds, the same whatever the names of blank nodes."""
    dataset = Dataset(pyoxigraph.parse(store.dump().body, pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def built(settings: Settings, folder: Path, large_file: int = 2**30) -> MemoryStore:
    manifest = build(settings, folder, large_file=large_file).manifest
    return disk.opened(folder, manifest.version)


@pytest.mark.parametrize("large_file", [2**30, 0], ids=["read whole", "passing through"])
@pytest.mark.parametrize("default_graph", ["merged", "unnamed"])
@pytest.mark.parametrize("entailment", ["rl", "none"])
def test_what_is_built_is_what_memory_would_hold(
    files, tmp_path, large_file, default_graph, entailment
):
    settings = Settings(data=files, default_graph=default_graph, entailment=entailment)
    memory = open_graph(settings).store
    assert isinstance(memory, MemoryStore)
    assert quads_of(built(settings, tmp_path / "store", large_file)) == quads_of(memory)


@pytest.mark.parametrize("large_file", [2**30, 0], ids=["read whole", "passing through"])
def test_each_triple_is_once_in_the_merge_with_what_follows(files, tmp_path, large_file):
    store = built(Settings(data=files), tmp_path / "store", large_file)
    query = "SELECT (COUNT(*) AS ?n) { <http://example.org/rex> a ?class }"
    # Dog is stated; Animal and Tailed follow, and the two nameless classes of what has a tail.
    assert [row[0].value for row in store.table(query).rows] == ["5"]
    stated = store.table(
        f"SELECT ?c {{ GRAPH <{GRAPH}facts> {{ <http://example.org/rex> a ?c }} }}"
    )
    assert len(stated.rows) == 1
    followed = store.table(
        f"SELECT ?c {{ GRAPH {graph_name('inferred')} {{ <http://example.org/rex> a ?c }} }}"
    )
    assert len(followed.rows) == 4


def test_without_the_merge_each_triple_is_in_one_graph(files, tmp_path):
    store = built(Settings(data=files, default_graph="unnamed"), tmp_path / "store", 0)
    quads = list(pyoxigraph.parse(store.dump().body, pyoxigraph.RdfFormat.N_QUADS))
    assert len({quad.triple for quad in quads}) == len(quads)
    graphs = {quad.graph_name for quad in quads}
    assert graphs == {
        DefaultGraph(),
        pyoxigraph.NamedNode("http://example.org/g"),
        graph_name("inferred"),
    }


def test_the_review_is_built_as_it_is_served(graph, tmp_path):
    store = built(Settings(), tmp_path / "store")
    assert quads_of(store) == quads_of(graph.store)
    assert store.version == graph.version
    manifest = Manifest.read(tmp_path / "store")
    assert manifest.is_bundled
    assert manifest.about.claims == len(graph.claims)
    assert manifest.about.asserted == len(graph.dataset.asserted())
    assert manifest.about.inferred == graph.closure.statistics.inferred


@pytest.mark.parametrize("large_file", [2**30, 0], ids=["read whole", "passing through"])
@pytest.mark.parametrize("entailment", ["rl", "none"])
def test_literals_come_back_as_they_were_written(tmp_path, monkeypatch, large_file, entailment):
    monkeypatch.setattr(disk, "_PART", 2)  # quads
    file = tmp_path / "numbers.nt"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    numbers = [("7", "integer"), ("01", "integer"), ("1.50", "decimal")]
    numbers += [("007", "integer"), ("2", "integer"), ("02", "integer")]
    file.write_text(
        "".join(f'<{EX}a> <{EX}p> "{text}"^^<{xsd}{kind}> .\n' for text, kind in numbers),
        encoding="utf-8",
    )
    settings = Settings(data=(file,), entailment=entailment)
    store = built(settings, tmp_path / "store", large_file)
    query = f"SELECT ?x {{ <{EX}a> <{EX}p> ?x }}"
    found = sorted(row[0].value for row in store.table(query).rows)
    # Of 7 and 2 there are two forms, which the engine holds as one.
    assert found == ["01", "1.50", "2", "7"]
    memory = open_graph(settings).store
    assert found == sorted(row[0].value for row in memory.table(query).rows)


def test_too_many_forms_of_literals_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "_MOST_FORMS", 1)
    file = tmp_path / "numbers.ttl"
    file.write_text(f"<{EX}a> <{EX}p> 01, 02, 03 .", encoding="utf-8")
    store = built(Settings(data=(file,)), tmp_path / "store")
    rows = store.table(f"SELECT ?x {{ <{EX}a> <{EX}p> ?x }}").rows
    assert sorted(row[0].value for row in rows) == ["1", "2", "3"]


def test_the_figures_are_those_of_the_data(files, tmp_path):
    store = built(Settings(data=files), tmp_path / "store")
    kept, counted = store.figures(), Figures.of(store.engine)
    assert set(kept.to_quads()) == set(counted.to_quads())
    assert kept.triples(graph_name("inferred"), None) > 0


def test_other_content_of_a_large_file_is_another_version(files, tmp_path):
    settings = Settings(data=files)
    first = build(settings, tmp_path / "first", large_file=0).manifest.version
    again = build(settings, tmp_path / "again", large_file=0).manifest.version
    files[1].write_text(FACTS.replace("Rex", "Max"), encoding="utf-8")
    other = build(settings, tmp_path / "other", large_file=0).manifest.version
    assert first == again != other


def test_an_unknown_name_of_no_namespace_is_told(files, tmp_path):
    store = built(Settings(data=files), tmp_path / "store")
    answer = store.answer("SELECT * { ?x <urn:none> ?y }")
    assert answer.diagnosis == "<urn:none> does not occur in the data"


def test_an_unknown_name_is_told_with_the_one_that_may_be_meant(files, tmp_path):
    store = built(Settings(data=files), tmp_path / "store")
    answer = store.answer("SELECT * { ?x a <http://example.org/Dogg> }")
    assert answer.diagnosis == (
        "<http://example.org/Dogg> does not occur in the data, "
        "did you mean <http://example.org/Dog>?"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("<http://a> <http://b> .\n", "line 1", id="syntax"),
        pytest.param(
            f"<urn:a> <urn:b> <urn:c> <{GRAPH}inferred> .\n", "reasoner infers", id="computed graph"
        ),
        pytest.param(
            "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://w3id.org/sorafenib-kg/ontology#Claim> .\n",
            "too large to read whole",
            id="claims",
        ),
    ],
)
def test_a_fault_of_a_large_file_leaves_nothing_behind(tmp_path, content, message):
    file = tmp_path / "large.nq"
    file.write_text(f"<urn:x> <urn:y> <urn:z> .\n{content}".split("\n", 1)[1], encoding="utf-8")
    with pytest.raises(LoadError, match=message):
        build(Settings(data=(file,)), tmp_path / "store", large_file=0)
    assert list(tmp_path.iterdir()) == [file]


def test_what_needs_the_whole_graph_is_refused_for_large_files(files, tmp_path):
    with pytest.raises(SettingsError, match="--what-if is for data that are read whole"):
        build(Settings(data=files, what_if=True), tmp_path / "store", large_file=0)
    assert not (tmp_path / "store").exists()


def test_what_a_killed_attempt_left_is_removed(files, tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f".store.{ended.pid}.part"
    left.mkdir()
    (left / "half").touch()
    build(Settings(data=files), tmp_path / "store")
    assert not left.exists()


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "sorafenib_kg", *map(str, arguments)]


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[1] / "server")}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_ended_leaves_no_store_and_the_next_one_is_whole(tmp_path, number):
    pipe, store = tmp_path / "slow.nt", tmp_path / "store"
    os.mkfifo(pipe)
    builder = subprocess.Popen(  # noqa: S603 - our own interpreter
        command("build", "--store", store, "--data", pipe),
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    # Opens as soon as it is being read.
    with pipe.open("wb"):
        assert list(tmp_path.glob(".store.*.part"))
        builder.send_signal(number)
        assert builder.wait() != 0
    assert not store.exists()
    pipe.unlink()
    pipe.write_text(FACTS, encoding="utf-8")
    build(Settings(data=(pipe,)), store)
    assert sorted(tmp_path.iterdir()) == [pipe, store]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    def few_bytes() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = subprocess.run(  # noqa: S603 - our own interpreter
        command("build", "--store", tmp_path / "store"),
        env=environment(),
        preexec_fn=few_bytes,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {tmp_path / 'store'}: cannot be written: ")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def store(files, tmp_path) -> Path:
    folder = tmp_path / "store"
    result = run("build", "--store", folder, *(part for file in files for part in ("--data", file)))
    assert result.exit_code == 0, result.output
    return folder


def test_build_tells_what_it_has_made(files, tmp_path):
    result = run("build", "--store", tmp_path / "made", "--data", files[1], "--entailment", "none")
    version = Manifest.read(tmp_path / "made").version
    assert result.output == (
        f"4 triples asserted, 0 inferred, version {version}, written to {tmp_path / 'made'}\n"
    )


def test_a_query_is_answered_from_a_folder(store):
    query = store.parent / "query.rq"
    query.write_text("SELECT ?x { ?x a <http://example.org/Animal> }")
    result = run("query", query, "--store", store, "--format", "csv")
    assert result.output.splitlines() == ["x", "http://example.org/rex"]
    shown = run("query", query, "--store", store, "--format", "table").output
    assert "Rex (<http://example.org/rex>)" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--writable"], "--writable does not go with --store", id="writable"),
        pytest.param(["--journal", "x"], "it is only read", id="journal"),
        pytest.param(["--data", "x"], "--data does not go with --store", id="data"),
        pytest.param(["--dl", "named"], "made with such options by", id="dl"),
        pytest.param(["--entailment", "none"], "was built with rl", id="entailment"),
        pytest.param(["--default-graph", "unnamed"], "was built with merged", id="default graph"),
    ],
)
def test_what_does_not_go_with_a_store_that_is_there_is_refused(store, arguments, message):
    result = run("serve", "--store", store, *arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_a_folder_that_is_there_is_not_built_over(store):
    result = run("build", "--store", store)
    assert result.exit_code == 2
    assert "is there already" in result.output
    assert run("query", "what-does-sorafenib-target", "--store", store).exit_code == 0


def test_build_wants_a_folder():
    assert "name the folder to make: --store DIR" in run("build").output


def test_a_folder_that_is_not_there_is_told_with_the_way_out(tmp_path):
    result = run("serve", "--store", tmp_path / "gone")
    assert result.exit_code == 2
    assert f"no such folder; sorafenib-kg build --store {tmp_path / 'gone'} makes" in result.output


def test_a_half_built_folder_is_refused(store):
    (store / "manifest.json").unlink()
    with pytest.raises(SettingsError, match="broken off"):
        Manifest.read(store)


@pytest.mark.parametrize("content", ["{", "[]", '{"program": 1}', '{"about": {}}'])
def test_a_damaged_manifest_is_refused(store, content):
    path = store / "manifest.json"
    kept = json.loads(path.read_text("utf-8"))
    made_by = {name: kept[name] for name in ("program", "engine")}
    found = json.loads(content) if content != "{" else None
    path.write_text(json.dumps(found | made_by) if isinstance(found, dict) else content)
    with pytest.raises(SettingsError, match=r"is damaged|made by"):
        Manifest.read(store)


@pytest.mark.parametrize("name", ["program", "engine"])
def test_a_store_of_another_version_is_refused_by_both_versions(store, name):
    path = store / "manifest.json"
    kept = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(kept | {name: "0.0.7"}))
    with pytest.raises(SettingsError, match=rf"made by .*0\.0\.7.* and this is {kept['program']}"):
        Manifest.read(store)


def test_a_folder_that_was_removed_cannot_be_opened(tmp_path):
    with pytest.raises(NotReadyError, match="cannot be opened"):
        disk.opened(tmp_path / "gone", "1")
