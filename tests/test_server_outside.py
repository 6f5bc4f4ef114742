"""A server that may ask others, over HTTP: what it asks, and what its clients are told."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from neighbours import Neighbour, Reply, neighbour
from serving import TOKEN, Answer, Server, serving

pytestmark = pytest.mark.slow  # starts a server

SD = "http://www.w3.org/ns/sparql-service-description#"


@dataclass
class Neighbours:
    """A server that may ask one neighbour, and another that it may not."""

    server: Server
    friend: Neighbour
    other: Neighbour
    replies: dict[str, Reply] = field(default_factory=dict)

    def query(self, text: str, **headers: str) -> Answer:
        return self.server.query(self._named(text), **headers)

    def update(self, text: str) -> Answer:
        return self.server.update(self._named(text))

    def _named(self, text: str) -> str:
        return text.replace("FRIEND", self.friend.url).replace("OTHER", self.other.url)


@pytest.fixture(scope="module")
def all_three() -> Iterator[Neighbours]:
    replies: dict[str, Reply] = {}
    with (
        neighbour(lambda path, body: replies[path]) as friend,
        neighbour(lambda path, body: Reply(b"")) as other,
        serving(
            "--empty",
            "--writable",
            "--timeout=6",
            f"--allow-service={friend.url}",
            f"--allow-load={friend.url}",
            "--allow-private",
            seconds=600.0,
            SORAFENIB_KG_TOKEN=TOKEN,
        ) as server,
    ):
        yield Neighbours(server, friend, other, replies)


ROWS = b"""{"head": {"vars": ["s"]}, "results": {"bindings": [
    {"s": {"type": "uri", "value": "http://e/s"}}, {"s": {"type": "bnode", "value": "b"}}]}}"""


def test_rows_of_an_allowed_service_are_in_the_answer(all_three: Neighbours):
    all_three.replies["/rows"] = Reply(ROWS)
    for _ in range(2):
        answer = all_three.query("SELECT ?s { SERVICE <FRIEND/rows> { ?s ?p ?o } }")
        assert answer.status == 200, answer.text
        assert len(json.loads(answer.body)["results"]["bindings"]) == 2
        assert answer.headers["cache-control"] == "no-store"
    # Another version of the data, or of those of the service, may come at any time.
    assert len(all_three.friend.requests) == 2


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/status", Reply(status=500)),
        ("/redirect", Reply(status=302, headers={"Location": "http://169.254.169.254/"})),
        ("/html", Reply(b"<html>", "text/html")),
    ],
)
def test_a_service_that_fails_is_a_bad_gateway(all_three: Neighbours, path: str, reply: Reply):
    all_three.replies[path] = reply
    answer = all_three.query(
        f"SELECT ?s {{ SERVICE <FRIEND{path}> {{ ?s ?p ?o }} }}", Accept="application/json"
    )
    assert (answer.status, answer.headers["content-type"]) == (502, "application/problem+json")
    assert all_three.friend.url in json.loads(answer.body)["detail"]
    silent = all_three.query(f"SELECT ?s {{ SERVICE SILENT <FRIEND{path}> {{ ?s ?p ?o }} }}")
    assert json.loads(silent.body)["results"]["bindings"] == [{}]


def test_a_service_that_never_answers_leaves_time_to_say_so(all_three: Neighbours):
    enough = threading.Event()

    def nothing() -> Iterator[bytes]:
        enough.wait()
        yield b""

    all_three.replies["/slow"] = Reply(pieces=nothing)
    try:
        pattern = "<FRIEND/slow> { ?s ?p ?o }"
        assert all_three.query(f"ASK {{ SERVICE {pattern} }}").status == 502
        assert all_three.query(f"ASK {{ SERVICE SILENT {pattern} }}").status == 200
    finally:
        enough.set()


def test_no_other_server_is_asked(all_three: Neighbours):
    assert all_three.query("ASK { SERVICE <OTHER/> { ?s ?p ?o } }").status == 403
    assert all_three.query("ASK { SERVICE SILENT <OTHER/> { ?s ?p ?o } }").status == 200
    assert all_three.query("ASK { VALUES ?v { <OTHER/> } SERVICE ?v {} }").status == 400
    assert all_three.query("ASK { SERVICE <OTHER/> { ?s ?p } }").status == 400
    assert all_three.update("LOAD <OTHER/>").status == 403
    assert all_three.update("LOAD SILENT <OTHER/>").status == 204
    assert all_three.update("LOAD <file:///etc/passwd>").status == 403
    assert all_three.update("INSERT { ?s ?p ?o } WHERE { SERVICE <OTHER/> {} }").status == 403
    assert all_three.other.requests == []


def test_a_document_of_an_allowed_server_is_loaded(all_three: Neighbours):
    all_three.replies["/data"] = Reply(b"<a> <http://e/p> 1 .", "text/turtle")
    all_three.replies["/bad"] = Reply(b"<a> <http://e/p>", "text/turtle")
    assert all_three.update("LOAD <FRIEND/data> INTO GRAPH <http://e/g>").status == 204
    refused = all_three.update("INSERT DATA { <http://e/x> <http://e/p> 2 }; LOAD <FRIEND/bad>")
    assert refused.status == 502
    assert "/bad>: line 1, column 17: the content cannot be read" in refused.text
    found = all_three.query("SELECT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    rows = json.loads(found.body)["results"]["bindings"]
    assert [row["s"]["value"] for row in rows] == [f"{all_three.friend.url}/a"]


def test_the_service_description_says_that_others_are_asked(all_three: Neighbours):
    answer = all_three.server.ask("GET", "/sparql", Accept="application/n-triples")
    assert f"<{SD}feature> <{SD}BasicFederatedQuery>" in answer.text
