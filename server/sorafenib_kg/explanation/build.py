"""From a derivation to an explanation: numbered steps in words, with the grounds of the leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.errors import EntailedError, NotEntailedError
from sorafenib_kg.explanation.absence import Absence, Absences
from sorafenib_kg.explanation.grounds import Ground, Grounds, is_structural, weakest
from sorafenib_kg.explanation.words import Words
from sorafenib_kg.loader import Dataset
from sorafenib_kg.reasoning import (
    Clash,
    Closure,
    Derivation,
    Proof,
    Proofs,
    ProofSearch,
    Statement,
    derive,
    derive_clash,
    leaves,
    why_not,
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


@dataclass(frozen=True, slots=True)
class Explanations:
    """What a search for proofs has found: one explanation or several, the smallest first.

    If it is not ``complete``, there may be smaller ones, or more. ``wanted`` is how many were
    asked for.
    """

    explanations: tuple[Explanation, ...]
    complete: bool
    wanted: int = 1

    @property
    def note(self) -> str | None:
        """Return what is to be said of the search, None if it has found what was wanted."""
        if not self.complete:
            return "The search came to its limit: there may be smaller proofs, or more."
        if len(self.explanations) < self.wanted:
            return "No further proof does without something that these need."
        return None


class Explainer:
    """Explains triples of one closure; keeps what it indexed of the dataset.

    ``descriptions`` is what the dataset says of each thing.
    """

    def __init__(self, closure: Closure, dataset: Dataset, labels: Mapping[Term, str]) -> None:
        """Index the dataset once for all explanations."""
        self.descriptions = Descriptions(dataset.quads)
        self._closure = closure
        self._words = Words(labels, self.descriptions)
        self._grounds = Grounds(dataset, self.descriptions)
        self._absences = Absences(dataset.claims, self._words, self._grounds)

    @cached_property
    def _search(self) -> ProofSearch:
        return ProofSearch(self._closure)

    def explain(self, triple: Statement) -> Explanation:
        """Return why a triple holds. Raises NotEntailedError, naming it, if it does not."""
        self._require(triple)
        return self._number(derive(self._closure, triple))

    def explain_clash(self, clash: Clash) -> Explanation:
        """Return how the graph contradicts itself."""
        return self._number(derive_clash(self._closure, clash))

    def smallest(self, what: Statement | Clash) -> Explanations:
        """Explain a triple or a clash in as few steps as can be. Raises NotEntailedError."""
        self._require(what)
        return self._explanations(self._search.smallest(what))

    def alternatives(self, what: Statement | Clash, most: int) -> Explanations:
        """Explain a triple or a clash in up to so many ways, each from other claims and facts.

        Only where no fact is needed may they differ in axioms alone. Raises NotEntailedError.
        """
        self._require(what)
        (smallest,) = self._search.smallest(what).proofs
        if any(map(self._grounds.is_fact, leaves(smallest))):
            found = self._search.alternatives(what, most, self._grounds.is_fact)
        else:
            found = self._search.alternatives(what, most)
        return self._explanations(found, most)

    def why_not(self, triple: Statement, *, depth: int = 1, most: int = 5) -> Absence:
        """Return why a triple does not hold, as `sorafenib_kg.reasoning.why_not` does.

        Raises EntailedError, naming it, if it does.
        """
        if triple in self._closure:
            raise EntailedError(f"this holds: {self._words.triple(triple)} ({triple})")
        return self._absences.of(why_not(self._closure, triple, depth=depth, most=most))

    def _require(self, what: Statement | Clash) -> None:
        if not isinstance(what, Clash) and what not in self._closure:
            raise NotEntailedError(
                f"this is neither asserted nor inferred: {self._words.triple(what)} ({what})"
            )

    def _explanations(self, found: Proofs, wanted: int = 1) -> Explanations:
        return Explanations(tuple(map(self._number, found.proofs)), found.complete, wanted)

    def _number(self, root: Proof) -> Explanation:
        numbers: dict[int, int] = {id(root): 1}
        order: list[Derivation] = []
        waiting = list(reversed(root.premises))
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

    def _root(self, root: Proof, numbers: Mapping[int, int]) -> Step:
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
