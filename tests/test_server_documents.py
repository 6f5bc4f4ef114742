"""Harmful documents over HTTP: refused in words on each way in, and nothing of them is left."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from neighbours import Neighbour, Reply, neighbour
from serving import AUTHORIZED, TOKEN, Answer, Server, read, serving
from test_documents import HARMFUL

pytestmark = pytest.mark.slow  # starts a server

GRAPH = "http://e/g"


@dataclass
class Both:
    """A server, and a neighbour that it may LOAD from."""

    server: Server
    friend: Neighbour
    replies: dict[str, Reply] = field(default_factory=dict)


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    replies: dict[str, Reply] = {}
    with (
        neighbour(lambda path, body: replies[path]) as friend,
        serving(
            "--empty",
            "--writable",
            "--timeout=4",
            f"--allow-load={friend.url}",
            "--allow-private",
            seconds=600.0,
            SORAFENIB_KG_TOKEN=TOKEN,
        ) as server,
    ):
        yield Both(server, friend, replies)


def write(both: Both, way: str, media_type: str, content: bytes) -> Answer:
    path = f"/graph-store?graph={GRAPH}"
    if way in ("PUT", "POST"):
        return both.server.ask(way, path, content, Content_Type=media_type, **AUTHORIZED)
    if way == "multipart":
        form = (
            b"--mark\r\nContent-Disposition: form-data; name=f\r\nContent-Type: "
            + media_type.encode()
            + b"\r\n\r\n"
            + content
            + b"\r\n--mark--\r\n"
        )
        kind = "multipart/form-data; boundary=mark"
        return both.server.ask("POST", path, form, Content_Type=kind, **AUTHORIZED)
    both.replies["/data"] = Reply(content, media_type)
    text = f"LOAD <{both.friend.url}/data> INTO GRAPH <{GRAPH}>"
    return both.server.update(text)


def nothing_is_there(both: Both) -> bool:
    answer = both.server.query("ASK { { ?s ?p ?o } UNION { GRAPH ?g {} } }")
    assert answer.status == 200
    return json.loads(answer.body)["boolean"] is False


WAYS = pytest.mark.parametrize("way", ["PUT", "POST", "multipart", "LOAD"])


@WAYS
@pytest.mark.parametrize("case", HARMFUL)
def test_a_harmful_document_is_refused_in_words(both: Both, way: str, case: str):
    media_type, text, message = HARMFUL[case]
    answer = write(both, way, media_type, text.encode("utf-8", "surrogateescape"))
    # Of a LOAD it is another server that has sent it.
    assert answer.status == (502 if way == "LOAD" else 400), answer.text
    assert message in answer.text
    assert "Traceback" not in answer.text
    assert nothing_is_there(both)


@WAYS
def test_a_fault_of_syntax_has_its_place(both: Both, way: str):
    answer = write(both, way, "text/turtle", b"<http://e/s>\n  <http://e/p> <a b> .")
    if way == "LOAD":
        assert "/data>: line 2, column 16: the content cannot be read: " in answer.text
        return
    assert answer.text == (
        "400 Bad Request: line 2, column 16: the content cannot be read: "
        "Invalid IRI code point ' '\n\n  <http://e/p> <a b> .\n               ^\n"
    )


def test_a_fault_of_syntax_is_a_problem_with_its_place(both: Both):
    answer = both.server.ask(
        "PUT",
        f"/graph-store?graph={GRAPH}",
        b"<http://e/s> <http://e/p> <a b> .",
        Content_Type="text/turtle",
        Accept="application/json",
        **AUTHORIZED,
    )
    problem = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["line"], problem["column"]) == (1, 27)
    assert problem["excerpt"].endswith("\n" + " " * 26 + "^")


def test_what_the_graph_store_can_give_is_offered(both: Both):
    answer = both.server.ask("GET", "/graph-store?default", Accept="image/png")
    assert answer.status == 406
    assert answer.text.endswith(
        "there are text/turtle, application/ld+json, application/rdf+xml, application/n-triples\n"
    )


@WAYS
def test_a_document_that_takes_long_is_given_up(both: Both, way: str):
    # The engine takes time with the square of this.
    text = b"@base <http://e/a/> .\n" + b"@base <b/> .\n" * 200_000 + b"<x> <y> <z> ."
    assert write(both, way, "text/turtle", text).status == 504
    assert nothing_is_there(both)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_document_that_is_too_large_is_refused_before_it_is_sent(both: Both, method: str):
    connection = both.server.connect()
    try:
        connection.putrequest(method, f"/graph-store?graph={GRAPH}")
        for name, value in {**AUTHORIZED, "Content-Type": "text/turtle"}.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(65 * 2**20))
        connection.endheaders()
        answer = read(connection.getresponse())
    finally:
        connection.close()
    assert (answer.status, "64 MiB" in answer.text) == (413, True)


def test_a_document_of_another_server_that_is_too_large_is_given_up(both: Both):
    answer = write(both, "LOAD", "text/turtle", b"#" * (65 * 2**20))
    assert (answer.status, "64 MiB" in answer.text) == (502, True)
    assert nothing_is_there(both)


@WAYS
def test_a_document_of_another_kind_is_refused(both: Both, way: str):
    answer = write(both, way, "text/html", b"<html>")
    assert answer.status == (502 if way == "LOAD" else 415)
    assert "text/turtle" in answer.text
