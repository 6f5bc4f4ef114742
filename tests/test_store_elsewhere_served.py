"""A server before a store at an address: what it keeps, how long it waits, what it tells."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from every_store import EX, skip_where_missing, store_of
from fake_store import INTERNALS, JSON, SELECT, YES, Fake, serving_fake
from serving import Server, serving
from sorafenib_kg.cli import main


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving_fake() as state:
        yield state


@contextmanager
def answering_yes(fake: Fake, *arguments: str) -> Iterator[Server]:
    """Serve the fake store, which answers the questions of the start."""

    def yes(handler: BaseHTTPRequestHandler) -> bool:
        if b"ASK" not in fake.asked[-1][1]:
            return False
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", str(len(YES)))
        handler.end_headers()
        handler.wfile.write(YES)
        return True

    fake.answer = yes
    with serving("--store", fake.url, *arguments) as server:
        yield server


def selects(fake: Fake) -> int:
    return sum(b"%3Funique" in body for _, body in fake.asked)


def test_without_an_option_nothing_is_kept_and_there_is_no_date(fake):
    with answering_yes(fake) as server:
        answers = [server.query("SELECT ?x { ?x ?p ?unique }") for _ in range(3)]
        assert [answer.status for answer in answers] == [200] * 3
        assert selects(fake) == 3
        assert "last-modified" not in answers[0].headers
        assert answers[0].headers["x-dataset-version"] == "elsewhere"
        tag = answers[0].headers["etag"]
        again = server.query("SELECT ?x { ?x ?p ?unique }", If_None_Match=tag)
        assert again.status == 304
        assert selects(fake) == 4


def test_with_the_option_an_answer_is_given_again(fake):
    with answering_yes(fake, "--store-cache", "3600") as server:
        answers = [server.query("SELECT ?x { ?x ?p ?unique }") for _ in range(3)]
        # An hour may end between two of them.
        assert selects(fake) in (1, 2)
        assert answers[0].headers["x-dataset-version"].startswith("elsewhere-")


def test_a_store_that_does_not_answer_is_left_at_the_time_limit(fake):
    with answering_yes(fake, "--timeout", "2") as server:
        answers_yes = fake.answer
        left = threading.Event()

        def hang(handler: BaseHTTPRequestHandler) -> bool:
            if answers_yes(handler):
                return True
            # Returns when the other side closes the connection.
            handler.connection.settimeout(60)
            handler.rfile.read(1)
            left.set()
            handler.close_connection = True
            return True

        fake.answer = hang
        answer = server.query(SELECT)
        assert answer.status == 504
        assert "took longer than 2 s" in answer.text
        assert left.wait(20)
        fake.answer = answers_yes
        assert server.query(SELECT).status == 200


def test_a_failure_of_the_store_reaches_clients_as_a_problem_without_its_words(fake):
    with answering_yes(fake) as server:
        fake.status, fake.body = 500, INTERNALS.encode()
        answer = server.query(SELECT, Accept=f"{JSON}, application/problem+json")
        assert answer.status == 502
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.text)["detail"] == "the store behind this server has failed"
        assert fake.url not in answer.text


def test_the_server_is_ready_when_the_store_is(fake):
    with answering_yes(fake) as server:
        assert server.ask("GET", "/readyz").status == 200
        fake.status, fake.body = 503, INTERNALS.encode()
        fake.answer = lambda handler: False
        assert server.ask("GET", "/readyz").status == 503
        assert server.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize("kind", ["Oxigraph", "Virtuoso"])
def test_a_real_store_is_served_with_pages(kind, tmp_path):
    skip_where_missing(kind)
    with (
        store_of(kind, tmp_path) as options,
        serving(
            *options,
            SORAFENIB_KG_STORE_USER="dba",
            SORAFENIB_KG_STORE_PASSWORD="dba",  # noqa: S106 - as Virtuoso is shipped
        ) as server,
    ):
        query = f"SELECT ?a {{ <{EX}rex> <{EX}age> ?a }}"
        assert server.query(query, Accept="text/csv").text.split() == ["a", "5"]
        assert server.post("/sparql", {"query": query}, Accept="text/csv").status == 200
        graph = server.ask("GET", f"/graph-store?graph={EX}one", Accept="application/n-triples")
        assert f"<{EX}tom>" in graph.text
        description = server.ask("GET", "/sparql", Accept="text/turtle")
        assert "sd:endpoint" in description.text
        # Virtuoso finds no graph by GRAPH ?g {}.
        assert (f"<{EX}one>" in description.text) == (kind != "Virtuoso")
        for path in ("/", "/workbench", f"/workbench?{urlencode({'query': query})}", "/readyz"):
            assert server.ask("GET", path, Accept="text/html").status == 200, path
        # None of the example queries is about these data.
        assert "/queries/what" not in server.ask("GET", "/queries/", Accept="text/html").text
        assert server.ask("GET", "/search?q=rex").status == 501
        assert server.post("/update", {"update": "CLEAR ALL"}).status == 403
        assert "dba" not in server.greeting


def test_questions_are_answered_where_the_store_holds_the_review(graph, tmp_path):
    skip_where_missing("Oxigraph")
    import urllib.request

    from store_servers import oxigraph_server

    with oxigraph_server(tmp_path) as behind:
        url = behind.store.query_url
        request = urllib.request.Request(  # noqa: S310 - an address on this machine
            f"{url.removesuffix('query')}store",
            graph.store.dump().body,
            {"Content-Type": "application/n-quads"},
        )
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
        name = "what-does-sorafenib-target"
        with serving("--store", url) as server:
            found = server.ask("GET", f"/queries/{name}", Accept="text/csv")
            assert server.ask("GET", "/", Accept="text/html").status == 200
            thing = server.ask("GET", "/id/sorafenib", Accept="text/html")
            assert thing.status == 303
        result = CliRunner().invoke(main, ["query", name, "--store", url, "--format", "csv"])
        expected = CliRunner().invoke(main, ["query", name, "--format", "csv"])
        assert sorted(found.text.splitlines()) == sorted(expected.output.splitlines())
        assert sorted(result.output.splitlines()) == sorted(expected.output.splitlines())
