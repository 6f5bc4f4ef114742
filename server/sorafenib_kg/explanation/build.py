"""From a derivation to an explanation: numbered steps in words, with the grounds of the leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.explanation.grounds import Ground, Grounds, is_structural, weakest
from sorafenib_kg.explanation.words import Words
from sorafenib_kg.loader import Dataset
from sorafenib_kg.reasoning import (
    Clash,
    Closure,
    Derivation,
    Refutation,
    Statement,
    derive,
    derive_clash,
)
from sorafenib_kg.rules import WORDS


@dataclass(frozen=True, slots=True)
class Step:
    """One triple of a proof.

    ``number`` counts from 1, the conclusion's. ``rule`` is W3C's name and ``words`` the rule in
    a sentence, ``premises`` are the numbers of the steps it was applied to; an asserted triple
    has ``grounds`` instead. ``structural`` steps only spell out an anonymous class or a list,
    which the text of other steps names already. ``triple`` is None for a contradiction.
    """

    number: int
    triple: Statement | None
    text: str
    rule: str | None
    words: str | None
    premises: tuple[int, ...]
    grounds: tuple[Ground, ...]
    structural: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a triple holds: steps, the conclusion first and premises after what they give.

    ``certainty`` is the weakest on the way, with ``certainty_label``; None if no claim is used.
    """

    steps: tuple[Step, ...]
    certainty: NamedNode | None
    certainty_label: str | None

    @property
    def conclusion(self) -> Step:
        """Return the step that is explained."""
        return self.steps[0]

    @property
    def asserted(self) -> bool:
        """Tell whether what is explained was asserted, so that there is nothing to derive."""
        return self.conclusion.rule is None

    def premises(self, step: Step) -> tuple[Step, ...]:
        """Return the premises of a step that a reader needs, those that are structural left out."""
        steps = (self.steps[number - 1] for number in step.premises)
        return tuple(premise for premise in steps if not premise.structural)


class Explainer:
    """Explains triples of one closure; keeps what it indexed of the dataset."""

    def __init__(self, closure: Closure, dataset: Dataset, labels: Mapping[Term, str]) -> None:
        """Index the dataset once for all explanations."""
        descriptions = Descriptions(dataset.quads)
        self._closure = closure
        self._words = Words(labels, descriptions)
        self._grounds = Grounds(dataset, descriptions)

    def explain(self, triple: Statement) -> Explanation:
        """Return why a triple holds. Raises NotEntailedError, naming it, if it does not."""
        if triple not in self._closure:
            raise NotEntailedError(
                f"this is neither asserted nor inferred: {self._words.triple(triple)} ({triple})"
            )
        derivation = derive(self._closure, triple)
        return self._number(derivation, derivation.premises)

    def explain_clash(self, clash: Clash) -> Explanation:
        """Return how the graph contradicts itself."""
        refutation = derive_clash(self._closure, clash)
        return self._number(refutation, refutation.premises)

    def _number(
        self, root: Derivation | Refutation, premises: tuple[Derivation, ...]
    ) -> Explanation:
        numbers: dict[int, int] = {id(root): 1}
        order: list[Derivation] = []
        waiting = list(reversed(premises))
        while waiting:
            derivation = waiting.pop()
            if id(derivation) not in numbers:
                numbers[id(derivation)] = len(numbers) + 1
                order.append(derivation)
                waiting += reversed(derivation.premises)
        steps = [self._root(root, numbers)]
        steps += [self._step(derivation, numbers) for derivation in order]
        certainty = weakest(step.grounds for step in steps)
        label = None if certainty is None else self._words.term(certainty)
        return Explanation(tuple(steps), certainty, label)

    def _root(self, root: Derivation | Refutation, numbers: Mapping[int, int]) -> Step:
        if isinstance(root, Derivation):
            return self._step(root, numbers)
        rule = root.clash.rule
        premises = tuple(numbers[id(premise)] for premise in root.premises)
        return Step(1, None, "contradiction", rule, WORDS[rule], premises, (), False)

    def _step(self, derivation: Derivation, numbers: Mapping[int, int]) -> Step:
        triple, rule = derivation.conclusion, derivation.rule
        grounds = self._grounds.of(triple) if rule is None and isinstance(triple, Triple) else ()
        return Step(
            numbers[id(derivation)],
            triple,
            self._words.triple(triple),
            rule,
            None if rule is None else WORDS[rule],
            tuple(numbers[id(premise)] for premise in derivation.premises),
            grounds,
            is_structural(triple, grounds),
        )
