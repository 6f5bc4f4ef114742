"""The mechanisms of resistance as a graph to be drawn: what drives them and what counters them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal as OneOf

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.claims import Claim
from sorafenib_kg.namespaces import ID, RDFS, SKG
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.notes import ClaimNote, note_of
from sorafenib_kg.presentation.statements import Standing
from sorafenib_kg.results import Cell

Sign = OneOf["more", "less", ""]

COLUMNS = ("Drugs and treatments", "Molecules", "Pathways", "Processes", "Mechanisms", "Counter")
# By class of the ontology, the nearest decides; what is of none of them is a process.
_COLUMN_OF: Mapping[str, int] = MappingProxyType(
    {
        "ChemicalSubstance": 0,
        "SubstanceClass": 0,
        "Intervention": 0,
        "MolecularPerturbation": 0,
        "MolecularEntity": 1,
        "Biomarker": 1,
        "Pathway": 2,
        "MechanismOfAction": 3,
        "Mechanism": 4,
    }
)
MECHANISM, _COUNTER = 4, 5
# Relations that are drawn against the direction in which they are written.
_TURNED = frozenset(
    {"worksThrough", "worksThroughGainOf", "worksThroughLossOf", "counteredBy", "inducedBy"}
)
_SIGNS: Mapping[str, Sign] = MappingProxyType(
    {
        "worksThroughGainOf": "more",
        "worksThroughLossOf": "less",
        "counteredBy": "less",
        "counters": "less",
        "candidateCounters": "less",
        "candidatePotentiates": "more",
        "inducedBy": "more",
        "confersResistanceTo": "less",
        "decreasesSensitivityTo": "less",
        "increasesSensitivityTo": "more",
        "encodes": "more",
        "netPromotes": "more",
        "netSuppresses": "less",
    }
)
_MODULES = ("causal", "resistance")
# Relations of other modules that effects are passed on by.
_PASSING_ON = frozenset({"encodes", "upstreamOf"})
# Of what is inferred, that which is drawn; the rest says the same in wider terms.
_INFERRED = ("netPromotes", "netSuppresses", "candidateCounters", "candidatePotentiates")


@dataclass(frozen=True, slots=True)
class MapNode:
    """A thing on the map, with its column."""

    node: NamedNode
    cell: Cell
    kind: str
    column: int

    @property
    def key(self) -> str:
        """Return its name within the graph, ``emt``."""
        return self.node.value.removeprefix(ID)


@dataclass(frozen=True, slots=True)
class MapEdge:
    """A tie as it is drawn, from ``source`` to ``target``, and the triple that it stands for."""

    source: NamedNode
    target: NamedNode
    triple: Triple
    relation: Cell
    sign: Sign
    standing: Standing
    claims: tuple[ClaimNote, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """Return the codes of the sections that it is told in."""
        found = (place.locator[:3] for note in self.claims for place in note.places)
        return tuple(dict.fromkeys(found))

    @property
    def certainties(self) -> tuple[str, ...]:
        """Return how surely its claims are put, by name."""
        return tuple(dict.fromkeys(note.certainty.name for note in self.claims))

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the kinds of evidence of its claims, by name."""
        return tuple(dict.fromkeys(level.name for note in self.claims for level in note.evidence))

    @property
    def key(self) -> str:
        """Return a name that no other edge of the map has."""
        source, predicate, target = self.triple
        return "--".join(str(t.value).rsplit("/", 1)[-1] for t in (source, predicate, target))


@dataclass(frozen=True, slots=True)
class ResistanceMap:
    """Nodes by column and name, and the edges between them."""

    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]

    def node(self, name: NamedNode) -> MapNode | None:
        """Return a node by its name."""
        return next((node for node in self.nodes if node.node == name), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be seen of a map; an empty set leaves all."""

    kinds: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    certainties: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()
    standings: frozenset[str] = frozenset({"asserted", "claimed"})
    whole: bool = False  # all causes and effects, not only those of mechanisms

    def keeps(self, edge: MapEdge) -> bool:
        """Say whether an edge is to be seen; what is inferred has no section or evidence."""
        if self.standings and edge.standing not in self.standings:
            return False
        if edge.standing == "inferred":
            return True
        return all(
            not wanted or not has or bool(wanted & set(has))
            for wanted, has in (
                (self.sections, edge.sections),
                (self.certainties, edge.certainties),
                (self.evidence, edge.evidence),
            )
        )


def resistance_map(index: GraphIndex) -> ResistanceMap:
    """Return everything that causes, effects and resistance tie together."""
    edges = tuple(_edges(index))
    countering = {edge.source for edge in edges if _name(edge) in ("counteredBy", "counters")}
    names = dict.fromkeys(node for edge in edges for node in (edge.source, edge.target))
    nodes = (_node(index, node, node in countering) for node in names)
    ordered = sorted(nodes, key=lambda node: (node.column, node.cell.text.casefold()))
    return ResistanceMap(tuple(ordered), edges)


def seen(whole: ResistanceMap, choice: Choice) -> ResistanceMap:
    """Return the part of a map that a choice lets be seen."""
    by_name = {node.node: node for node in whole.nodes}
    kept = {node.node for node in whole.nodes if not choice.kinds or node.kind in choice.kinds}
    edges = [
        edge
        for edge in whole.edges
        if choice.keeps(edge) and edge.source in kept and edge.target in kept
    ]
    if not choice.whole:
        edges = list(_about_mechanisms(edges, by_name))
    used = {node for edge in edges for node in (edge.source, edge.target)}
    return ResistanceMap(tuple(node for node in whole.nodes if node.node in used), tuple(edges))


def _about_mechanisms(
    edges: Iterable[MapEdge], by_name: Mapping[NamedNode, MapNode]
) -> Iterator[MapEdge]:
    """Give the edges at mechanisms, and those between what these lead to."""
    edges = tuple(edges)

    def at_mechanism(edge: MapEdge) -> bool:
        return any(by_name[n].column == MECHANISM for n in (edge.source, edge.target))

    near = {node for edge in edges if at_mechanism(edge) for node in (edge.source, edge.target)}
    for edge in edges:
        if at_mechanism(edge) or (edge.source in near and edge.target in near):
            yield edge


def _edges(index: GraphIndex) -> Iterator[MapEdge]:
    claims: dict[Triple, list[Claim]] = defaultdict(list)
    for claim in index.claims:
        claims[claim.triple].append(claim)
    stated = dict.fromkeys(quad.triple for quad in index.graph.dataset.quads)
    standings: dict[Triple, Standing] = {}
    for triple in stated:
        standings[triple] = "asserted"
    for triple in claims:
        standings.setdefault(triple, "claimed")
    for name in _INFERRED:
        predicate = NamedNode(SKG.NAMESPACE + name)
        for subject in index.inferred:
            for value in index.inferred.nodes(subject, predicate):
                if isinstance(subject, NamedNode):
                    standings.setdefault(Triple(subject, predicate, value), "inferred")
    tied = {(t.subject, t.object) for t, standing in standings.items() if standing == "asserted"}
    for triple, standing in standings.items():
        if not _is_drawn(index, triple):
            continue
        if standing == "inferred" and (triple.subject, triple.object) in tied:
            continue
        yield _edge(index, triple, standing, claims.get(triple, ()))


def _is_drawn(index: GraphIndex, triple: Triple) -> bool:
    subject, predicate, value = triple
    if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
        return False
    if not subject.value.startswith(ID) or not value.value.startswith(ID):
        return False
    if predicate.value.removeprefix(SKG.NAMESPACE) in _PASSING_ON:
        return True
    module = index.about.node(predicate, RDFS.isDefinedBy)
    return module is not None and module.value.rsplit("/", 1)[-1] in _MODULES


def _edge(
    index: GraphIndex, triple: Triple, standing: Standing, claims: Iterable[Claim]
) -> MapEdge:
    source, predicate, target = triple
    name = predicate.value.removeprefix(SKG.NAMESPACE)
    if name in _TURNED:
        source, target = target, source
    notes = tuple(note_of(index, claim) for claim in claims)
    return MapEdge(
        source, target, triple, index.cell(predicate), sign_of(index, predicate), standing, notes
    )


def sign_of(index: GraphIndex, predicate: NamedNode) -> Sign:
    """Return whether a relation raises or lowers; nothing where it says neither."""
    for above in index.above(predicate, RDFS.subPropertyOf):
        sign = _SIGNS.get(above.value.removeprefix(SKG.NAMESPACE))
        if sign is not None:
            return sign
    return ""


def _node(index: GraphIndex, node: NamedNode, counters: bool) -> MapNode:
    kind = index.kind(node)
    above = index.above(kind) if kind is not None else ()
    names = [higher.value.removeprefix(SKG.NAMESPACE) for higher in above]
    column = next((_COLUMN_OF[name] for name in names if name in _COLUMN_OF), 3)
    if counters and column == 0:
        column = _COUNTER
    return MapNode(node, index.cell(node), index.labels(kind) if kind else "thing", column)


def _name(edge: MapEdge) -> str:
    return edge.triple.predicate.value.removeprefix(SKG.NAMESPACE)


# --- Ways from one node to another ----------------------------------------------------------------


def shortest_path(
    whole: ResistanceMap, start: NamedNode, end: NamedNode, choice: Choice
) -> tuple[MapEdge, ...] | None:
    """Return the edges of a shortest way along the arrows; None if there is none.

    Of several, that with more asserted edges is taken first.
    """
    leaving: dict[NamedNode, list[MapEdge]] = defaultdict(list)
    order = {"asserted": 0, "claimed": 1, "inferred": 2}
    for edge in sorted(whole.edges, key=lambda edge: order[edge.standing]):
        if choice.keeps(edge):
            leaving[edge.source].append(edge)
    came: dict[NamedNode, MapEdge | None] = {start: None}
    waiting = [start]
    while waiting and end not in came:
        for edge in leaving[waiting.pop(0)]:
            if edge.target not in came:
                came[edge.target] = edge
                waiting.append(edge.target)
    if end not in came:
        return None
    path: list[MapEdge] = []
    node = end
    while (step := came[node]) is not None:
        path.append(step)
        node = step.source
    return tuple(reversed(path))
