"""The cone: whatever may be used to prove a goal, back to what is asserted, as a hypergraph.

Its nodes are goals; an edge leads from the premises of a rule's instance to its conclusion.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Set
from dataclasses import dataclass

from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.proofs.ranked import Goal
from sorafenib_kg.reasoning.proofs.steps import Link, Node, Steps, Stretch

# What proofs cost, in one number, so that steps are compared before leaves.
LEAF = 1
STEP = 1 << 32


@dataclass(frozen=True, slots=True)
class Edge:
    """An instance of a rule; without a name, one that only makes a stretch of a run longer."""

    head: int
    rule: str
    premises: tuple[int, ...]

    @property
    def cost(self) -> int:
        """Return what the edge adds to the cost of its premises."""
        return STEP if self.rule else 0


class Cone:
    """Nodes and edges by number; it grows where it is asked to, nearest to the goals first."""

    def __init__(self, steps: Steps) -> None:
        """Start with nothing."""
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.expanded: set[int] = set()
        self._numbers: dict[Node, int] = {}
        self._asserted: dict[int, bool] = {}
        self._steps = steps

    def number(self, node: Node) -> int:
        """Return the number of a node, a new one if it was not there."""
        number = self._numbers.setdefault(node, len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(node)
        return number

    def goal(self, triple: Encoded) -> int:
        """Return the number of the node of a triple that holds."""
        return self.number(self._steps.goal(triple))

    def triple(self, number: int) -> Encoded | None:
        """Return the triple that a node is about; None for a stretch of a run."""
        node = self.nodes[number]
        if isinstance(node, Link):
            node = node.goal
        return node.triple if isinstance(node, Goal) else None

    def is_leaf(self, number: int, banned: Set[Encoded]) -> bool:
        """Tell whether a node is an asserted triple that may be used."""
        asserted = self._asserted.get(number)
        if asserted is None:
            triple = self.triple(number)
            asserted = triple is not None and self._steps.is_asserted(triple)
            self._asserted[number] = asserted
        return asserted and self.triple(number) not in banned

    def grow(
        self, goals: list[int], banned: Set[Encoded], budget: int, bound: int | None = None
    ) -> bool:
        """Expand whatever a proof of the goals may use; tell whether that was all.

        ``banned`` are asserted triples that must not be used, ``budget`` is how many edges there
        may be. With ``bound``, what only dearer proofs would use is left out.
        """
        into = self._into()
        needed = sum(self._least(goal, banned) for goal in goals)
        above = {goal: needed - self._least(goal, banned) for goal in goals}
        waiting = [(cost, goal) for goal, cost in above.items()]
        heapq.heapify(waiting)
        settled: set[int] = set()
        while waiting:
            cost, number = heapq.heappop(waiting)
            if number in settled:
                continue
            settled.add(number)
            if self.is_leaf(number, banned):
                continue
            if bound is not None and cost + self._least(number, banned) >= bound:
                continue
            if number in self.expanded:
                edges = into.get(number, [])
            elif len(self.edges) >= budget:
                return False
            else:
                edges = list(self._expand(number))
            for edge in edges:
                least = [self._least(premise, banned) for premise in edge.premises]
                whole = cost + edge.cost + sum(least)
                if bound is not None and whole >= bound:
                    continue
                for premise, its in zip(edge.premises, least, strict=True):
                    if whole - its < above.get(premise, whole):
                        above[premise] = whole - its
                        heapq.heappush(waiting, (whole - its, premise))
        return True

    def _into(self) -> dict[int, list[Edge]]:
        into: dict[int, list[Edge]] = {}
        for edge in self.edges:
            into.setdefault(edge.head, []).append(edge)
        return into

    def _least(self, number: int, banned: Set[Encoded]) -> int:
        """Return less than a proof of a node can cost, or as much."""
        if isinstance(self.nodes[number], Stretch) or self.is_leaf(number, banned):
            return LEAF
        return STEP

    # --- Edges --------------------------------------------------------------------------------

    def _expand(self, number: int) -> Iterator[Edge]:
        """Add the edges that lead to a node."""
        self.expanded.add(number)
        seen: set[tuple[str, tuple[int, ...]]] = set()
        for rule, premises in self._steps.to(self.nodes[number]):
            found = tuple(self.number(premise) for premise in premises)
            if (rule, found) not in seen and number not in found:
                seen.add((rule, found))
                edge = Edge(number, rule, found)
                self.edges.append(edge)
                yield edge
