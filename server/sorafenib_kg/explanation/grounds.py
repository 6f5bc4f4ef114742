"""Grounds: what an asserted triple rests on: claims, a definition, or an axiom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from sorafenib_kg.claims import Claim, Place, numbers_of, places_of
from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.loader import Dataset
from sorafenib_kg.namespaces import (
    FOUND,
    ID,
    RDFS,
    SKG,
    STATED,
    graph_name,
)

# From the firmest to the weakest.
CERTAINTIES = (
    STATED,
    FOUND,
    NamedNode(f"{ID}suggested"),
    NamedNode(f"{ID}hypothesised"),
    NamedNode(f"{ID}contested"),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a triple is asserted.

    ``kind`` is ``claim`` (``source`` is the claim, ``text`` its statement), ``definition``
    (``source`` is the thing that the triple helps to define), ``axiom`` (``source`` is the module
    of the ontology) or ``assertion`` (``source`` is the named graph, if any). Offsets of places
    are code points of the source text. Reference numbers are the source's own; those of
    ``context_references`` stand in a sentence nearby.
    """

    kind: str
    text: str
    source: NamedNode | None
    certainty: NamedNode | None = None
    hedge: str | None = None
    places: tuple[Place, ...] = ()
    references: tuple[int, ...] = ()
    context_references: tuple[int, ...] = ()


class Grounds:
    """Finds the grounds of asserted triples in a dataset."""

    def __init__(self, dataset: Dataset, descriptions: Descriptions) -> None:
        """Index which graphs assert what."""
        self._claims = dataset.claims
        self._descriptions = descriptions
        self._graphs: dict[Triple, dict[NamedNode, None]] = {}
        for quad in dataset.quads:
            if isinstance(quad.graph_name, NamedNode):
                self._graphs.setdefault(quad.triple, {})[quad.graph_name] = None

    def of(self, triple: Triple) -> tuple[Ground, ...]:
        """Return the grounds of an asserted triple, claims before all others."""
        claims = self._claims.yielding(triple)
        if claims:
            return tuple(_from_claim(claim) for claim in claims)
        graphs = self._graphs.get(triple, {})
        if graph_name("ontology") in graphs:
            return (self._axiom(triple),)
        places = self._claims.definitions(triple.subject) or places_of(
            self._descriptions, triple.subject, SKG.locatedAt
        )
        source = triple.subject if isinstance(triple.subject, NamedNode) else None
        if places:
            return (
                Ground(
                    "definition",
                    "by definition",
                    source,
                    places=places,
                    references=self._references(triple.subject),
                ),
            )
        return (Ground("assertion", "as asserted", next(iter(graphs), None)),)

    def _axiom(self, triple: Triple) -> Ground:
        modules = self._descriptions.nodes(triple.subject, RDFS.isDefinedBy)
        if not modules and isinstance(triple.object, NamedNode):
            # General axioms have a blank subject: the module of what they speak about serves.
            modules = self._descriptions.nodes(triple.object, RDFS.isDefinedBy)
        return Ground("axiom", "axiom of the ontology", modules[0] if modules else None)

    def _references(self, subject: Term) -> tuple[int, ...]:
        return numbers_of(self._descriptions, subject, SKG.citesInSentence, SKG.citesAsEvidence)


def _from_claim(claim: Claim) -> Ground:
    return Ground(
        "claim",
        claim.statement,
        claim.iri,
        claim.certainty,
        claim.hedge,
        claim.places,
        claim.references,
        claim.context_references,
    )


def weakest(leaves: Iterable[Sequence[Ground]]) -> NamedNode | None:
    """Return the weakest certainty among leaves, each as firm as the firmest of its claims.

    None if no leaf is a claim.
    """
    order = {certainty: place for place, certainty in enumerate(CERTAINTIES)}
    firmest = [
        min(ranked)
        for grounds in leaves
        if (
            ranked := [
                (order.get(ground.certainty, len(order)), ground.certainty.value)
                for ground in grounds
                if ground.certainty is not None
            ]
        )
    ]
    return NamedNode(max(firmest)[1]) if firmest else None


def is_structural(triple: Triple, grounds: Sequence[Ground]) -> bool:
    """Tell whether an axiom only says what an anonymous class or a list is made of.

    The words for that class or list say it already.
    """
    return isinstance(triple.subject, BlankNode) and any(
        ground.kind == "axiom" for ground in grounds
    )
