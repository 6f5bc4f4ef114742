"""Explanations: words, and what the leaves of a proof rest on."""

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from sorafenib_kg.descriptions import Descriptions, read_labels
from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.explanation import (
    Explainer,
    Explanation,
    Step,
    as_json,
    as_text,
    explain,
    explain_clash,
)
from sorafenib_kg.explanation.words import Words
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.loader import Dataset, load
from sorafenib_kg.namespaces import GRAPH, ID, RDF, SKG
from sorafenib_kg.reasoning import materialise

ONTOLOGY = """
@prefix id: <https://w3id.org/sorafenib-kg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FACTS = """
skg:reaches owl:propertyChainAxiom ( skg:blocks skg:within ) ; rdfs:label "reaches"@en .
skg:blocks rdfs:label "blocks"@en .
skg:Blocker rdfs:label "blocker"@en ; owl:equivalentClass
    [ a owl:Restriction ; owl:onProperty skg:blocks ; owl:someValuesFrom owl:Thing ] .

id:S07-P2-s1 a skg:Sentence ; skg:locator "S07 P2 s1" ; skg:startOffset 100 ; skg:endOffset 200 .
id:chars-110-150 a skg:TextLocator ; skg:inSentence id:S07-P2-s1 ;
    skg:startOffset 110 ; skg:endOffset 150 .
id:ref-31 a skg:Reference ; skg:referenceNumber 31 .

id:drug rdfs:label "the drug"@en .
id:unnamed skg:within id:cascade ; skg:definedAt id:S07-P2-s1 .
id:cascade rdfs:label "the cascade"@en ; skg:within id:whole .
"""


def claim(number: int, certainty: str, target: str = "unnamed") -> str:
    return f"""
id:claim-S07-00{number} a skg:Claim ;
    skg:statement "The drug blocks it, number {number}."@en ;
    skg:claimSubject id:drug ; skg:claimPredicate skg:blocks ; skg:claimObject id:{target} ;
    skg:polarity id:supports ; skg:certainty id:{certainty} ;
    skg:citesInSentence id:ref-31 ; skg:locatedAt id:chars-110-150 .
"""


def dataset(folder: Path, text: str) -> Dataset:
    file = folder / "claims-S07.ttl"
    file.write_text(ONTOLOGY + text, encoding="utf-8")
    return load([file])


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def term(name: str) -> NamedNode:
    return NamedNode(SKG.NAMESPACE + name)


REACHES = Triple(node("drug"), term("reaches"), node("cascade"))


def explained(data: Dataset, triple: Triple, labelled: bool = True) -> Explanation:
    labels = read_labels(data.quads) if labelled else {}
    closure = materialise(quad.triple for quad in data.quads)
    return explain(closure, data, labels, triple)


def leaf(explanation: Explanation, kind: str) -> Step:
    return next(s for s in explanation.steps if any(ground.kind == kind for ground in s.grounds))


def test_a_proof_reads_from_the_conclusion_down_to_claims_and_definitions(tmp_path: Path):
    text = as_text(explained(dataset(tmp_path, FACTS + claim(1, "found")), REACHES))
    assert text.splitlines()[:2] == [
        "1. the drug reaches the cascade",
        "   by prp-spo2: A chain of properties, followed from end to end, amounts to another "
        "property.",
    ]
    assert "“reaches” follows from the chain (blocks, skg:within)" in text
    assert (
        "claim id:claim-S07-001: The drug blocks it, number 1. "
        "[S07 P2 s1, characters 110 to 150; certainty found; references 31]"
    ) in text
    assert "definition id:unnamed [S07 P2 s1, characters 100 to 200]" in text
    assert text.endswith("Weakest certainty on the way: id:found.")


POINTER = """
id:chars-199-200 a skg:ReferencePointer ; skg:denotes id:ref-31 ; skg:inSentence id:S07-P2-s1 ;
    skg:startOffset 199 ; skg:endOffset 200 .
"""


def test_a_proof_says_which_references_stand_at_which_place(tmp_path: Path):
    text = as_text(explained(dataset(tmp_path, FACTS + POINTER + claim(1, "found")), REACHES))
    assert "[S07 P2 s1, characters 110 to 150, references 31; certainty found]" in text


def test_a_proof_says_where_a_reference_from_the_context_stands(tmp_path: Path):
    elsewhere = """
        id:S07-P2-s2 a skg:Sentence ; skg:locator "S07 P2 s2" ;
            skg:startOffset 201 ; skg:endOffset 300 .
        id:chars-210-250 a skg:TextLocator ; skg:inSentence id:S07-P2-s2 ;
            skg:startOffset 210 ; skg:endOffset 250 .
    """
    continued = (
        claim(1, "found")
        .replace("citesInSentence", "citesFromContext")
        .replace("chars-110-150", "chars-210-250")
    )
    data = dataset(tmp_path, FACTS + POINTER + elsewhere + continued)
    explanation = explained(data, REACHES)
    assert (
        "[S07 P2 s2, characters 210 to 250; certainty found; references 31 from S07 P2 s1]"
    ) in as_text(explanation)
    grounds = [entry for step in as_json(explanation)["steps"] for entry in step["grounds"]]
    [found] = [entry for entry in grounds if entry["kind"] == "claim"]
    assert found["contextReferences"] == [31]
    assert [place["locator"] for place in found["context"]] == ["S07 P2 s1"]
    assert [place["references"] for place in found["places"]] == [[]]


def test_labels_that_are_missing_become_curies(tmp_path: Path):
    data = dataset(tmp_path, FACTS + claim(1, "found"))
    explanation = explained(data, REACHES, labelled=False)
    assert explanation.conclusion.text == "id:drug skg:reaches id:cascade"


def test_an_anonymous_class_is_put_into_words(tmp_path: Path):
    data = dataset(tmp_path, FACTS + claim(1, "found"))
    explanation = explained(data, Triple(node("drug"), RDF.type, term("Blocker")))
    assert "the drug is a (blocks some thing)" in [step.text for step in explanation.steps]
    assert "_:" not in as_text(explanation)


@pytest.mark.parametrize(
    ("label", "words"),
    [("event", "is an event"), ("Arm", "is an Arm"), ("unit", "is a unit"), ("gene", "is a gene")],
)
def test_the_article_suits_what_follows(label: str, words: str):
    kind = NamedNode("urn:kind")
    said = Words({kind: label}, Descriptions(())).triple(Triple(kind, RDF.type, kind))
    assert said == f"{label} {words}"


def test_the_weakest_claim_on_the_way_counts_and_of_several_the_firmest(tmp_path: Path):
    found = FACTS + claim(1, "found")
    assert explained(dataset(tmp_path, found), REACHES).certainty == node("found")
    both = found + claim(2, "stated")
    assert explained(dataset(tmp_path, both), REACHES).certainty == node("stated")
    chain = """
        skg:both owl:propertyChainAxiom ( skg:blocks skg:liesIn skg:blocks ) .
        id:unnamed skg:liesIn id:drug .
    """
    two = explained(
        dataset(tmp_path, FACTS + chain + claim(1, "stated") + claim(2, "found", "other")),
        Triple(node("drug"), term("both"), node("other")),
    )
    assert two.certainty == node("found")


def test_hedged_claims_support_nothing(tmp_path: Path):
    with pytest.raises(NotEntailedError):
        explained(dataset(tmp_path, FACTS + claim(1, "suggested")), REACHES)


def test_an_asserted_triple_is_explained_by_its_grounds(tmp_path: Path):
    data = dataset(tmp_path, FACTS + claim(1, "found"))
    blocks = explained(data, Triple(node("drug"), term("blocks"), node("unnamed")))
    assert blocks.asserted
    (ground,) = blocks.conclusion.grounds
    assert (ground.kind, ground.source) == ("claim", node("claim-S07-001"))
    assert (ground.references, ground.places[0].locator) == ((31,), "S07 P2 s1")
    plain = explained(data, Triple(node("cascade"), term("within"), node("whole")))
    (ground,) = plain.conclusion.grounds
    assert ground.kind == "assertion"
    assert ground.source is not None
    assert ground.source.value.endswith("graph/S07")


@pytest.mark.parametrize("unnamed", [False, True])
def test_what_stands_in_no_named_graph_is_asserted_too(tmp_path: Path, unnamed: bool):
    file = tmp_path / "facts.ttl"
    file.write_text(ONTOLOGY + "id:unnamed skg:within id:cascade .", encoding="utf-8")
    data = load([file], unnamed=unnamed)
    within = explained(data, Triple(node("unnamed"), term("within"), node("cascade")))
    (ground,) = within.conclusion.grounds
    assert ground.kind == "assertion"
    assert ground.source == (None if unnamed else NamedNode(GRAPH + "facts"))


def test_what_does_not_hold_is_refused_by_name(tmp_path: Path):
    data = dataset(tmp_path, FACTS + claim(1, "found"))
    with pytest.raises(NotEntailedError, match=r"the cascade reaches the drug .*id/cascade"):
        explained(data, Triple(node("cascade"), term("reaches"), node("drug")))
    with pytest.raises(NotEntailedError, match="“nothing”"):
        explained(data, Triple(node("cascade"), term("reaches"), Literal("nothing")))


def test_a_clash_is_explained_like_a_triple(tmp_path: Path):
    data = dataset(tmp_path, "skg:A owl:disjointWith skg:B . id:x a skg:A , skg:B .")
    closure = materialise(quad.triple for quad in data.quads)
    explanation = explain_clash(closure, data, {}, closure.clashes[0])
    assert as_text(explanation).splitlines()[:3] == [
        "1. contradiction",
        "   by cax-dw: Nothing belongs to two disjoint classes.",
        "    - “skg:A” is disjoint with “skg:B”",
    ]
    assert as_json(explanation)["text"] == "contradiction"


def test_premises_are_numbered_after_what_they_give(tmp_path: Path):
    explanation = explained(dataset(tmp_path, FACTS + claim(1, "found")), REACHES)
    assert [step.number for step in explanation.steps] == list(range(1, len(explanation.steps) + 1))
    for step in explanation.steps:
        assert all(1 < number <= len(explanation.steps) for number in step.premises)
        assert bool(step.grounds) == (step.rule is None)


def test_each_inferred_triple_of_the_review_is_explained_down_to_the_text(graph: KnowledgeGraph):
    assert graph.closure is not None
    explainer = Explainer(graph.closure, graph.dataset, graph.labels)
    for triple in graph.closure.inferred():
        explanation = explainer.explain(triple)
        kinds = {ground.kind for step in explanation.steps for ground in step.grounds}
        assert kinds
        assert json.loads(json.dumps(as_json(explanation)))["steps"]
        assert "something unnamed" not in as_text(explanation)


def test_the_review_is_explained_alike_each_time_it_is_loaded(graph: KnowledgeGraph):
    # Blank nodes get other names each time, so an order that rests on them would show.
    data = load()
    again = Explainer(
        materialise(quad.triple for quad in data.quads), data, read_labels(data.quads)
    )
    assert graph.closure is not None
    before = Explainer(graph.closure, graph.dataset, graph.labels)
    for triple in graph.closure.inferred():
        if "_:" not in str(triple):
            assert as_text(again.explain(triple)) == as_text(before.explain(triple))
