"""The figures: counted from the data, the same in each form, and those of the documentation."""

import json
from pathlib import Path

import pytest

from sorafenib_kg.exports.figures import as_json, as_markdown, as_text
from sorafenib_kg.graph import KnowledgeGraph, open_graph
from sorafenib_kg.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "figures.md"


@pytest.fixture(scope="module")
def small(ontology: Path, sound: Path) -> KnowledgeGraph:
    return open_graph(Settings(data=(ontology, sound / "triples")))


def record(graph: KnowledgeGraph, table: str, **key: str) -> dict[str, object]:
    rows = json.loads(as_json(graph))[table]
    [found] = [row for row in rows if key.items() <= row.items()]
    return found


def test_the_page_of_figures_is_what_the_command_writes(graph: KnowledgeGraph):
    assert PAGE.read_text(encoding="utf-8") == as_markdown(graph), (
        "sorafenib-kg export figures --format markdown --out docs/figures.md writes it anew"
    )


@pytest.mark.parametrize(
    ("table", "key", "figures"),
    [
        pytest.param("whole", {"what": "claims"}, {"number": 2}, id="claims"),
        pytest.param(
            "sections",
            {"section": "S01"},
            {"sentences": 3, "with_claims": 2, "claims": 2, "asserted_claims": 1},
            id="section",
        ),
        pytest.param(
            "claims_by_certainty",
            {"certainty": "suggested"},
            {"claims": 1, "asserted_claims": 0},
            id="certainty",
        ),
        pytest.param(
            "claims_by_predicate",
            {"predicate": "inhibits target"},
            {"claims": 1, "asserted_claims": 1},
            id="predicate",
        ),
        pytest.param("individuals", {"class": "sentence"}, {"individuals": 3}, id="individuals"),
        pytest.param(
            "references", {"reference": "1"}, {"in_sentence": 1, "from_context": 0}, id="reference"
        ),
        pytest.param("references", {"reference": "none"}, {"in_sentence": 1}, id="no_reference"),
        pytest.param(
            "triples", {"predicate": "`skg:inhibitsTarget`"}, {"asserted": 1}, id="asserted"
        ),
        pytest.param("triples", {"predicate": "`skg:hasTarget`"}, {"asserted": 0}, id="inferred"),
        pytest.param("links", {"source": "CHEBI"}, {"links": 1, "things_linked": 1}, id="links"),
    ],
)
def test_a_small_graph_has_the_figures_that_were_counted_by_hand(
    small: KnowledgeGraph, table: str, key: dict[str, str], figures: dict[str, int]
):
    found = record(small, table, **key)
    assert {name: found[name] for name in figures} == figures


def test_what_is_inferred_is_counted_apart(small: KnowledgeGraph):
    assert record(small, "triples", predicate="`skg:hasTarget`")["inferred"] == 1


def test_each_form_has_each_table(small: KnowledgeGraph):
    text, markdown = as_text(small), as_markdown(small)
    titles = [line[3:] for line in markdown.splitlines() if line.startswith("## ")]
    assert all(f"{title}\n{'=' * len(title)}\n" in text for title in titles)
    assert len(json.loads(as_json(small))) == len(titles) + 1


def test_without_entailment_nothing_is_inferred_and_all_is_counted(sound: Path, ontology: Path):
    settings = Settings(data=(ontology, sound / "triples"), entailment="none")
    graph = open_graph(settings)
    assert record(graph, "whole", what="inferred triples")["number"] == 0
