"""Proofs as trees for pages, and the labels of what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import BlankNode, Triple

from sorafenib_kg.explanation import Explanation, Step
from sorafenib_kg.namespaces import RDF, SKG
from sorafenib_kg.reasoning import Statement
from sorafenib_kg.results import Cell, Labels, cell

_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Node:
    """A step of a proof at its place in the tree; below it what it was drawn from."""

    step: Step
    parts: tuple[Cell, ...]  # subject, predicate, object with links; none if words say it better
    premises: tuple[Node, ...] = ()
    shown_above: bool = False
    cut: bool = False  # as deep as a page goes


def tree(explanation: Explanation, labels: Labels) -> Node:
    """Return a proof as a tree, in which what a step is drawn from stands below it once."""
    shown: set[int] = set()

    def node(step: Step, depth: int) -> Node:
        parts = _parts(step.triple, labels)
        if not step.premises:
            return Node(step, parts)
        if step.number in shown:
            return Node(step, parts, shown_above=True)
        if depth == _DEEPEST:
            return Node(step, parts, cut=True)
        shown.add(step.number)
        below = tuple(node(premise, depth + 1) for premise in explanation.premises(step))
        return Node(step, parts, below)

    return node(explanation.conclusion, 0)


def _parts(triple: Statement | None, labels: Labels) -> tuple[Cell, ...]:
    """Return the parts of a triple about named things; axioms read better in words."""
    if not isinstance(triple, Triple) or isinstance(triple.subject, BlankNode):
        return ()
    if not _speaks_of_things(triple):
        return ()
    return tuple(cell(term, labels) for term in triple)


def _speaks_of_things(triple: Triple) -> bool:
    return triple.predicate == RDF.type or triple.predicate.value.startswith(SKG.NAMESPACE)
