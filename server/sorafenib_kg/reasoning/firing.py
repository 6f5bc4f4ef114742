"""Firing: what the rules give in one round, from all that was found before it."""

from __future__ import annotations

from collections import defaultdict
from copy import copy

import numpy as np
from pyoxigraph import NamedNode

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, member, merge
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.equality import Equality
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.literals import Literals
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import Batch, Relation, asserted
from sorafenib_kg.reasoning.rulebook import Rulebook
from sorafenib_kg.reasoning.symmetric import pairs
from sorafenib_kg.reasoning.transitive import extend_closure, transitive_closure
from sorafenib_kg.reasoning.values import is_known

# Where a relation has grown by less than this part since it was last closed under runs, the
# pairs that the new edges bring are joined to it; otherwise all is closed anew.
SMALL_GROWTH = 1 / 8

_ONE_ROW = Table(1, {})  # what a body without atoms matches

Batches = dict[int, list[Batch]]


class Firing:
    """Applies the rules of a book to relations, and remembers what need not be done again.

    That is what runs gave, by property, and which literals were looked at for each datatype. The
    state of the engine is shared, not copied; relations that are new are added to it.
    """

    def __init__(
        self,
        relations: dict[int, Relation],
        book: Rulebook,
        equality: Equality,
        literals: Literals,
        dictionary: Dictionary,
        types: int,
    ) -> None:
        """Take the parts of an engine; ``types`` is the number of rdf:type."""
        self._relations = relations
        self._book = book
        self._equality = equality
        self._literals = literals
        self._dictionary = dictionary
        self._type = types
        self._reflexive: frozenset[int] = frozenset()
        self._datatypes: dict[int, tuple[str, int, int]] = {}  # name, place of rule, literals seen
        self._closed: dict[int, Ints] = {}

    def fork(
        self,
        relations: dict[int, Relation],
        book: Rulebook,
        equality: Equality,
        literals: Literals,
    ) -> Firing:
        """Return the same for an engine that goes on by itself."""
        other = copy(self)
        other._relations, other._book = relations, book
        other._equality, other._literals = equality, literals
        other._datatypes, other._closed = dict(self._datatypes), {}
        return other

    def forget(self) -> None:
        """Forget what runs gave: the relations are no longer those that it came from."""
        self._closed.clear()

    def candidates(self, fresh: range, reflexive: frozenset[int]) -> Batches:
        """Return what all rules give from what is new, and those at ``fresh`` from everything.

        By predicate; some of it may be there already. Of the predicates in ``reflexive``, triples
        from a thing with one name to itself are left out.
        """
        self._reflexive = reflexive
        batches: Batches = defaultdict(list)
        symmetric = {place for place in fresh if place in self._book.halves}
        for place in fresh:
            if self._book.rules[place].run is None and place not in symmetric:
                self._apply(place, None, batches)
        for place, position in self._book.triggered(self._relations, fresh.start):
            if place in self._book.halves:
                symmetric.add(place)
            else:
                self._apply(place, position, batches)
        for place in sorted(symmetric):
            firsts, things = pairs(self._book.halves[place], self._relations)
            self._add(place, self._book.same, firsts, things, batches)
        for predicate, places in self._book.runs.items():
            self._apply_run(predicate, places, fresh, batches)
        self._type_literals(batches)
        return batches

    def relation(self, predicate: int) -> Relation:
        """Return the relation of a predicate, an empty one if it is new."""
        if predicate not in self._relations:
            self._relations[predicate] = Relation(asserted(EMPTY), inverted=predicate == self._type)
        return self._relations[predicate]

    def ask_for_datatypes(self, rule: CompiledRule) -> None:
        """Note the datatypes whose members a rule asks for."""
        for atom in rule.body + rule.alternatives:
            if atom.predicate != self._type or not isinstance(atom.object, int):
                continue
            for number in self._equality.same(atom.object):
                term = self._dictionary.term(number)
                if (
                    number not in self._datatypes
                    and isinstance(term, NamedNode)
                    and is_known(term.value)
                ):
                    place = self._book.value_rule("dt-type2", Atom("?l", self._type, number))
                    self._datatypes[number] = term.value, place, 0

    def _apply(self, place: int, new: int | None, batches: Batches) -> None:
        """Add what one rule gives to the batches."""
        rule = self._book.rules[place]
        head = rule.head
        if head is None or rule.kind == "value":
            return
        table = _ONE_ROW
        if rule.body:
            table = matches(rule.body, self._relations, set(head.variables()), new)
        if table.size:
            subjects, objects = column(head.subject, table), column(head.object, table)
            self._add(place, head.predicate, subjects, objects, batches)

    def _apply_run(self, predicate: int, places: list[int], fresh: range, batches: Batches) -> None:
        """Add what runs of one property give, from all of its triples at once."""
        relation = self._relations.get(predicate)
        if relation is None or not (len(relation.new) or any(place in fresh for place in places)):
            return
        edges = relation.forward()
        closed = self._closed.get(predicate, EMPTY)
        new = edges[~member(edges, closed)]
        if not len(new):
            return
        if len(new) < SMALL_GROWTH * len(closed):
            found = extend_closure(closed, new)
            self._closed[predicate] = merge(closed, found)
        else:
            found = self._closed[predicate] = transitive_closure(edges)
        for place in places:
            self._add(place, predicate, found >> SHIFT, found & MASK, batches)

    def _type_literals(self, batches: Batches) -> None:
        """Add the literals that belong to the datatypes that rules ask for."""
        for number, (name, place, seen) in list(self._datatypes.items()):
            found, seen = self._literals.in_datatype(name, seen)
            self._datatypes[number] = name, place, seen
            if len(found):
                subjects = self._equality.canonical(found)
                objects = np.full(len(found), self._equality.leader(number), np.int64)
                self._add(place, self._type, subjects, objects, batches)

    def _add(
        self, place: int, predicate: int, subjects: Ints, objects: Ints, batches: Batches
    ) -> None:
        predicate = self._equality.leader(predicate)
        if predicate in self._reflexive:
            saying = (subjects != objects) | member(subjects, self._equality.leaders)
            subjects, objects = subjects[saying], objects[saying]
        if len(subjects):
            keys = self.relation(predicate).pack(subjects, objects)
            leading = self._one_class(place) if predicate == self._type else None
            batches[predicate].append(Batch(place, keys, leading))

    def _one_class(self, place: int) -> int | None:
        """Return the class that a rule on types puts things in, if it is always the same."""
        head = self._book.rules[place].head
        value = None if head is None else head.object
        return self._equality.leader(value) if isinstance(value, int) else None
