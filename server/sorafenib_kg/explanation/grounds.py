"""Grounds: what an asserted triple rests on: claims, a definition, or an axiom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from sorafenib_kg.claims import Claim
from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.loader import Dataset
from sorafenib_kg.locators import Locators, Place
from sorafenib_kg.namespaces import (
    FOUND,
    ID,
    RDFS,
    SKG,
    STATED,
    graph_name,
)
from sorafenib_kg.reasoning import Statement

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
    of the ontology), ``assertion`` (``source`` is the named graph, if any), or ``supposition``: the
    triple is only supposed to hold. Offsets of places
    are code points of the source text. Reference numbers are the source's own: those of a place
    stand in its sentence, those of ``context_references`` in another, where ``context`` says.
    """

    kind: str
    text: str
    source: NamedNode | None
    certainty: NamedNode | None = None
    hedge: str | None = None
    places: tuple[Place, ...] = ()
    references: tuple[int, ...] = ()
    context_references: tuple[int, ...] = ()
    context: tuple[Place, ...] = ()

    @property
    def unplaced_references(self) -> tuple[int, ...]:
        """Return the reference numbers that no place is known for."""
        placed = {number for place in self.places for number in place.references}
        return tuple(number for number in self.references if number not in placed)


class Grounds:
    """Finds the grounds of asserted triples in a dataset."""

    def __init__(self, dataset: Dataset, descriptions: Descriptions) -> None:
        """Index which graphs assert what."""
        self._claims = dataset.claims
        self._descriptions = descriptions
        self._locators = Locators(descriptions)
        self._graphs: dict[Triple, dict[NamedNode, None]] = {}
        for quad in dataset.quads:
            named = self._graphs.setdefault(quad.triple, {})
            if isinstance(quad.graph_name, NamedNode):
                named[quad.graph_name] = None

    def of(self, triple: Triple) -> tuple[Ground, ...]:
        """Return the grounds of an asserted triple, claims before all others."""
        claims = self._claims.yielding(triple)
        if claims:
            return tuple(from_claim(claim) for claim in claims)
        graphs = self._graphs.get(triple)
        if graphs is None:
            hedged = tuple(from_claim(claim) for claim in self._claims.hedging(triple))
            return hedged or (Ground("supposition", "as supposed", None),)
        if graph_name("ontology") in graphs:
            return (self._axiom(triple),)
        definition = self._definition(triple.subject)
        if definition is not None:
            return (definition,)
        return (Ground("assertion", "as asserted", next(iter(graphs), None)),)

    def is_fact(self, triple: Triple) -> bool:
        """Tell whether an asserted triple is about things, rather than an axiom."""
        return graph_name("ontology") not in self._graphs.get(triple, {})

    def _axiom(self, triple: Statement) -> Ground:
        modules = self._descriptions.nodes(triple.subject, RDFS.isDefinedBy)
        if not modules and isinstance(triple.object, NamedNode):
            # General axioms have a blank subject: the module of what they speak about serves.
            modules = self._descriptions.nodes(triple.object, RDFS.isDefinedBy)
        return Ground("axiom", "axiom of the ontology", modules[0] if modules else None)

    def _definition(self, subject: Term) -> Ground | None:
        """Return the sentences that a thing is defined at, or else the places of a result."""
        references = self._locators.numbers(subject, SKG.citesInSentence, SKG.citesAsEvidence)
        from_context = self._locators.numbers(subject, SKG.citesFromContext)
        places = self._claims.definitions(subject) or self._locators.places(
            subject, SKG.locatedAt, references
        )
        if not places:
            return None
        return Ground(
            "definition",
            "by definition",
            subject if isinstance(subject, NamedNode) else None,
            places=places,
            references=references,
            context_references=from_context,
            context=self._locators.pointers(from_context, places[0].start),
        )


def from_claim(claim: Claim) -> Ground:
    """Return what a claim is as a ground."""
    return Ground(
        "claim",
        claim.statement,
        claim.iri,
        claim.certainty,
        claim.hedge,
        claim.places,
        claim.references,
        claim.context_references,
        claim.context,
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


def is_structural(triple: Statement, grounds: Sequence[Ground]) -> bool:
    """Tell whether an axiom only says what an anonymous class or a list is made of.

    The words for that class or list say it already.
    """
    return isinstance(triple.subject, BlankNode) and any(
        ground.kind == "axiom" for ground in grounds
    )
