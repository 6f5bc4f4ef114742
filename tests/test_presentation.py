from itertools import pairwise

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from sorafenib_kg.namespaces import ID, RDFS, SKG
from sorafenib_kg.presentation.drawing import curve, wrap
from sorafenib_kg.presentation.neighbourhood import neighbourhood
from sorafenib_kg.presentation.proof_drawing import draw_proof
from sorafenib_kg.presentation.proof_trees import tree
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.presentation.schema_org import describe, type_of
from sorafenib_kg.presentation.search import normalise


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def term(name: str) -> NamedNode:
    return NamedNode(SKG.NAMESPACE + name)


@pytest.fixture(scope="module")
def reading(graph):
    return Reading(graph)


def facts(page):
    return {fact.triple: fact for topic in page.topics for g in topic.groups for fact in g.facts}


# --- Entities -----------------------------------------------------------------------------------


def test_an_entity_is_shown_with_names_kinds_and_identifiers(reading):
    page = reading.entity(node("sorafenib"))
    assert page.label == "sorafenib"
    assert [name.text for name in page.names] == ["Nexavar"]
    assert [kind.cell.text for kind in page.kinds if kind.inferred is None] == [
        "chemical substance"
    ]
    assert "drug" in {kind.cell.text for kind in page.kinds if kind.inferred is not None}
    chebi = [entry for entry in page.identifiers if entry.cell.text == "CHEBI:50924"]
    assert [(entry.match, entry.database) for entry in chebi] == [
        ("the same", "Chemical Entities of Biological Interest")
    ]


def test_statements_stand_in_both_directions_with_their_claims(reading):
    page = reading.entity(node("hif-1-alpha"))
    found = facts(page)
    activates = found[Triple(node("hif-1-alpha"), term("activates"), node("mdr1"))]
    assert activates.standing == "asserted"
    assert [note.cell.title for note in activates.claims] == [ID + "claim-S12-024"]
    (note,) = activates.claims
    assert note.certainty.name == "found"
    assert [place.locator for place in note.places] == ["S12 P1 s8"]
    assert note.cited == (54,)
    follows = found[
        Triple(node("hif-1-alpha"), term("netSuppresses"), node("intracellular-drug-concentration"))
    ]
    assert follows.standing == "inferred"
    assert follows.is_explained
    assert any(triple.object == node("hif-1-alpha") for triple in found)


def test_what_is_only_claimed_with_a_hedge_is_shown_as_such(reading):
    page = reading.entity(node("sorafenib"))
    hedged = [fact for fact in facts(page).values() if fact.standing == "claimed"]
    assert hedged
    for fact in hedged:
        assert fact.claims
        assert not any(note.asserted for note in fact.claims)


def test_every_claim_about_an_entity_is_on_its_page(reading):
    for name in ("sorafenib", "emt", "autophagy", "storm", "hypoxia"):
        page = reading.entity(node(name))
        shown = {note.cell.title for fact in facts(page).values() for note in fact.claims} | {
            note.cell.title for entry in page.names for note in entry.claims
        }
        shown |= {note.cell.title for note in page.defined_by}
        told = {
            claim.iri.value
            for claim in reading.graph.claims
            if node(name) in (claim.subject, claim.object)
        }
        assert shown == told


def test_a_wider_statement_is_told_apart_from_what_says_more(reading):
    found = facts(reading.entity(node("hif-1-alpha")))
    narrow = Triple(node("hif-1-alpha"), term("activates"), node("mdr1"))
    wide = Triple(node("hif-1-alpha"), term("affects"), node("mdr1"))
    assert not found[narrow].is_general
    assert found[wide].is_general


def test_an_inverse_is_not_said_twice(reading):
    found = facts(reading.entity(node("sorafenib")))
    targets = {t for t in found if t.predicate in (term("hasTarget"), term("isTargetOf"))}
    assert targets
    for triple in targets:
        inverse = term("isTargetOf") if triple.predicate == term("hasTarget") else term("hasTarget")
        assert Triple(triple.object, inverse, triple.subject) not in targets


def test_the_claims_of_a_reference_and_of_a_section_are_found_on_their_pages(reading):
    (naming,) = [n for n in reading.entity(node("ref-54")).namings if n.words == "as a reference"]
    assert ID + "claim-S12-024" in {note.cell.title for note in naming.claims}
    (naming,) = [n for n in reading.entity(node("S12-P1-s8")).namings if n.words == "as the place"]
    assert {note.cell.title for note in naming.claims} >= {ID + "claim-S12-024"}
    for note in naming.claims:
        assert "S12 P1 s8" in [place.locator for place in note.places]


# --- Claims -------------------------------------------------------------------------------------


def test_a_claim_is_shown_with_its_place_and_what_follows_with_it(reading):
    page = reading.claim(node("claim-S12-024"))
    assert [cell.text for cell in page.parts] == [
        "HIF-1\N{GREEK SMALL LETTER ALPHA}",
        "activates",
        "MDR1",
    ]
    (place,) = page.places
    assert (place.place.start, place.place.end) == (21603, 21668)
    assert place.text is None
    follows = [entry.triple for entry in page.consequences]
    assert (
        Triple(node("hif-1-alpha"), term("netSuppresses"), node("intracellular-drug-concentration"))
        in follows
    )


def test_what_follows_with_a_claim_is_proved_with_it(reading):
    triple = reading.graph.claims.by_iri[node("claim-S12-024")].triple
    assert reading.consequences[triple]
    for consequence in reading.consequences[triple]:
        steps = reading.graph.explain(consequence).steps
        assert triple in [step.triple for step in steps]


def test_opposed_claims_name_each_other(reading):
    pairs = 0
    for claim in reading.graph.claims:
        for other in reading.claim(claim.iri).opposed:
            pairs += 1
            back = reading.claim(NamedNode(other.cell.title)).opposed
            assert claim.iri.value in {note.cell.title for note in back}
    assert pairs


def test_with_the_source_a_claim_shows_its_words_within_their_sentence(graph):
    # No character stands twice.
    text = "".join(chr((0x4E00 if n < 20_000 else 0x8000) + n) for n in range(29_198))
    assert len(set(text)) == len(text)
    page = Reading(graph, text).claim(node("claim-S12-024"))
    (place,) = page.places
    assert place.text == text[21603:21668]
    whole = place.before + place.text + place.after
    start = text.index(whole)
    assert start <= 21603
    assert start + len(whole) >= 21668


# --- Search -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("sorafenib", "sorafenib"),
        ("Sorafinib", "sorafenib"),
        ("NEXAVAR", "sorafenib"),
        ("CHEBI:50924", "sorafenib"),
        ("hif-1 alpha", "hif-1-alpha"),
        ("HIF-1\N{GREEK SMALL LETTER ALPHA}", "hif-1-alpha"),
        ("EMT", "emt"),
        ("epithelial mesenchymal transition", "emt"),
        ("pgp", "p-gp"),
        ("SHARP", "sharp"),
    ],
)
def test_things_are_found_by_any_name(reading, query, name):
    hits = reading.names.search(query).hits
    assert hits
    assert hits[0].node == node(name)


def test_results_are_grouped_by_kind_and_claims_have_all_words(reading):
    found = reading.names.search("hypoxia")
    kinds = [kind for kind, _ in found.groups]
    assert len(kinds) == len(set(kinds))
    for claim in found.claims:
        assert "hypoxia" in claim.statement.lower()


@pytest.mark.parametrize("query", ["", "   ", "?!", "qqqqqqqqqqqq", "x" * 10_000])
def test_a_search_for_nothing_finds_nothing(reading, query):
    assert not reading.names.search(query).hits


def test_names_are_compared_without_case_accents_and_greek():
    assert normalise("  HIF-1\N{GREEK CAPITAL LETTER ALPHA} ") == "hif 1alpha"
    assert normalise("Bruix é al.") == "bruix e al"


# --- Drawings and data for machines --------------------------------------------------------------


def test_the_surroundings_are_drawn_inside_the_picture(reading):
    page = reading.entity(node("sorafenib"))
    drawing = neighbourhood(page.label, page.topics)
    assert drawing is not None
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.right <= drawing.width
        assert box.y >= 0
        assert box.y + box.height <= drawing.height + 0.01
    columns = {}
    for box in drawing.boxes:
        columns.setdefault(box.x, []).append(box)
    for boxes in columns.values():
        ordered = sorted(boxes, key=lambda box: box.y)
        for above, below in pairwise(ordered):
            assert above.y + above.height <= below.y + 0.01


def test_both_sides_of_the_surroundings_begin_at_the_top(reading):
    """A phone shows one side at a time."""
    page = reading.entity(node("sharp"))
    drawing = neighbourhood(page.label, page.topics)
    assert drawing is not None
    tops = {}
    for box in drawing.boxes:
        if box.style != "centre":
            tops[box.x] = min(box.y, tops.get(box.x, box.y))
    assert len(tops) == 2
    assert len(set(tops.values())) == 1


def test_texts_are_wrapped_and_cut():
    assert wrap("a b", 200) == ("a b",)
    lines = wrap("word " * 50, 100, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert curve(0, 0, 10, 10).startswith("M0.0 0.0C")


def test_schema_org_has_a_type_for_things(reading):
    assert type_of(reading.index, node("sorafenib")) == "MolecularEntity"
    assert type_of(reading.index, node("sharp")) == "MedicalTrial"
    content = describe(reading.index, node("sorafenib"))
    assert content["alternateName"] == ["Nexavar"]
    assert "http://purl.obolibrary.org/obo/CHEBI_50924" in content["sameAs"]
    claim = describe(reading.index, node("claim-S12-024"))
    assert claim["@type"] == "Claim"
    assert {about["name"] for about in claim["about"]} == {
        "HIF-1\N{GREEK SMALL LETTER ALPHA}",
        "MDR1",
    }


def test_labels_of_a_graph_without_entailment_are_enough(tmp_path):
    from sorafenib_kg.graph import open_graph
    from sorafenib_kg.settings import Settings

    file = tmp_path / "small.ttl"
    file.write_text(f'<{ID}tea> <{RDFS.label.value}> "tea" .', encoding="utf-8")
    reading = Reading(open_graph(Settings(data=(file,), entailment="none")))
    page = reading.entity(node("tea"))
    assert page.label == "tea"
    assert not page.topics
    assert neighbourhood(page.label, page.topics) is None
    assert [hit.node for hit in reading.names.search("tea").hits] == [node("tea")]
    assert reading.index.about.objects(node("tea"), RDFS.label) == [Literal("tea")]


def test_a_proof_is_drawn_with_each_step_once_and_its_claims_linked(reading):
    explanation = reading.graph.explain(
        Triple(node("hif-1-alpha"), term("netSuppresses"), node("intracellular-drug-concentration"))
    )
    drawing = draw_proof(tree(explanation, reading.index.labels))
    hrefs = {box.href for box in drawing.boxes if box.href}
    # README's proof: these three claims.
    assert hrefs == {f"/id/claim-S12-{number}" for number in ("024", "025", "026")}
    for box in drawing.boxes:
        assert box.right <= drawing.width
        assert box.y + box.height <= drawing.height
    columns = {}
    for box in drawing.boxes:
        columns.setdefault(box.x, []).append(box)
    for boxes in columns.values():
        boxes.sort(key=lambda box: box.y)
        for above, below in pairwise(boxes):
            assert above.y + above.height <= below.y
    asserted = reading.graph.explain(reading.graph.claims.by_iri[node("claim-S12-024")].triple)
    assert draw_proof(tree(asserted, reading.index.labels)) is None
