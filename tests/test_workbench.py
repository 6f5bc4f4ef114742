"""The workbench without a script, and what it gives to its script."""

import re
from html import unescape
from pathlib import Path

import pytest

from sorafenib_kg.app import create_app
from sorafenib_kg.catalogue import Catalogue, ExampleQuery
from sorafenib_kg.graph import open_graph
from sorafenib_kg.presentation.chart import chart_of
from sorafenib_kg.results import Cell, Row
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import Table

BROWSER = {"Accept": "text/html"}
DATA = """
@prefix id: <https://w3id.org/sorafenib-kg/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

skg:Drink rdfs:label "drink"@en ; skos:definition "A liquid that one drinks."@en .
skg:strength rdfs:label "strength"@en .

id:tea a skg:Drink ; rdfs:label "tea"@en ; skg:strength 10 .
id:zoo-water a skg:Drink ; rdfs:label "Aqua"@en ; skg:strength 9 .
id:milk a skg:Drink ; rdfs:label "milk"@en .
id:cake rdfs:label "cake"@en ; skg:goesWith id:tea .
"""
STRENGTHS = """PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>
SELECT ?drink ?strength { ?drink a skg:Drink OPTIONAL { ?drink skg:strength ?strength } }
ORDER BY ?drink"""
EXAMPLE = ExampleQuery("what-is-there", "What is there?", "All.", ("tea",), "ASK { ?s ?p ?o }\n")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("data") / "data.ttl"
    file.write_text(DATA, encoding="utf-8")
    graph = open_graph(Settings(data=(file,), entailment="none"))
    return create_app(graph=graph, catalogue=Catalogue({EXAMPLE.name: EXAMPLE})).test_client()


def page(client, **parameters: str):
    return client.get("/workbench", query_string=parameters, headers=BROWSER)


def first_column(text: str) -> list[str]:
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)[1]
    return [
        re.sub(r"<[^>]*>", "", unescape(row))
        for row in re.findall(r"<tr><td[^>]*>(.*?)</td>", body, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("sort", "drinks", "order"),
    [
        pytest.param("", ["milk", "tea", "Aqua"], {}, id="as_asked"),
        # By what is shown, which is the label and not the IRI, whatever its case.
        pytest.param("drink", ["Aqua", "milk", "tea"], {"drink": "ascending"}, id="labels"),
        pytest.param("-drink", ["tea", "milk", "Aqua"], {"drink": "descending"}, id="downwards"),
        # As numbers: 9 is less than 10; what has none comes last either way.
        pytest.param("strength", ["Aqua", "tea", "milk"], {"strength": "ascending"}, id="numbers"),
        pytest.param("-strength", ["tea", "Aqua", "milk"], {"strength": "descending"}, id="last"),
    ],
)
def test_an_answer_is_sorted_by_a_column(client, sort: str, drinks: list[str], order):
    text = page(client, query=STRENGTHS, sort=sort).text
    assert first_column(text) == drinks
    assert dict(re.findall(r'aria-sort="(\w+)"><a class="sort" data-key="sort-(\w+)"', text)) == {
        direction: column for column, direction in order.items()
    }


def test_a_heading_sorts_upwards_and_then_downwards(client):
    text = page(client, query=STRENGTHS, sort="drink").text
    links = re.findall(r'data-key="sort-(\w+)" href="([^"]*)"', text)
    assert [(name, re.search(r"sort=([^&]*)", unescape(link))[1]) for name, link in links] == [
        ("drink", "-drink"),
        ("strength", "strength"),
    ]


@pytest.mark.parametrize(
    ("query", "sort", "reason"),
    [
        (STRENGTHS, "nothing", "no column nothing"),
        ("SELECT ?a { VALUES ?a { " + "1 " * 2001 + "} }", "a", "more than 2,000 rows"),
    ],
    ids=["no_such_column", "too_many_rows"],
)
def test_an_answer_that_cannot_be_sorted_says_why(client, query: str, sort: str, reason: str):
    response = page(client, query=query, sort=sort)
    assert response.status_code == 400
    assert reason in unescape(response.text)


def test_a_sorted_answer_has_pages_too(client):
    query = "SELECT ?a { VALUES ?a { " + " ".join(str(n) for n in range(150)) + " } }"
    assert first_column(page(client, query=query, sort="-a").text)[:2] == ["149", "148"]
    assert first_column(page(client, query=query, sort="-a", page="2").text) == [
        str(n) for n in range(49, -1, -1)
    ]


def test_an_answer_tells_its_rows_time_version_and_a_link_that_lasts(client):
    text = page(client, query=STRENGTHS).text
    version = client.get("/readyz").json["version"]
    assert re.search(rf"3 rows in \d+ ms, dataset version <span[^>]*>{re.escape(version)}<", text)
    link = unescape(re.search(r'<a href="([^"]*)" data-lasting>', text)[1])
    assert "made for dataset version" not in client.get(link, headers=BROWSER).text
    older = re.sub(r"version=[^&]*", "version=0.0.1", link)
    shown = client.get(older, headers=BROWSER).text
    assert re.search(r"made for dataset version <span[^>]*>0\.0\.1<", shown)


def test_an_empty_answer_says_which_term_is_unknown(client):
    query = "SELECT * { ?s <https://w3id.org/sorafenib-kg/ontology#goesWit> ?o }"
    text = page(client, query=query).text
    assert "No rows." in text
    assert "goesWith" in text  # what may be meant


def test_an_empty_answer_says_which_part_leaves_no_rows(client):
    query = STRENGTHS.replace("}\nORDER", "FILTER(?strength > 99) }\nORDER")
    text = page(client, query=query).text
    notice = re.search(r'<div class="notice-box"([^>]*)>(.*?)</div>', text, re.DOTALL)
    assert "FILTER(?strength &gt; 99)" in notice[2]
    assert f'data-line="2" data-column="{query.splitlines()[1].index("FILTER") + 1}"' in notice[1]


def test_numbers_are_drawn_as_a_chart(client):
    query = f"{STRENGTHS}".replace(
        "OPTIONAL { ?drink skg:strength ?strength }", "; skg:strength ?strength"
    )
    text = page(client, query=query).text
    assert 'aria-label="strength by drink, 2 bars' in text
    widths = [float(width) for width in re.findall(r'<rect[^>]*width="([^"]*)"', text)]
    assert widths == pytest.approx([max(widths), max(widths) * 9 / 10])


def test_an_answer_without_numbers_has_no_chart(client):
    assert "<rect" not in page(client, query="SELECT * { ?s a ?o }").text


def numbers(*values: str) -> tuple[Row, ...]:
    return tuple(Row((Cell("text", f"row {value}"), Cell("number", value))) for value in values)


def table(rows) -> Table:
    return Table("solutions", ("name", "number"), (), len(rows))


def test_bars_below_zero_go_to_the_left():
    rows = numbers("-1", "3")
    chart = chart_of(table(rows), rows)
    left, right = chart.bars
    assert left.x + left.length == pytest.approx(chart.zero)
    assert right.x == pytest.approx(chart.zero)
    assert right.length == pytest.approx(3 * left.length)


@pytest.mark.parametrize(
    "values", [("1",), ("NaN", "1"), ("INF", "1")], ids=["one", "not_a_number", "infinite"]
)
def test_what_has_no_scale_is_not_drawn(values):
    rows = numbers(*values)
    assert chart_of(table(rows), rows) is None


def test_zeros_alone_are_bars_without_length():
    rows = numbers("0", "0.0")
    assert [bar.length for bar in chart_of(table(rows), rows).bars] == [0, 0]


def test_the_terms_say_how_often_with_which_class_and_what_they_are_called(client):
    terms = client.get("/workbench/terms").json
    [drink] = [term for term in terms["classes"] if term["name"] == "skg:Drink"]
    assert drink == {
        "name": "skg:Drink",
        "count": 3,
        "label": "drink",
        "definition": "A liquid that one drinks.",
    }
    properties = {term["name"]: term for term in terms["properties"]}
    assert properties["skg:strength"]["classes"] == {"skg:Drink": 2}
    assert properties["skg:goesWith"]["classes"] == {}
    assert properties["rdfs:label"]["count"] == 6
    assert {"name": "id:tea", "label": "tea", "kind": "drink"} in terms["individuals"]
    assert {"name": "id:cake", "label": "cake"} in terms["individuals"]
    assert terms["prefixes"]["skg"] == "https://w3id.org/sorafenib-kg/ontology#"


def test_the_terms_of_a_version_are_kept_and_others_are_not(client):
    version = client.get("/readyz").json["version"]
    kept = client.get("/workbench/terms", query_string={"version": version})
    assert "immutable" in kept.headers["Cache-Control"]
    for other in ({"version": "0.0.1"}, {}):
        response = client.get("/workbench/terms", query_string=other)
        assert response.headers["Cache-Control"] == "no-store"


def test_the_terms_are_sent_packed(client):
    response = client.get("/workbench/terms", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.vary


def test_the_page_asks_for_the_terms_of_its_version(client):
    address = unescape(re.search(r'data-terms="([^"]*)"', page(client).text)[1])
    assert "immutable" in client.get(address).headers["Cache-Control"]


def test_an_answer_is_given_alone_for_the_script(client):
    response = client.get("/workbench/answer", query_string={"query": STRENGTHS})
    assert response.content_type == "text/html; charset=utf-8"
    assert "<html" not in response.text
    assert first_column(response.text) == ["milk", "tea", "Aqua"]


@pytest.mark.parametrize(
    ("query", "line"), [("SELECT * {\n ?s skos:x }", 2), ("", None)], ids=["wrong", "none"]
)
def test_an_error_is_given_to_the_script_with_its_place(client, query: str, line: int | None):
    accept = {"Accept": "application/problem+json, text/html;q=0.5"}
    response = client.get("/workbench/answer", query_string={"query": query}, headers=accept)
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.get_json(force=True).get("line") == line


def test_an_example_leads_to_its_query(client):
    assert 'href="/workbench?example=what-is-there"' in page(client).text
    response = page(client, example="what-is-there")
    assert response.status_code == 303
    assert response.location == "/workbench?query=ASK+%7B+?s+?p+?o+%7D%0A"
    assert page(client, example="nothing").status_code == 404


def test_the_bundle_is_not_needed_for_any_of_this(client, tmp_path: Path):
    assert "<textarea" in page(client).text
    assert '<button type="submit">Run</button>' in page(client).text
