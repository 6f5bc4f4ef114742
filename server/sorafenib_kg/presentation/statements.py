"""The statements that have a thing at one end, by meaning, with the claims that they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal as OneOf

from pyoxigraph import BlankNode, NamedNode, Triple

from sorafenib_kg.claims import Claim
from sorafenib_kg.descriptions import Term
from sorafenib_kg.namespaces import OWL, RDF, RDFS, SKG, SKOS
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.notes import ClaimNote, note_of
from sorafenib_kg.results import Cell

Standing = OneOf["asserted", "inferred", "claimed"]

# By the module of the ontology that has the predicate, in the order of a page.
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "resistance": "Resistance",
        "drug": "Treatment and targets",
        "causal": "Causes and effects",
        "trial": "Trials and results",
        "core": "Kinds, parts and places",
        "claim": "Text and claims",
        "": "Other statements",
    }
)
# What a page shows in its head, or by the claims themselves.
_ELSEWHERE = frozenset(
    {
        RDF.type,
        RDFS.label,
        SKOS.altLabel,
        SKOS.prefLabel,
        SKOS.definition,
        SKOS.exactMatch,
        SKOS.closeMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
        SKOS.relatedMatch,
        OWL.deprecated,
        SKG.claimObject,
        SKG.claimPredicate,
        SKG.claimSubject,
        SKG.curatorNote,
        SKG.definedAt,
        SKG.evidenceLevel,
        SKG.evidenceType,
        SKG.fromStudy,
        SKG.inSetting,
        SKG.inSystem,
        SKG.via,
        SKG.polarity,
        SKG.certainty,
        SKG.citesAsEvidence,
        SKG.citesFromContext,
        SKG.citesInSentence,
        SKG.locatedAt,
        SKG.notGiven,
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple with the thing at one end, the other end as it is shown, and what it rests on.

    ``standing`` is ``asserted``, ``inferred``, or ``claimed``: only with a hedge, or denied, or
    left open. ``is_explained`` says whether there is a proof that tells more than that it was
    written; ``is_general`` that it says no more than a narrower statement beside it.
    """

    triple: Triple
    relation: Cell
    other: Cell
    standing: Standing
    claims: tuple[ClaimNote, ...]
    is_explained: bool
    is_general: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The statements with one predicate in one direction, those that were said before others."""

    predicate: Cell
    is_outgoing: bool
    facts: tuple[Fact, ...]

    @property
    def said(self) -> tuple[Fact, ...]:
        """Return what was asserted or claimed."""
        return tuple(fact for fact in self.facts if fact.standing != "inferred")

    @property
    def follows(self) -> tuple[Fact, ...]:
        """Return what was inferred and tells more than the other statements."""
        return tuple(f for f in self.facts if f.standing == "inferred" and not f.is_general)

    @property
    def general(self) -> tuple[Fact, ...]:
        """Return what was inferred and only says in wider terms what another statement says."""
        return tuple(fact for fact in self.facts if fact.is_general)


@dataclass(frozen=True, slots=True)
class Topic:
    """The groups whose predicates have a meaning of one sort."""

    name: str
    heading: str
    groups: tuple[Group, ...]

    @property
    def size(self) -> int:
        """Return the number of statements."""
        return sum(len(group.facts) for group in self.groups)


def statements_about(index: GraphIndex, node: NamedNode) -> tuple[Topic, ...]:
    """Return what is said of a thing and where it is named, in both directions, by meaning."""
    claims = _claims_by_triple(index, node)
    facts: dict[tuple[NamedNode, bool], dict[Triple, Fact]] = defaultdict(dict)
    for triple, standing in _triples(index, node, claims):
        outgoing = triple.subject == node
        other = triple.object if outgoing else triple.subject
        facts[triple.predicate, outgoing].setdefault(
            triple, _fact(index, triple, other, standing, claims.get(triple, ()))
        )
    wider = _wider(index, facts)
    topics: dict[str, list[Group]] = {name: [] for name in TOPICS}
    for (predicate, outgoing), found in facts.items():
        shown = (replace(f, is_general=True) if f.triple in wider else f for f in found.values())
        ordered = sorted(shown, key=_order)
        group = Group(index.cell(predicate), outgoing, tuple(ordered))
        topics[_topic(index, predicate)].append(group)
    return tuple(
        Topic(name or "other", TOPICS[name], tuple(sorted(groups, key=_order_of_groups)))
        for name, groups in topics.items()
        if groups
    )


def _wider(
    index: GraphIndex, facts: Mapping[tuple[NamedNode, bool], Mapping[Triple, Fact]]
) -> set[Triple]:
    """Return the inferred triples whose ends a narrower property of the page ties already."""
    ties = defaultdict(set)
    for (predicate, outgoing), found in facts.items():
        for fact in found.values():
            if fact.standing != "claimed":
                ties[outgoing, fact.other].add(predicate)
    return {
        triple
        for (predicate, outgoing), found in facts.items()
        for triple, fact in found.items()
        if fact.standing == "inferred"
        and any(
            predicate in index.above(narrower, RDFS.subPropertyOf)
            for narrower in ties[outgoing, fact.other] - {predicate}
        )
    }


def _claims_by_triple(index: GraphIndex, node: NamedNode) -> dict[Triple, list[Claim]]:
    found: dict[Triple, list[Claim]] = defaultdict(list)
    for claim in index.claims_with.get(node, ()):
        found[claim.triple].append(claim)
    return found


def _triples(
    index: GraphIndex, node: NamedNode, claims: Iterable[Triple]
) -> Iterator[tuple[Triple, Standing]]:
    """Give the triples of both directions, each as often as it has a ground, the best first."""
    for predicate in index.about.predicates(node):
        for value in index.about.objects(node, predicate):
            if predicate not in _ELSEWHERE and not isinstance(value, BlankNode):
                yield Triple(node, predicate, value), "asserted"
    for triple in index.naming.get(node, ()):
        if triple.predicate not in _ELSEWHERE:
            yield triple, "asserted"
    for triple in claims:
        if triple.predicate not in _ELSEWHERE:
            yield triple, "claimed"
    for predicate in index.inferred.predicates(node):
        for value in index.inferred.objects(node, predicate):
            if predicate not in _ELSEWHERE:
                yield Triple(node, predicate, value), "inferred"
    for triple in index.naming_inferred.get(node, ()):
        if triple.predicate not in _ELSEWHERE and not _is_said_forwards(index, triple):
            yield triple, "inferred"


def _is_said_forwards(index: GraphIndex, triple: Triple) -> bool:
    """Tell whether the page has the same statement in the other direction already."""
    inverse = index.inverses.get(triple.predicate)
    if inverse is None or not isinstance(triple.object, NamedNode):
        return False
    return any(
        triple.subject in described.objects(triple.object, inverse)
        for described in (index.about, index.inferred)
    )


def _fact(
    index: GraphIndex, triple: Triple, other: Term, standing: Standing, claims: Iterable[Claim]
) -> Fact:
    notes = tuple(note_of(index, claim) for claim in claims)
    rests = bool(notes) or (
        triple.predicate.value.startswith(SKG.NAMESPACE)
        and bool(index.graph.claims.definitions(triple.subject))
    )
    is_explained = index.graph.closure is not None and (
        standing == "inferred" or (standing == "asserted" and rests)
    )
    relation = index.cell(triple.predicate)
    return Fact(triple, relation, index.cell(other), standing, notes, is_explained)


def _topic(index: GraphIndex, predicate: NamedNode) -> str:
    module = index.about.node(predicate, RDFS.isDefinedBy)
    name = module.value.rsplit("/", 1)[-1] if module is not None else ""
    return name if name in TOPICS else ""


def _order(fact: Fact) -> tuple[bool, bool, str]:
    return fact.standing == "inferred", fact.standing == "claimed", fact.other.text.casefold()


def _order_of_groups(group: Group) -> tuple[bool, bool, int]:
    return not group.said, not group.is_outgoing, -len(group.said)
