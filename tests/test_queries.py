"""Every query of ``queries/`` has its expected answer, written from the text, and gives it."""

import json
from pathlib import Path
from typing import Any

import pytest

from sorafenib_kg.catalogue import ExampleQuery, read_catalogue
from sorafenib_kg.graph import KnowledgeGraph, open_graph
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import MemoryStore

EXPECTED = Path(__file__).parent / "expected"
CATALOGUE = list(read_catalogue())


@pytest.fixture(scope="module")
def reversed_store(graph: KnowledgeGraph) -> MemoryStore:
    """Return the same data, put into the store in another order."""
    inferred = graph.closure.inferred() if graph.closure is not None else ()
    return MemoryStore(reversed(graph.dataset.quads), inferred, version=graph.version)


@pytest.fixture(scope="module")
def asserted_only() -> KnowledgeGraph:
    return open_graph(Settings(entailment="none"))


def rows(content: dict[str, Any]) -> list[str]:
    """Return the rows of SPARQL JSON results, comparable, whatever their order."""
    return sorted(json.dumps(row, sort_keys=True) for row in content["results"]["bindings"])


def answer(graph: KnowledgeGraph, query: ExampleQuery) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(graph.store.answer(query.text).body)
    return content


def expected(query: ExampleQuery) -> dict[str, Any]:
    path = EXPECTED / f"{query.name}.srj"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_each_query_has_one_expected_answer():
    names = sorted(path.name for path in EXPECTED.iterdir())
    assert names == [f"{query.name}.srj" for query in CATALOGUE]


@pytest.mark.parametrize("query", CATALOGUE, ids=lambda query: query.name)
def test_the_answer_is_the_expected_one(query: ExampleQuery, graph: KnowledgeGraph):
    given, wanted = answer(graph, query), expected(query)
    assert given["head"]["vars"] == wanted["head"]["vars"]
    assert rows(given) == rows(wanted)


@pytest.mark.parametrize("query", CATALOGUE, ids=lambda query: query.name)
def test_the_answer_has_rows_in_an_order_that_the_query_fixes(
    query: ExampleQuery, graph: KnowledgeGraph, reversed_store: MemoryStore
):
    assert answer(graph, query)["results"]["bindings"]
    assert graph.store.answer(query.text).body == reversed_store.answer(query.text).body


# Counts, ratios, places in the text, and what is known by its number.
WITHOUT_UNIT = {
    "end",
    "hazard",
    "lower",
    "patients",
    "reference",
    "sections",
    "start",
    "upper",
    "year",
}
NUMBERS = tuple(f"http://www.w3.org/2001/XMLSchema#{kind}" for kind in ("decimal", "integer"))


def label_of(name: str, value: str) -> str:
    """Return the variable with the label of a thing; a claim is known by its statement."""
    if "/id/claim-" not in value:
        return f"{name}Label"
    return {"claim": "statement", "other": "otherStatement"}.get(name, f"{name}Label")


@pytest.mark.parametrize("query", CATALOGUE, ids=lambda query: query.name)
def test_each_thing_in_the_answer_has_a_label_beside_it(query: ExampleQuery, graph: KnowledgeGraph):
    for row in answer(graph, query)["results"]["bindings"]:
        things = {name: entry["value"] for name, entry in row.items() if entry["type"] == "uri"}
        assert {label_of(name, value) for name, value in things.items()} <= set(row)


@pytest.mark.parametrize("query", CATALOGUE, ids=lambda query: query.name)
def test_each_number_in_the_answer_has_its_unit(query: ExampleQuery, graph: KnowledgeGraph):
    for row in answer(graph, query)["results"]["bindings"]:
        numbers = {name for name, entry in row.items() if entry.get("datatype") in NUMBERS}
        for name in numbers - WITHOUT_UNIT:
            # Where a column holds numbers among other things, its label has the unit.
            assert {"unit", f"{name}Unit", f"{name}Label"} & set(row), name


def test_there_are_questions_that_only_inference_answers(
    graph: KnowledgeGraph, asserted_only: KnowledgeGraph
):
    needing = [
        query.name
        for query in CATALOGUE
        if rows(answer(graph, query)) != rows(answer(asserted_only, query))
    ]
    tagged = [query.name for query in CATALOGUE if "inference" in query.tags]
    assert set(tagged) <= set(needing)
    assert len(tagged) >= 4
