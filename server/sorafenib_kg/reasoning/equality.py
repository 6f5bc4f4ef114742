"""Equality: one representative for all that is the same, and how it came to be.

The rules run over representatives only, so that nothing is written once for each name. When
triples of owl:sameAs come up, the classes that they join get one representative, the smallest
number, and every triple with another member is retired: it is kept aside with its rank and rule,
and its image takes its place, with the merge's own round as rank. As the terms of a retired
triple never come back, each triple stands in one place only, and a proof finds it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sorafenib_kg.reasoning.arrays import (
    EMPTY,
    MASK,
    SHIFT,
    Ints,
    block,
    find,
    pack,
    unique,
)
from sorafenib_kg.reasoning.dictionary import LITERAL
from sorafenib_kg.reasoning.relation import Ranked


@dataclass(frozen=True, slots=True)
class Merge:
    """What one merge did.

    ``moved`` are the terms that lost their place, sorted, and ``leaders`` what took it;
    ``retired`` the triples that had them, by predicate, as keys (subject, object).
    """

    round: int
    moved: Ints
    leaders: Ints
    retired: Mapping[int, Ranked]

    def image(self, numbers: Ints) -> Ints:
        """Return what stands for each term after this merge, given what stood before."""
        places, found = find(numbers, self.moved)
        image = numbers.copy()
        image[found] = self.leaders[places[found]]
        return image


class Equality:
    """The representatives.

    ``members`` are all terms that have another one, sorted, ``leaders`` all that stand for others
    too; ``classes`` keys (representative, member) of all classes of two or more, sorted.
    """

    def __init__(self) -> None:
        """Start with each term standing for itself."""
        self.members: Ints = EMPTY
        self.leaders: Ints = EMPTY
        self.classes: Ints = EMPTY
        self._leaders: Ints = EMPTY
        self._by_member: dict[int, int] = {}
        self._plural: frozenset[int] = frozenset()
        self._resources: Ints = EMPTY
        self._literals: Ints = EMPTY

    def __bool__(self) -> bool:
        """Tell whether anything is the same as something else."""
        return bool(len(self.members))

    def canonical(self, numbers: Ints) -> Ints:
        """Return the representative of each term."""
        if not self:
            return numbers
        found = numbers.copy()
        for table, start in ((self._resources, 0), (self._literals, LITERAL)):
            inside = (numbers >= start) & (numbers < start + len(table))
            found[inside] = table[numbers[inside] - start]
        return found

    def leader(self, number: int) -> int:
        """Return the representative of one term."""
        return self._by_member.get(number, number)

    def unite(self, subjects: Ints, objects: Ints) -> tuple[Ints, Ints]:
        """Make one class of each two representatives; return what moved, and whereto."""
        nodes = unique(np.concatenate([subjects, objects]))
        leaders = nodes[_components(len(nodes), find(subjects, nodes)[0], find(objects, nodes)[0])]
        changed = leaders != nodes
        moved, leaders = nodes[changed], leaders[changed]
        places, found = find(self._leaders, moved)
        updated = self._leaders.copy()
        updated[found] = leaders[places[found]]
        members = np.concatenate([self.members, moved])
        order = np.argsort(members)
        self.members = members[order]
        self._leaders = np.concatenate([updated, leaders])[order]
        self._resources = self._table(0, LITERAL)
        self._literals = self._table(LITERAL, 2 * LITERAL)
        # A new dict, as forks share the old one.
        self._by_member = dict(zip(self.members.tolist(), self._leaders.tolist(), strict=True))
        own = self.leaders = unique(self._leaders)
        self._plural = frozenset(own.tolist())
        self.classes = np.sort(np.concatenate([pack(self._leaders, self.members), pack(own, own)]))
        return moved, leaders

    def stands_for_others(self, number: int) -> bool:
        """Tell whether a term represents more than itself."""
        return number in self._plural

    def same(self, number: int) -> list[int]:
        """Return all that is the same as a term, itself included."""
        leader = self.leader(number)
        if leader not in self._plural:
            return [number]
        members: list[int] = (block(self.classes, leader) & MASK).tolist()
        return members

    def _table(self, start: int, end: int) -> Ints:
        low, high = np.searchsorted(self.members, (start, end))
        if low == high:
            return EMPTY
        members = self.members[low:high] - start
        table = np.arange(start, start + int(members[-1]) + 1)
        table[members] = self._leaders[low:high]
        return table


def expand_classes(keys: Ints, classes: Ints) -> Ints:
    """Return the keys that become of keys when each term is replaced by all that is the same.

    ``classes`` are keys (representative, member). The result is sorted, without duplicates.
    """
    if not len(classes):
        return keys
    firsts = _expand(keys >> SHIFT, keys & MASK, classes)
    seconds = _expand(firsts & MASK, firsts >> SHIFT, classes)
    return unique(pack(seconds & MASK, seconds >> SHIFT))


def _expand(replaced: Ints, kept: Ints, classes: Ints) -> Ints:
    """Return keys (member, kept) for each member of the class of ``replaced``."""
    low = np.searchsorted(classes, replaced << SHIFT)
    high = np.searchsorted(classes, (replaced + 1) << SHIFT)
    counts = high - low
    alone = counts == 0
    rows = np.repeat(np.arange(len(replaced)), counts)
    ends = np.cumsum(counts)
    places = np.arange(len(rows)) - np.repeat(ends - counts, counts) + low[rows]
    members = classes[places] & MASK
    return np.concatenate([pack(replaced[alone], kept[alone]), pack(members, kept[rows])])


def _components(count: int, first: Ints, second: Ints) -> Ints:
    """Return for each node 0 to count - 1 the smallest node that edges connect it with."""
    labels = np.arange(count)
    while True:
        lower = labels.copy()
        smallest = np.minimum(labels[first], labels[second])
        for ends in (first, second, labels[first], labels[second]):
            np.minimum.at(lower, ends, smallest)
        while True:
            jumped = lower[lower]
            if np.array_equal(jumped, lower):
                break
            lower = jumped
        if np.array_equal(lower, labels):
            return labels
        labels = lower
