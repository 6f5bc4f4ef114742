"""Where a triple comes from: its row in the engine, also one that a merge has retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints, member
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.engine import Engine
from sorafenib_kg.reasoning.equality import Merge
from sorafenib_kg.reasoning.relation import REPLACED, Ranked, Relation


@dataclass(frozen=True, slots=True)
class Row:
    """A triple that the engine has or had: its rank, and the place of the rule that gave it.

    ``epoch`` is the number of merges that it has lived through.
    """

    rank: int
    rule: int
    epoch: int


class Origins:
    """Finds triples in the state of an engine that has run, and in its ``history``."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine; it must not run on while this is in use."""
        self._engine = engine
        self.history = engine.history()
        self._images: dict[int, dict[int, list[tuple[Ints, Ints, int]]]] = {}
        self._epoch_of = {step.round: epoch for epoch, step in enumerate(engine.merges)}

    def row(self, triple: Encoded) -> Row | None:
        """Return the row of a triple, or None if it only holds by another name, or not at all."""
        subject, predicate, value = triple
        relation = self._engine.relations.get(predicate)
        place = None if relation is None else relation.place(subject, value)
        if relation is not None and place is not None:
            rows = relation.ranked()
            epoch = len(self._engine.merges)
            return Row(int(rows.ranks[place]), int(rows.rules[place]), epoch)
        key = (subject << SHIFT) | value
        for epoch, step in enumerate(self._engine.merges):
            retired = step.retired.get(predicate)
            if retired is not None:
                place = int(np.searchsorted(retired.keys, key))
                if place < len(retired) and retired.keys[place] == key:
                    return Row(int(retired.ranks[place]), int(retired.rules[place]), epoch)
        return None

    def image(self, triple: Encoded) -> Encoded:
        """Return a triple with the representatives of its terms."""
        subject, predicate, value = (self._engine.equality.leader(term) for term in triple)
        return subject, predicate, value

    def variant(self, triple: Encoded) -> tuple[Encoded, Row] | None:
        """Return the triple by another name of which a triple is the image, and its row.

        Of several, it is the one with the smallest rank. A triple that has a row of its own, given
        by a rule, is its own variant; None if the triple does not hold.
        """
        found = self.row(triple)
        if found is None:
            triple = self.image(triple)
            found = self.row(triple)
        while found is not None and found.rule == REPLACED:
            triple, found = self._before(triple, self._epoch_of[found.rank])
        return None if found is None else (triple, found)

    def rank(self, triple: Encoded) -> int:
        """Return the rank of a triple that holds, also of one without a row.

        That is proved from its variant and from what made their terms the same: it ranks above
        the variant, and not below the merges that gave one representative to both. Raises KeyError
        if the triple does not hold.
        """
        row = self.row(triple)
        if row is not None:
            return row.rank
        subject, predicate, value = triple
        leader = self._engine.equality.leader
        if predicate == self._engine.same and leader(subject) == leader(value):
            return self._united(subject, value)
        found = self.variant(triple)
        if found is None:
            raise KeyError(triple)
        before, row = found
        merges = [
            self._united(old, new) for old, new in zip(before, triple, strict=True) if old != new
        ]
        return max(row.rank + 1, *merges)

    def _united(self, first: int, second: int) -> int:
        """Return the round of the merge that gave one representative to two terms.

        For a term and itself, it is the first merge that made it the same as another.
        """
        alone = first == second
        terms = np.array([first, second], np.int64)
        for step in self._engine.merges:
            touched = member(terms[:1], np.sort(np.concatenate([step.moved, step.leaders])))
            terms = step.image(terms)
            if terms[0] == terms[1] and (not alone or touched[0]):
                return step.round
        raise KeyError((first, second))

    def _before(self, triple: Encoded, epoch: int) -> tuple[Encoded, Row]:
        """Return the triple with the smallest rank that the merge after an epoch made another."""
        step = self._engine.merges[epoch]
        if step.round not in self._images:
            self._images[step.round] = self._index(step)
        subject, predicate, value = triple
        key = (subject << SHIFT) | value
        best: tuple[Encoded, Row] | None = None
        for images, order, source in self._images[step.round].get(predicate, ()):
            retired = step.retired[source]
            low, high = np.searchsorted(images, (key, key + 1))
            for place in order[low:high].tolist():
                rank = int(retired.ranks[place])
                if best is None or rank < best[1].rank:
                    before = int(retired.keys[place])
                    encoded = before >> SHIFT, source, before & MASK
                    best = encoded, Row(rank, int(retired.rules[place]), epoch)
        if best is None:
            raise KeyError(triple)
        return best

    @staticmethod
    def _index(step: Merge) -> dict[int, list[tuple[Ints, Ints, int]]]:
        """Return for each predicate the sorted images of what a merge retired, and its places."""
        found: dict[int, list[tuple[Ints, Ints, int]]] = defaultdict(list)
        for predicate, retired in step.retired.items():
            subjects = step.image(retired.keys >> SHIFT)
            keys = (subjects << SHIFT) | step.image(retired.keys & MASK)
            order = np.argsort(keys, kind="stable")
            target = int(step.image(np.array([predicate], np.int64))[0])
            found[target].append((keys[order], order, predicate))
        return found

    def same_edges(self) -> tuple[Ints, Ints]:
        """Return keys of what was found to be the same, in both directions, and their ranks."""
        same = self._engine.same
        parts = [step.retired[same] for step in self._engine.merges if same in step.retired]
        relation = self._engine.relations.get(same)
        if relation is not None:
            parts.append(relation.ranked())
        keys = np.concatenate([part.keys for part in parts] or [np.empty(0, np.int64)])
        ranks = np.concatenate([part.ranks for part in parts] or [np.empty(0, np.int32)])
        apart = (keys >> SHIFT) != (keys & MASK)
        keys, ranks = keys[apart], ranks[apart]
        both = np.concatenate([keys, ((keys & MASK) << SHIFT) | (keys >> SHIFT)])
        ranks = np.concatenate([ranks, ranks])
        order = np.lexsort((ranks, both))
        both, ranks = both[order], ranks[order]
        first = np.ones(len(both), np.bool_)
        first[1:] = both[1:] != both[:-1]
        return both[first], ranks[first].astype(np.int64)

    def mention(self, term: int, before: int) -> Encoded:
        """Return a triple that has a term, one of the smallest rank, which is below ``before``."""
        best: tuple[int, Encoded] | None = None
        for predicate, rows in self._rows():
            subjects, objects = rows.keys >> SHIFT, rows.keys & MASK
            has = (rows.ranks < before) & ((subjects == term) | (objects == term))
            if predicate == term:
                has = rows.ranks < before
            places = np.flatnonzero(has)
            if len(places):
                place = places[np.argmin(rows.ranks[places])]
                rank = int(rows.ranks[place])
                if best is None or rank < best[0]:
                    best = rank, (int(subjects[place]), predicate, int(objects[place]))
        if best is None:
            raise KeyError(term)
        return best[1]

    def _rows(self) -> Iterator[tuple[int, Ranked]]:
        for predicate, relation in self._engine.relations.items():
            yield predicate, _forward(relation)
        for step in self._engine.merges:
            yield from step.retired.items()


def _forward(relation: Relation) -> Ranked:
    rows = relation.ranked()
    return rows.swapped() if relation.inverted else rows
