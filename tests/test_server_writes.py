"""A server that can be written to: by the token only, all or nothing, and reasoned on."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

import crash
from serving import Answer, Server, serving

pytestmark = pytest.mark.slow  # each starts a server

SPARQL = "application/sparql-update"
TOKEN = "the-token"  # noqa: S105 - of these tests
_SECONDS = 600.0  # for all tests of a server together
WITH_TOKEN = {"SORAFENIB_KG_TOKEN": TOKEN}
INFERRED = "<https://w3id.org/sorafenib-kg/graph/inferred>"
DATA = """
@prefix : <http://e/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A rdfs:subClassOf :B .
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server with data, over which it reasons."""
    data = tmp_path_factory.mktemp("data") / "data.trig"
    data.write_text(DATA.replace(":A ", "<http://e/g> { :A ") + "}", encoding="utf-8")
    with serving("--data", data, "--writable", seconds=_SECONDS, **WITH_TOKEN) as started:
        yield started


@pytest.fixture(scope="module")
def empty() -> Iterator[Server]:
    """Return a server without data, whose unnamed graph is one like any other."""
    with serving("--empty", "--writable", seconds=_SECONDS, **WITH_TOKEN) as started:
        yield started


def update(server: Server, text: str, path: str = "/update", **headers: str) -> Answer:
    headers.setdefault("Authorization", f"Bearer {TOKEN}")
    return server.ask("POST", path, text.encode(), Content_Type=SPARQL, **headers)


def ask(server: Server, pattern: str) -> bool:
    answer = server.query(f"PREFIX : <http://e/> ASK {{ {pattern} }}")
    assert answer.status == 200, answer.text
    found: bool = json.loads(answer.body)["boolean"]
    return found


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 403),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example", "Authorization": "Bearer wrong"}, 403),
    ],
)
def test_nothing_is_changed_without_the_token(server: Server, headers: dict[str, str], status: int):
    text = "INSERT DATA { <http://e/no> <http://e/p> 1 }"
    answer = update(server, text, **headers)
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers
    path = "/graph-store?graph=http%3A%2F%2Fe%2Fno"
    for method in ("PUT", "POST", "DELETE"):
        answer = server.ask(method, path, b"<a:a> <a:b> 1 .", Content_Type="text/turtle", **headers)
        assert answer.status == status
    assert not ask(server, ":no ?p ?o")


def test_a_form_of_another_site_changes_nothing(server: Server):
    answer = server.post("/update", {"update": "INSERT DATA { <http://e/no> <http://e/p> 1 }"})
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert not ask(server, ":no ?p ?o")


def test_a_server_that_is_not_writable_is_not_written_to(tmp_path: Path):
    with serving("--empty", **WITH_TOKEN) as started:
        assert update(started, "CLEAR ALL").status == 403
        assert "not --writable" in update(started, "CLEAR ALL").text


def test_what_follows_is_there_with_the_answer_and_goes_with_its_reason(server: Server):
    version = server.query("ASK {}").headers["x-dataset-version"]
    answer = update(server, "INSERT DATA { <http://e/x> a <http://e/A> }")
    assert answer.status == 204, answer.text
    assert answer.headers["x-dataset-version"] != version
    added = "<https://w3id.org/sorafenib-kg/graph/added>"
    assert ask(server, f"GRAPH {added} {{ :x a :A }}")
    assert ask(server, f":x a :B . GRAPH {INFERRED} {{ :x a :B }}")
    assert (
        server.query("ASK {}").headers["x-dataset-version"] == answer.headers["x-dataset-version"]
    )
    page = server.ask(
        "GET",
        "/explain?subject=%3Chttp%3A%2F%2Fe%2Fx%3E&predicate=rdf:type&object=%3Chttp%3A%2F%2Fe%2FB%3E"
        "&format=json",
    )
    assert page.status == 200, page.text
    assert update(server, "DELETE DATA { <http://e/x> a <http://e/A> }").status == 204
    assert not ask(server, ":x a :B")


def test_an_update_is_made_whole_or_not_at_all(server: Server):
    text = "INSERT DATA { <http://e/half> <http://e/p> 1 } ; CLEAR GRAPH <http://e/none>"
    assert update(server, text).status == 404
    assert not ask(server, ":half ?p ?o")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("INSERT DATA { <a> }", 400),
        ("LOAD <http://127.0.0.1:9/>", 403),
        (
            f"INSERT DATA {{ GRAPH {INFERRED} {{ <a:a> <a:b> 1 }} }}",
            403,
        ),
        ("DROP ALL", 403),
        (
            "DELETE DATA { <http://e/A> "
            "<http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://e/B> }",
            403,
        ),
    ],
)
def test_what_must_not_be_is_refused(server: Server, text: str, status: int):
    answer = update(server, text)
    assert answer.status == status, answer.text
    assert ask(server, ":A ?p :B")


def test_a_contradiction_is_refused_unless_forced(server: Server):
    owl = "http://www.w3.org/2002/07/owl#"
    text = (
        f"INSERT DATA {{ <http://e/C> <{owl}disjointWith> <http://e/D> . "
        "<http://e/y> a <http://e/C> , <http://e/D> }"
    )
    answer = update(server, text)
    assert (answer.status, "cax-dw" in answer.text) == (409, True)
    assert not ask(server, ":y ?p ?o")
    assert update(server, text, "/update?force=true").status == 204
    assert update(server, text.replace("INSERT", "DELETE")).status == 204


def test_a_runaway_update_ends_and_changes_nothing(tmp_path: Path):
    with serving("--empty", "--writable", "--timeout", "1", **WITH_TOKEN) as started:
        numbers = " ".join(f"<http://e/{n}> <http://e/p> {n} ." for n in range(300))
        assert update(started, f"INSERT DATA {{ {numbers} }}").status == 204
        endless = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h FILTER(?b + ?d + ?f + ?h > 9999)"
        text = f"INSERT {{ <http://e/no> <http://e/p> ?b }} WHERE {{ {endless} }}"
        assert update(started, text).status == 504
        assert not ask(started, ":no ?p ?o")
        assert update(started, "INSERT DATA { <http://e/yes> <http://e/p> 1 }").status == 204
        assert ask(started, ":yes ?p ?o")


def test_every_reader_sees_one_version(empty: Server):
    """Two triples are always changed together; nobody ever sees one of them."""
    update(empty, "INSERT DATA { <http://e/pair> <http://e/a> 0 ; <http://e/b> 0 }")
    odd: list[bytes] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            answer = empty.query(
                "SELECT ?a ?b { <http://e/pair> <http://e/a> ?a ; <http://e/b> ?b }"
            )
            (row,) = json.loads(answer.body)["results"]["bindings"]
            if row["a"]["value"] != row["b"]["value"]:
                odd.append(answer.body)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        new = f"?s ?p {number}"
        where = "VALUES ?s { <http://e/pair> } ?s ?p ?o"
        text = f"DELETE {{ ?s ?p ?o }} INSERT {{ {new} }} WHERE {{ {where} }}"
        assert update(empty, text).status == 204
        answer = empty.query("SELECT ?o { <http://e/pair> <http://e/a> ?o }")
        (row,) = json.loads(answer.body)["results"]["bindings"]
        assert row["o"]["value"] == str(number)
    stop.set()
    for reader in readers:
        reader.join()
    assert odd == []


def test_updates_get_different_blank_nodes(empty: Server):
    for _ in range(3):
        assert update(empty, "INSERT DATA { [] <http://e/blank> 1 }").status == 204
    answer = empty.query("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <http://e/blank> 1 }")
    (row,) = json.loads(answer.body)["results"]["bindings"]
    assert row["n"]["value"] == "3"


GRAPH = f"/graph-store?graph={quote('http://e/stored', safe='')}"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}", "Content_Type": "text/turtle"}


def test_where_is_evaluated_as_the_standard_says(empty: Server):
    graph = "GRAPH <http://e/where>"
    text = f"INSERT {{ {graph} {{ ?b <http://e/n> 1 }} }} WHERE {{ BIND(BNODE('a') AS ?b) }}"
    assert update(empty, text).status == update(empty, text).status == 204
    assert ask(empty, f"{graph} {{ ?one :n 1 . ?other :n 1 FILTER(?one != ?other) }}")
    text = f"INSERT {{ {graph} {{ ?x ?x ?x }} }} WHERE {{ <http://e/z> <http://e/p>* ?x }}"
    assert update(empty, text).status == 204
    assert ask(empty, f"{graph} {{ :z :z :z }}")


@pytest.mark.parametrize(
    ("text", "status", "detail"),
    [
        ("COPY {} TO {}", 404, "the graph <http://e/none> does not exist"),
        ("ADD {} TO {}", 404, "the graph <http://e/none> does not exist"),
        ("MOVE {} TO {}", 404, "the graph <http://e/none> does not exist"),
        ("CREATE GRAPH {1}", 409, "the graph <http://e/kept> exists already"),
        ("COPY SILENT {} TO {}", 204, ""),
        ("CREATE SILENT GRAPH {1}", 204, ""),
    ],
)
def test_a_graph_is_not_lost_to_one_that_is_not_there(
    empty: Server, text: str, status: int, detail: str
):
    update(empty, "INSERT DATA { GRAPH <http://e/kept> { <http://e/a> <http://e/p> 1 } }")
    answer = update(empty, text.format("<http://e/none>", "<http://e/kept>"))
    assert answer.status == status
    assert detail in answer.text
    assert ask(empty, "GRAPH :kept { :a :p 1 }")


def test_a_graph_is_put_read_and_deleted(empty: Server):
    assert empty.ask("GET", GRAPH).status == 404
    assert empty.ask("PUT", GRAPH, b"<http://e/s> <http://e/p> 1 .", **AUTHORIZED).status == 201
    assert empty.ask("PUT", GRAPH, b"<http://e/s> <http://e/p> 2 .", **AUTHORIZED).status == 204
    assert empty.ask("POST", GRAPH, b"<http://e/s> <http://e/p> 3 .", **AUTHORIZED).status == 204
    answer = empty.ask("GET", GRAPH, Accept="application/n-triples")
    assert answer.body.count(b"\n") == 2
    assert answer.headers["content-type"] == "application/n-triples"
    head = empty.ask("HEAD", GRAPH, Accept="application/n-triples")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert empty.ask("DELETE", GRAPH, **AUTHORIZED).status == 204
    assert empty.ask("DELETE", GRAPH, **AUTHORIZED).status == 404


def test_a_graph_that_rdf_xml_cannot_hold_is_told_so(empty: Server):
    assert empty.ask("PUT", GRAPH, b'<a:a> <a:1/> "a\\u0001" .', **AUTHORIZED).status == 201
    refused = empty.ask("GET", GRAPH, Accept="application/rdf+xml")
    assert refused.status == 406
    assert "RDF/XML cannot hold the predicate <a:1/>" in refused.text
    given = empty.ask("GET", GRAPH, Accept="application/n-triples")
    assert (given.status, given.text) == (200, '<a:a> <a:1/> "a\\u0001" .\n')
    assert empty.ask("DELETE", GRAPH, **AUTHORIZED).status == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status"),
    [
        ("PUT", GRAPH, b"nonsense", "text/turtle", 400),
        ("PUT", GRAPH, b"<a:a> <a:b> 1 .", "text/html", 415),
        ("PUT", "/graph-store?graph=relative", b"", "text/turtle", 400),
        ("PUT", "/graph-store", b"", "text/turtle", 400),
        ("PUT", f"{GRAPH}&default", b"", "text/turtle", 400),
        ("PATCH", GRAPH, b"", "text/turtle", 405),
        ("GET", "/update", None, "text/turtle", 405),
        ("POST", "/update?update=CLEAR+ALL", b"CLEAR ALL", SPARQL, 400),
        ("POST", "/update?query=ASK%7B%7D", b"CLEAR ALL", SPARQL, 400),
        ("POST", "/update", b"CLEAR ALL", "text/plain", 415),
        ("POST", "/update", b"\xff\xfe", SPARQL, 400),
    ],
)
def test_a_bad_request_is_refused(
    empty: Server, method: str, path: str, body: bytes | None, content_type: str, status: int
):
    assert update(empty, "INSERT DATA { <http://e/kept> <http://e/p> 1 }").status == 204
    headers = {**AUTHORIZED, "Content_Type": content_type}
    answer = empty.ask(method, path, body, **headers)
    assert answer.status == status, answer.text
    if status == 405:
        assert "OPTIONS" in answer.headers["allow"]
    assert ask(empty, ":kept ?p ?o")


def start(folder: Path, *arguments: str) -> AbstractContextManager[Server]:
    return serving("--empty", "--writable", "--journal", folder, *arguments, **WITH_TOKEN)


def test_changes_last_beyond_the_server_and_can_be_undone(tmp_path: Path):
    folder = tmp_path / "changes"
    with start(folder) as first:
        assert str(folder) in first.rest_of_greeting()
        for number in (1, 2):
            text = f"INSERT DATA {{ [] <http://e/n> {number} ; <http://e/o> <http://e/{number}> }}"
            assert update(first, text).status == 204
        version = first.query("ASK {}").headers["x-dataset-version"]
        assert json.loads(first.ask("GET", "/readyz").body)["changes"] == "journal"
    with start(folder) as second:
        assert second.query("ASK {}").headers["x-dataset-version"] == version
        assert ask(second, "?s :n 1 ; :o ?x . ?t :n 2 FILTER(?s != ?t)")
        assert second.ask("POST", "/update?undo=1", b"", **AUTHORIZED).status == 204
        assert not ask(second, "?s :n 1")
        assert ask(second, "?s :n 2")
        again = second.ask("POST", "/update?undo=1", b"", **AUTHORIZED)
        assert again.status == 409
        assert "nothing of change 1 is left that could be undone" in again.text
        assert again.headers["x-dataset-version"].endswith(".3")
        # What is left of it is undone.
        text = "INSERT DATA { <http://e/s> :n 4, 5 }"
        assert update(second, f"PREFIX : <http://e/> {text}").status == 204
        assert update(second, "DELETE DATA { <http://e/s> <http://e/n> 4 }").status == 204
        assert second.ask("POST", "/update?undo=4", b"", **AUTHORIZED).status == 204
        assert not ask(second, "?s :n 5")
        assert second.ask("POST", "/update?undo=9", b"", **AUTHORIZED).status == 404
        assert second.ask("POST", "/update?undo=x", b"", **AUTHORIZED).status == 400
        with pytest.raises(AssertionError, match="did not start"), start(folder):
            pass
    with start(folder) as third:
        assert not ask(third, "?s :n 1")
        assert ask(third, "?s :n 2")


def test_what_follows_from_a_change_is_explained_at_once(server: Server):
    path = "/explain?" + urlencode(
        {
            "subject": "<http://e/told>",
            "predicate": "rdf:type",
            "object": "<http://e/B>",
            "format": "json",
        }
    )
    fact = "<http://e/told> a <http://e/A>"
    for _ in range(2):
        assert server.ask("GET", path).status == 404
        assert update(server, f"INSERT DATA {{ {fact} }}").status == 204
        assert server.ask("GET", path).status == 200
        assert update(server, f"DELETE DATA {{ {fact} }}").status == 204


def test_a_claim_brings_its_triple_and_what_follows_and_takes_them_away(server: Server):
    claim = """
        PREFIX id: <https://w3id.org/sorafenib-kg/id/>
        PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>
        INSERT DATA { GRAPH <http://e/g> { id:c a skg:Claim ; skg:claimSubject <http://e/kept> ;
            skg:claimPredicate <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ;
            skg:claimObject <http://e/A> ; skg:polarity id:supports ; skg:certainty id:found ;
            skg:statement "It is an A."@en } }"""
    assert update(server, claim).status == 204
    assert ask(server, "GRAPH :g { :kept a :A }")
    assert ask(server, f"GRAPH {INFERRED} {{ :kept a :B }}")
    alone = update(server, "DELETE DATA { GRAPH <http://e/g> { <http://e/kept> a <http://e/A> } }")
    assert (alone.status, "id:c yields" in alone.text) == (403, True)
    hedge = claim.replace("INSERT", "DELETE")
    assert update(server, hedge).status == 204
    assert not ask(server, ":kept a ?anything")


def test_graphs_beside_the_default_graph_follow_changes(tmp_path: Path):
    data = tmp_path / "data.ttl"
    data.write_text(DATA, encoding="utf-8")
    derived = "<https://w3id.org/sorafenib-kg/graph/derivations>"
    reified = "?d <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( :x a :B )>>"
    options = ("--data", data, "--writable", "--derivations")
    with serving(*options, seconds=_SECONDS, **WITH_TOKEN) as server:
        for _ in range(2):
            assert not ask(server, f"GRAPH {derived} {{ {reified} }}")
            change = "INSERT DATA { <http://e/x> a <http://e/A> }"
            assert update(server, change).status == 204
            assert ask(server, f"GRAPH {derived} {{ {reified} }}")
            # It is no part of the default graph.
            assert not ask(server, reified)
            assert update(server, change.replace("INSERT", "DELETE")).status == 204


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a running process")
def test_a_full_disk_refuses_a_change_and_loses_none(tmp_path: Path):
    import resource

    folder = tmp_path / "changes"
    insert = "INSERT DATA {{ <http://e/s> <http://e/p> '{}' }}"
    with start(folder) as server:
        assert update(server, insert.format("first")).status == 204
        limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        size = (folder / "journal").stat().st_size
        # There is room for a part of the next change only.
        full = (size + 100, limits[1])
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, full)
        answer = update(server, insert.format("second"))
        assert (answer.status, "the journal cannot be written to" in answer.text) == (503, True)
        assert str(folder) not in answer.text
        assert not ask(server, "?s :p 'second'")
        assert (folder / "journal").stat().st_size == size
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
        assert update(server, insert.format("third")).status == 204
    with start(folder) as again:
        found = [ask(again, f"?s :p '{value}'") for value in ("first", "second", "third")]
    assert found == [True, False, True]


def test_changes_of_loaded_data_last_and_are_reasoned_on_again(tmp_path: Path):
    data = tmp_path / "data.trig"
    data.write_text(DATA.replace(":A ", "<http://e/g> { [] :p 1 . :A ") + "}", encoding="utf-8")
    arguments = ["--data", data, "--writable", "--journal", tmp_path / "changes"]
    with serving(*arguments, **WITH_TOKEN) as first:
        assert update(first, "INSERT DATA { <http://e/x> a <http://e/A> }").status == 204
        # A node without a name has the same one when the data are loaded again.
        text = "DELETE WHERE { GRAPH <http://e/g> { ?s <http://e/p> 1 } }"
        assert update(first, text).status == 204
        assert not ask(first, "?s :p 1")
    with serving(*arguments, **WITH_TOKEN) as second:
        assert ask(second, ":x a :B")
        assert not ask(second, "?s :p 1")
    data.write_text(data.read_text(encoding="utf-8").replace(":B", ":C"), encoding="utf-8")
    with pytest.raises(AssertionError, match="did not start"), serving(*arguments, **WITH_TOKEN):
        pass


def test_whatever_was_acknowledged_survives_a_kill(tmp_path: Path):
    """`crash.py` does the same any number of times."""
    crash.check(tmp_path / "changes", rounds=4, seed=1)
