"""What would follow if hedged claims, or other triples, held."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import NamedNode, Triple

from sorafenib_kg.cli import main
from sorafenib_kg.graph import KnowledgeGraph, open_graph
from sorafenib_kg.namespaces import SKG, expand
from sorafenib_kg.reasoning import derive, verify
from sorafenib_kg.settings import Settings


def triple(subject: str, predicate: str, value: str) -> Triple:
    return Triple(expand(subject), expand(predicate), expand(value))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["what-if", *arguments])


def test_hedged_claims_are_supposed_and_those_that_hold_anyway_are_not(graph: KnowledgeGraph):
    hedged = graph.claims.hedged()
    assert hedged
    for claimed in hedged:
        certainties = {
            claim.certainty.value.rpartition("/")[2] for claim in graph.claims.hedging(claimed)
        }
        assert certainties <= {"suggested", "hypothesised", "contested"}
        assert not graph.claims.yielding(claimed)


def test_what_would_follow_is_proved_from_what_was_supposed(graph: KnowledgeGraph):
    assert graph.closure is not None
    hedged = graph.claims.hedged()
    supposition = graph.suppose(hedged)
    given = {quad.triple for quad in graph.dataset.quads}
    follows = list(supposition.revision.follows())
    assert follows
    for found in follows:
        assert found not in graph.closure
        verify(derive(supposition.revision.closure, found), given | set(hedged))


def test_a_consequence_is_as_sure_as_the_hedged_claim_behind_it(graph: KnowledgeGraph):
    # S12 P1 s12: hypoxia is only suggested to have a part in bringing about the transition.
    supposition = graph.suppose(graph.claims.hedged())
    explanation = supposition.explainer.explain(
        triple("id:hypoxia", "skg:netSuppresses", "id:e-cadherin")
    )
    assert explanation.certainty_label == "suggested"
    kinds = {ground.kind for step in explanation.steps for ground in step.grounds}
    assert "claim" in kinds


def test_supposing_changes_nothing(graph: KnowledgeGraph):
    assert graph.closure is not None
    before = graph.closure.statistics
    graph.suppose(graph.claims.hedged())
    assert graph.closure.statistics is before
    assert triple("id:hypoxia", "skg:netSuppresses", "id:e-cadherin") not in graph.closure


def test_the_graph_what_if_stands_beside_the_default_graph():
    graph = open_graph(Settings(what_if=True))
    pattern = (
        "<https://w3id.org/sorafenib-kg/id/hypoxia> "
        "<https://w3id.org/sorafenib-kg/ontology#netSuppresses> "
        "<https://w3id.org/sorafenib-kg/id/e-cadherin>"
    )
    name = "<https://w3id.org/sorafenib-kg/graph/what-if>"
    assert graph.store.table(f"ASK {{ GRAPH {name} {{ {pattern} }} }}").boolean
    assert not graph.store.table(f"ASK {{ {pattern} }}").boolean


@pytest.fixture
def hypothesis(tmp_path: Path) -> Path:
    path = tmp_path / "hypothesis.ttl"
    path.write_text(
        "@prefix id: <https://w3id.org/sorafenib-kg/id/> .\n"
        "@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> .\n"
        "id:my-drug a skg:Drug ; skg:inhibits id:raf-1 .\n"
    )
    return path


def test_triples_of_ones_own_can_be_supposed(hypothesis: Path):
    found = run(str(hypothesis), "--format", "json")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert len(answer["supposed"]) == 2
    texts = {entry["text"] for entry in answer["follows"]}
    assert any("my-drug" in text and "Raf-1" in text for text in texts)
    kinds = {g["kind"] for e in answer["follows"] for s in e["steps"] for g in s["grounds"]}
    assert "supposition" in kinds


def test_what_would_clash_is_told_with_its_proof(tmp_path: Path):
    path = tmp_path / "wrong.ttl"
    path.write_text(
        "@prefix id: <https://w3id.org/sorafenib-kg/id/> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "id:sorafenib owl:differentFrom id:sorafenib .\n"
    )
    found = run(str(path))
    assert found.exit_code == 1
    assert "1 contradiction would arise" in found.stdout
    assert "eq-diff1" in found.stdout


def test_consequences_can_be_had_as_rdf(hypothesis: Path):
    found = run(str(hypothesis), "--format", "n-triples")
    assert f"<{SKG.NAMESPACE}" in found.stdout
    assert all(line.endswith(" .") for line in found.stdout.splitlines() if line)
    assert isinstance(expand("id:my-drug"), NamedNode)


def test_something_has_to_be_supposed():
    found = run()
    assert found.exit_code == 2
    assert "--hedged" in found.output
