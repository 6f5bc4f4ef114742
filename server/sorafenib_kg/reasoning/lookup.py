"""Looking up triples by pattern, in arrays of numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pyoxigraph import Triple

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, block, member, merge, swap
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.names import Writing
from sorafenib_kg.reasoning.terms import Term

Columns = tuple[Ints, Ints, Ints]


class Lookup:
    """The triples of a closure, asserted and inferred, indexed for every pattern.

    For each predicate the triples lie in two orders, by subject and by object, so a pattern with
    a predicate costs two searches, one without that for each predicate. Terms are the numbers of
    ``dictionary``.
    """

    def __init__(self, closure: Closure) -> None:
        """Index what is asserted and inferred now."""
        self.dictionary: Dictionary = closure.dictionary
        self._forward: dict[int, Ints] = {}
        self._backward: dict[int, Ints] = {}
        writing = Writing(closure.engine, closure.facts, closure.names)
        written = dict.fromkeys(writing.predicates())
        for predicate in {**written, **dict.fromkeys(closure.facts)}:
            if not self.dictionary.is_iri(predicate):
                continue
            keys = writing.keys(predicate) if predicate in written else EMPTY
            relation = closure.engine.relations.get(predicate)
            if not closure.engine.equality and relation is not None and keys is relation.forward():
                # Without equality what was asserted is among the keys, and both orders are there.
                self._forward[predicate], self._backward[predicate] = keys, relation.backward()
                continue
            facts = closure.facts.get(predicate, EMPTY)
            keys = merge(keys, facts[~member(facts, keys)])
            self._forward[predicate], self._backward[predicate] = keys, np.sort(swap(keys))

    def __len__(self) -> int:
        """Return the number of triples."""
        return sum(len(keys) for keys in self._forward.values())

    def match(
        self, subject: int | None = None, predicate: int | None = None, value: int | None = None
    ) -> Columns:
        """Return subjects, predicates and objects of the triples that fit; None fits anything.

        The three arrays of 64-bit integers have one length; the order is by predicate, and then
        by subject or, where only the object is given, by object.
        """
        names = list(self._forward) if predicate is None else [predicate]
        pairs = [self._pairs(name, subject, value) for name in names]
        counts = [len(subjects) for subjects, _ in pairs]
        return (
            np.concatenate([EMPTY, *(subjects for subjects, _ in pairs)]),
            np.repeat(np.array(names, np.int64), counts),
            np.concatenate([EMPTY, *(objects for _, objects in pairs)]),
        )

    def triples(
        self, subject: Term | None = None, predicate: Term | None = None, value: Term | None = None
    ) -> Iterator[Triple]:
        """Give the triples that fit a pattern of terms; None fits anything."""
        numbers: list[int | None] = []
        for term in (subject, predicate, value):
            number = None if term is None else self.dictionary.find(term)
            if number is None and term is not None:
                return
            numbers.append(number)
        for row in zip(*(column.tolist() for column in self.match(*numbers)), strict=True):
            triple = self.dictionary.decode(*row)
            if isinstance(triple, Triple):
                yield triple

    def _pairs(self, predicate: int, subject: int | None, value: int | None) -> tuple[Ints, Ints]:
        """Return subjects and objects of one predicate's triples that fit."""
        if predicate not in self._forward:
            return EMPTY, EMPTY
        if subject is None and value is not None:
            keys = block(self._backward[predicate], value)
            return keys & MASK, keys >> SHIFT
        keys = self._forward[predicate]
        if subject is not None and value is not None:
            wanted = np.array([(subject << SHIFT) | value])
            keys = wanted[member(wanted, keys)]
        elif subject is not None:
            keys = block(keys, subject)
        return keys >> SHIFT, keys & MASK
