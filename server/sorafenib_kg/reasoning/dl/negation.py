"""What a triple says, denied: the triples that contradict axioms just where they entail it."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.errors import ReasoningError
from sorafenib_kg.reasoning.dl.axioms import TYPE
from sorafenib_kg.rules import iri

_NOTHING = NamedNode(iri("owl:Nothing"))
_NOT = NamedNode(iri("owl:complementOf"))
_CLASS = NamedNode(iri("owl:Class"))
_LANGUAGE = tuple(iri(f"{prefix}:") for prefix in ("owl", "rdf", "rdfs"))
# No name of the axioms: blank nodes that stand in no axiom are different from all that do.
_SOMETHING, _CLASS_NODE, _DENIAL = (BlankNode(f"denied{n}") for n in range(3))


def denied(goal: Triple) -> tuple[Triple, ...]:
    """Return triples that say the contrary of a triple about named classes and individuals.

    Raises ReasoningError for a triple of a kind that HermiT is not asked about.
    """
    predicate = goal.predicate.value
    if not all(isinstance(term, NamedNode | Literal) for term in (goal.subject, goal.object)):
        raise ReasoningError(f"HermiT is asked about names only: {goal}")
    make = _OF_LANGUAGE.get(predicate)
    if make is not None and isinstance(goal.object, NamedNode):
        return make(goal)
    if make is not None or predicate.startswith(_LANGUAGE):
        known = ", ".join(sorted(name.rpartition("#")[2] for name in _OF_LANGUAGE))
        raise ReasoningError(
            f"HermiT is asked about statements of properties, and of the language's own "
            f"predicates only about {known}: {goal}"
        )
    return _statement(goal)


def _outside(individual: NamedNode | BlankNode, class_: object) -> tuple[Triple, ...]:
    """Return triples that say that an individual is no member of a class."""
    if class_ == _NOTHING:
        return ()
    assert isinstance(class_, NamedNode)  # noqa: S101 - `denied` has looked
    return (
        Triple(individual, TYPE, _CLASS_NODE),
        Triple(_CLASS_NODE, TYPE, _CLASS),
        Triple(_CLASS_NODE, _NOT, class_),
    )


def _membership(goal: Triple) -> tuple[Triple, ...]:
    assert isinstance(goal.subject, NamedNode)  # noqa: S101 - `denied` has looked
    return _outside(goal.subject, goal.object)


def _subsumption(goal: Triple) -> tuple[Triple, ...]:
    assert isinstance(goal.subject, NamedNode)  # noqa: S101 - `denied` has looked
    return (Triple(_SOMETHING, TYPE, goal.subject), *_outside(_SOMETHING, goal.object))


def _disjointness(goal: Triple) -> tuple[Triple, ...]:
    assert isinstance(goal.subject, NamedNode)  # noqa: S101 - `denied` has looked
    return (Triple(_SOMETHING, TYPE, goal.subject), Triple(_SOMETHING, TYPE, goal.object))


def _equality(goal: Triple) -> tuple[Triple, ...]:
    return (Triple(goal.subject, NamedNode(iri("owl:differentFrom")), goal.object),)


def _difference(goal: Triple) -> tuple[Triple, ...]:
    return (Triple(goal.subject, NamedNode(iri("owl:sameAs")), goal.object),)


def _statement(goal: Triple) -> tuple[Triple, ...]:
    target = "owl:targetValue" if isinstance(goal.object, Literal) else "owl:targetIndividual"
    return (
        Triple(_DENIAL, TYPE, NamedNode(iri("owl:NegativePropertyAssertion"))),
        Triple(_DENIAL, NamedNode(iri("owl:sourceIndividual")), goal.subject),
        Triple(_DENIAL, NamedNode(iri("owl:assertionProperty")), goal.predicate),
        Triple(_DENIAL, NamedNode(iri(target)), goal.object),
    )


_OF_LANGUAGE: dict[str, Callable[[Triple], tuple[Triple, ...]]] = {
    iri("rdf:type"): _membership,
    iri("rdfs:subClassOf"): _subsumption,
    iri("owl:disjointWith"): _disjointness,
    iri("owl:sameAs"): _equality,
    iri("owl:differentFrom"): _difference,
}
