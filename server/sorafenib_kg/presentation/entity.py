"""The page of a thing: what it is called and is, its identifiers elsewhere, what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from sorafenib_kg.databases import database_of
from sorafenib_kg.locators import Locators, Place
from sorafenib_kg.namespaces import RDF, SKG, SKOS, shorten
from sorafenib_kg.presentation.index import ROLES, GraphIndex
from sorafenib_kg.presentation.notes import ClaimNote, note_of
from sorafenib_kg.presentation.statements import Topic, statements_about
from sorafenib_kg.results import Cell

MOST_CLAIMS = 50  # of those that name a thing in one way
_MATCHES = {
    SKOS.exactMatch: "the same",
    SKOS.closeMatch: "nearly the same",
    SKOS.broadMatch: "wider",
    SKOS.narrowMatch: "narrower",
    SKOS.relatedMatch: "related",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A further name, with the claims that tell of it."""

    text: str
    claims: tuple[ClaimNote, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A class that the thing is of; the triple if that was inferred."""

    cell: Cell
    inferred: Triple | None


@dataclass(frozen=True, slots=True)
class Identifier:
    """What stands for the thing in another database, and how near it comes."""

    cell: Cell
    database: str
    match: str
    node: NamedNode


@dataclass(frozen=True, slots=True)
class Naming:
    """Claims that name the thing in one way; ``more`` of them are not shown."""

    words: str
    claims: tuple[ClaimNote, ...]
    more: int


@dataclass(frozen=True, slots=True)
class EntityPage:
    """All that the page of a thing shows."""

    node: NamedNode
    curie: str
    label: str
    names: tuple[Name, ...]
    kinds: tuple[Kind, ...]
    definition: str | None
    defined_by: tuple[ClaimNote, ...]  # the claims that give the definition
    defined_at: tuple[Place, ...]
    note: str | None
    identifiers: tuple[Identifier, ...]
    not_given: tuple[Cell, ...]
    topics: tuple[Topic, ...]
    namings: tuple[Naming, ...]

    @property
    def size(self) -> int:
        """Return the number of statements."""
        return sum(topic.size for topic in self.topics)


def entity_page(index: GraphIndex, node: NamedNode) -> EntityPage:
    """Return what the page of a thing shows."""
    about = index.about
    return EntityPage(
        node=node,
        curie=shorten(node),
        label=index.labels(node),
        names=tuple(_names(index, node)),
        kinds=tuple(_kinds(index, node)),
        definition=index.definition(node),
        defined_by=tuple(
            note_of(index, claim)
            for claim in index.claims_with.get(node, ())
            if claim.predicate == SKOS.definition
        ),
        defined_at=index.graph.claims.definitions(node)
        or Locators(about).places(node, SKG.locatedAt),
        note=about.text(node, SKG.curatorNote),
        identifiers=tuple(identifiers(index, node)),
        not_given=tuple(map(index.cell, about.nodes(node, SKG.notGiven))),
        topics=statements_about(index, node),
        namings=tuple(_namings(index, node)),
    )


def identifiers(index: GraphIndex, node: NamedNode) -> Iterator[Identifier]:
    """Give what stands for a thing elsewhere, the nearest first."""
    for predicate, match in _MATCHES.items():
        for other in index.about.nodes(node, predicate):
            database = database_of(other)
            yield Identifier(index.cell(other), database.name if database else "", match, other)


def _names(index: GraphIndex, node: NamedNode) -> Iterator[Name]:
    label = index.labels(node)
    for term in dict.fromkeys(
        term
        for predicate in (SKOS.prefLabel, SKOS.altLabel)
        for term in index.about.objects(node, predicate)
    ):
        if isinstance(term, Literal) and term.value != label:
            notes = (
                note_of(index, claim)
                for claim in index.claims_with.get(node, ())
                if claim.predicate == SKOS.altLabel
                and isinstance(claim.object, Literal)
                and claim.object.value == term.value
            )
            yield Name(term.value, tuple(notes))


def _kinds(index: GraphIndex, node: NamedNode) -> Iterator[Kind]:
    """Give the classes that a thing is said to be of, then those that follow, nearest first."""
    said = index.about.nodes(node, RDF.type)
    for kind in said:
        if kind.value.startswith(SKG.NAMESPACE):
            yield Kind(index.cell(kind), None)
    follows = [k for k in index.inferred.nodes(node, RDF.type) if k.value.startswith(SKG.NAMESPACE)]
    above = {higher for kind in said for higher in index.above(kind)}
    for kind in sorted(follows, key=lambda kind: (kind in above, index.labels(kind))):
        yield Kind(index.cell(kind), Triple(node, RDF.type, kind))


def _namings(index: GraphIndex, node: NamedNode) -> Iterator[Naming]:
    for naming in index.namings.get(node, ()):
        shown = tuple(note_of(index, claim) for claim in naming.claims[:MOST_CLAIMS])
        yield Naming(ROLES[naming.role], shown, len(naming.claims) - len(shown))
