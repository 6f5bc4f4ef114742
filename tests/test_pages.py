import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from sorafenib_kg.app import create_app
from sorafenib_kg.catalogue import Catalogue, ExampleQuery
from sorafenib_kg.graph import open_graph
from sorafenib_kg.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ID = "https://w3id.org/sorafenib-kg/id/"
SKG = "https://w3id.org/sorafenib-kg/ontology#"

ENTITIES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/sorafenib-kg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<http://example.org/onto> a owl:Ontology ;
    dcterms:title "Tea & <Cake> Graph" ;
    dcterms:description "What one book says of tea." ;
    dcterms:license <http://example.org/licence> ;
    dcterms:source <http://example.org/book> .

id:book a skg:SourceDocument ; skg:textHash "0" ; rdfs:label "The Book" ;
    dcterms:source <http://example.org/book> .

skg:Drink rdfs:label "drink"@en ; rdfs:subClassOf skg:Liquid .
skg:Liquid rdfs:label "liquid"@en .
skg:goesWith a owl:SymmetricProperty ; rdfs:label "goes with"@en .

id:tea a skg:Drink ; rdfs:label "tea"@en , "Tee"@de ; skg:goesWith id:cake ;
    skos:exactMatch <http://other.example/tea> .
id:cake rdfs:label "<script>alert('cake')</script>"@en .
id:nameless a skg:Drink ; skg:goesWith id:tea .
"""
EXAMPLE = ExampleQuery(
    "what-goes-with-what",
    "What goes with <what>?",
    "One row a pair & graph.",
    ("tea", "inference"),
    "SELECT ?one ?other ?graph "
    f"WHERE {{ GRAPH ?graph {{ ?one <{SKG}goesWith> ?other }} }} ORDER BY ?one ?other",
)

EXPLAINED = {"subject": "id:cake", "predicate": f"{SKG}goesWith", "object": f"<{ID}tea>"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    file = tmp_path_factory.mktemp("data") / "entities.ttl"
    file.write_text(ENTITIES, encoding="utf-8")
    graph = open_graph(Settings(data=(file,)))
    catalogue = Catalogue({EXAMPLE.name: EXAMPLE})
    return create_app(graph=graph, catalogue=catalogue).test_client()


@pytest.fixture(scope="module")
def unloaded():
    return create_app(Settings(empty=True)).test_client()


def page(client, address: str, **parameters: str):
    return client.get(address, query_string=parameters, headers=BROWSER)


def test_the_start_page_says_what_the_data_say_of_themselves(client):
    response = page(client, "/")
    assert response.status_code == 200
    for text in (
        "Tea &amp; &lt;Cake&gt; Graph",
        "What one book says of tea.",
        "The Book",
        'href="http://example.org/book"',
        'href="http://example.org/licence"',
        "no medical advice",
        "What goes with &lt;what&gt;?",
        'href="/queries/what-goes-with-what"',
        "http://localhost/sparql",
    ):
        assert text in response.text


def count(client, pattern: str) -> int:
    response = client.post("/sparql", data={"query": f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"})
    return int(response.json["results"]["bindings"][0]["n"]["value"])


def test_the_start_page_counts_what_there_is(client):
    figures = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", page(client, "/").text)
    graph = "GRAPH <https://w3id.org/sorafenib-kg/graph/inferred> { ?s ?p ?o }"
    inferred = count(client, graph)
    asserted = count(client, f"?s ?p ?o FILTER NOT EXISTS {{ {graph} }}")
    assert inferred > 0
    assert dict(figures) == {
        "claims": "0",
        "entities": "2",
        "asserted triples": str(asserted),
        "inferred triples": str(inferred),
    }
    assert client.get("/readyz").json["triples"] == {"asserted": asserted, "inferred": inferred}


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/queries/",
        "/queries/what-goes-with-what",
        "/workbench",
        "/workbench?query=ASK{}",
        "/workbench?query=ASK{",
        "/workbench?query=CONSTRUCT WHERE { ?s ?p ?o }",
        "/workbench?query=SELECT * { ?s ?p ?o }",
        "/id/tea",
        "/id/cake",
        f"/explain?subject=id:cake&predicate=<{SKG.replace('#', '%23')}goesWith>&object=id:tea",
        "/id/nothing",
        "/nothing",
        "/cite",
        "/cite?of=/id/tea",
        "/report",
        "/report?of=/id/tea",
    ],
)
def test_every_page_is_whole_escaped_and_has_scripts_of_the_server_only(client, address):
    response = client.get(address, headers=BROWSER)
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Dataset-Version"] == client.get("/readyz").json["version"]
    text = response.text
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == text.count("<script")
    for attributes, content in scripts:
        if attributes == ' type="application/ld+json"':
            # Data, which nothing runs and which no markup can end.
            assert json.loads(content)["@context"] == "https://schema.org"
            assert "<" not in content
            continue
        assert re.fullmatch(r' type="module" src="/static/[^"]*"', attributes)
        assert not content
    assert "style=" not in text
    assert not re.search(r" on\w+=", text)
    assert text.count("<h1") == 1
    assert '<html lang="en">' in text
    assert "{{" not in text
    assert "no medical advice" in text
    assert 'href="/cite?of=' in text
    assert 'href="/report?of=' in text
    loaded = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]*)"', text)
    assert all(address.startswith("/static/") for address in loaded)
    for address in loaded:
        with client.get(address) as response:
            assert response.status_code == 200


def test_an_example_query_is_shown_with_its_answer(client):
    text = page(client, "/queries/what-goes-with-what").text
    assert "One row a pair &amp; graph." in text
    assert "ORDER BY ?one ?other" in text
    assert f'<a href="/id/tea" title="{ID}tea">tea</a>' in text
    assert "&lt;script&gt;alert(" in text
    assert '<span class="mark inferred"' in text
    assert '<span class="mark asserted"' in text
    assert "4 rows" in text
    assert 'href="/queries/what-goes-with-what?format=csv"' in text


@pytest.mark.parametrize(
    ("headers", "format_", "mimetype"),
    [
        ({}, "csv", "text/csv"),
        ({"Accept": "*/*"}, "", "application/sparql-results+json"),
        ({"Accept": "text/tab-separated-values"}, "", "text/tab-separated-values"),
        (BROWSER, "xml", "application/sparql-results+xml"),
    ],
)
def test_an_example_query_answers_programs_at_the_same_address(client, headers, format_, mimetype):
    response = client.get(
        "/queries/what-goes-with-what", query_string={"format": format_}, headers=headers
    )
    assert (response.status_code, response.mimetype) == (200, mimetype)


def test_the_workbench_begins_with_a_query_that_works(client):
    text = page(client, "/workbench").text
    query = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", text, re.DOTALL)[1]
    query = query.replace("&lt;", "<").replace("&gt;", ">")
    assert client.post("/sparql", data={"query": query}).status_code == 200


def test_the_workbench_shows_an_error_below_the_query(client):
    response = page(client, "/workbench", query="ASK {\n ?s skos:x </textarea> }")
    assert response.status_code == 400
    assert "Line 2, column 5: the prefix skos: is not declared" in response.text
    assert "\n    ^</pre>" in response.text
    assert "PREFIX skos: &lt;http://www.w3.org/2004/02/skos/core#&gt;" in response.text
    assert "?s skos:x &lt;/textarea&gt;" in response.text


def test_the_workbench_shows_labels_and_links(client):
    text = page(client, "/workbench", query=f"SELECT ?x {{ <{ID}tea> ?p ?x }}").text
    assert ">tea</span>" in text
    assert f'title="{SKG}Drink">drink</a>' in text
    assert 'lang="de"' in text
    assert '<a href="http://other.example/tea" rel="noreferrer"' in text


def test_the_triples_of_a_graph_are_marked(client):
    query = (
        f"CONSTRUCT {{ ?a <{SKG}goesWith> ?b . ?a <http://example.org/new> ?b }} "
        f"WHERE {{ ?a <{SKG}goesWith> ?b }}"
    )
    text = page(client, "/workbench", query=query).text
    assert text.count('<span class="mark inferred">') == 2
    assert text.count('<span class="mark asserted">') == 2
    assert text.count(">why</a>") == 4


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("ASK {}", '<p class="answer">Yes</p>'),
        ("ASK { ?s ?p 1 }", '<p class="answer">No</p>'),
        ("SELECT * { ?s ?p 1 }", '<p class="answer">No rows.</p>'),
        ("SELECT (1 AS ?x) {}", '<td class="number"><span title="xsd:integer">1</span></td>'),
        ("SELECT ?x {}", 'class="unbound"'),
        ("SELECT (BNODE() AS ?x) {}", "a node without a name"),
    ],
)
def test_each_kind_of_answer_is_shown(client, query, answer):
    assert answer in page(client, "/workbench", query=query).text


def test_a_long_answer_is_shown_in_pages(client):
    query = "SELECT ?x { VALUES ?x { " + " ".join(str(n) for n in range(250)) + " } }"
    first = page(client, "/workbench", query=query).text
    last = page(client, "/workbench", query=query, page="3").text
    assert "Rows 1 to 100 of 250" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert "Rows 201 to 250 of 250" in last
    assert 'rel="next"' not in last
    assert "No rows on this page." in page(client, "/workbench", query=query, page="9").text


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e9", "99999999999999999999", "²"])
def test_a_page_that_cannot_be_is_refused(client, number):
    assert page(client, "/workbench", query="SELECT * {}", page=number).status_code == 400


@pytest.mark.parametrize(
    "address", ["/id/tea", f"/queries/{EXAMPLE.name}", "/explain?" + urlencode(EXPLAINED)]
)
@pytest.mark.parametrize("headers", [BROWSER, {}], ids=["page", "data"])
def test_caches_keep_page_and_data_apart(client, address, headers):
    assert "Accept" in client.get(address, headers=headers).vary


def test_an_individual_shows_its_statements_in_both_directions(client):
    text = page(client, "/id/tea").text
    assert "<h1>tea</h1>" in text
    assert "goes with" in text
    assert f'title="{ID}nameless">id:nameless</a>' in text
    assert re.search(r"liquid</a> <span class=\"mark inferred\">", text)


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml"])
def test_an_individual_is_rdf_to_programs(client, accept):
    response = client.get("/id/tea", headers={"Accept": accept})
    assert response.mimetype == ("text/turtle" if accept == "*/*" else accept)
    assert "cake" in response.text
    assert "nameless" in response.text
    assert "Accept" in response.vary


@pytest.mark.parametrize("name", ["nothing", "a b", "%3E%7D%3B", "<x>"])
def test_an_unknown_individual_is_not_found(client, name):
    response = client.get(f"/id/{name}")
    assert response.status_code == 404
    assert response.text.startswith("404 Not Found: ")


def test_a_proof_is_a_page_with_its_rules_and_grounds(client):
    text = page(client, "/explain", **EXPLAINED).text
    assert "prp-symp" in text
    assert '<a href="/id/tea"' in text
    assert text.count('<span class="mark inferred">') == 1
    assert text.count('<span class="mark asserted">') == 2


def test_a_proof_on_a_page_has_references_at_the_places_where_they_stand(
    ontology: Path, sound: Path
):
    settings = Settings(data=(ontology, sound / "triples"))
    names = {"subject": "id:alphadrug", "predicate": "skg:inhibits", "object": "id:kinase-a"}
    client = create_app(settings, open_graph(settings)).test_client()
    text = page(client, "/explain", **names).text
    assert ">S01 P1 s1</a>, characters 0 to 25, references 1. " in text


@pytest.mark.parametrize(
    ("accept", "format_", "mimetype"),
    [
        ("*/*", "", "application/json"),
        ("text/plain", "", "text/plain"),
        ("application/json", "text", "text/plain"),
        ("*/*", "html", "text/html"),
    ],
)
def test_a_proof_is_given_as_json_or_text_to_programs(client, accept, format_, mimetype):
    response = client.get(
        "/explain", query_string=EXPLAINED | {"format": format_}, headers={"Accept": accept}
    )
    assert (response.status_code, response.mimetype) == (200, mimetype)
    assert "prp-symp" in response.text


@pytest.mark.parametrize("subject", ["tea", "id:tea", f"<{ID}tea>", f"{ID}tea"])
@pytest.mark.parametrize("value", ['"Tee"@de', "Tee", "tea"])
def test_a_triple_may_be_named_by_labels_and_literals(client, subject, value):
    parameters = {"subject": subject, "predicate": "rdfs:label", "object": value}
    response = client.get("/explain", query_string=parameters)
    assert response.json["asserted"] is True


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"object": ""}, 400),
        ({"format": "pdf"}, 400),
        ({"subject": "unheard:of"}, 404),
        ({"subject": "unheard of"}, 404),
        ({"subject": "<a b>"}, 404),
        ({"object": "id:nameless"}, 404),
        ({"object": '"a" . <x:a> <x:b> "c"'}, 404),
    ],
)
def test_what_cannot_be_explained_is_refused(client, change, status):
    response = client.get("/explain", query_string=EXPLAINED | change)
    assert response.status_code == status
    assert response.text.startswith(f"{status} ")


def test_a_proof_has_no_other_form(client):
    response = client.get("/explain", query_string=EXPLAINED, headers={"Accept": "image/png"})
    assert response.status_code == 406


def test_an_unknown_address_is_not_found(client):
    response = client.get("/queries/nothing")
    assert (response.status_code, response.text) == (
        404,
        "404 Not Found: there is no query called nothing\n",
    )
    assert "there is nothing at this address" in page(client, "/nothing").text


def test_the_process_is_up_and_ready(client):
    assert client.get("/healthz").json["status"] == "up"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    assert ready.json["version"] == ready.headers["X-Dataset-Version"]


@pytest.mark.parametrize(
    "address",
    [
        "/readyz",
        "/sparql?query=ASK{}",
        "/",
        "/id/tea",
        "/workbench?query=ASK{}",
        "/explain?subject=a",
    ],
)
def test_without_data_nothing_is_answered_but_that(unloaded, address):
    response = unloaded.get(address)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "the data are not loaded" in response.text
    assert unloaded.get("/healthz").status_code == 200


def test_other_data_come_without_the_bundled_queries(unloaded):
    assert "There are no example queries" in page(unloaded, "/queries/").text


def test_a_mistake_of_the_server_shows_nothing_of_itself(monkeypatch, caplog):
    app = create_app(Settings(empty=True))

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret /home/somebody/file.py")

    response = app.test_client().get("/broken", headers={"Accept": "application/json"})
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert "secret" not in response.text
    assert "secret" in caplog.text
