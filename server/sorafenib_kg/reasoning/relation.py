"""Relations: all triples of one predicate, and what came to them round by round."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from sorafenib_kg.reasoning.arrays import (
    EMPTY,
    MASK,
    SHIFT,
    Bools,
    Ints,
    Small,
    block,
    find,
    first_to_mark,
    member,
    merge,
    pack,
    swap,
    unique,
)

# In the place of the rule that gave a triple:
ASSERTED = -1
REPLACED = -2  # it is the image of a triple whose terms got other representatives

# Candidates whose largest number is more than so many times their count are sorted instead.
SPARSE = 32


@dataclass(frozen=True, slots=True)
class Batch:
    """Candidates for a relation, all from one rule: keys in the relation's order, unsorted.

    ``leading`` is the first number of all keys, if they have it in common.
    """

    rule: int
    keys: Ints
    leading: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Triples of one predicate, sorted, and beside each its rank and the rule that gave it."""

    keys: Ints
    ranks: Small
    rules: Small

    def __len__(self) -> int:
        """Return the number of triples."""
        return len(self.keys)

    def select(self, chosen: Bools | Ints) -> Ranked:
        """Return the chosen triples."""
        return Ranked(self.keys[chosen], self.ranks[chosen], self.rules[chosen])

    def swapped(self) -> Ranked:
        """Return the triples by the other order of their terms."""
        keys = swap(self.keys)
        order = np.argsort(keys)
        return Ranked(keys[order], self.ranks[order], self.rules[order])


def collect(parts: list[Ranked]) -> Ranked:
    """Return triples from several places as one, sorted."""
    if len(parts) == 1:
        return parts[0]
    keys = np.concatenate([part.keys for part in parts])
    order = np.argsort(keys, kind="stable")
    ranks = np.concatenate([part.ranks for part in parts])
    rules = np.concatenate([part.rules for part in parts])
    return Ranked(keys[order], ranks[order], rules[order])


def asserted(keys: Ints) -> Ranked:
    """Return asserted triples from their sorted keys."""
    return Ranked(keys, np.zeros(len(keys), np.int32), np.full(len(keys), ASSERTED, np.int32))


class Relation:
    """All triples of one predicate.

    They are kept as sorted keys (subject, object), or (object, subject) if ``inverted``, and in
    the other order as well once somebody asks for it. ``new`` are those of the last round.
    """

    __slots__ = ("_parts", "_turned", "inverted", "keys", "new")

    def __init__(self, rows: Ranked, inverted: bool = False) -> None:
        """Start with triples (keys (subject, object), sorted), all of which are new."""
        self.inverted = inverted
        own = rows.swapped() if inverted else rows
        self.keys = own.keys
        self.new = own.keys
        self._turned: Ints | None = rows.keys if inverted else None
        self._parts = [own] if len(own) else []

    def __len__(self) -> int:
        """Return the number of triples."""
        return len(self.keys)

    def copy(self) -> Relation:
        """Return the same relation, to be changed by itself; arrays are shared."""
        other = copy(self)
        other._parts = list(self._parts)
        return other

    def pack(self, subjects: Ints, objects: Ints) -> Ints:
        """Return keys in the relation's order."""
        return pack(objects, subjects) if self.inverted else pack(subjects, objects)

    def unpack(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the subjects and objects of keys that are in the relation's order."""
        first, second = keys >> SHIFT, keys & MASK
        return (second, first) if self.inverted else (first, second)

    def forward(self) -> Ints:
        """Return all triples as keys (subject, object)."""
        return self._other_order() if self.inverted else self.keys

    def backward(self) -> Ints:
        """Return all triples as keys (object, subject)."""
        return self.keys if self.inverted else self._other_order()

    def _other_order(self) -> Ints:
        if self._turned is None:
            self._turned = np.sort(swap(self.keys))
        return self._turned

    def absorb(self, batches: list[Batch], rank: int, *, also_new: bool = False) -> Small:
        """Add the candidates that are not there yet, as new; return the rule of each.

        Where several rules give a triple, the first batch that has it counts. With ``also_new``,
        what was new before stays new.
        """
        keys, rules = self._fresh(batches)
        if len(keys):
            self.keys = merge(self.keys, keys)
            # Bringing the other order up to date pays only where it is used again and again.
            if self._turned is not None:
                self._turned = None if self.inverted else merge(self._turned, np.sort(swap(keys)))
            self._parts.append(Ranked(keys, np.full(len(keys), rank, np.int32), rules))
        self.new = merge(self.new, keys) if also_new else keys
        return rules

    def _fresh(self, batches: list[Batch]) -> tuple[Ints, Small]:
        """Return the candidates that are not there yet, sorted, and the rule of each."""
        groups: dict[int, list[Batch]] = {}
        for batch in batches:
            if batch.leading is None:
                return self._fresh_by_sorting(batches)
            groups.setdefault(batch.leading, []).append(batch)
        parts = [self._fresh_of_group(leading, groups[leading]) for leading in sorted(groups)]
        if len(parts) == 1:
            return parts[0]
        return (
            np.concatenate([keys for keys, _ in parts]),
            np.concatenate([rules for _, rules in parts]),
        )

    def _fresh_of_group(self, leading: int, batches: list[Batch]) -> tuple[Ints, Small]:
        """Return the same of candidates with one leading number."""
        marks = [(batch.rule, batch.keys & MASK) for batch in batches]
        size = sum(len(values) for _, values in marks)
        if max(int(values.max()) for _, values in marks) > SPARSE * size:
            return self._fresh_by_sorting(batches)
        found, rules = first_to_mark(marks, block(self.keys, leading) & MASK)
        return (leading << SHIFT) | found, rules

    def _fresh_by_sorting(self, batches: list[Batch]) -> tuple[Ints, Small]:
        keys = unique(np.concatenate([batch.keys for batch in batches]))
        keys = keys[~member(keys, self.keys)]
        rules = np.full(len(keys), batches[0].rule, np.int32)
        if len(keys) and any(batch.rule != batches[0].rule for batch in batches):
            for batch in reversed(batches):
                places, found = find(batch.keys, keys)
                rules[places[found]] = batch.rule
        return keys, rules

    def state(self, keys: Ints) -> None:
        """Assert triples (keys in the relation's order), whether they were inferred or not.

        Those that were not there are new.
        """
        keys = unique(keys)
        rows = self.ranked()
        places, known = find(keys, rows.keys)
        ranks, rules = rows.ranks.copy(), rows.rules.copy()
        ranks[places[known]], rules[places[known]] = 0, ASSERTED
        fresh = asserted(keys[~known])
        self._parts = [part for part in (Ranked(rows.keys, ranks, rules), fresh) if len(part)]
        self.keys = merge(self.keys, fresh.keys)
        self._turned = None
        self.new = merge(self.new, fresh.keys)

    def retire(self, gone: Bools) -> Ranked:
        """Take away the triples marked in `ranked`; return them by keys (subject, object)."""
        rows = self.ranked()
        retired, kept = rows.select(gone), rows.select(~gone)
        self.new = self.new[~member(self.new, retired.keys)]
        self.keys = kept.keys
        self._turned = None
        self._parts = [kept] if len(kept) else []
        return retired.swapped() if self.inverted else retired

    def renew(self, chosen: Bools | None = None) -> None:
        """Take triples as new, the chosen ones or all, for rules that have more to say of them."""
        if chosen is None:
            self.new = self.keys
        else:
            self.new = unique(np.concatenate([self.new, self.keys[chosen]]))

    def settle(self) -> None:
        """Forget what is new: the round brought nothing to this relation."""
        self.new = EMPTY

    def ranked(self) -> Ranked:
        """Return all triples with ranks and rules, in the relation's order."""
        if not self._parts:
            return asserted(EMPTY)
        if len(self._parts) > 1:
            self._parts = [collect(self._parts)]
        return self._parts[0]

    def parts(self) -> list[Ranked]:
        """Return the same in parts, in no order, which is cheaper."""
        return self._parts

    def place(self, subject: int, value: int) -> int | None:
        """Return where a triple stands in `ranked`, or None if it is not there."""
        first, second = (value, subject) if self.inverted else (subject, value)
        key = (first << SHIFT) | second
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else None
