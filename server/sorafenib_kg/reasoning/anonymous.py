"""Anonymous classes: blank nodes that stand for class expressions of an ontology."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pyoxigraph import BlankNode, NamedNode

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, member, unique
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.rules import iri

# Properties by which a class is told: of their subjects and objects, or of their subjects.
_BETWEEN_CLASSES = (
    "owl:complementOf",
    "owl:datatypeComplementOf",
    "owl:disjointWith",
    "owl:equivalentClass",
    "rdfs:subClassOf",
)
_OF_CLASSES = (
    "owl:intersectionOf",
    "owl:onDatatype",
    "owl:onProperties",
    "owl:onProperty",
    "owl:oneOf",
    "owl:unionOf",
)


def anonymous_classes(closure: Closure) -> Ints:
    """Return the numbers of the blank nodes that are classes or data ranges, sorted.

    They are those that something is a member of, and those that an axiom takes for a class.
    """
    found = [EMPTY]
    for name, subjects, objects in (
        ("rdf:type", False, True),
        *((name, True, True) for name in _BETWEEN_CLASSES),
        *((name, True, False) for name in _OF_CLASSES),
    ):
        number = closure.dictionary.find(NamedNode(iri(name)))
        for graph in (closure.facts, closure.inferred_keys()):
            keys = EMPTY if number is None else graph.get(number, EMPTY)
            if subjects:
                found.append(unique(keys >> SHIFT))
            if objects:
                found.append(unique(keys & MASK))
    numbers = unique(np.concatenate(found))
    blank = [isinstance(closure.dictionary.term(number), BlankNode) for number in numbers.tolist()]
    return numbers[np.array(blank, np.bool_)]


def without_anonymous_classes(closure: Closure) -> Mapping[int, Ints]:
    """Return what was inferred, but for the triples that mention an anonymous class.

    As keys (subject, object), sorted, by predicate.
    """
    classes = anonymous_classes(closure)
    kept = {
        predicate: keys[~member(keys >> SHIFT, classes) & ~member(keys & MASK, classes)]
        for predicate, keys in closure.inferred_keys().items()
    }
    return {predicate: keys for predicate, keys in kept.items() if len(keys)}
