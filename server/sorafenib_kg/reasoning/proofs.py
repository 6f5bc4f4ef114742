"""Proofs: why a triple holds, by following the ranks downwards.

A triple over representatives is proved by the rule that gave it, applied to triples of smaller
ranks as the relations were at that time. One that holds by another name of its terms is proved
from the triple by its first names, by replacing one term after the other; that two names are of
one thing is proved by the shortest way over the triples of owl:sameAs that had been found by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyoxigraph import NamedNode, Triple

from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints, block, expand, member, merge, unique
from sorafenib_kg.reasoning.clashes import Clash, ground
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.compiler import DIFFERENT
from sorafenib_kg.reasoning.dictionary import LITERAL, Encoded
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.origins import Row
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import ASSERTED, Relation
from sorafenib_kg.reasoning.terms import Statement


@dataclass(frozen=True, slots=True)
class Derivation:
    """A proof of a triple.

    ``rule`` is W3C's name of the rule of the last step, and ``premises`` are the proofs of what
    it was applied to, axioms of the ontology included, in the order in which the rule table has
    them; lists are given by their ``rdf:first`` and ``rdf:rest`` triples. An asserted triple has
    no rule and no premises; nor do the premises of a rule on values have a proof but the values
    themselves. Derivations that use one triple more than once share its proof, so
    the tree is to be walked with a memory of what was seen.
    """

    conclusion: Statement
    rule: str | None
    premises: tuple[Derivation, ...]


@dataclass(frozen=True, slots=True)
class Refutation:
    """A proof that the graph contradicts itself: a clash, and the proofs of its premises."""

    clash: Clash
    premises: tuple[Derivation, ...]


def derive(closure: Closure, triple: Statement) -> Derivation:
    """Return a proof of a triple; the shortest by rank, not always the smallest.

    Raises NotEntailedError, which names the triple, if it does not hold.
    """
    encoded = closure.dictionary.encode_triple(triple)
    if encoded is None or triple not in closure:
        raise NotEntailedError(f"the graph does not entail: {triple}")
    return Prover(closure).prove(encoded)


def derive_clash(closure: Closure, clash: Clash) -> Refutation:
    """Return a proof of a clash of this closure. Raises NotEntailedError for a foreign one."""
    if clash not in closure.clashes:
        raise NotEntailedError(f"the graph does not have this clash of {clash.rule}")
    prover = Prover(closure)
    proofs = []
    for premise in clash.premises:
        encoded = closure.dictionary.encode_triple(premise)
        if encoded is None:
            raise NotEntailedError(f"the graph does not entail: {premise}")
        proofs.append(prover.prove(encoded))
    return Refutation(clash, tuple(proofs))


def leaves(proof: Derivation | Refutation) -> tuple[Triple, ...]:
    """Return the asserted triples that a proof rests on, each once, in the order of the proof."""
    found: dict[Triple, None] = {}
    waiting = list(reversed(proof.premises)) if isinstance(proof, Refutation) else [proof]
    seen: set[int] = set()
    while waiting:
        derivation = waiting.pop()
        if id(derivation) in seen:
            continue
        seen.add(id(derivation))
        if derivation.rule is None and isinstance(derivation.conclusion, Triple):
            found[derivation.conclusion] = None
        waiting += reversed(derivation.premises)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be proved: a triple, by what is known before a round.

    ``source`` is the triple that it is proved from if it is an intermediate form of one, with
    some of its terms replaced.
    """

    triple: Encoded
    before: int
    source: Encoded | None = None


Step = tuple[str | None, list[Goal]]


class Prover:
    """Builds derivations over one closure, and remembers them."""

    def __init__(self, closure: Closure) -> None:
        """Take a closure, which must not change while this is in use."""
        self._closure = closure
        self._dictionary = closure.dictionary
        self._engine = closure.engine
        self._origins = closure.origins
        self._history = closure.origins.history
        self._end = closure.engine.rounds + 1
        self._different = closure.dictionary.find(NamedNode(DIFFERENT))
        self._same_edges: tuple[Ints, Ints] | None = None
        self._done: dict[Goal, Derivation] = {}

    def prove(self, triple: Encoded) -> Derivation:
        """Return the derivation of a triple that holds."""
        first = self._goal(triple, self._end)
        steps: dict[Goal, Step] = {}
        waiting = [first]
        while waiting:
            goal = waiting[-1]
            if goal in self._done:
                waiting.pop()
                continue
            if goal not in steps:
                steps[goal] = self.step(goal)
                waiting += [premise for premise in steps[goal][1] if premise not in self._done]
                continue
            waiting.pop()
            rule, premises = steps[goal]
            self._done[goal] = Derivation(
                self._dictionary.decode(*goal.triple),
                rule,
                tuple(self._done[premise] for premise in premises),
            )
        return self._done[first]

    def _goal(self, triple: Encoded, before: int) -> Goal:
        """Return a goal; one whose triple has a row from then needs no more to be known."""
        row = self._origins.row(triple)
        if row is not None and row.rank < before:
            before = row.rank
        return Goal(triple, before)

    def step(self, goal: Goal) -> Step:
        """Return the last step of the proof of a goal: W3C's name of the rule, and its premises."""
        triple = goal.triple
        if goal.source is not None:
            return self._replace(goal, goal.source)
        if self._closure.is_asserted(triple):
            return None, []
        row = self._origins.row(triple)
        if row is not None and row.rule >= 0 and row.rank <= goal.before:
            return self._by_rule(triple, row)
        if triple[1] == self._engine.same and self._leader(triple[0]) == self._leader(triple[2]):
            return self._same(goal)
        if triple[1] == self._different and triple[0] >= LITERAL and triple[2] >= LITERAL:
            return "dt-diff", []
        found = self._origins.variant(triple)
        if found is None:
            raise NotEntailedError(f"the graph does not entail: {self._dictionary.decode(*triple)}")
        variant, _ = found
        if variant == triple:
            return self._by_rule(triple, found[1])
        return self._replace(goal, variant)

    def _leader(self, number: int) -> int:
        return self._engine.equality.leader(number)

    # --- By a rule ----------------------------------------------------------------------------

    def _by_rule(self, triple: Encoded, row: Row) -> Step:
        if row.rule == ASSERTED:
            return None, []
        rule = self._engine.rules[row.rule]
        if rule.name == "eq-ref":
            return rule.name, [self._goal(self._origins.mention(triple[0], row.rank), row.rank)]
        if rule.kind == "value":
            return rule.name, []
        if rule.run is not None:
            premises = self._run(rule, triple, row.rank)
        else:
            premises = self._premises(rule, triple, row.rank)
        return rule.name, [self._goal(premise, row.rank) for premise in premises]

    def _premises(self, rule: CompiledRule, triple: Encoded, rank: int) -> list[Encoded]:
        """Return the premises of the rule's instance whose largest rank is the smallest."""
        return self._instances(rule, triple, rank)[0]

    def _instances(
        self, rule: CompiledRule, triple: Encoded, rank: int, most: int = 1
    ) -> list[list[Encoded]]:
        """Return the premises of instances of a rule that give a triple, the best by rank first."""
        head = rule.head
        if head is None:
            raise ValueError(f"{rule.name} concludes no triple")
        values = {
            slot: number
            for slot, number in ((head.subject, triple[0]), (head.object, triple[2]))
            if isinstance(slot, str)
        }
        body = [atom.bind(values) for atom in rule.body]
        names = {name for atom in body for name in atom.variables()}
        if not names:
            return [[ground(atom, values) for atom in rule.premises]]
        relations = self._history.at(self._history.epoch(rank))
        table = matches(body, relations, names)
        ranks = np.max([_ranks(atom, table, relations) for atom in body], axis=0)
        order = np.argsort(ranks, kind="stable")[:most]
        order = order[ranks[order] < rank]
        if not len(order):
            raise RuntimeError(f"no well-founded step of {rule.name} gives {triple}")
        return [
            [
                ground(
                    atom, {**values, **{name: int(table.columns[name][place]) for name in names}}
                )
                for atom in rule.premises
            ]
            for place in order.tolist()
        ]

    def _run(self, rule: CompiledRule, triple: Encoded, rank: int) -> list[Encoded]:
        """Return the rule's axioms and the fewest steps that lead from subject to object.

        Steps that are themselves such runs are left out: each consists of earlier steps.
        """
        subject, predicate, value = triple
        edges, ranks = self._history.steps(predicate, self._history.epoch(rank))
        if len(ranks) and ranks.max() >= rank:
            edges = edges[ranks < rank]
        stops = _shortest_path(edges, subject, value)
        axioms = [ground(atom, {}) for atom in rule.schema]
        return axioms + [(stop, predicate, after) for stop, after in pairwise(stops)]

    # --- By equality --------------------------------------------------------------------------

    def _replace(self, goal: Goal, source: Encoded) -> Step:
        """Replace one term of the source, subject first, object last."""
        triple = goal.triple
        place = max(place for place in range(3) if triple[place] != source[place])
        before = (*triple[:place], *source[place:])
        same = source[place], self._engine.same, triple[place]
        inner = Goal((before[0], before[1], before[2]), goal.before, source)
        if inner.triple == source:
            inner = self._goal(source, goal.before)
        return f"eq-rep-{'spo'[place]}", [self._goal(same, goal.before), inner]

    def _same(self, goal: Goal) -> Step:
        """Prove that two names are of one thing."""
        first, same, last = goal.triple
        if self._same_edges is None:
            self._same_edges = self._origins.same_edges()
        edges, ranks = self._same_edges
        edges, ranks = edges[ranks < goal.before], ranks[ranks < goal.before]
        if first == last and not len(block(edges, first)):
            return "eq-ref", [self._goal(self._origins.mention(first, goal.before), goal.before)]
        stops = _shortest_path(edges, first, last)
        if len(stops) == 2:
            row = self._origins.row((last, same, first))
            if row is None:
                raise RuntimeError(f"no triple says that {first} is {last}")
            return "eq-sym", [self._goal((last, same, first), goal.before)]
        return "eq-trans", [
            self._goal((one, same, other), goal.before) for one, other in pairwise(stops)
        ]


def _ranks(atom: Atom, table: Table, relations: Mapping[int, Relation]) -> Ints:
    """Return the rank of an atom's triple, for each row of a table that binds it."""
    relation = relations[atom.predicate]
    keys = relation.pack(column(atom.subject, table), column(atom.object, table))
    rows = relation.ranked()
    return rows.ranks[np.searchsorted(rows.keys, keys)].astype(np.int64)


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
