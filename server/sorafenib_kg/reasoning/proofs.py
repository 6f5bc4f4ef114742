"""Proofs: why a triple holds, by following the ranks downwards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyoxigraph import Triple

from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints, expand, member, merge, unique
from sorafenib_kg.reasoning.closure import Clash, Closure, ground
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import ASSERTED, Relation


@dataclass(frozen=True, slots=True)
class Derivation:
    """A proof of a triple.

    ``rule`` is W3C's name of the rule of the last step, and ``premises`` are the proofs of what
    it was applied to, axioms of the ontology included, in the order in which the rule table has
    them; lists are given by their ``rdf:first`` and ``rdf:rest`` triples. An asserted triple has
    no rule and no premises. Derivations that use one triple more than once share its proof, so
    the tree is to be walked with a memory of what was seen.
    """

    conclusion: Triple
    rule: str | None
    premises: tuple[Derivation, ...]


@dataclass(frozen=True, slots=True)
class Refutation:
    """A proof that the graph contradicts itself: a clash, and the proofs of its premises."""

    clash: Clash
    premises: tuple[Derivation, ...]


def derive(closure: Closure, triple: Triple) -> Derivation:
    """Return a proof of a triple; the shortest by rank, not always the smallest.

    Raises NotEntailedError, which names the triple, if it does not hold.
    """
    if triple not in closure:
        raise NotEntailedError(f"the graph does not entail: {triple}")
    return _Prover(closure).prove(triple)


def derive_clash(closure: Closure, clash: Clash) -> Refutation:
    """Return a proof of a clash of this closure. Raises NotEntailedError for a foreign one."""
    for premise in clash.premises:
        if premise not in closure:
            raise NotEntailedError(f"the graph does not entail: {premise}")
    prover = _Prover(closure)
    return Refutation(clash, tuple(prover.prove(premise) for premise in clash.premises))


class _Prover:
    """Builds derivations over one closure, and remembers them."""

    def __init__(self, closure: Closure) -> None:
        self._dictionary = closure.dictionary
        self._engine = closure.engine
        self._done: dict[Encoded, Derivation] = {}

    def prove(self, triple: Triple) -> Derivation:
        """Return the derivation of a triple that holds."""
        goal = self._dictionary.encode_triple(triple)
        if goal is None:
            raise NotEntailedError(f"the graph does not entail: {triple}")
        steps = self._steps(goal)
        # Premises have smaller ranks, so in this order they are there when they are needed.
        for encoded in sorted(steps, key=self._rank):
            rule, premises = steps[encoded]
            self._done[encoded] = Derivation(
                self._dictionary.decode(*encoded),
                rule,
                tuple(self._done[premise] for premise in premises),
            )
        return self._done[goal]

    def _steps(self, goal: Encoded) -> dict[Encoded, tuple[str | None, list[Encoded]]]:
        """Return the last step of the proof of each triple that the goal's proof needs."""
        steps: dict[Encoded, tuple[str | None, list[Encoded]]] = {}
        waiting = [goal]
        while waiting:
            encoded = waiting.pop()
            if encoded in steps or encoded in self._done:
                continue
            steps[encoded] = self._step(encoded)
            waiting += steps[encoded][1]
        return steps

    def _step(self, goal: Encoded) -> tuple[str | None, list[Encoded]]:
        relation, place = self._at(goal)
        ranked = relation.ranked()
        number = int(ranked.rules[place])
        if number == ASSERTED:
            return None, []
        rule, rank = self._engine.rules[number], int(ranked.ranks[place])
        if rule.run is not None:
            return rule.name, self._run(rule, goal, rank)
        return rule.name, self._premises(rule, goal, rank)

    def _at(self, encoded: Encoded) -> tuple[Relation, int]:
        relation = self._engine.relations[encoded[1]]
        place = relation.place(encoded[0], encoded[2])
        if place is None:
            raise NotEntailedError(f"the graph does not entail: {encoded}")
        return relation, place

    def _rank(self, encoded: Encoded) -> int:
        relation, place = self._at(encoded)
        return int(relation.ranked().ranks[place])

    def _premises(self, rule: CompiledRule, goal: Encoded, rank: int) -> list[Encoded]:
        """Return the premises of the rule's instance whose largest rank is the smallest."""
        head = rule.head
        if head is None:
            raise ValueError(f"{rule.name} concludes no triple")
        values = {
            slot: number
            for slot, number in ((head.subject, goal[0]), (head.object, goal[2]))
            if isinstance(slot, str)
        }
        body = [atom.bind(values) for atom in rule.body]
        names = {name for atom in body for name in atom.variables()}
        if names:
            table = matches(body, self._engine.relations, names)
            ranks = np.max([self._ranks(atom, table) for atom in body], axis=0)
            best = int(np.argmin(ranks))
            if ranks[best] >= rank:
                raise RuntimeError(f"no well-founded step of {rule.name} gives {goal}")
            values |= {name: int(table.columns[name][best]) for name in names}
        return [ground(atom, values) for atom in rule.premises]

    def _ranks(self, atom: Atom, table: Table) -> Ints:
        """Return the rank of an atom's triple, for each row of a table that binds it."""
        relation = self._engine.relations[atom.predicate]
        keys = relation.pack(column(atom.subject, table), column(atom.object, table))
        ranked = relation.ranked()
        return ranked.ranks[np.searchsorted(ranked.keys, keys)]

    def _run(self, rule: CompiledRule, goal: Encoded, rank: int) -> list[Encoded]:
        """Return the rule's axioms and the fewest steps that lead from subject to object.

        Steps that are themselves such runs are left out: each consists of earlier steps.
        """
        subject, predicate, value = goal
        edges, ranks = self._engine.steps(predicate)
        if len(ranks) and ranks.max() >= rank:
            edges = edges[ranks < rank]
        stops = _shortest_path(edges, subject, value)
        axioms = [ground(atom, {}) for atom in rule.schema]
        return axioms + [(stop, predicate, after) for stop, after in pairwise(stops)]


def _shortest_path(edges: Ints, start: int, end: int) -> list[int]:
    """Return the nodes of a shortest path of at least one edge (two if it ends where it began)."""
    levels: list[tuple[Ints, Ints]] = []  # of each level: its nodes, and the node before each
    visited = np.array([], np.int64)
    frontier = np.array([start], np.int64)
    while len(frontier):
        rows, found = expand(frontier, edges)
        keys = unique((found << SHIFT) | frontier[rows])
        nodes, before = keys >> SHIFT, keys & MASK
        fresh = np.ones(len(nodes), np.bool_)
        fresh[1:] = nodes[1:] != nodes[:-1]
        fresh &= ~member(nodes, visited)
        nodes, before = nodes[fresh], before[fresh]
        levels.append((nodes, before))
        if member(np.array([end]), nodes)[0]:
            break
        visited = merge(visited, nodes)
        frontier = nodes
    else:
        raise RuntimeError("no run of steps leads from subject to object")
    path = [end]
    for nodes, before in reversed(levels):
        path.append(int(before[np.searchsorted(nodes, path[-1])]))
    return path[::-1]
