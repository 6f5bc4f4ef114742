"""The rulebook: the compiled rules by number, and which of them what is new may fire."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from typing import TypeVar

import numpy as np

from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints, member, unique
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import Relation
from sorafenib_kg.reasoning.symmetric import Half, half_of

# A rule that what is new meets in more places than this, as that of a long intersection, is applied
# to everything at once: each place would take a join of its whole body.
MANY = 16

Item = TypeVar("Item")


class Rulebook:
    """The rules of an engine.

    ``rules`` are numbered by their places and stay for the proofs when they are no longer in use;
    ``clash_rules`` have no head. ``runs`` are the places of rules over runs, by property, and
    ``halves`` those of symmetric rules. ``same`` is the number of owl:sameAs.
    """

    def __init__(self, same: int) -> None:
        """Start with no rule."""
        self.rules: list[CompiledRule] = []
        self.same = same
        self._value_rules: dict[str, int] = {}
        self.forget()

    def forget(self) -> None:
        """Put all rules but those on values out of use."""
        self._first = len(self.rules)
        self.clash_rules: list[CompiledRule] = []
        self.runs: dict[int, list[int]] = defaultdict(list)
        self.halves: dict[int, Half] = {}
        self._unbound: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._bound: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(dict)

    def fork(self) -> Rulebook:
        """Return the same rules, to be added to by themselves."""
        other = copy(self)
        other.rules, other.clash_rules = list(self.rules), list(self.clash_rules)
        other._value_rules, other.halves = dict(self._value_rules), dict(self.halves)
        other.runs, other._unbound = _copy_of_lists(self.runs), _copy_of_lists(self._unbound)
        other._bound = defaultdict(dict)
        for predicate, bound in self._bound.items():
            other._bound[predicate] = _copy_of_lists(bound)
        return other

    def in_use(self) -> list[CompiledRule]:
        """Return the rules with a head that are in use, those on values left out."""
        return [rule for rule in self.rules[self._first :] if rule.kind == "join"]

    def take(self, compiled: Iterable[CompiledRule]) -> range:
        """Take in rules; return the places of those that have a head."""
        first = len(self.rules)
        for rule in compiled:
            if rule.head is None:
                self.clash_rules.append(rule)
            else:
                self._index(rule, len(self.rules))
                self.rules.append(rule)
        return range(first, len(self.rules))

    def _index(self, rule: CompiledRule, place: int) -> None:
        if rule.run is not None:
            self.runs[rule.run].append(place)
        half = half_of(rule, self.same)
        if half is not None:
            self.halves[place] = half
        for position, atom in enumerate(rule.body):
            if isinstance(atom.object, int):
                triggers = self._bound[atom.predicate].setdefault(atom.object, [])
            else:
                triggers = self._unbound[atom.predicate]
            triggers.append((place, position))

    def value_rule(self, name: str, head: Atom) -> int:
        """Return the place of a rule on values or equality that is not compiled."""
        key = f"{name} {head.object}"
        if key not in self._value_rules:
            self._value_rules[key] = len(self.rules)
            self.rules.append(CompiledRule(name, head, (), (), kind="value"))
        return self._value_rules[key]

    def triggered(
        self, relations: Mapping[int, Relation], limit: int
    ) -> list[tuple[int, int | None]]:
        """Return the rules that what is new may fire, and the place of the atom that it meets.

        None stands for all atoms, where there are too many to be met one after the other. Rules
        from the place ``limit`` on are left out.
        """
        found: list[tuple[int, int]] = []
        for predicate, relation in relations.items():
            if not len(relation.new):
                continue
            found += self._unbound.get(predicate, ())
            bound = self._bound.get(predicate)
            if bound:
                for value in _present(np.array(sorted(bound)), relation):
                    found += bound[value]
        met = Counter(place for place, _ in found)
        once = sorted(place for place, times in met.items() if place < limit and times > MANY)
        each = sorted(pair for pair in found if pair[0] < limit and met[pair[0]] <= MANY)
        return [*((place, None) for place in once), *each]


def _copy_of_lists(lists: Mapping[int, list[Item]]) -> defaultdict[int, list[Item]]:
    return defaultdict(list, {key: list(items) for key, items in lists.items()})


def _present(values: Ints, relation: Relation) -> list[int]:
    """Return those values that are the object of a new triple, in order."""
    if relation.inverted:
        low = np.searchsorted(relation.new, values << SHIFT)
        high = np.searchsorted(relation.new, (values + 1) << SHIFT)
        found = values[high > low]
    else:
        found = values[member(values, unique(relation.new & MASK))]
    return [int(value) for value in found]
