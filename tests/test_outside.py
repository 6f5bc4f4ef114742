"""SERVICE and LOAD where they are allowed: asked by way of the relay, and joined soundly."""

import json

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from neighbours import Neighbour, Reply, neighbour
from sorafenib_kg.errors import QueryRefusedError, RemoteError, RequestError, SwitchedOffError
from sorafenib_kg.fetching import Allowed, Origin
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.updates import Update, difference_of_update

EX = "http://example.org/"


def rows(variables: list[str], *bindings: dict[str, object]) -> Reply:
    found = {"head": {"vars": variables}, "results": {"bindings": list(bindings)}}
    return Reply(json.dumps(found).encode())


def iri(name: str) -> dict[str, str]:
    return {"type": "uri", "value": EX + name}


def allowed(*servers: Neighbour) -> Allowed:
    origins = frozenset(Origin.parse(server.url) for server in servers)
    return Allowed(origins, origins, private=True)


def store_with(allowed: Allowed, *quads: Quad) -> MemoryStore:
    engine = pyoxigraph.Store()
    engine.extend(quads)
    return MemoryStore.over(engine, "1", allowed=allowed)


def quad(subject: str, predicate: str, value: object) -> Quad:
    return Quad(NamedNode(EX + subject), NamedNode(EX + predicate), value)


def test_rows_of_a_service_are_joined_and_asked_for_once():
    data = [quad(f"s{n}", "p", Literal(n)) for n in range(50)]
    with neighbour(
        lambda path, body: rows(["s", "o"], *({"s": iri(f"s{n}"), "o": iri("o")} for n in (3, 60)))
    ) as server:
        table = store_with(allowed(server), *data).table(
            f"PREFIX e: <{server.url}/> SELECT ?s ?n ?o "
            f"{{ ?s <{EX}p> ?n SERVICE e:sparql {{ ?s <{EX}q> ?o }} }}"
        )
    assert [[str(term) for term in row] for row in table.rows] == [
        [f"<{EX}s3>", '"3"^^<http://www.w3.org/2001/XMLSchema#integer>', f"<{EX}o>"]
    ]
    ((method, path, headers, body),) = server.requests
    assert (method, path) == ("POST", "/sparql")
    assert headers["content-type"] == "application/sparql-query"
    assert pyoxigraph.Store().query(body.decode()).variables


def test_a_blank_node_of_a_service_is_none_of_the_store():
    with neighbour(
        lambda path, body: rows(["o"], {"o": {"type": "bnode", "value": "b"}})
    ) as server:
        store = store_with(allowed(server), quad("s", "p", BlankNode("b")))
        joined = f"SELECT * {{ ?s <{EX}p> ?o SERVICE <{server.url}/> {{ ?x ?y ?o }} }}"
        assert store.table(joined).rows == ()
        two = (
            f"SELECT ?o {{ SERVICE <{server.url}/1> {{ ?x ?y ?o }} "
            f"SERVICE <{server.url}/2> {{ ?v ?w ?o }} }}"
        )
        assert store.table(two).rows == ()
        same = f"SELECT ?o {{ SERVICE <{server.url}/1> {{ ?x ?y ?o }} }}"
        assert isinstance(store.table(same).rows[0][0], BlankNode)


def test_a_service_inside_another_is_named_to_that_one():
    inner = "http://elsewhere.example/sparql"
    with neighbour(lambda path, body: rows(["s"], {"s": iri("s")})) as server:
        store = store_with(allowed(server))
        query = (
            f"SELECT * {{ SERVICE <{server.url}/> {{ ?s ?p ?o "
            f"OPTIONAL {{ SERVICE SILENT <{inner}> {{ ?s ?q ?o }} }} }} }}"
        )
        assert len(store.table(query).rows) == 1
    ((_, _, _, body),) = server.requests
    assert f"SERVICE SILENT <{inner}>" in body.decode()
    assert "127.0.0.1" not in body.decode()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(status=303, headers={"Location": "/elsewhere"}),
        Reply(b"<html>", "text/html"),
        Reply(b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": ', status=200),
        Reply(b'{"head": {}, "boolean": true}'),
        Reply(b"s,o\n1,2\n", "text/csv"),
        Reply(b"x" * (17 * 2**20)),
    ],
    ids=["status", "redirect", "html", "cut", "boolean", "csv", "large"],
)
def test_a_service_that_fails_fails_the_query_unless_it_is_to_be_silent(reply: Reply):
    with neighbour(lambda path, body: reply) as server:
        store = store_with(allowed(server), quad("s", "p", Literal(1)))
        for pattern in ("{}", "FILTER EXISTS {}", "OPTIONAL {{}}"):
            loud = pattern.replace("{}", f"{{ SERVICE <{server.url}/> {{ ?s ?q ?o }} }}")
            with pytest.raises(RemoteError):
                store.table(f"SELECT * {{ ?s <{EX}p> ?n {loud} }}")
        silent = f"SELECT ?n {{ ?s <{EX}p> ?n SERVICE SILENT <{server.url}/> {{ ?s ?q ?o }} }}"
        assert [row[0].value for row in store.table(silent).rows] == ["1"]


def test_a_server_that_is_not_allowed_is_not_asked():
    with (
        neighbour(lambda path, body: rows([])) as friend,
        neighbour(lambda path, body: rows([])) as other,
    ):
        store = store_with(allowed(friend), quad("s", "p", Literal(1)))
        with pytest.raises(SwitchedOffError, match="is not asked here"):
            store.table(f"SELECT * {{ SERVICE <{other.url}/> {{ ?s ?p ?o }} }}")
        silent = f"SELECT * {{ ?s ?p ?n SERVICE SILENT <{other.url}/> {{ ?s ?q ?o }} }}"
        assert len(store.table(silent).rows) == 1
    assert other.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE ?v { ?s ?p ?o } }",
        "SELECT * { VALUES ?v { <OTHER/> } SERVICE ?v { ?s ?p ?o } }",
        "PREFIX : <OTHER/> ASK { SERVICE:a{} }",
        "PREFIX a: <OTHER/> ASK { SERVICEa:b{} }",
        "PREFIX : <OTHER/> ASK { SERVICESILENT:a#\n{} }",
        "PREFIX : <OTHER/> ASK { ?s ?p :.SERVICE:a{} }",
        "ASK { VALUES ?x { 1e1SERVICE<OTHER/>{} } }",
        "ASK { SER\\u0056ICE <OTHER/> {} }",
        "ASK { SER\\u005Cu0056ICE <OTHER/> {} }",
        "ASK { SERVICE<OTHER/>{} }",
        "ASK { SERVICE SILENT<OTHER/>{} FILTER(1 < 2)SERVICE<OTHER/>{} }",
        "ASK { SERVICE <FRIEND/> { } SERVICE <OTHER/> {} }",
        "BASE <OTHER/> ASK { SERVICE <sparql> {} }",
        "PREFIX a: <FRIEND/> PREFIX a: <OTHER/> ASK { SERVICE a:sparql {} }",
        "ASK { SERVICE <FRIEND@OTHER/> {} }",
    ],
)
def test_no_way_to_write_it_makes_the_engine_ask_another_server(query: str):
    with (
        neighbour(lambda path, body: rows([], {})) as friend,
        neighbour(lambda path, body: rows([], {})) as other,
    ):
        host = other.url.removeprefix("http://") if "FRIEND@" in query else other.url
        text = query.replace("FRIEND", friend.url).replace("OTHER", host)
        with pytest.raises(RequestError):
            store_with(allowed(friend)).table(text)
    assert other.requests == []


def test_no_more_than_some_requests_are_made_for_a_query():
    with neighbour(lambda path, body: rows(["s"])) as server:
        parts = " UNION ".join(
            f"{{ SERVICE <{server.url}/{n}> {{ ?s ?p ?o }} }}" for n in range(60)
        )
        store_with(allowed(server)).table(f"SELECT * {{ {parts} }}")
        assert len(server.requests) == 60
        again = parts.replace("/> {", "/x> {")
        with pytest.raises(QueryRefusedError):
            store_with(allowed(server)).table(f"SELECT * {{ {parts} UNION {again} }}")


TURTLE = b"<a> <p> _:b . _:b <p> 'x'@en ."


@pytest.mark.parametrize(
    ("update", "graph"),
    [
        ("LOAD <URL/folder/data.ttl>", None),
        ("LOAD SILENT <URL/folder/data.ttl> INTO GRAPH <http://example.org/g>", EX + "g"),
        ("PREFIX n: <URL/folder/> LOAD n:data.ttl", None),
        (
            "INSERT DATA { <x:s> <x:p> 1 }; LOAD <URL/folder/data.ttl>; "
            "DELETE DATA { <x:s> <x:p> 1 }",
            None,
        ),
    ],
    ids=["default", "graph", "prefix", "between"],
)
def test_a_document_is_loaded_with_its_own_base(update: str, graph: str | None):
    with neighbour(lambda path, body: Reply(TURTLE, "text/turtle")) as server:
        engine = pyoxigraph.Store()
        engine.add(quad("s", "p", BlankNode("b")))
        found = difference_of_update(
            engine, Update(update.replace("URL", server.url)), allowed=allowed(server)
        )
    name = pyoxigraph.DefaultGraph() if graph is None else NamedNode(graph)
    assert not found.removed
    assert {q.graph_name for q in found.added} == {name}
    first = next(q for q in found.added if isinstance(q.subject, NamedNode))
    assert first.subject == NamedNode(f"{server.url}/folder/a")
    assert first.object != BlankNode("b")
    assert Quad(first.object, first.predicate, Literal("x", language="en"), name) in found.added
    assert [r[:2] for r in server.requests] == [("GET", "/folder/data.ttl")]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404),
        Reply(b"<a> <p>", "text/turtle"),
        Reply(TURTLE, "text/html"),
        Reply(status=301, headers={"Location": "/data.ttl"}),
    ],
    ids=["status", "syntax", "html", "redirect"],
)
def test_a_document_that_cannot_be_loaded_changes_nothing_unless_it_is_to_be_silent(reply: Reply):
    with neighbour(lambda path, body: reply) as server:
        insert = f"INSERT DATA {{ <{EX}s> <{EX}p> 1 }}; LOAD "
        with pytest.raises(RemoteError):
            difference_of_update(
                pyoxigraph.Store(), Update(f"{insert}<{server.url}/>"), allowed=allowed(server)
            )
        found = difference_of_update(
            pyoxigraph.Store(), Update(f"{insert}SILENT <{server.url}/>"), allowed=allowed(server)
        )
        assert len(found.added) == 1


def test_an_update_asks_a_service_in_its_pattern():
    with neighbour(lambda path, body: rows(["s"], {"s": iri("s")})) as server:
        update = f"INSERT {{ ?s <{EX}p> 1 }} WHERE {{ SERVICE <{server.url}/> {{ ?s ?p ?o }} }}"
        found = difference_of_update(pyoxigraph.Store(), Update(update), allowed=allowed(server))
    assert found.added == {quad("s", "p", Literal(1))}


def test_what_is_allowed_for_one_is_not_allowed_for_the_other():
    with neighbour(lambda path, body: rows([])) as server:
        origins = frozenset([Origin.parse(server.url)])
        load, service = f"LOAD <{server.url}/>", f"SERVICE <{server.url}/> {{ ?s ?p ?o }}"
        insert = f"INSERT {{ ?s ?p ?o }} WHERE {{ {service} }}"
        for update, may in (
            (load, Allowed(service=origins, private=True)),
            (insert, Allowed(load=origins, private=True)),
            (f"{load}; {insert}", Allowed(load=origins, private=True)),
        ):
            with pytest.raises(SwitchedOffError):
                difference_of_update(pyoxigraph.Store(), Update(update), allowed=may)
        with pytest.raises(SwitchedOffError):
            store_with(Allowed(load=origins, private=True)).table(f"SELECT * {{ {service} }}")
    assert server.requests == []
