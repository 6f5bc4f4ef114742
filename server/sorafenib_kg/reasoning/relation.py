"""Relations: all triples of one predicate, and what came to them round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sorafenib_kg.reasoning.arrays import (
    EMPTY,
    MASK,
    SHIFT,
    Ints,
    find,
    member,
    merge,
    pack,
    swap,
    unique,
)

ASSERTED = -1  # in the place of the rule that gave a triple


@dataclass(frozen=True, slots=True)
class Batch:
    """Candidates for a relation, all from one rule: keys in the relation's order, unsorted."""

    rule: int
    keys: Ints


@dataclass(frozen=True, slots=True)
class Ranked:
    """A relation's triples, sorted, and beside each its rank and the rule that gave it."""

    keys: Ints
    ranks: Ints
    rules: Ints


class Relation:
    """All triples of one predicate.

    They are kept as sorted keys (subject, object), or (object, subject) if ``inverted``, and in
    the other order as well once somebody asks for it. ``new`` are those of the last round.
    """

    __slots__ = ("_ranked", "_rounds", "_turned", "inverted", "keys", "new")

    def __init__(self, inverted: bool = False, asserted: Ints = EMPTY) -> None:
        """Start with the asserted triples (keys (subject, object), sorted), which are new."""
        self.inverted = inverted
        self.keys = np.sort(swap(asserted)) if inverted else asserted
        self.new = self.keys
        self._turned: Ints | None = asserted if inverted else None
        self._rounds: list[tuple[int, Ints, Ints]] = [
            (0, self.keys, np.full(len(asserted), ASSERTED, np.int64))
        ]
        self._ranked: Ranked | None = None

    def __len__(self) -> int:
        """Return the number of triples."""
        return len(self.keys)

    @property
    def asserted(self) -> Ints:
        """Return the keys of the asserted triples, in the relation's order."""
        return self._rounds[0][1]

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

    def absorb(self, batches: list[Batch], rank: int) -> Ints:
        """Add the candidates that are not there yet, as new; return the rule of each.

        Where several rules give a triple, the first batch that has it counts.
        """
        keys = unique(np.concatenate([batch.keys for batch in batches]))
        keys = keys[~member(keys, self.keys)]
        rules = np.full(len(keys), batches[0].rule, np.int64)
        if len(keys):
            if any(batch.rule != batches[0].rule for batch in batches):
                for batch in reversed(batches):
                    places, found = find(batch.keys, keys)
                    rules[places[found]] = batch.rule
            self.keys = merge(self.keys, keys)
            # Bringing the other order up to date pays only where it is used again and again.
            if self._turned is not None:
                self._turned = None if self.inverted else merge(self._turned, np.sort(swap(keys)))
            self._rounds.append((rank, keys, rules))
            self._ranked = None
        self.new = keys
        return rules

    def settle(self) -> None:
        """Forget what is new: the round brought nothing to this relation."""
        self.new = EMPTY

    def rules_by_round(self) -> list[Ints]:
        """Return for each round that brought something the rules of what it brought."""
        return [rules for _, _, rules in self._rounds[1:]]

    def ranked(self) -> Ranked:
        """Return all triples with ranks and rules."""
        if self._ranked is None:
            keys = np.concatenate([keys for _, keys, _ in self._rounds])
            ranks = np.repeat(
                [rank for rank, _, _ in self._rounds], [len(keys) for _, keys, _ in self._rounds]
            )
            rules = np.concatenate([rules for _, _, rules in self._rounds])
            order = np.argsort(keys, kind="stable")
            self._ranked = Ranked(keys[order], ranks[order], rules[order])
        return self._ranked

    def place(self, subject: int, value: int) -> int | None:
        """Return where a triple stands in `ranked`, or None if it is not there."""
        first, second = (value, subject) if self.inverted else (subject, value)
        key = (first << SHIFT) | second
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else None
