"""Where the source disagrees with itself, and what it leaves open or unsupported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from sorafenib_kg.claims import Claim
from sorafenib_kg.locators import Locators, Place
from sorafenib_kg.namespaces import RDF, RDFS, SKG
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.notes import ClaimNote, note_of
from sorafenib_kg.results import Cell


def _skg(name: str) -> NamedNode:
    return NamedNode(SKG.NAMESPACE + name)


@dataclass(frozen=True, slots=True)
class Controversy:
    """Claims that pull in different directions: on each front two sides, and what is beside."""

    cell: Cell
    concerns: tuple[Cell, ...]
    fronts: tuple[tuple[tuple[ClaimNote, ...], tuple[ClaimNote, ...]], ...]
    beside: tuple[ClaimNote, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An open question or a task, with what it is about and where it stands."""

    cell: Cell
    concerns: tuple[Cell, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The claims of a section that name no reference."""

    section: Cell
    claims: tuple[ClaimNote, ...]
    of: int  # claims of the section


@dataclass(frozen=True, slots=True)
class SingleSource:
    """A reference with the claims that no other reference supports."""

    reference: Cell
    claims: tuple[ClaimNote, ...]


@dataclass(frozen=True, slots=True)
class NotGiven:
    """What the source does not give, and of which things."""

    what: Cell
    things: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is open, what is asked for, what rests on one source or none, what is not given."""

    questions: tuple[Item, ...]
    tasks: tuple[Item, ...]
    undecided: tuple[ClaimNote, ...]
    unsupported: tuple[Unsupported, ...]
    single: tuple[SingleSource, ...]
    not_given: tuple[NotGiven, ...]


def controversies(index: GraphIndex) -> tuple[Controversy, ...]:
    """Return all controversies in the order in which the text comes to them."""
    by_iri = index.graph.claims.by_iri
    order = {claim.iri: number for number, claim in enumerate(index.claims)}
    held = {
        node: sorted(filter(order.__contains__, about), key=order.__getitem__)
        for node in _instances(index, "Controversy")
        if (about := index.about.nodes(node, SKG.hasPosition))
    }
    found = []
    for node, positions in sorted(
        held.items(), key=lambda pair: [order[claim] for claim in pair[1][:1]]
    ):
        fronts, beside = _fronts(index, positions)

        def notes(nodes: Sequence[NamedNode]) -> tuple[ClaimNote, ...]:
            return tuple(note_of(index, by_iri[node]) for node in nodes)

        found.append(
            Controversy(
                index.cell(node),
                _concerns(index, node),
                tuple((notes(first), notes(second)) for first, second in fronts),
                notes(beside),
            )
        )
    return tuple(found)


def _fronts(
    index: GraphIndex, positions: Sequence[NamedNode]
) -> tuple[list[tuple[list[NamedNode], list[NamedNode]]], list[NamedNode]]:
    """Share positions out so that those which oppose each other are on different sides.

    Those that no opposition ties together make fronts of their own. A position without an
    opponent among the others is beside them; so is one that opposes both sides.
    """
    among = {
        node: [other for other in index.opposed.get(node, ()) if other in positions]
        for node in positions
    }
    side: dict[NamedNode, int] = {}
    fronts = []
    for start in positions:
        if start in side or not among[start]:
            continue
        tied = _share(start, among)
        side |= tied
        torn = {n for n in tied if any(tied[other] == tied[n] for other in among[n])}
        first, second = (
            [n for n in positions if tied.get(n) == k and n not in torn] for k in (0, 1)
        )
        fronts.append((first, second))
    facing = {node for pair in fronts for group in pair for node in group}
    return fronts, [node for node in positions if node not in facing]


def _share(
    start: NamedNode, among: Mapping[NamedNode, Sequence[NamedNode]]
) -> dict[NamedNode, int]:
    """Return the side, 0 or 1, of all that opposition ties to a position."""
    side = {start: 0}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        for other in among[node]:
            if other not in side:
                side[other] = 1 - side[node]
                waiting.append(other)
    return side


def gaps(index: GraphIndex) -> Gaps:
    """Return what the source leaves open, unsupported, or ungiven."""
    claims = index.claims
    return Gaps(
        questions=tuple(_items(index, "OpenQuestion")),
        tasks=tuple(_items(index, "ResearchTask")),
        undecided=tuple(note_of(index, claim) for claim in claims if _is_undecided(claim)),
        unsupported=tuple(_unsupported(index, claims)),
        single=tuple(_single(index, claims)),
        not_given=tuple(_not_given(index)),
    )


def _is_undecided(claim: Claim) -> bool:
    """Tell whether a claim leaves its triple open or says that it was not shown."""
    name = claim.polarity.value.rsplit("/", 1)[-1]
    return name in ("open", "not-demonstrated")


def _unsupported(index: GraphIndex, claims: Sequence[Claim]) -> Iterator[Unsupported]:
    sections: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        sections[claim.section].append(claim)
    nodes = {index.about.text(node, SKG.sectionCode): node for node in _instances(index, "Section")}
    for code in sorted(sections):
        bare = [c for c in sections[code] if not c.references and not c.context_references]
        node = nodes.get(code)
        if bare and node is not None:
            notes = tuple(note_of(index, claim) for claim in bare)
            yield Unsupported(index.cell(node), notes, len(sections[code]))


def _single(index: GraphIndex, claims: Sequence[Claim]) -> Iterator[SingleSource]:
    """Give what rests on one reference only, the reference with most claims first."""
    nodes = {
        index.about.number(node, SKG.referenceNumber): node
        for node in _instances(index, "Reference")
    }
    found: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        cited = {*claim.references, *claim.context_references}
        if len(cited) == 1:
            found[cited.pop()].append(claim)
    for number in sorted(found, key=lambda number: (-len(found[number]), number)):
        if number in nodes:
            notes = tuple(note_of(index, claim) for claim in found[number])
            yield SingleSource(index.cell(nodes[number]), notes)


def _not_given(index: GraphIndex) -> Iterator[NotGiven]:
    things: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for thing in index.things():
        for what in index.about.nodes(thing, SKG.notGiven):
            things[what].append(thing)
    for what in sorted(things, key=lambda what: (-len(things[what]), index.labels(what))):
        yield NotGiven(index.cell(what), tuple(map(index.cell, things[what])))


def _items(index: GraphIndex, kind: str) -> list[Item]:
    locators = Locators(index.about)
    items = [
        Item(index.cell(node), _concerns(index, node), locators.places(node, SKG.locatedAt))
        for node in _instances(index, kind)
    ]
    return sorted(items, key=lambda item: [place.start for place in item.places])


def _concerns(index: GraphIndex, node: NamedNode) -> tuple[Cell, ...]:
    return tuple(map(index.cell, index.about.nodes(node, _skg("concerns"))))


def _instances(index: GraphIndex, kind: str) -> Iterator[NamedNode]:
    for node in index.about.instances(_skg(kind), RDF.type):
        if isinstance(node, NamedNode) and index.about.text(node, RDFS.label):
            yield node
