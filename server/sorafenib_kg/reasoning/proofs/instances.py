"""Instances: all ways in which the rules give a triple, in the state between two merges.

The rules are specialised anew, for the class or the property that is asked about and for all that
is known of the ontology, so that an instance is found by whatever axioms it holds, also by such as
the engine had no need of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from sorafenib_kg.reasoning.arrays import MASK, Ints, block
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.compiler import Compiler
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule, ground
from sorafenib_kg.reasoning.relation import Relation
from sorafenib_kg.rules import REFLEXIVE, Rule, is_variable

Relations = Mapping[int, Relation]


def bind_head(rule: CompiledRule, triple: Encoded) -> dict[str, int] | None:
    """Return the values of the variables with which a rule gives a triple; None if it cannot."""
    head = rule.head
    if head is None or head.predicate != triple[1]:
        return None
    values: dict[str, int] = {}
    for slot, number in ((head.subject, triple[0]), (head.object, triple[2])):
        known = values.setdefault(slot, number) if isinstance(slot, str) else slot
        if known != number:
            return None
    return values


def instances(
    rule: CompiledRule,
    values: Mapping[str, int],
    relations: Relations,
    *,
    below: int | None = None,
    most: int | None = None,
) -> list[list[Encoded]]:
    """Return the premises of the instances of a rule under some values, the best by rank first.

    ``below`` is what the ranks of all premises in the body must be smaller than, ``most`` how
    many instances are wanted.
    """
    body = [atom.bind(values) for atom in rule.body]
    names = {name for atom in body for name in atom.variables()}
    table = matches(body, relations, names) if body else Table(1, {})
    if not table.size:
        return []
    places = np.arange(table.size)
    if body:
        ranks = np.max([_ranks(atom, table, relations) for atom in body], axis=0)
        places = np.argsort(ranks, kind="stable")[:most]
        if below is not None:
            places = places[ranks[places] < below]
    return [
        [
            ground(atom, {**values, **{name: int(table.columns[name][place]) for name in names}})
            for atom in rule.premises
        ]
        for place in places.tolist()
    ]


def _ranks(atom: Atom, table: Table, relations: Relations) -> Ints:
    """Return the rank of an atom's triple, for each row of a table that binds it."""
    relation = relations[atom.predicate]
    keys = relation.pack(column(atom.subject, table), column(atom.object, table))
    rows = relation.ranked()
    return rows.ranks[np.searchsorted(rows.keys, keys)].astype(np.int64)


class Epoch:
    """The state of a closure between two merges, and the rules as they are specialised for it."""

    def __init__(self, closure: Closure, number: int) -> None:
        """Take a closure, which must not change while this is in use; the last epoch is now."""
        self._closure = closure
        self._merges = closure.engine.merges[:number]
        self._number = number
        self._rules: dict[tuple[int, int | None], tuple[CompiledRule, ...]] = {}
        self.type = self.leader(closure.engine.type)

    @cached_property
    def relations(self) -> Relations:
        """Return all triples, over the representatives of this epoch."""
        return self._closure.origins.history.at(self._number)

    def leader(self, number: int) -> int:
        """Return what stands for a term in this epoch."""
        for step in self._merges:
            number = int(step.image(np.array([number], np.int64))[0])
        return number

    def rules(self, triple: Encoded) -> tuple[CompiledRule, ...]:
        """Return the rules that may give triples of the kind of this one."""
        predicate = triple[1]
        kind = predicate, triple[2] if predicate == self.type else None
        if kind not in self._rules:
            self._rules[kind] = tuple(self._specialised(*kind))
        return self._rules[kind]

    def _specialised(self, predicate: int, of_class: int | None) -> Iterator[CompiledRule]:
        compiler = self._compiler
        for rule in self._closure.engine.table:
            bindings = self._bindings(rule, predicate, of_class)
            if bindings is not None:
                yield from compiler.specialise(rule, bindings)

    def _bindings(self, rule: Rule, predicate: int, of_class: int | None) -> dict[str, int] | None:
        """Return what is known of a rule's variables when it is to give such triples, or None."""
        head = rule.conclusion
        if head is None or rule.kind != "join":
            return None
        if is_variable(head.predicate):
            return {head.predicate: predicate}
        if self._compiler.number(head.predicate) != predicate:
            return None
        if of_class is not None and is_variable(head.object):
            return {head.object: of_class}
        return {}

    @cached_property
    def _compiler(self) -> Compiler:
        """Return a compiler that has learned all that is known of the ontology."""
        engine = self._closure.engine
        plural = {int(leader) for step in self._merges for leader in step.leaders.tolist()}
        compiler = Compiler(
            engine.table,
            self._closure.dictionary,
            self.leader,
            plural.__contains__,
            self._count,
            () if engine.draws_reflexive else REFLEXIVE,
        )
        for predicate in sorted(compiler.predicates):
            if predicate in self.relations:
                relation = self.relations[predicate]
                subjects, objects = relation.unpack(relation.keys)
                compiler.learn(
                    (subject, predicate, value)
                    for subject, value in zip(subjects.tolist(), objects.tolist(), strict=True)
                )
        if self.type in self.relations:
            members = self.relations[self.type].backward()
            for kind in sorted(compiler.types):
                things = (block(members, kind) & MASK).tolist()
                compiler.learn((thing, self.type, kind) for thing in things)
        return compiler

    def _count(self, number: int) -> int | None:
        found = self._closure.engine.literals.with_number(number)
        return None if found is None else self.leader(found)
