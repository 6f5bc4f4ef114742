"""Steps: every rule instance that gives a triple of a closure, whichever way it came to be there.

A run of a transitive property is given stretch by stretch, so that it need not be told apart by
all the ways that lead along it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sorafenib_kg.reasoning.arrays import MASK, Ints, block, member
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.origins import Row
from sorafenib_kg.reasoning.program import CompiledRule, ground
from sorafenib_kg.reasoning.proofs.instances import Epoch, bind_head, instances
from sorafenib_kg.reasoning.proofs.ranked import Goal, Prover


@dataclass(frozen=True, slots=True)
class Link:
    """A triple as a step of a run: proved by anything but a run."""

    goal: Goal


@dataclass(frozen=True, slots=True)
class Stretch:
    """The beginning of a run: one step or more of a property."""

    predicate: int
    start: int
    end: int
    epoch: int


Node = Goal | Link | Stretch
Step = tuple[str, list[Node]]  # W3C's name of the rule, and the premises


class Steps:
    """Finds the steps that lead to the triples of a closure."""

    def __init__(self, closure: Closure) -> None:
        """Take a closure, which must not change while this is in use."""
        self._closure = closure
        self._prover = Prover(closure)
        self._epochs: dict[int, Epoch] = {}

    def goal(self, triple: Encoded) -> Goal:
        """Return the node of a triple that holds."""
        return self._prover.goal(triple)

    def is_asserted(self, triple: Encoded) -> bool:
        """Tell whether a triple was asserted as it stands."""
        return self._closure.is_asserted(triple)

    def to(self, node: Node) -> Iterator[Step]:
        """Give the steps that lead to a node: for a triple, the one by rank first.

        Without the name of a rule, a step only makes a stretch of a run longer.
        """
        if isinstance(node, Stretch):
            yield from self._stretches(node)
            return
        goal, in_run = (node.goal, True) if isinstance(node, Link) else (node, False)
        row = self._closure.origins.row(goal.triple) if goal.source is None else None
        rule, premises = self._prover.step(goal)
        if rule is not None and not (in_run and row is not None and self._is_run(row)):
            yield rule, list(premises)
        if row is None:
            return
        epoch = self._epoch(row.epoch)
        for compiled in epoch.rules(goal.triple):
            values = bind_head(compiled, goal.triple)
            if values is None:
                continue
            if compiled.run is None:
                for triples in instances(compiled, values, epoch.relations):
                    yield compiled.name, [self._prover.goal(triple) for triple in triples]
            elif not in_run:
                yield from self._runs(compiled, goal.triple, row.epoch)

    def _is_run(self, row: Row) -> bool:
        return row.rule >= 0 and self._closure.engine.rules[row.rule].run is not None

    def _runs(self, rule: CompiledRule, triple: Encoded, epoch: int) -> Iterator[Step]:
        """Give the ways to end a run that gives a triple: a stretch, and the last step."""
        start, predicate, end = triple
        axioms: list[Node] = [self._prover.goal(ground(atom, {})) for atom in rule.schema]
        for before in self._between(predicate, start, end, epoch):
            stretch = Stretch(predicate, start, before, epoch)
            last = Link(self._prover.goal((before, predicate, end)))
            yield rule.name, [*axioms, stretch, last]

    def _stretches(self, node: Stretch) -> Iterator[Step]:
        direct = node.start, node.predicate, node.end
        relation = self._epoch(node.epoch).relations[node.predicate]
        if relation.place(node.start, node.end) is not None:
            yield "", [Link(self._prover.goal(direct))]
        for before in self._between(node.predicate, node.start, node.end, node.epoch):
            stretch = Stretch(node.predicate, node.start, before, node.epoch)
            yield "", [stretch, Link(self._prover.goal((before, node.predicate, node.end)))]

    def _between(self, predicate: int, start: int, end: int, epoch: int) -> list[int]:
        """Return what a property leads to from the start, and from which it leads to the end."""
        relation = self._epoch(epoch).relations[predicate]
        after: Ints = block(relation.forward(), start) & MASK
        before: Ints = block(relation.backward(), end) & MASK
        found: list[int] = after[member(after, before)].tolist()
        return found

    def _epoch(self, number: int) -> Epoch:
        if number not in self._epochs:
            self._epochs[number] = Epoch(self._closure, number)
        return self._epochs[number]
