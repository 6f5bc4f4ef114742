"""What of a graph a DL reasoner is to see: its logical axioms, each by itself.

Left out are imports (all is there already, and owlready2 would follow them over the network),
headers and annotations, which mean nothing to OWL, and statements whose predicate nobody
declared, of which owlready2 and the OWL API each make something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

from sorafenib_kg.rules import iri

_LANGUAGE = tuple(iri(f"{prefix}:") for prefix in ("owl", "rdf", "rdfs"))
_TYPE = NamedNode(iri("rdf:type"))
_ON_PROPERTY = NamedNode(iri("owl:onProperty"))
_ONTOLOGY, _ANNOTATION = (
    NamedNode(iri(name)) for name in ("owl:Ontology", "owl:AnnotationProperty")
)
_PROPERTIES = {
    NamedNode(iri(name))
    for name in (
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "owl:TransitiveProperty",
        "owl:SymmetricProperty",
        "owl:AsymmetricProperty",
        "owl:ReflexiveProperty",
        "owl:IrreflexiveProperty",
        "owl:InverseFunctionalProperty",
    )
}
_DECLARATIONS = {
    NamedNode(iri(name))
    for name in (
        "owl:Class",
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "owl:NamedIndividual",
        "rdfs:Datatype",
    )
}
_BUILT_IN_ANNOTATIONS = {
    NamedNode(iri(name))
    for name in (
        "rdfs:label",
        "rdfs:comment",
        "rdfs:seeAlso",
        "rdfs:isDefinedBy",
        "owl:deprecated",
        "owl:versionInfo",
        "owl:priorVersion",
        "owl:backwardCompatibleWith",
        "owl:incompatibleWith",
        "owl:imports",
    )
}


@dataclass(frozen=True, slots=True)
class Axioms:
    """The logical part of a graph.

    ``declarations`` only say what kind of term a name is. Each of ``units`` is one axiom: a
    triple, with all that hangs together with it by blank nodes. ``undeclared`` counts the left
    out statements by predicate; ``unreadable`` are the properties of restrictions that nobody
    declared, which owlready2 reads as no property at all, without a word.
    """

    declarations: tuple[Triple, ...]
    units: tuple[tuple[Triple, ...], ...]
    undeclared: Counter[NamedNode]
    unreadable: tuple[NamedNode, ...]

    @property
    def triples(self) -> list[Triple]:
        """Return all triples, declarations first."""
        return [*self.declarations, *(triple for unit in self.units for triple in unit)]


def logical_axioms(triples: Iterable[Triple]) -> Axioms:
    """Return the logical axioms of triples, in the given order."""
    triples = list(dict.fromkeys(triples))
    kinds: dict[NamedNode, set[object]] = {}
    for triple in triples:
        if triple.predicate == _TYPE and isinstance(triple.subject, NamedNode):
            kinds.setdefault(triple.subject, set()).add(triple.object)
    annotations = _BUILT_IN_ANNOTATIONS | {
        name for name, found in kinds.items() if _ANNOTATION in found
    }
    headers = {name for name, found in kinds.items() if _ONTOLOGY in found}
    properties = {name for name, found in kinds.items() if found & _PROPERTIES}
    undeclared: Counter[NamedNode] = Counter()
    declarations, others = [], []
    for triple in triples:
        if triple.predicate in annotations or triple.subject in annotations | headers:
            continue
        if triple.predicate not in properties and not triple.predicate.value.startswith(_LANGUAGE):
            undeclared[triple.predicate] += 1
        elif _is_declaration(triple):
            declarations.append(triple)
        else:
            others.append(triple)
    unreadable = {
        triple.object
        for triple in others
        if triple.predicate == _ON_PROPERTY
        and isinstance(triple.object, NamedNode)
        and triple.object not in properties
        and not triple.object.value.startswith(_LANGUAGE)
    }
    return Axioms(
        tuple(declarations),
        tuple(_units(others)),
        undeclared,
        tuple(sorted(unreadable, key=str)),
    )


def _is_declaration(triple: Triple) -> bool:
    return (
        triple.predicate == _TYPE
        and isinstance(triple.subject, NamedNode)
        and triple.object in _DECLARATIONS
    )


def _units(triples: list[Triple]) -> list[tuple[Triple, ...]]:
    """Group triples that hang together by blank nodes; the others stand alone."""
    leader: dict[BlankNode, BlankNode] = {}

    def find(node: BlankNode) -> BlankNode:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    blank: list[list[BlankNode]] = []
    for triple in triples:
        nodes = [n for n in (triple.subject, triple.object) if isinstance(n, BlankNode)]
        blank.append(nodes)
        for node in nodes[1:]:
            leader[find(nodes[0])] = find(node)
    groups: dict[object, list[Triple]] = {}
    for triple, nodes in zip(triples, blank, strict=True):
        groups.setdefault(find(nodes[0]) if nodes else triple, []).append(triple)
    return [tuple(group) for group in groups.values()]


def as_n_triples(triples: Iterable[Triple]) -> str:
    """Return triples as N-Triples."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    return (text or b"").decode()
