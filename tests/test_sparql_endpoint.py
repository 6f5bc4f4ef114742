import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph

from sorafenib_kg import errors
from sorafenib_kg.app import create_app
from sorafenib_kg.catalogue import Catalogue
from sorafenib_kg.gateway.problems import STATUS_OF_ERROR
from sorafenib_kg.gateway.requests import LARGEST_REQUEST
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.loader import Dataset
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import FORMATS, MemoryStore

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
NTRIPLES = RdfFormat.N_TRIPLES
SELECT = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"


def ex(name: str) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


@pytest.fixture(scope="module")
def app():
    quads = (
        Quad(ex("s"), ex("p"), Literal("ä<b>"), ex("one")),
        Quad(ex("s"), ex("p"), Literal(7), ex("two")),
    )
    store = MemoryStore(quads, version="1.2+abc")
    graph = KnowledgeGraph(Dataset(quads, version="1.2+abc"), None, store)
    return create_app(graph=graph, catalogue=Catalogue({}))


@pytest.fixture
def client(app):
    return app.test_client()


def values(response) -> list[str]:
    return [row["o"]["value"] for row in response.json["results"]["bindings"]]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"query_string": {"query": SELECT}}, id="query_get"),
        pytest.param({"method": "POST", "data": {"query": SELECT}}, id="query_post_form"),
        pytest.param(
            {"method": "POST", "data": SELECT, "content_type": "application/sparql-query"},
            id="query_post_direct",
        ),
    ],
)
def test_a_query_is_answered_each_way(client, request_):
    response = client.open("/sparql", **request_)
    assert response.status_code == 200
    assert response.content_type == "application/sparql-results+json"
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert response.headers["X-Dataset-Version"] == "1.2+abc"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert values(response) == ["7", "ä<b>"]


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [("one", ["ä<b>"]), ("two", ["7"]), ("three", [])],
)
def test_the_protocol_chooses_the_dataset(client, parameter, expected):
    graph = ex(parameter).value
    response = client.get("/sparql", query_string={"query": SELECT, "default-graph-uri": graph})
    assert values(response) == expected


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
@pytest.mark.parametrize("by", ["accept", "parameter"])
def test_each_format_is_really_served(client, entry, by):
    query = "ASK {}" if "boolean" in entry.kinds else "CONSTRUCT WHERE { ?s ?p ?o }"
    if by == "accept":
        response = client.get(
            "/sparql", query_string={"query": query}, headers={"Accept": entry.media_type}
        )
    else:
        response = client.get("/sparql", query_string={"query": query, "format": entry.name})
    assert response.status_code == 200
    assert response.mimetype == entry.media_type


@pytest.mark.parametrize(
    ("name", "request_", "status"),
    [
        ("bad_query_method", {"method": "PUT", "query_string": {"query": "ASK {}"}}, 405),
        ("bad_multiple_queries", {"query_string": "query=ASK+%7B%7D&query=ASK+%7B%7D"}, 400),
        (
            "bad_query_wrong_media_type",
            {"method": "POST", "data": "ASK {}", "content_type": "text/plain"},
            415,
        ),
        ("bad_query_missing_form_type", {"method": "POST", "data": b"query=ASK%20%7B%7D"}, 415),
        ("bad_query_missing_direct_type", {"method": "POST", "data": b"ASK {}"}, 415),
        (
            "bad_query_non_utf8",
            {
                "method": "POST",
                "data": "ASK {}".encode("utf-16"),
                "content_type": "application/sparql-query; charset=UTF-16",
            },
            415,
        ),
        ("bad_query_syntax", {"query_string": {"query": "ASK { ?s }"}}, 400),
        ("bad_update_get", {"query_string": {"update": "CLEAR ALL"}}, 400),
        ("no query in a form", {"method": "POST", "data": {"x": "y"}}, 400),
        ("an update as a query", {"query_string": {"query": "CLEAR ALL"}}, 400),
        ("SERVICE", {"query_string": {"query": "ASK{SERVICE<http://127.0.0.1:9/>{}}"}}, 403),
        ("deep nesting", {"method": "POST", "data": {"query": "ASK " + "{" * 9000}}, 400),
        ("a long query", {"method": "POST", "data": {"query": "#" * 300_000}}, 413),
        ("a large body", {"method": "POST", "data": {"query": "#" * LARGEST_REQUEST}}, 413),
        (
            "an unknown aggregate",
            {"query_string": {"query": "SELECT(<a:f>(DISTINCT ?s)AS ?x){}"}},
            400,
        ),
        ("an unknown format", {"query_string": {"query": "ASK {}", "format": "pdf"}}, 400),
        (
            "nothing acceptable",
            {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}},
            406,
        ),
        (
            "nothing acceptable of this kind",
            {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "text/turtle"}},
            406,
        ),
        (
            "what XML cannot hold",
            {
                "query_string": {"query": r'SELECT ("a\u0001" AS ?x) {}'},
                "headers": {"Accept": "application/sparql-results+xml"},
            },
            406,
        ),
        (
            "what RDF/XML cannot hold",
            {
                "query_string": {"query": "CONSTRUCT { <urn:a> <urn:1/> 1 } {}"},
                "headers": {"Accept": "application/rdf+xml"},
            },
            406,
        ),
        (
            "a graph that is no IRI",
            {"query_string": {"query": "ASK {}", "default-graph-uri": "a b"}},
            400,
        ),
    ],
)
def test_a_bad_request_is_refused(client, name, request_, status):
    response = client.open("/sparql", **request_)
    assert response.status_code == status
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["X-Dataset-Version"] == "1.2+abc"
    text = response.get_data(as_text=True)
    assert text.startswith(f"{status} ")
    assert "Traceback" not in text
    assert ".py" not in text


BAD_QUERY = {"query": "ASK {\n ?s <b>&</b> }"}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "text/plain; charset=utf-8"),
        ("text/csv", "text/plain; charset=utf-8"),
        ("application/sparql-results+json", "application/problem+json"),
        ("application/json, */*", "application/problem+json"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_an_error_comes_in_a_form_that_the_client_reads(client, accept, content_type):
    response = client.post("/sparql", data=BAD_QUERY, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (400, content_type)
    assert "Accept" in response.vary
    if content_type.startswith("text/html"):
        assert "<b>&" not in response.text


def test_a_problem_has_line_column_excerpt_and_hint(client):
    response = client.post(
        "/sparql", data={"query": "ASK {\n ?s rdfs:label }"}, headers={"Accept": "application/json"}
    )
    assert json.loads(response.text) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "the prefix rdfs: is not declared",
        "line": 2,
        "column": 5,
        "excerpt": " ?s rdfs:label }\n    ^",
        "hint": "add the line: PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>",
    }


def test_406_lists_what_there_is(client):
    response = client.get(
        "/sparql", query_string={"query": "ASK {}"}, headers={"Accept": "image/png"}
    )
    assert all(entry.media_type in response.text for entry in FORMATS)


@pytest.mark.parametrize(
    ("query_string", "location"),
    [
        ({}, "/workbench"),
        ({"query": "ASK {}"}, "/workbench?query=ASK+%7B%7D"),
    ],
)
def test_a_browser_is_led_to_the_workbench(client, query_string, location):
    response = client.get("/sparql", query_string=query_string, headers={"Accept": BROWSER})
    assert response.status_code == 303
    assert response.headers["Location"].replace("%20", "+") == location
    assert "Accept" in response.vary


def test_a_browser_that_names_a_format_gets_it(client):
    response = client.get(
        "/sparql", query_string={"query": SELECT, "format": "csv"}, headers={"Accept": BROWSER}
    )
    assert (response.mimetype, response.data) == ("text/csv", "o\r\n7\r\nä<b>\r\n".encode())


def test_a_browser_that_names_the_dataset_is_answered_over_it(client):
    response = client.get(
        "/sparql",
        query_string={"query": SELECT, "default-graph-uri": ex("two").value},
        headers={"Accept": BROWSER},
    )
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    assert "ä" not in response.text


def test_an_answer_that_stays_too_large_is_not_worth_asking_for_again():
    store = MemoryStore((), version="1", largest_result=10)
    graph = KnowledgeGraph(Dataset(()), None, store)
    client = create_app(graph=graph, catalogue=Catalogue({})).test_client()
    response = client.get("/sparql", query_string={"query": SELECT})
    assert response.status_code == 503
    assert "Retry-After" not in response.headers


def test_head_is_get_without_the_body(client):
    parameters = {"query": SELECT}
    got = client.get("/sparql", query_string=parameters)
    head = client.head("/sparql", query_string=parameters)
    assert (head.status_code, head.data) == (200, b"")
    ids = [dict(answer.headers).pop("X-Request-Id") for answer in (got, head)]
    assert len(set(ids)) == 2
    assert {*head.headers} - {("X-Request-Id", ids[1])} == {*got.headers} - {
        ("X-Request-Id", ids[0])
    }


def test_options_tells_the_methods_and_lets_other_sites_read(client):
    response = client.options("/sparql", headers={"Origin": "https://example.org"})
    assert (response.status_code, response.data) == (204, b"")
    assert {m.strip() for m in response.headers["Allow"].split(",")} == {
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
    }
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


def test_another_method_is_told_which_there_are(client):
    response = client.delete("/sparql")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_the_base_of_relative_iris_is_the_address(client):
    response = client.get("/sparql", query_string={"query": "SELECT (<x> AS ?o) {}"})
    assert values(response) == ["http://localhost/x"]


def test_iris_are_decoded_once(client):
    query = "ASK { FILTER(STR(<http://example.org/a%2Fb+c>) = 'http://example.org/a%2Fb+c') }"
    for response in (
        client.get(f"/sparql?query={quote(query, safe='')}"),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", data=query, content_type="application/sparql-query"),
    ):
        assert response.json["boolean"] is True


def test_many_clients_at_a_time_get_their_own_answers(app):
    def ask(number: int) -> bool:
        response = app.test_client().get(
            "/sparql", query_string={"query": f"SELECT ({number} AS ?o) {{}}"}
        )
        return values(response) == [str(number)]

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(ask, range(120)))


def test_every_error_of_a_request_has_a_status():
    pending = [errors.RequestError]
    while pending:
        error = pending.pop()
        pending.extend(error.__subclasses__())
        assert error is errors.RequestError or error in STATUS_OF_ERROR


def test_without_a_query_the_endpoint_describes_itself(client):
    response = client.get("/sparql", headers={"Accept": "application/n-triples"})
    assert (response.status_code, response.mimetype) == (200, "application/n-triples")
    said = {str(triple.predicate): triple.object for triple in parse(response.data, NTRIPLES)}
    described = "<http://www.w3.org/ns/sparql-service-description#"
    assert said[f"{described}endpoint>"] == NamedNode("http://localhost/sparql")
    named = NamedNode(f"{described[1:]}name")
    graphs = {quad.object for quad in parse(response.data, NTRIPLES) if quad.predicate == named}
    assert graphs == {ex("one"), ex("two")}
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_the_version_of_the_data_can_be_queried_in_the_description(client):
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    table = (
        Graph()
        .parse(data=response.text, format="turtle")
        .query(
            """
        PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        SELECT ?version { ?service a sd:Service ; sd:defaultDataset/owl:versionInfo ?version }
        """
        )
    )
    assert [str(version) for (version,) in table] == ["1.2+abc"]
    assert response.headers["X-Dataset-Version"] == "1.2+abc"


def test_the_endpoint_is_described_at_its_public_address(app):
    graph = app.extensions["site"].loaded
    settings = Settings(public_url="https://kg.example.org/x/")
    client = create_app(settings, graph, Catalogue({})).test_client()
    text = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert "#endpoint> <https://kg.example.org/x/sparql> ." in text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "PREFIX e: <http://example.org/> SELECT * { ?s e:p ?o ; e:P2 ?x }",
            "<http://example.org/P2> does not occur in the data, "
            "did you mean <http://example.org/p>?",
        ),
        ("SELECT * { <urn:x:ä> ?p ?o }", "<urn:x:\\xe4> does not occur in the data"),
        ('SELECT * { ?s ?p "a\x01\x7f" }', '"a\\x01\\x7f" does not occur in the data'),
        ('SELECT * { ?s ?p "a"@en--ltr }', '"a"@en--ltr does not occur in the data'),
        ('CONSTRUCT { ?s ?p "new" } WHERE { ?s ?p 99 }', None),
        ("CONSTRUCT WHERE { <urn:none> ?p ?o }", "<urn:none> does not occur in the data"),
        ("SELECT * { ?s ?p '1'^^<urn:type> }", None),
        ('SELECT * { ?s ?p "ä<b"@en-gb }', '"\\xe4<b"@en-gb does not occur in the data'),
        (
            "SELECT * { ?s <urn:none> 'a', 'ä<b>', 'b' }",
            "<urn:none> does not occur in the data; 'a' does not occur in the data; "
            "'b' does not occur in the data",
        ),
        ("SELECT * { ?s ?p ?o FILTER(?o = 'a') }", None),
        ('SELECT * { ?s ?p "a\\u0022b" }', None),
        ("SELECT * { ?s ?p 'a\\nb' }", "'a\\nb' does not occur in the data"),
        ("SELECT * { ?s ?p ?o VALUES ?o { 'a' } }", None),
        ("SELECT * { ?s ?p ?o VALUES (?o) { ('a') } }", None),
        ("PREFIX none: <urn:none:> BASE <urn:b> SELECT * { ?s ?p 99 }", None),
        ("SELECT * { ?s ?p ?o OPTIONAL { ?s <urn:none> ?x } }", None),
        ("SELECT (COUNT(*) AS ?n) { ?s <urn:none> ?x }", None),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "turtle"])
def test_no_rows_come_with_a_reason_in_a_header(client, query, told, form):
    if (form == "turtle") is not query.startswith("CONSTRUCT"):
        return
    response = client.get("/sparql", query_string={"query": query, "format": form})
    assert response.status_code == 200
    assert response.headers.get("X-Query-Diagnosis") == told


def test_of_a_large_store_predicates_and_classes_are_told_that_may_be_meant(monkeypatch):
    monkeypatch.setattr("sorafenib_kg.store.emptiness._FEW", 2)
    a = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = [
        Quad(ex("subject"), ex("predicate"), Literal(1), ex("graph")),
        Quad(ex("subject"), a, ex("Class"), ex("graph")),
    ]
    store = MemoryStore(quads, version="1")
    for name, meant in (("predicat", "predicate"), ("Clas", "Class"), ("subjec", None)):
        hint = f", did you mean {ex(meant)}?" if meant else ""
        diagnosis = store.answer(f"SELECT * {{ ?s {ex(name)} ?o }}").diagnosis
        assert diagnosis == f"{ex(name)} does not occur in the data{hint}"


NOTHING = "PREFIX e: <http://example.org/> SELECT * {{ ?s e:p ?o . {} }}"


def test_no_rows_come_with_a_link_to_what_leaves_none(client):
    query = NOTHING.format("?o e:p ?x")
    parameters = {"query": query, "default-graph-uri": ex("one").value}
    response = client.get("/sparql", query_string=parameters)
    link = re.fullmatch(r'<(\S+)>; rel="describedby"; title="[^"]*"', response.headers["Link"])
    assert link is not None
    for kept in (response, client.get("/sparql", query_string=parameters)):
        assert kept.headers["Link"] == link[0]
    told = client.get(f"/{link[1]}")
    assert (told.status_code, told.mimetype) == (200, "application/json")
    assert told.json["finding"]["part"] == "?o e:p ?x"
    assert told.json["finding"]["column"] == query.index("?o e:p ?x") + 1


@pytest.mark.parametrize(
    "query", [SELECT, "ASK { ?s <urn:none> ?x }", "CONSTRUCT WHERE { ?s ?p ?o }"]
)
def test_an_answer_with_rows_has_no_such_link(client, query):
    assert "Link" not in client.get("/sparql", query_string={"query": query}).headers


def test_a_query_too_long_for_a_link_has_none(client):
    query = NOTHING.format("?o e:p ?x") + " #" + "x" * 4000
    assert "Link" not in client.get("/sparql", query_string={"query": query}).headers


def test_a_diagnosis_can_be_read_as_text(client):
    query = NOTHING.format("{ ?o e:none ?x } UNION { ?o e:p 99 }")
    response = client.post("/diagnosis", data={"query": query}, headers={"Accept": "text/plain"})
    assert response.content_type == "text/plain; charset=utf-8"
    union, one, other = response.text.splitlines()
    assert union.endswith("{ ?o e:none ?x } UNION { ?o e:p 99 }: nothing matches this")
    assert one.strip().endswith("?o e:none ?x: nothing matches this")
    assert other.strip().endswith("?o e:p 99: nothing matches this")
    with_rows = client.get(
        "/diagnosis", query_string={"query": SELECT}, headers={"Accept": "text/plain"}
    )
    assert with_rows.text == "The pattern has solutions.\n"


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({}, 400),
        ({"query": "SELECT"}, 400),
        ({"query": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"}, 403),
    ],
)
def test_a_diagnosis_of_what_is_no_query_is_an_error(client, parameters, status):
    assert client.get("/diagnosis", query_string=parameters).status_code == status
    assert client.put("/diagnosis").status_code == 405
    assert client.options("/diagnosis").status_code == 204
    head = client.head("/diagnosis", query_string={"query": SELECT})
    assert (head.status_code, head.data) == (200, b"")
    odd = {"Accept": "image/png"}
    assert client.get("/diagnosis", query_string={"query": SELECT}, headers=odd).status_code == 406
