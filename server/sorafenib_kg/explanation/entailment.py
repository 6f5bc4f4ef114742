"""From HermiT's justifications to explanations: one step, from axioms with their grounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.explanation.build import Explanation, Step
from sorafenib_kg.explanation.grounds import Grounds, weakest
from sorafenib_kg.explanation.words import Words
from sorafenib_kg.loader import Dataset
from sorafenib_kg.reasoning.dl import Axiom, Entailment, Justification, as_manchester

RULE = "HermiT"
_MINIMAL = "In OWL 2 DL this follows from these axioms together; none of them can be left out."
_NOT_MINIMAL = (
    "In OWL 2 DL this follows from these axioms together; the search for fewer of them ended early."
)


@dataclass(frozen=True, slots=True)
class Justified:
    """Why HermiT says that a triple holds: an explanation for each justification found.

    ``complete`` tells whether there are no others, ``reason`` why the search ended early if so.
    """

    explanations: tuple[Explanation, ...]
    complete: bool
    reason: str


def explain_entailment(
    entailment: Entailment, goal: Triple, dataset: Dataset, labels: Mapping[Term, str]
) -> Justified:
    """Return the justifications of an entailed triple in words."""
    writer = _Writer(dataset, labels)
    explanations = (writer.explain(goal, found) for found in entailment.justifications)
    return Justified(tuple(explanations), entailment.complete, entailment.reason)


class _Writer:
    def __init__(self, dataset: Dataset, labels: Mapping[Term, str]) -> None:
        descriptions = Descriptions(dataset.quads)
        self._words = Words(labels, descriptions)
        self._grounds = Grounds(dataset, descriptions)

    def explain(self, goal: Triple, justification: Justification) -> Explanation:
        axioms = justification.axioms
        words = _MINIMAL if justification.minimal else _NOT_MINIMAL
        numbers = tuple(range(2, len(axioms) + 2))
        root = Step(1, goal, self._words.triple(goal), RULE, words, numbers, (), False)
        steps = (root, *map(self._step, numbers, axioms))
        certainty = weakest(step.grounds for step in steps)
        label = None if certainty is None else self._words.term(certainty)
        return Explanation(steps, certainty, label)

    def _step(self, number: int, axiom: Axiom) -> Step:
        # An axiom of several triples is one about a name, or else one with a node of its own.
        triple = next((t for t in axiom if isinstance(t.subject, NamedNode)), axiom[0])
        text = as_manchester(axiom, self._words.term)
        return Step(number, triple, text, None, None, (), self._grounds.of(triple), False)
