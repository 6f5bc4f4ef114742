"""What of a graph a DL reasoner is to see: its logical axioms, each by itself.

Left out are imports (all is there already, and nothing is fetched), headers and annotations,
those of axioms included, which mean nothing to OWL's direct semantics, and statements whose
predicate nobody declared, which are neither object nor data property assertions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.rules import iri

Axiom = tuple[Triple, ...]


def _terms(*names: str) -> frozenset[NamedNode]:
    return frozenset(NamedNode(iri(name)) for name in names)


TYPE = NamedNode(iri("rdf:type"))
_LANGUAGE = tuple(iri(f"{prefix}:") for prefix in ("owl", "rdf", "rdfs", "xsd"))
_ON_PROPERTY = NamedNode(iri("owl:onProperty"))
_OBJECT_PROPERTY = NamedNode(iri("owl:ObjectProperty"))
_ONTOLOGY = NamedNode(iri("owl:Ontology"))
_ANNOTATION_PROPERTY = NamedNode(iri("owl:AnnotationProperty"))
_ANNOTATED = _terms("owl:Axiom", "owl:Annotation")
# Only object properties may have these characteristics (section 9.2 of the OWL 2 syntax).
_OF_OBJECT_PROPERTIES = _terms(
    "owl:TransitiveProperty",
    "owl:SymmetricProperty",
    "owl:AsymmetricProperty",
    "owl:ReflexiveProperty",
    "owl:IrreflexiveProperty",
    "owl:InverseFunctionalProperty",
)
_PROPERTIES = _OF_OBJECT_PROPERTIES | _terms("owl:ObjectProperty", "owl:DatatypeProperty")
_DECLARATIONS = _terms(
    "owl:Class",
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
    "owl:NamedIndividual",
    "rdfs:Datatype",
)
# What a blank node is a part of an axiom by; an anonymous individual has none of these.
_STRUCTURES = _terms(
    "owl:Class",
    "owl:Restriction",
    "owl:DataRange",
    "rdfs:Datatype",
    "rdf:List",
    "owl:AllDifferent",
    "owl:AllDisjointClasses",
    "owl:AllDisjointProperties",
    "owl:NegativePropertyAssertion",
)
_OF_INDIVIDUALS = _terms("rdf:type", "owl:sameAs", "owl:differentFrom")
_BUILT_IN_ANNOTATIONS = _terms(
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


@dataclass(frozen=True, slots=True)
class Axioms:
    """The logical part of a graph.

    ``declarations`` only say what kind of term a name is. Each of ``units`` is one axiom: a
    triple, with all that hangs together with it by the blank nodes of class expressions and
    lists. ``undeclared`` counts the left out statements by predicate; ``unreadable`` are the
    properties of restrictions that nobody declared, so that nobody can tell which they are.
    """

    declarations: tuple[Triple, ...]
    units: tuple[Axiom, ...]
    undeclared: Counter[NamedNode]
    unreadable: tuple[NamedNode, ...]

    @property
    def triples(self) -> list[Triple]:
        """Return all triples, declarations first."""
        return [*self.declarations, *(triple for unit in self.units for triple in unit)]

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was left out, for people."""
        return tuple(
            f"left out, as its predicate is not declared: {predicate} ({count} statements)"
            for predicate, count in sorted(self.undeclared.items(), key=lambda item: str(item[0]))
        )


def logical_axioms(triples: Iterable[Triple]) -> Axioms:
    """Return the logical axioms of triples, in the given order."""
    triples = list(dict.fromkeys(triples))
    kinds: dict[object, set[object]] = {}
    for triple in triples:
        if triple.predicate == TYPE:
            kinds.setdefault(triple.subject, set()).add(triple.object)
    annotations = _BUILT_IN_ANNOTATIONS | {
        name for name, found in kinds.items() if _ANNOTATION_PROPERTY in found
    }
    no_axioms = annotations | {
        name for name, found in kinds.items() if _ONTOLOGY in found or found & _ANNOTATED
    }
    properties = {name for name, found in kinds.items() if found & _PROPERTIES}
    undeclared: Counter[NamedNode] = Counter()
    # A characteristic declares too, but as an axiom it may be left out of a set of them.
    declarations = dict.fromkeys(
        Triple(name, TYPE, _OBJECT_PROPERTY)
        for name, found in kinds.items()
        if isinstance(name, NamedNode) and found & _OF_OBJECT_PROPERTIES
    )
    others = []
    for triple in triples:
        if triple.predicate in annotations or triple.subject in no_axioms:
            continue
        if triple.predicate not in properties and not triple.predicate.value.startswith(_LANGUAGE):
            undeclared[triple.predicate] += 1
        elif _is_declaration(triple):
            declarations[triple] = None
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


def names_of(axiom: Axiom) -> set[NamedNode]:
    """Return the names that an axiom speaks about, without those of the language."""
    return {
        term
        for triple in axiom
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode) and not term.value.startswith(_LANGUAGE)
    }


def _is_declaration(triple: Triple) -> bool:
    return (
        triple.predicate == TYPE
        and isinstance(triple.subject, NamedNode)
        and triple.object in _DECLARATIONS
    )


def _units(triples: list[Triple]) -> list[Axiom]:
    """Group triples that hang together by the nodes of structures; the others stand alone."""
    structures = {
        triple.subject
        for triple in triples
        if isinstance(triple.subject, BlankNode)
        and (
            triple.object in _STRUCTURES
            if triple.predicate == TYPE
            else triple.predicate.value.startswith(_LANGUAGE)
            and triple.predicate not in _OF_INDIVIDUALS
        )
    }
    leader: dict[object, object] = {}

    def find(node: object) -> object:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    parts: list[list[object]] = []
    for triple in triples:
        nodes: list[object] = [n for n in (triple.subject, triple.object) if n in structures]
        parts.append(nodes)
        for node in nodes[1:]:
            leader[find(nodes[0])] = find(node)
    groups: dict[object, list[Triple]] = {}
    for triple, nodes in zip(triples, parts, strict=True):
        groups.setdefault(find(nodes[0]) if nodes else triple, []).append(triple)
    return [tuple(group) for group in groups.values()]


def encode(triple: Triple) -> list[str | None]:
    """Return a triple as the list of strings that the process of HermiT takes.

    Three of them, or five if the object is a literal: its value, its datatype, its language.
    """
    start = [_node(triple.subject), triple.predicate.value]
    value = triple.object
    if isinstance(value, Literal):
        return [*start, value.value, value.datatype.value, value.language]
    return [*start, _node(value)]


def _node(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
