"""Changes of the bundled data, which have shapes: refused with the report, forced with a mark."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from serving import AUTHORIZED, TOKEN, Answer, Server, serving
from sorafenib_kg.journal import read

pytestmark = pytest.mark.slow  # starts a server

PREFIXES = """
PREFIX id: <https://w3id.org/sorafenib-kg/id/>
PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>
"""
BAD = "INSERT DATA { id:new-study a skg:Study ; skg:enrolled 0 }"
SH = "http://www.w3.org/ns/shacl#"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journals")


@pytest.fixture(scope="module", params=["rl", "none"])
def server(request: pytest.FixtureRequest, folders: Path) -> Iterator[Server]:
    with serving(
        "--writable",
        f"--entailment={request.param}",
        f"--journal={folders / request.param}",
        seconds=600.0,
        SORAFENIB_KG_TOKEN=TOKEN,
    ) as started:
        yield started


def update(server: Server, text: str, path: str = "/update", **headers: str) -> Answer:
    return server.update(PREFIXES + text, path, **headers)


@pytest.mark.parametrize(
    ("media_type", "rdf_format"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/n-triples", RdfFormat.N_TRIPLES),
    ],
)
def test_a_violation_is_told_with_its_report(
    server: Server, media_type: str, rdf_format: RdfFormat
):
    answer = update(server, BAD, Accept=media_type)
    assert answer.status == 409
    assert answer.headers["content-type"].partition(";")[0] == media_type
    report = pyoxigraph.Store()
    report.load(answer.body, rdf_format)
    assert report.query(
        f"PREFIX sh: <{SH}> {PREFIXES} ASK {{ ?report a sh:ValidationReport ; sh:conforms false ; "
        "sh:result [ sh:focusNode id:new-study ; sh:resultPath skg:enrolled ; sh:value 0 ] }"
    )
    assert json.loads(server.query(f"{PREFIXES} ASK {{ id:new-study ?p ?o }}").body) == {
        "head": {},
        "boolean": False,
    }


def test_a_violation_is_told_in_words_and_as_a_problem(server: Server):
    words = update(server, BAD)
    assert (words.status, words.headers["content-type"]) == (409, "text/plain; charset=utf-8")
    assert "new-study: The number of participants is at least 1. (0)" in words.text
    problem = update(server, BAD, Accept="application/json")
    assert problem.headers["content-type"] == "application/problem+json"
    report = pyoxigraph.Store()
    report.load(json.dumps(json.loads(problem.body)["report"]).encode(), RdfFormat.JSON_LD)
    assert report.query(f"ASK {{ ?report a <{SH}ValidationReport> }}")


def test_what_is_well_and_what_was_bad_before_is_not_refused(
    server: Server, folders: Path, request: pytest.FixtureRequest
):
    assert update(server, BAD.replace(" 0 ", " 5 ")).status == 204
    forced = update(server, BAD.replace("new-study", "worse"), "/update?force=true")
    assert forced.status == 204, forced.text
    entries = read(folders / request.node.callspec.params["server"]).entries
    assert [entry.forced for entry in entries] == [False, True]
    # The study that is bad already may be changed in other ways.
    assert update(server, "INSERT DATA { id:worse skg:registryId 'NCT01234567' }").status == 204
    assert update(server, "INSERT DATA { id:worse skg:registryId 'NCT' }").status == 409
    assert update(server, "DELETE DATA { id:worse skg:enrolled 0 }").status == 204


def test_a_graph_that_is_put_is_looked_at_too(server: Server):
    put = server.ask(
        "PUT",
        "/graph/more",
        (
            PREFIXES.replace("PREFIX", "@prefix").replace(">\n", "> .\n")
            + "id:put a skg:Study ; skg:enrolled 0 ."
        ).encode(),
        Content_Type="text/turtle",
        **AUTHORIZED,
    )
    assert put.status == 409
