"""Rules that find two names of one thing, without writing all pairs of them.

The body of such a rule falls into two halves that differ in nothing but the variable: the two
values of a functional property, or the two things that agree in a key. All that matches one half
and agrees in what the halves share is the same, so it is enough to tie each to the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sorafenib_kg.reasoning.arrays import EMPTY, Ints
from sorafenib_kg.reasoning.joins import matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import Relation


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a symmetric body: its atoms, its own variable, and what it shares."""

    body: tuple[Atom, ...]
    variable: str
    shared: tuple[str, ...]


def half_of(rule: CompiledRule, same: int) -> Half | None:
    """Return the half of a rule's body, or None if it is no such rule; ``same`` is owl:sameAs."""
    head = rule.head
    if head is None or head.predicate != same:
        return None
    first, second = head.subject, head.object
    if not isinstance(first, str) or not isinstance(second, str) or first == second:
        return None
    with_first = [atom for atom in rule.body if first in (atom.subject, atom.object)]
    with_second = [atom for atom in rule.body if second in (atom.subject, atom.object)]
    renamed = {_rename(atom, first, second) for atom in with_first}
    if not with_first or renamed != set(with_second):
        return None
    body = tuple(atom for atom in rule.body if atom not in with_second)
    names = dict.fromkeys(name for atom in body for name in atom.variables())
    return Half(body, first, tuple(name for name in names if name != first))


def _rename(atom: Atom, old: str, new: str) -> Atom:
    subject, value = (new if slot == old else slot for slot in (atom.subject, atom.object))
    return Atom(subject, atom.predicate, value)


def pairs(half: Half, relations: Mapping[int, Relation]) -> tuple[Ints, Ints]:
    """Return for each thing that is not the first of its group the first, and the thing."""
    table = matches(half.body, relations, {half.variable, *half.shared})
    if not table.size:
        return EMPTY, EMPTY
    columns = [table.columns[name] for name in (half.variable, *half.shared)]
    order = np.lexsort(columns)
    columns = [column[order] for column in columns]
    starts = np.zeros(table.size, np.bool_)
    starts[0] = True
    for column in columns[1:]:
        starts[1:] |= column[1:] != column[:-1]
    things = columns[0]
    firsts = things[np.flatnonzero(starts)][np.cumsum(starts) - 1]
    different = firsts != things
    return firsts[different], things[different]
