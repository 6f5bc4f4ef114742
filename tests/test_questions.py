"""The example queries as pages: what can be narrowed, how answers read, and the code shown."""

import subprocess
import sys
from collections import Counter

import pytest
from pyoxigraph import NamedNode

from serving import serving
from sorafenib_kg.catalogue import read_catalogue
from sorafenib_kg.errors import ProtocolError
from sorafenib_kg.namespaces import ID
from sorafenib_kg.presentation.answers import heading_of, readable
from sorafenib_kg.presentation.questions import chosen_values, narrowed, parameters
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.presentation.snippets import snippets

CATALOGUE = read_catalogue()
QUERY = """PREFIX id: <https://w3id.org/sorafenib-kg/id/>
PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>
SELECT ?mechanism (COUNT(?claim) AS ?claims)
WHERE { ?claim skg:claimPredicate skg:counteredBy ; skg:claimSubject ?mechanism }
GROUP BY ?mechanism
ORDER BY ?mechanism"""


@pytest.fixture(scope="module")
def index(graph):
    return Reading(graph).index


@pytest.mark.parametrize("example", CATALOGUE, ids=lambda example: example.name)
def test_a_narrowed_query_gives_those_rows_of_the_whole_answer(graph, index, example):
    whole = graph.store.table(example.text)
    for parameter in parameters(index, example.text, whole):
        number = whole.variables.index(parameter.name)
        for choice in (parameter.choices[0], parameter.choices[-1]):
            node = NamedNode(ID + choice.curie.removeprefix("id:"))
            kept = [row for row in whole.rows if row[number] == node]
            assert len(kept) == choice.rows
            text = narrowed(example.text, {parameter.name: choice.curie})
            assert Counter(graph.store.table(text).rows) == Counter(kept)


def test_several_values_are_held_at_once(graph, index):
    example = CATALOGUE["what-counters-a-resistance-mechanism"]
    chosen = {"mechanism": "id:mech-autophagy", "countermeasure": "id:chloroquine"}
    (row,) = graph.store.table(narrowed(example.text, chosen)).rows
    assert row[0] == NamedNode(ID + "mech-autophagy")
    assert row[2] == NamedNode(ID + "chloroquine")


def test_what_is_computed_is_no_parameter(graph, index):
    found = parameters(index, QUERY, graph.store.table(QUERY))
    assert [parameter.name for parameter in found] == ["mechanism"]


def test_a_value_or_parameter_that_there_is_not_is_an_error(graph, index):
    found = parameters(index, QUERY, graph.store.table(QUERY))
    assert chosen_values(found, {"mechanism": ""}) == {}
    with pytest.raises(ProtocolError, match="mechanism has a value that does not occur"):
        chosen_values(found, {"mechanism": "id:nothing"})
    with pytest.raises(ProtocolError, match="there is no parameter claims: there are mechanism"):
        chosen_values(found, {"claims": "1"})


def test_a_prefix_that_means_something_else_is_not_used():
    text = "PREFIX id: <http://example.org/> SELECT ?x { ?x ?p ?o }"
    assert narrowed(text, {"x": "id:a"}).endswith(f"\nVALUES ?x {{ <{ID}a> }}\n")


def test_an_answer_reads_with_labels_levels_places_and_references(graph, index):
    example = CATALOGUE["what-counters-a-resistance-mechanism"]
    answer = readable(index, graph.store.table(example.text))
    assert [column.heading for column in answer.columns] == [
        "mechanism",
        "countermeasure",
        "certainty",
        "to sorafenib",
        "places",
        "references",
    ]
    # By the sentence at S10 P1 s4 and its reference 38.
    row = next(row for row in answer.rows if row[1].pieces[0].text == "3-MA")
    assert row[2].level.name == "found"
    assert row[4].pieces[0].text.split() == ["S10", "P1", "s4"]
    assert row[4].pieces[0].href == "/id/S10-P1-s4"
    assert [(cell.text, cell.href) for cell in row[5].pieces] == [("38", "/id/ref-38")]


def test_each_kind_of_place_leads_to_its_page(graph, index):
    """The parts of the text are paragraphs, a figure and a table, in ``triples/references.ttl``."""
    labels = "S01 P2 s1, S01 Fig1 s2, S05 Tab1 s1, S01 P2, S01 Box1 s1"
    query = f'SELECT ?places {{ VALUES ?places {{ "{labels}" }} }}'
    (row,) = readable(index, graph.store.table(query)).rows
    assert [cell.href for cell in row[0].pieces] == [
        "/id/S01-P2-s1",
        "/id/S01-Fig1-s2",
        "/id/S05-Tab1-s1",
        "/id/S01-P2",
        None,
    ]


def test_a_variable_reads_as_words():
    assert heading_of("toSorafenib") == "to sorafenib"
    assert heading_of("plainLocator") == "plain place"
    assert heading_of("Label") == "label"


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("name", ["curl", "rdflib", "SPARQLWrapper", "pandas"])
def test_the_code_that_pages_show_runs(server, name):
    query = f"""SELECT ?label
WHERE {{ <{ID}sorafenib> ?p ?label FILTER(?label = "sorafenib"@en) }} # it's
"""
    code = dict(snippets(f"{server.url}/sparql", query))[name]
    command = ["sh", "-c", code] if name == "curl" else [sys.executable, "-c", code]
    done = subprocess.run(  # noqa: S603 - the code under test
        command, capture_output=True, text=True, check=True
    )
    assert "sorafenib" in done.stdout
