"""A graph indexed for reading: what is said of a thing, where it is named, what it is called."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from pyoxigraph import BlankNode, NamedNode, Triple

from sorafenib_kg.claims import Claim
from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.namespaces import ID, OWL, RDF, RDFS, SKG, SKOS
from sorafenib_kg.results import Cell, Labels, cell

# In which ways a claim names a thing, with the words that a page has for it.
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "via": "as a step on the way",
        "settings": "as the setting",
        "systems": "as the system",
        "studies": "as the study",
        "evidence_levels": "as the kind of evidence",
        "evidence_types": "as the kind of evidence",
        "polarity": "as the answer",
        "certainty": "as the certainty",
        "predicate": "as the relation",
        "place": "as the place",
        "reference": "as a reference",
    }
)

_SECTION = NamedNode(f"{SKG.NAMESPACE}Section")


@dataclass(frozen=True, slots=True)
class Naming:
    """What the claims that name a thing name it as."""

    role: str  # a key of ROLES
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class GraphIndex:
    """One version of a graph, indexed once; each index is made when it is first asked for."""

    graph: KnowledgeGraph
    labels: Labels = field(init=False)
    _above: dict[tuple[NamedNode, NamedNode], tuple[NamedNode, ...]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Take the labels of the graph."""
        named = {n: label for n, label in self.graph.labels.items() if isinstance(n, NamedNode)}
        object.__setattr__(self, "labels", Labels(named))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims in the order of the text."""
        return tuple(sorted(self.graph.claims, key=_offset))

    @cached_property
    def about(self) -> Descriptions:
        """What was asserted of each subject."""
        return Descriptions(self.graph.dataset.quads)

    @cached_property
    def inferred(self) -> Descriptions:
        """What follows of each subject and was not asserted."""
        return Descriptions(self._inferred_triples())

    @cached_property
    def naming(self) -> Mapping[Term, tuple[Triple, ...]]:
        """The asserted triples that have a thing as their object."""
        return _by_object(dict.fromkeys(quad.triple for quad in self.graph.dataset.quads))

    @cached_property
    def naming_inferred(self) -> Mapping[Term, tuple[Triple, ...]]:
        """The inferred triples that have a thing as their object."""
        return _by_object(self._inferred_triples())

    @cached_property
    def claims_with(self) -> Mapping[Term, tuple[Claim, ...]]:
        """The claims whose triple has a thing at either end."""
        found: dict[Term, dict[NamedNode, Claim]] = defaultdict(dict)
        for claim in self.claims:
            for end in (claim.subject, claim.object):
                found[end][claim.iri] = claim
        return {node: tuple(claims.values()) for node, claims in found.items()}

    @cached_property
    def namings(self) -> Mapping[Term, tuple[Naming, ...]]:
        """What else the claims name a thing as: setting, study, place, reference and so on."""
        found: dict[Term, dict[str, dict[NamedNode, Claim]]] = defaultdict(dict)
        for claim in self.claims:
            for role, node in self._roles(claim):
                found[node].setdefault(role, {})[claim.iri] = claim
        return {
            node: tuple(Naming(role, tuple(claims.values())) for role, claims in roles.items())
            for node, roles in found.items()
        }

    @cached_property
    def opposed(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The claims that each claim opposes, whichever of the two says so."""
        found: dict[NamedNode, dict[NamedNode, None]] = defaultdict(dict)
        for claim in self.claims:
            for predicate in (SKG.opposes, SKG.contradicts):
                for other in self.about.nodes(claim.iri, predicate):
                    found[claim.iri][other] = None
                    found[other][claim.iri] = None
        return {claim: tuple(others) for claim, others in found.items()}

    @cached_property
    def levels(self) -> Mapping[str, NamedNode]:
        """The values of the closed lists that claims use, by their labels."""
        nodes = (
            node
            for claim in self.claims
            for node in (
                claim.polarity,
                claim.certainty,
                *claim.evidence_levels,
                *claim.evidence_types,
            )
        )
        return {self.labels(node): node for node in dict.fromkeys(nodes)}

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """The headings of the source's sections, by their codes."""
        found = {
            self.about.text(node, SKG.sectionCode): self.about.text(node, RDFS.label)
            for node in self.about.instances(_SECTION, RDF.type)
        }
        return {code: heading or code for code, heading in found.items() if code}

    def cell(self, term: Term | None) -> Cell:
        """Return how a term is shown: its label, with a link to its page."""
        return cell(term, self.labels)

    def kind(self, node: Term) -> NamedNode | None:
        """Return the class that a thing was said to be of; None if it was not said."""
        return next(iter(self.about.nodes(node, RDF.type)), None)

    def definition(self, node: Term) -> str | None:
        """Return how the graph defines a thing, None where it does not."""
        return self.about.text(node, SKOS.definition)

    def is_deprecated(self, node: Term) -> bool:
        """Say whether a name is not to be used any more."""
        return self.about.text(node, OWL.deprecated) == "true"

    def things(self) -> Iterator[NamedNode]:
        """Give the things that have a page and a label, by their names."""
        for node in sorted(self.about, key=str):
            if (
                isinstance(node, NamedNode)
                and node.value.startswith(ID)
                and node in self.labels.by_iri
            ):
                yield node

    def knows(self, node: NamedNode) -> bool:
        """Say whether the graph says anything of a thing, or names it."""
        return (
            node in self.about
            or node in self.naming
            or node in self.inferred
            or node in self.naming_inferred
        )

    def above(
        self, node: NamedNode, predicate: NamedNode = RDFS.subClassOf
    ) -> tuple[NamedNode, ...]:
        """Return a class, or a property, and the named ones above it, the nearest first."""
        if (node, predicate) not in self._above:
            self._above[node, predicate] = self._climb(node, predicate)
        return self._above[node, predicate]

    def _climb(self, node: NamedNode, predicate: NamedNode) -> tuple[NamedNode, ...]:
        found = {node: None}
        waiting = [node]
        while waiting:
            for higher in self.about.nodes(waiting.pop(0), predicate):
                if higher not in found:
                    found[higher] = None
                    waiting.append(higher)
        return tuple(found)

    @cached_property
    def inverses(self) -> Mapping[NamedNode, NamedNode]:
        """The property that says the same in the other direction; a symmetric one is its own."""
        found: dict[NamedNode, NamedNode] = {}
        for node in self.about:
            if not isinstance(node, NamedNode):
                continue
            for inverse in self.about.nodes(node, OWL.inverseOf):
                found[node], found[inverse] = inverse, node
            if OWL.SymmetricProperty in self.about.nodes(node, RDF.type):
                found[node] = node
        return found

    def _inferred_triples(self) -> Iterable[Triple]:
        if self.graph.closure is None:
            return
        for triple in self.graph.closure.inferred():
            if isinstance(triple.subject, NamedNode) and not isinstance(triple.object, BlankNode):
                yield triple

    def _roles(self, claim: Claim) -> Iterator[tuple[str, Term]]:
        for role in ("via", "settings", "systems", "studies", "evidence_levels", "evidence_types"):
            for node in getattr(claim, role):
                yield role, node
        for role in ("polarity", "certainty", "predicate"):
            yield role, getattr(claim, role)
        for place in claim.places:
            yield "place", place.iri
            yield "place", place.sentence
            block = self.about.node(place.sentence, SKG.inBlock)
            if block is not None:
                yield "place", block
                section = self.about.node(block, SKG.inSection)
                if section is not None:
                    yield "place", section
        for predicate in (SKG.citesInSentence, SKG.citesFromContext):
            for node in self.about.nodes(claim.iri, predicate):
                yield "reference", node


def _offset(claim: Claim) -> tuple[int, str]:
    return min((place.start for place in claim.places), default=sys.maxsize), claim.iri.value


def _by_object(triples: Iterable[Triple]) -> dict[Term, tuple[Triple, ...]]:
    found: dict[Term, list[Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            found[triple.object].append(triple)
    return {node: tuple(several) for node, several in found.items()}
