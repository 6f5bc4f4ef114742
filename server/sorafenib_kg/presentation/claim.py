"""The page of a claim: its statement, its layer, its place, what is beside and follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Triple

from sorafenib_kg.claims import Claim
from sorafenib_kg.locators import Place
from sorafenib_kg.namespaces import RDFS, SKG
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.notes import ClaimNote, Level, level, note_of
from sorafenib_kg.results import Cell

MOST_CONSEQUENCES = 60


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A place of the source, with its section, and its text if that is at hand.

    ``before`` and ``after`` are the rest of the sentence around it.
    """

    place: Place
    cell: Cell
    sentence: Cell
    section: Cell | None
    heading: str
    before: str = ""
    text: str | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A triple that is proved with the help of the claim."""

    triple: Triple
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """All that the page of a claim shows."""

    claim: Claim
    note: ClaimNote
    parts: tuple[Cell, ...]
    polarity: Level
    via: tuple[Cell, ...]
    settings: tuple[Cell, ...]
    systems: tuple[Cell, ...]
    studies: tuple[Cell, ...]
    evidence_levels: tuple[Level, ...]
    evidence_types: tuple[Level, ...]
    places: tuple[PlaceShown, ...]
    context: tuple[PlaceShown, ...]
    same: tuple[ClaimNote, ...]  # other claims on the same triple
    opposed: tuple[ClaimNote, ...]
    controversies: tuple[Cell, ...]
    consequences: tuple[Consequence, ...]
    more_consequences: int


def claim_page(
    index: GraphIndex,
    claim: Claim,
    consequences: tuple[Triple, ...] = (),
    source_text: str | None = None,
) -> ClaimPage:
    """Return what the page of a claim shows; its sentences too where the text is given."""
    labels = index.cell
    by_iri = index.graph.claims.by_iri
    follows = _narrowest(index, consequences)
    return ClaimPage(
        claim=claim,
        note=note_of(index, claim),
        parts=tuple(map(labels, (claim.subject, claim.predicate, claim.object))),
        polarity=level(index, claim.polarity),
        via=tuple(map(labels, claim.via)),
        settings=tuple(map(labels, claim.settings)),
        systems=tuple(map(labels, claim.systems)),
        studies=tuple(map(labels, claim.studies)),
        evidence_levels=tuple(level(index, node) for node in claim.evidence_levels),
        evidence_types=tuple(level(index, node) for node in claim.evidence_types),
        places=tuple(show_place(index, place, source_text) for place in claim.places),
        context=tuple(show_place(index, place, None) for place in claim.context),
        same=tuple(note_of(index, other) for other in _same(index, claim)),
        opposed=tuple(
            note_of(index, by_iri[node])
            for node in index.opposed.get(claim.iri, ())
            if node in by_iri
        ),
        controversies=tuple(
            labels(triple.subject)
            for triple in index.naming.get(claim.iri, ())
            if triple.predicate == SKG.hasPosition
        ),
        consequences=tuple(
            Consequence(triple, tuple(map(labels, triple)))
            for triple in follows[:MOST_CONSEQUENCES]
        ),
        more_consequences=max(0, len(follows) - MOST_CONSEQUENCES),
    )


def show_place(index: GraphIndex, place: Place, source_text: str | None) -> PlaceShown:
    """Return a place with its section's heading, and within its sentence where there is a text."""
    about = index.about
    block = about.node(place.sentence, SKG.inBlock)
    section = about.node(block, SKG.inSection) if block is not None else None
    shown = PlaceShown(
        place,
        index.cell(place.iri),
        index.cell(place.sentence),
        index.cell(section) if section is not None else None,
        (about.text(section, RDFS.label) or "") if section is not None else "",
    )
    if source_text is None:
        return shown
    start = about.number(place.sentence, SKG.startOffset)
    end = about.number(place.sentence, SKG.endOffset)
    first = place.start if start is None else start
    last = place.end if end is None else end
    return PlaceShown(
        shown.place,
        shown.cell,
        shown.sentence,
        shown.section,
        shown.heading,
        source_text[first : place.start],
        source_text[place.start : place.end],
        source_text[place.end : last],
    )


def _narrowest(index: GraphIndex, triples: tuple[Triple, ...]) -> list[Triple]:
    """Return the triples without those that others say in narrower terms, of each thing in turn."""
    ties = defaultdict(set)
    for triple in triples:
        ties[triple.subject, triple.object].add(triple.predicate)
    kept = [
        triple
        for triple in triples
        if not any(
            triple.predicate in index.above(narrower, RDFS.subPropertyOf)
            for narrower in ties[triple.subject, triple.object] - {triple.predicate}
        )
    ]
    return sorted(kept, key=lambda t: (index.cell(t.subject).text, index.cell(t.predicate).text))


def _same(index: GraphIndex, claim: Claim) -> Iterator[Claim]:
    for other in index.claims_with.get(claim.subject, ()):
        if other.iri != claim.iri and other.triple == claim.triple:
            yield other
