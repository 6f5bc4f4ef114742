"""Changes that take long, as others see them: listed, cancelled, and given up with their client."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from serving import AUTHORIZED, TOKEN, Answer, Server, hiding_httptools, serving, wait_until

pytestmark = pytest.mark.slow  # each starts a server

SPARQL = "application/sparql-update"
TRIPLES = "".join(f"<http://s/{n}> <http://p/> {n} .\n" for n in range(300))
ENDLESS = (
    "INSERT { ?a ?p ?w } WHERE { ?a ?p ?o . ?b ?q ?u . ?c ?r ?v . ?d ?s ?w "
    "FILTER(?o + ?u + ?v + ?w > 9999) }"
)
CHOSEN = "an-id-of-my-own-0001"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    data = tmp_path / "data.ttl"
    data.write_text(TRIPLES, encoding="utf-8")
    arguments = ("--data", data, "--entailment", "none", "--writable", "--timeout", "300")
    with serving(*arguments, SORAFENIB_KG_TOKEN=TOKEN) as started:
        yield started


def update(server: Server, text: str, **headers: str) -> Answer:
    return server.ask(
        "POST", "/update", text.encode(), Content_Type=SPARQL, **AUTHORIZED, **headers
    )


def running(server: Server) -> dict[str, str]:
    listed = json.loads(server.ask("GET", "/running").body)["running"]
    return {entry["id"]: entry["query"] for entry in listed}


def in_thread(call: Callable[[], Answer]) -> tuple[threading.Thread, list[Answer]]:
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    return thread, answers


def assert_that_changes_are_made(server: Server) -> None:
    answer = update(server, "INSERT DATA { <http://s/new> <http://p/> 1 }")
    assert answer.status == 204, answer.text
    assert answer.headers["x-query-id"]
    counted = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert json.loads(counted.body)["results"]["bindings"][0]["n"]["value"] == "301"


def test_a_running_update_is_listed_and_can_be_cancelled(server: Server):
    thread, answers = in_thread(lambda: update(server, ENDLESS, X_Query_Id=CHOSEN))
    wait_until(lambda: running(server) == {CHOSEN: ENDLESS})
    # Those behind it wait for their turn, and can be cancelled meanwhile.
    behind, others = in_thread(lambda: update(server, "CLEAR ALL"))
    wait_until(lambda: len(running(server)) == 2)
    (other,) = running(server).keys() - {CHOSEN}
    for chosen, waiting, found in ((other, behind, others), (CHOSEN, thread, answers)):
        assert server.ask("DELETE", f"/running/{chosen}").status == 204
        waiting.join(60)
        assert (found[0].status, found[0].headers["x-query-id"]) == (503, chosen)
        assert "the update was cancelled" in found[0].text
    assert running(server) == {}
    assert_that_changes_are_made(server)


def test_an_update_is_given_up_when_its_client_has_gone(server: Server):
    connection = server.connect()
    headers = {"Content-Type": SPARQL, **AUTHORIZED}
    connection.request("POST", "/update", ENDLESS, headers)
    wait_until(lambda: running(server))
    connection.close()
    wait_until(lambda: not running(server))
    assert_that_changes_are_made(server)


def test_with_waitress_an_update_can_be_cancelled_too(tmp_path: Path):
    data = tmp_path / "data.ttl"
    data.write_text(TRIPLES, encoding="utf-8")
    arguments = ("--data", data, "--entailment", "none", "--writable", "--timeout", "300")
    environment = {**hiding_httptools(tmp_path), "SORAFENIB_KG_TOKEN": TOKEN}
    with serving(*arguments, **environment) as server:
        thread, answers = in_thread(lambda: update(server, ENDLESS, X_Query_Id=CHOSEN))
        wait_until(lambda: running(server))
        assert server.ask("DELETE", f"/running/{CHOSEN}").status == 204
        thread.join(60)
        assert answers[0].status == 503
        assert_that_changes_are_made(server)
