"""The smallest proofs: Knuth's generalisation of Dijkstra's algorithm over the cone of a goal.

D. E. Knuth, A generalization of Dijkstra's algorithm, Information Processing Letters 6 (1977). The
cost of a proof is what its steps and leaves come to, so that a node is settled, once and for all,
when the cheapest of its proofs is known; proofs that run in circles never come up.

Other proofs are those that do without something: with each asserted triple of a proof forbidden in
turn, the smallest proof that is left is the next one, or there is none. So each rests on other
triples than those before it, and none is found that only takes another way to the same ones.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from itertools import count

from pyoxigraph import Triple

from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.proofs.cone import LEAF, STEP, Cone, Edge
from sorafenib_kg.reasoning.proofs.derivation import Derivation, Proof, Refutation, leaves, size
from sorafenib_kg.reasoning.proofs.ranked import derive, derive_clash
from sorafenib_kg.reasoning.proofs.steps import Steps, Stretch
from sorafenib_kg.reasoning.terms import Statement

# How many instances of rules are looked at before a search ends. On the review's graph a search
# for one proof takes some hundred; a dense transitive property can have millions.
BUDGET = 10_000
# How many sets of forbidden triples are tried for each proof that is wanted.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a search has found: the smallest proof first.

    With ``complete``, the first is as small as a proof can be, and those after it are the next
    ones; else the search came to the end of its budget, and there may be smaller ones, or more.
    """

    proofs: tuple[Proof, ...]
    complete: bool


class ProofSearch:
    """Searches for proofs over one closure, and keeps what it has specialised the rules to."""

    def __init__(self, closure: Closure, budget: int = BUDGET) -> None:
        """Take a closure, which must not change while this is in use.

        ``budget`` is about how many instances of rules a search looks at.
        """
        self._closure = closure
        self._budget = budget
        self._steps = Steps(closure)

    def smallest(self, what: Statement | Clash) -> Proofs:
        """Return the smallest proof of a triple or a clash, in steps and then in leaves.

        That is by `size`; the proof is never larger than the one by rank. Raises
        NotEntailedError, as `derive` does.
        """
        return self._search(what).smallest()

    def alternatives(
        self,
        what: Statement | Clash,
        most: int,
        counts: Callable[[Triple], bool] = lambda leaf: True,
    ) -> Proofs:
        """Return up to ``most`` proofs of a triple or a clash, the smallest first.

        Of each two, the later one does without some asserted triple that the earlier one needs,
        among those that count. An asserted triple is its own first proof; others show that it
        would follow as well. Raises NotEntailedError, as `derive` does, and ValueError if
        ``most`` is not positive.
        """
        if most < 1:
            raise ValueError("at least one proof has to be wanted")
        return self._search(what).alternatives(most, counts)

    def _search(self, what: Statement | Clash) -> _Search:
        return _Search(self._closure, self._steps, what, self._budget)


class _Search:
    def __init__(
        self, closure: Closure, steps: Steps, what: Statement | Clash, budget: int
    ) -> None:
        self._closure = closure
        self._budget = budget
        self._by_rank: Proof
        if isinstance(what, Clash):
            self._by_rank, premises = derive_clash(closure, what), what.premises
        else:
            self._by_rank, premises = derive(closure, what), (what,)
        self._what = what
        self._cone = Cone(steps)
        self._goals = []
        for premise in premises:
            encoded = closure.dictionary.encode_triple(premise)
            if encoded is None:
                raise NotEntailedError(f"the graph does not entail: {premise}")
            self._goals.append(self._cone.goal(encoded))

    def smallest(self) -> Proofs:
        bound = _cost(self._by_rank)
        complete = self._cone.grow(self._goals, frozenset(), self._budget, bound)
        found = self._best(frozenset())
        better = found is not None and _cost(found) < bound
        return Proofs((found if found is not None and better else self._by_rank,), complete)

    def alternatives(self, most: int, counts: Callable[[Triple], bool]) -> Proofs:
        first = self.smallest()
        complete = first.complete
        found: dict[frozenset[Triple], Proof] = {}
        order = count()
        tried: set[Set[Encoded]] = {frozenset()}
        waiting = [(_cost(first.proofs[0]), next(order), first.proofs[0], frozenset[Encoded]())]
        while waiting and len(found) < most:
            _, _, proof, banned = heapq.heappop(waiting)
            needs = tuple(filter(counts, leaves(proof)))
            if not any(earlier.issubset(needs) for earlier in found):
                found[frozenset(needs)] = proof
            if len(found) == most:
                break
            for leaf in needs:
                without = banned | {self._encoded(leaf)}
                if without in tried:
                    continue
                if len(tried) > _TRIES * most:
                    return Proofs(tuple(found.values()), False)
                tried.add(without)
                complete &= self._cone.grow(self._goals, without, self._budget)
                other = self._best(without)
                if other is not None:
                    heapq.heappush(waiting, (_cost(other), next(order), other, without))
        return Proofs(tuple(found.values()), complete)

    def _encoded(self, leaf: Statement) -> Encoded:
        encoded = self._closure.dictionary.encode_triple(leaf)
        if encoded is None:
            raise KeyError(leaf)
        return encoded

    def _best(self, banned: Set[Encoded]) -> Proof | None:
        """Return the smallest proof in the cone, or None if there is none."""
        chosen = self._settle(banned)
        if not all(goal in chosen for goal in self._goals):
            return None
        built = self._build(chosen)
        proofs = tuple(built[goal] for goal in self._goals)
        return Refutation(self._what, proofs) if isinstance(self._what, Clash) else proofs[0]

    def _settle(self, banned: Set[Encoded]) -> dict[int, Edge | None]:
        """Return the last step of each node's smallest proof, in the order of their costs.

        It is None for a leaf. What is dearer than the goals is left out.
        """
        cone = self._cone
        uses: dict[int, list[int]] = {}
        open_premises: list[int] = []
        for place, edge in enumerate(cone.edges):
            premises = set(edge.premises)
            open_premises.append(len(premises))
            for premise in premises:
                uses.setdefault(premise, []).append(place)
        waiting: list[tuple[int, int, int]] = []  # cost, node, place of the edge
        for number in range(len(cone.nodes)):
            if cone.is_leaf(number, banned):
                waiting.append((LEAF, number, -1))
        for place, edge in enumerate(cone.edges):
            if not open_premises[place]:
                waiting.append((edge.cost, edge.head, place))
        heapq.heapify(waiting)
        costs: dict[int, int] = {}
        chosen: dict[int, Edge | None] = {}
        goals = set(self._goals)
        while waiting and goals:
            cost, number, last = heapq.heappop(waiting)
            if number in costs:
                continue
            costs[number], chosen[number] = cost, None if last < 0 else cone.edges[last]
            goals.discard(number)
            for place in uses.get(number, ()):
                open_premises[place] -= 1
                edge = cone.edges[place]
                if not open_premises[place] and edge.head not in costs:
                    whole = edge.cost + sum(costs[premise] for premise in edge.premises)
                    heapq.heappush(waiting, (whole, edge.head, place))
        return chosen

    def _build(self, chosen: dict[int, Edge | None]) -> dict[int, Derivation]:
        """Return the derivations of the goals and of all that they need."""
        needed: set[int] = set()
        waiting = list(self._goals)
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                edge = chosen[number]
                waiting += edge.premises if edge is not None else ()
        built: dict[int, Derivation] = {}
        for number, edge in chosen.items():
            triple = self._cone.triple(number)
            if number in needed and triple is not None:
                premises = () if edge is None else tuple(self._flat(edge, chosen))
                built[number] = Derivation(
                    self._closure.dictionary.decode(*triple),
                    None if edge is None else edge.rule,
                    tuple(built[premise] for premise in premises),
                )
        return built

    def _flat(self, edge: Edge, chosen: dict[int, Edge | None]) -> Iterator[int]:
        """Give the premises of a step, with the steps of a run in the place of its stretches."""
        for premise in edge.premises:
            if not isinstance(self._cone.nodes[premise], Stretch):
                yield premise
                continue
            links: list[int] = []
            longer = chosen[premise]
            while longer is not None:
                links.append(longer.premises[-1])
                longer = chosen[longer.premises[0]] if len(longer.premises) == 2 else None
            yield from reversed(links)


def _cost(proof: Proof) -> int:
    found = size(proof)
    return found.steps * STEP + found.leaves * LEAF
