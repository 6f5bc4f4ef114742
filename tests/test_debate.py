"""Controversies with their sides, and gaps, as the source has them."""

import pytest
from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import ID, SKG
from sorafenib_kg.presentation.reading import Reading


@pytest.fixture(scope="module")
def reading(graph):
    return Reading(graph)


def names(notes):
    return {note.cell.title.removeprefix(ID) for note in notes}


def test_each_position_stands_once_and_opponents_face_each_other(reading):
    assert reading.controversies
    for entry in reading.controversies:
        node = NamedNode(entry.cell.title)
        positions = reading.index.about.nodes(node, SKG.hasPosition)
        sides = [side for front in entry.fronts for side in front]
        shown = [note.cell.title for group in (*sides, entry.beside) for note in group]
        assert sorted(shown) == sorted(position.value for position in positions)
        for side in sides:
            for note in side:
                opponents = reading.index.opposed[NamedNode(note.cell.title)]
                assert not {claim.value for claim in opponents} & {n.cell.title for n in side}


def test_sharp_and_storm_are_on_different_sides(reading):
    entry = next(e for e in reading.controversies if e.cell.title == f"{ID}controversy-storm-sharp")
    fronts = [{frozenset(names(side)) for side in front} for front in entry.fronts]
    # SHARP's longer survival in advanced disease against none after curative treatment.
    assert any(
        len({side for side in front if side & {"claim-S03-032", "claim-S05-059"}}) == 2
        for front in fronts
    )


def test_every_open_question_and_task_is_told_with_its_place(reading):
    rows = reading.graph.store.table(
        f"PREFIX skg: <{SKG.NAMESPACE}> "
        "SELECT ?x { VALUES ?kind { skg:OpenQuestion skg:ResearchTask } ?x a ?kind }"
    ).rows
    told = [*reading.gaps.questions, *reading.gaps.tasks]
    assert {node.value for (node,) in rows} == {item.cell.title for item in told}
    assert all(item.places for item in told)


def test_claims_without_reference_are_those_that_name_none(reading):
    told = {note.cell.title for section in reading.gaps.unsupported for note in section.claims}
    rows = reading.graph.store.table(
        f"SELECT ?c {{ ?c a <{SKG.NAMESPACE}Claim> "
        f"FILTER NOT EXISTS {{ ?c <{SKG.NAMESPACE}citesAsEvidence> ?r }} }}"
    ).rows
    assert told == {node.value for (node,) in rows}


def test_what_rests_on_one_reference_cites_no_other(reading):
    assert reading.gaps.single
    for entry in reading.gaps.single:
        for note in entry.claims:
            assert f"{ID}ref-{note.cited[0]}" == entry.reference.title
            assert len(note.cited) == 1
