"""A server whose data are in a folder that build has made."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving import Server, serving
from sorafenib_kg import served
from sorafenib_kg.about import UNKNOWN
from sorafenib_kg.app import create_app
from sorafenib_kg.building import build
from sorafenib_kg.errors import UnreadError
from sorafenib_kg.graph import UnreadGraph
from sorafenib_kg.settings import Settings

HTML = {"Accept": "text/html"}
SORAFENIB = "https://w3id.org/sorafenib-kg/id/sorafenib"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores") / "review"
    build(Settings(), folder)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    limits = ("--timeout", "5", "--memory-limit", "100")
    with serving("--store", folder, *limits) as running:
        yield running


def test_queries_are_answered_with_the_version_that_was_built(server, graph):
    answer = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Accept="text/csv")
    ((count,),) = graph.store.table("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows
    assert answer.text.split() == ["n", count.value]
    assert answer.headers["x-dataset-version"] == graph.version
    assert f"{graph.version}: {len(graph.dataset.asserted()):,} triples asserted" in server.greeting


def test_pages_proofs_and_questions_are_those_of_a_server_in_memory(server):
    assert server.ask("GET", "/id/sorafenib", **HTML).status == 200
    names = "subject=id:sorafenib&predicate=rdf:type&object=skg:Drug"
    proof = server.ask("GET", f"/explain?{names}", Accept="text/plain")
    assert "sorafenib is a drug" in proof.text
    asked = server.ask("GET", "/queries/what-does-sorafenib-target", Accept="text/csv")
    assert "b-raf" in asked.text
    ready = server.ask("GET", "/readyz")
    assert '"status":"ready"' in ready.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 504, id="time"),
        pytest.param("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f ?c", 503, id="memory"),
    ],
)
def test_limits_hold_and_the_next_query_is_answered(server, query, status):
    refused = server.query(query)
    assert refused.status == status
    assert ("memory" in refused.text) == (status == 503)
    assert server.query("ASK { ?s ?p ?o }").status == 200


def test_workers_make_different_random_values(server):
    answers = {server.query("SELECT (UUID() AS ?u) {}", Accept="text/csv").text for _ in range(3)}
    # Another worker, since the first has been ended.
    server.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    answers |= {server.query("SELECT (UUID() AS ?u) {}", Accept="text/csv").text for _ in range(3)}
    assert len(answers) == 6


def test_nothing_is_changed(server):
    answer = server.post("/update", {"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"})
    assert answer.status == 403


def test_a_folder_that_goes_away_is_told_as_such(folder, tmp_path):
    moving = tmp_path / "moving"
    shutil.copytree(folder, moving)
    with serving("--store", moving, "--timeout", "2") as server:
        assert server.query("ASK {}").status == 200
        # Ends the worker that has the folder open.
        server.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        shutil.rmtree(moving)
        answer = server.query("SELECT * { ?s ?p ?o } LIMIT 1")
        while answer.status == 200:
            # A worker that was idle still has it open.
            server.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
            answer = server.query("SELECT * { ?s ?p ?o } LIMIT 1")
        assert answer.status == 503
        assert "the store of this server cannot be opened" in answer.text
        assert str(moving) not in answer.text


@pytest.fixture
def unread(graph):
    app = create_app(
        Settings(), UnreadGraph(graph.store, "it is large"), describe=lambda store: UNKNOWN
    )
    return app.test_client()


def test_where_the_graph_is_not_read_a_thing_is_shown_by_a_query(unread):
    page = unread.get("/id/sorafenib", headers=HTML)
    assert page.status_code == 303
    assert page.location.startswith("/workbench?query=CONSTRUCT")
    assert unread.get(page.location, headers=HTML).status_code == 200
    data = unread.get("/id/sorafenib.nt")
    assert f"<{SORAFENIB}>" in data.text
    assert unread.get("/id/nobody").status_code == 404


@pytest.mark.parametrize("path", ["/explain?subject=a&predicate=b&object=c", "/search?q=sorafenib"])
def test_where_the_graph_is_not_read_it_is_said_what_cannot_be_had(unread, path):
    answer = unread.get(path)
    assert answer.status_code == 501
    assert "takes the whole graph in memory, and it is large" in answer.text


@pytest.mark.parametrize("path", ["/", "/queries/", "/workbench", "/readyz"])
def test_where_the_graph_is_not_read_other_pages_are_there(unread, path):
    assert unread.get(path, headers=HTML).status_code == 200


def test_large_data_are_not_read_from_memory_either(graph, monkeypatch):
    monkeypatch.setattr(served, "LARGEST_READ", 1000)
    found = served.served(Settings(), graph.store)
    assert isinstance(found.graph, UnreadGraph)
    with pytest.raises(UnreadError, match="more than the 1,000 that are read"):
        found.graph.current  # noqa: B018 - for its error
    monkeypatch.setattr(served, "LARGEST_READ", 10**6)
    assert served.served(Settings(), graph.store).graph.is_read
