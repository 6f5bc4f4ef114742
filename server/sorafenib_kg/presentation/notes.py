"""A claim as it is shown beside a statement: how it answers, how surely, by what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from pyoxigraph import NamedNode

from sorafenib_kg.claims import Claim
from sorafenib_kg.locators import Place
from sorafenib_kg.namespaces import ID, SUPPORTS
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.results import Cell

# What the evidence of each level was seen in.
_SEEN_IN = MappingProxyType(
    {
        **dict.fromkeys(("trial-phase-3", "trial-phase-2", "clinical-other"), "in-people"),
        "patient-association": "in-people",
        "animal": "in-animals",
        "cell-line": "in-cells",
    }
)
_READING = NamedNode(f"{ID}curator-inference")


@dataclass(frozen=True, slots=True)
class Level:
    """A value of a closed list: its label, and the name by which styles tell it from others."""

    name: str
    label: str
    definition: str | None = None
    style: str = ""  # of evidence: what it was seen in


@dataclass(frozen=True, slots=True)
class ClaimNote:
    """A claim with its layer, each part as it is shown."""

    cell: Cell
    statement: str
    polarity: Level | None  # None where it simply supports its triple
    certainty: Level
    asserted: bool
    hedge: str | None
    qualifier: str | None
    evidence: tuple[Level, ...]
    settings: tuple[Cell, ...]
    places: tuple[Place, ...]
    references: tuple[int, ...]
    context_references: tuple[int, ...]

    @property
    def cited(self) -> tuple[int, ...]:
        """Return all reference numbers of the claim."""
        return tuple(sorted({*self.references, *self.context_references}))


def level(index: GraphIndex, node: NamedNode) -> Level:
    """Return a value of a closed list as it is shown."""
    name = node.value.removeprefix(ID)
    return Level(name, index.labels(node), index.definition(node), _SEEN_IN.get(name, ""))


def note_of(index: GraphIndex, claim: Claim) -> ClaimNote:
    """Return a claim as it is shown beside a statement."""
    return ClaimNote(
        cell=index.cell(claim.iri),
        statement=claim.statement,
        polarity=None if claim.polarity == SUPPORTS else level(index, claim.polarity),
        certainty=level(index, claim.certainty),
        asserted=claim.yields_triple,
        hedge=claim.hedge,
        qualifier=claim.qualifier,
        evidence=tuple(_evidence(index, claim)),
        settings=tuple(map(index.cell, (*claim.settings, *claim.systems, *claim.studies))),
        places=claim.places,
        references=claim.references,
        context_references=claim.context_references,
    )


def _evidence(index: GraphIndex, claim: Claim) -> Iterator[Level]:
    """Give the levels of a claim's evidence, and whether it takes a reading by the curator."""
    for node in claim.evidence_levels:
        yield level(index, node)
    if _READING in claim.evidence_types:
        yield replace(level(index, _READING), label="curator's reading")
