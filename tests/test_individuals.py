"""Addresses of things: forms by suffix and Accept, links for programs, unknown and old names."""

import json
import re

import pytest

from sorafenib_kg.app import create_app
from sorafenib_kg.catalogue import Catalogue
from sorafenib_kg.graph import open_graph
from sorafenib_kg.settings import Settings

BROWSER = {"Accept": "text/html"}
DATA = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/sorafenib-kg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:tea rdfs:label "tea"@en ; skos:altLabel "</script>chai"@en .
id:tee owl:deprecated true ; dcterms:isReplacedBy id:tea ; rdfs:label "Tee"@de .
id:v1.2 rdfs:label "version"@en .
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    file = tmp_path_factory.mktemp("data") / "things.ttl"
    file.write_text(DATA, encoding="utf-8")
    graph = open_graph(Settings(data=(file,)))
    return create_app(graph=graph, catalogue=Catalogue({})).test_client()


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("html", "text/html"),
    ],
)
def test_a_suffix_decides_whatever_is_accepted(client, suffix, media_type):
    for accept in ("*/*", "text/html", "application/json"):
        response = client.get(f"/id/tea.{suffix}", headers={"Accept": accept})
        assert response.status_code == 200
        assert response.mimetype == media_type


def test_a_name_with_a_dot_is_a_name(client):
    assert "<h1>version</h1>" in client.get("/id/v1.2", headers=BROWSER).text
    assert client.get("/id/v1.2.ttl").mimetype == "text/turtle"
    assert client.get("/id/tea.doc").status_code == 404


def test_links_lead_programs_to_each_form_and_to_the_name_to_cite(client):
    header = client.get("/id/tea", headers=BROWSER).headers["Link"]
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', header)
    forms = {media_type: path for path, rel, media_type in links if rel == "alternate"}
    assert len(forms) == 5
    for media_type, path in forms.items():
        assert client.get(path).mimetype == media_type
    assert ("https://w3id.org/sorafenib-kg/id/tea", "cite-as", "") in links


def test_json_ld_cannot_end_its_script(client):
    text = client.get("/id/tea", headers=BROWSER).text
    (content,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(content)["alternateName"] == ["</script>chai"]


def test_a_deprecated_name_leads_on(client):
    for headers in (BROWSER, {"Accept": "text/turtle"}):
        response = client.get("/id/tee", headers=headers)
        assert response.status_code == 301
        assert response.headers["Location"] == "/id/tea"


def test_an_unknown_name_comes_with_near_ones(client):
    page = client.get("/id/teaa", headers=BROWSER)
    assert page.status_code == 404
    assert '<a href="/id/tea"' in page.text
    plain = client.get("/id/teaa")
    assert plain.status_code == 404
    assert "near names are id:tea (tea)" in plain.text


def test_search_answers_people_programs_and_browsers(client):
    page = client.get("/search?q=chai", headers=BROWSER)
    assert page.mimetype == "text/html"
    assert '<a href="/id/tea"' in page.text
    found = client.get("/search?q=chai").json
    assert [thing["iri"] for thing in found["things"]] == ["https://w3id.org/sorafenib-kg/id/tea"]
    query, names, _, addresses = client.get("/search/suggest?q=te").json
    assert query == "te"
    assert names[0] == "tea"
    assert addresses[0].endswith("/id/tea")
    description = client.get("/opensearch.xml").text
    assert "search?q={searchTerms}" in description
