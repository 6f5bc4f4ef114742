"""Deletion: what no longer follows when triples are taken away, found without starting anew.

This is DRed (delete and rederive; Gupta, Mumick and Subrahmanian 1993), pruned by ranks: what a
deleted triple helped to give is deleted too only if no rule gives it from triples of smaller ranks
that are all still there. As ranks fall along a proof, such triples do not lean on each other in a
circle. What was deleted and follows in some other way is then put back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from sorafenib_kg.reasoning.arrays import (
    MASK,
    SHIFT,
    Ints,
    block,
    expand,
    member,
    merge,
    pack,
    unique,
)
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.engine import Engine
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import ASSERTED, REPLACED, Batch


class TooMuchError(Exception):
    """Deleting step by step would take longer than starting anew, or cannot be done."""


@dataclass
class _Budget:
    """How many triples may still be looked at."""

    left: int

    def spend(self, number: int) -> None:
        self.left -= number
        if self.left < 0:
            raise TooMuchError


@dataclass(frozen=True, slots=True)
class _Fact:
    triple: Encoded
    rank: int
    rule: int


@dataclass
class _Dead:
    """The deleted triples, by predicate, as keys in the relation's order."""

    keys: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def arrays(self) -> dict[int, Ints]:
        return {p: np.array(sorted(keys), np.int64) for p, keys in self.keys.items() if keys}


def delete(engine: Engine, facts: Mapping[int, Ints], budget: int) -> None:
    """Take asserted triples (keys (subject, object), by predicate) out of an engine that has run.

    At most ``budget`` triples are looked at. Raises TooMuchError, before anything has been
    changed, if that is not enough, if what is deleted speaks of the ontology, or if it may have to
    do with why something is the same as something else.
    """
    if engine.draws_reflexive or not _leaves_names(engine, facts):
        raise TooMuchError
    deletion = _Deletion(engine, _Budget(budget))
    deletion.overdelete(facts)
    again = deletion.rederive()
    engine.remove(deletion.dead.arrays(), again)


def _leaves_names(engine: Engine, facts: Mapping[int, Ints]) -> bool:
    """Tell whether facts can go without a look at what is the same.

    So it is if all that merges put aside is asserted, or due to values, and stays: then names stay
    those of one thing, and so do the images of what was put aside.
    """
    canonical = engine.equality.canonical
    retired: dict[int, list[Ints]] = defaultdict(list)
    for step in engine.merges:
        for predicate, rows in step.retired.items():
            given = np.flatnonzero(np.bincount(rows.rules[rows.rules >= 0])).tolist()
            if any(engine.rules[place].kind != "value" for place in given):
                return False
            images = pack(canonical(rows.keys >> SHIFT), canonical(rows.keys & MASK))
            retired[engine.equality.leader(predicate)].append(images)
    for predicate, keys in facts.items():
        images = pack(canonical(keys >> SHIFT), canonical(keys & MASK))
        if engine.equality.leader(predicate) != predicate or not np.array_equal(images, keys):
            return False
        if any(member(keys, unique(found)).any() for found in retired[predicate]):
            return False
    return True


class _Deletion:
    def __init__(self, engine: Engine, budget: _Budget) -> None:
        self._engine = engine
        self._budget = budget
        self._relations = engine.relations
        self._history = engine.history()
        self._triggers: dict[int, list[tuple[CompiledRule, int]]] = defaultdict(list)
        self._giving: dict[int, list[CompiledRule]] = defaultdict(list)
        self._runs = {rule.run for rule in engine.book.in_use() if rule.run is not None}
        for rule in engine.book.in_use():
            if rule.head is not None and rule.run is None:
                self._giving[rule.head.predicate].append(rule)
                for position, atom in enumerate(rule.body):
                    self._triggers[atom.predicate].append((rule, position))
        self.dead = _Dead()

    # --- Deleting -----------------------------------------------------------------------------

    def overdelete(self, facts: Mapping[int, Ints]) -> None:
        """Delete the given triples, and all that has no other support of smaller ranks."""
        waiting: list[Encoded] = []
        for predicate, keys in facts.items():
            for key in keys.tolist():
                waiting.append((key >> SHIFT, predicate, key & MASK))
        for triple in waiting:
            self._kill(triple)
        while waiting:
            triple = waiting.pop()
            for consequence in self._consequences(triple):
                self._budget.spend(1)
                if not self._supported(consequence):
                    self._kill(consequence.triple)
                    waiting.append(consequence.triple)

    def _kill(self, triple: Encoded) -> None:
        if self._engine.compiler.wants(triple):
            raise TooMuchError
        self.dead.keys[triple[1]].add(self._key(triple))

    def _key(self, triple: Encoded) -> int:
        subject, predicate, value = triple
        if self._relations[predicate].inverted:
            return (value << SHIFT) | subject
        return (subject << SHIFT) | value

    def _consequences(self, triple: Encoded) -> Iterator[_Fact]:
        """Give the living inferred triples that a rule gives with the help of one."""
        subject, predicate, value = triple
        for rule, position in self._triggers[predicate]:
            bindings = _unify(rule.body[position], subject, value)
            if bindings is None or rule.head is None:
                continue
            rest = [atom.bind(bindings) for n, atom in enumerate(rule.body) if n != position]
            head = rule.head.bind(bindings)
            names = set(head.variables())
            table = matches(rest, self._relations, names) if rest else Table(1, {})
            self._budget.spend(table.size)
            if not table.size:
                continue
            subjects, objects = column(head.subject, table), column(head.object, table)
            yield from self._living(head.predicate, subjects, objects)
        if predicate in self._runs:
            yield from self._run_consequences(predicate, subject, value)

    def _run_consequences(self, predicate: int, subject: int, value: int) -> Iterator[_Fact]:
        """Give what runs of a property lead over one of its triples."""
        relation = self._relations[predicate]
        starts = np.append(block(relation.backward(), subject) & MASK, subject)
        ends = np.append(block(relation.forward(), value) & MASK, value)
        self._budget.spend(len(starts) * len(ends))
        firsts = np.repeat(starts, len(ends))
        yield from self._living(predicate, firsts, np.tile(ends, len(starts)))

    def _living(self, predicate: int, subjects: Ints, objects: Ints) -> Iterator[_Fact]:
        relation = self._relations.get(predicate)
        if relation is None:
            return
        rows = relation.ranked()
        keys = unique(relation.pack(subjects, objects))
        places = np.searchsorted(rows.keys, keys)
        dead = self.dead.keys[predicate]
        for key, place in zip(keys.tolist(), places.tolist(), strict=True):
            if place < len(rows) and rows.keys[place] == key and key not in dead:
                rule = int(rows.rules[place])
                if rule not in (ASSERTED, REPLACED):
                    first, second = key >> SHIFT, key & MASK
                    pair = (second, first) if relation.inverted else (first, second)
                    triple = pair[0], predicate, pair[1]
                    yield _Fact(triple, int(rows.ranks[place]), rule)

    # --- Support ------------------------------------------------------------------------------

    def _supported(self, fact: _Fact) -> bool:
        """Tell whether living triples of smaller ranks give a triple."""
        if self._engine.rules[fact.rule].kind == "value":
            return True
        return self._giver(fact.triple, fact.rank) is not None

    def _giver(self, triple: Encoded, before: int) -> CompiledRule | None:
        """Return a rule that gives a triple from living triples of ranks below one."""
        subject, predicate, value = triple
        for rule in self._giving[predicate]:
            if rule.head is None:
                continue
            bindings = _unify(rule.head, subject, value)
            if bindings is not None and self._has_instance(rule, bindings, before):
                return rule
        if predicate in self._runs and self._is_reached(triple, before):
            return next(rule for rule in self._engine.book.in_use() if rule.run == predicate)
        return None

    def _has_instance(self, rule: CompiledRule, bindings: Mapping[str, int], before: int) -> bool:
        body = [atom.bind(bindings) for atom in rule.body]
        names = {name for atom in body for name in atom.variables()}
        table = matches(body, self._relations, names) if body else Table(1, {})
        self._budget.spend(table.size)
        if not table.size:
            return False
        good = np.ones(table.size, np.bool_)
        for atom in body:
            good &= self._alive(atom, table, before)
        return bool(good.any())

    def _alive(self, atom: Atom, table: Table, before: int) -> np.ndarray:
        relation = self._relations[atom.predicate]
        keys = relation.pack(column(atom.subject, table), column(atom.object, table))
        rows = relation.ranked()
        good = rows.ranks[np.searchsorted(rows.keys, keys)] < before
        dead = self.dead.keys[atom.predicate]
        if dead:
            good &= ~member(keys, np.array(sorted(dead), np.int64))
        return good

    def _is_reached(self, triple: Encoded, before: int) -> bool:
        """Tell whether a run of two or more living steps leads from subject to object."""
        subject, predicate, value = triple
        edges = self._edges(predicate, before)
        frontier = np.array([subject], np.int64)
        visited = np.empty(0, np.int64)
        first = True
        while len(frontier):
            _, found = expand(frontier, edges)
            self._budget.spend(len(found))
            found = unique(found)
            if not first and member(np.array([value]), found)[0]:
                return True
            first = False
            fresh = found[~member(found, visited)]
            visited = merge(visited, fresh)
            frontier = fresh
        return False

    def _edges(self, predicate: int, before: int) -> Ints:
        """Return the living triples of a property below a rank that no run has given."""
        edges, ranks = self._history.steps(predicate, len(self._engine.merges))
        edges = edges[ranks < before]
        relation = self._relations[predicate]
        dead = self.dead.keys[predicate]
        if not dead:
            return edges
        gone = np.array(sorted(dead), np.int64)
        return edges[~member(relation.pack(edges >> SHIFT, edges & MASK), gone)]

    # --- Putting back -------------------------------------------------------------------------

    def rederive(self) -> dict[int, list[Batch]]:
        """Return the deleted triples that living ones give at once, with the rules."""
        again: dict[int, list[Batch]] = defaultdict(list)
        places = {id(rule): place for place, rule in enumerate(self._engine.rules)}
        end = self._engine.rounds + 1
        for predicate, keys in self.dead.arrays().items():
            relation = self._relations[predicate]
            subjects, objects = relation.unpack(keys)
            for key, subject, value in zip(
                keys.tolist(), subjects.tolist(), objects.tolist(), strict=True
            ):
                rule = self._giver((subject, predicate, value), end)
                if rule is not None:
                    again[predicate].append(Batch(places[id(rule)], np.array([key], np.int64)))
        return again


def _unify(atom: Atom, subject: int, value: int) -> dict[str, int] | None:
    """Return the bindings that make an atom a triple of its predicate, or None."""
    bindings: dict[str, int] = {}
    for slot, number in ((atom.subject, subject), (atom.object, value)):
        if isinstance(slot, int):
            if slot != number:
                return None
        elif bindings.setdefault(slot, number) != number:
            return None
    return bindings
