"""Joins: all ways to match the body of a rule in the relations, as columns of term numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sorafenib_kg.reasoning.arrays import (
    MASK,
    SHIFT,
    Ints,
    block,
    expand,
    member,
    pack,
    unique,
)
from sorafenib_kg.reasoning.program import Atom
from sorafenib_kg.reasoning.relation import Relation


@dataclass(frozen=True, slots=True)
class Table:
    """Matches: for each variable a column, all of ``size`` rows."""

    size: int
    columns: Mapping[str, Ints]

    def select(self, chosen: Ints | np.ndarray, more: Mapping[str, Ints] | None = None) -> Table:
        """Return the chosen rows (a mask, or places), with further columns beside them."""
        columns = {name: column[chosen] for name, column in self.columns.items()}
        size = int(chosen.sum()) if chosen.dtype == np.bool_ else len(chosen)
        return Table(size, {**columns, **(more or {})})

    def keep(self, names: Collection[str]) -> Table:
        """Drop the other columns, and rows that thereby become equal where that is cheap."""
        columns = {name: column for name, column in self.columns.items() if name in names}
        if len(columns) == len(self.columns):
            return self
        match list(columns.items()):
            case [(name, column)]:
                column = unique(column)
                return Table(len(column), {name: column})
            case [(name, column), (other, beside)]:
                keys = unique(pack(column, beside))
                return Table(len(keys), {name: keys >> SHIFT, other: keys & MASK})
        return Table(self.size, columns)


def matches(
    body: Sequence[Atom],
    relations: Mapping[int, Relation],
    needed: Collection[str],
    new: int | None = None,
) -> Table:
    """Return all matches of a body, with columns for the needed variables at least.

    With ``new``, the atom at that place is matched only against what the last round gave.
    """
    if any(atom.predicate not in relations for atom in body):
        return Table(0, {})
    first = _smallest(body, relations) if new is None else new
    table = scan(body[first], relations[body[first].predicate], only_new=new is not None)
    waiting = [atom for place, atom in enumerate(body) if place != first]
    asked_by = Counter([*needed, *(name for atom in waiting for name in atom.variables())])
    while waiting and table.size:
        atom = _next(waiting, table.columns)
        waiting.remove(atom)
        table = extend(table, atom, relations[atom.predicate])
        if waiting:
            asked_by.subtract(atom.variables())
            table = table.keep([name for name in table.columns if asked_by[name]])
    return table


def _smallest(body: Sequence[Atom], relations: Mapping[int, Relation]) -> int:
    """Return the place of the atom to begin with."""
    if len(body) == 1:
        return 0

    def size(place: int) -> int:
        atom = body[place]
        relation = relations[atom.predicate]
        if isinstance(atom.subject, int):
            return 0
        if isinstance(atom.object, int):
            return len(block(relation.backward(), atom.object))
        return len(relation)

    return min(range(len(body)), key=size)


def _next(waiting: Sequence[Atom], columns: Mapping[str, Ints]) -> Atom:
    """Return the first atom of those with the fewest unknowns; a pair of unknowns goes last."""
    best, fewest = waiting[0], 3
    for atom in waiting:
        unknown = sum(name not in columns for name in atom.variables())
        if unknown < fewest:
            best, fewest = atom, unknown
        if not unknown:
            break
    return best


def scan(atom: Atom, relation: Relation, only_new: bool = False) -> Table:
    """Return the matches of one atom."""
    subject, value = atom.subject, atom.object
    if only_new:
        subjects, objects = _new(atom, relation)
    elif isinstance(value, int):
        keys = block(relation.backward(), value)
        subjects, objects = keys & MASK, keys >> SHIFT
    elif isinstance(subject, int):
        keys = block(relation.forward(), subject)
        subjects, objects = keys >> SHIFT, keys & MASK
    else:
        subjects, objects = relation.unpack(relation.keys)
    if isinstance(subject, int) and isinstance(value, int):
        return Table(int((subjects == subject).any()), {})
    if subject == value:
        subjects = objects = subjects[subjects == objects]
    columns = {
        slot: values
        for slot, values in ((subject, subjects), (value, objects))
        if isinstance(slot, str)
    }
    return Table(len(subjects), columns)


def _new(atom: Atom, relation: Relation) -> tuple[Ints, Ints]:
    """Return what the last round gave, as far as it has the constants of an atom."""
    leading, other = (
        (atom.object, atom.subject) if relation.inverted else (atom.subject, atom.object)
    )
    keys = relation.new
    if isinstance(leading, int):
        keys = block(keys, leading)
    if isinstance(other, int):
        keys = keys[(keys & MASK) == other]
    return relation.unpack(keys)


def extend(table: Table, atom: Atom, relation: Relation) -> Table:
    """Join a table with the matches of a further atom."""
    subjects, objects = _known(atom.subject, table), _known(atom.object, table)
    if subjects is not None and objects is not None:
        return table.select(_holds(atom, subjects, objects, relation))
    if subjects is not None and isinstance(atom.object, str):
        rows, found = expand(subjects, relation.forward())
        return table.select(rows, {atom.object: found})
    if objects is not None and isinstance(atom.subject, str):
        rows, found = expand(objects, relation.backward())
        return table.select(rows, {atom.subject: found})
    other = scan(atom, relation)
    rows = np.repeat(np.arange(table.size), other.size)
    beside = np.tile(np.arange(other.size), table.size)
    return table.select(rows, other.select(beside).columns)


def column(slot: int | str, table: Table) -> Ints:
    """Return the values of a constant or of a variable that the table has, one a row."""
    if isinstance(slot, int):
        return np.full(table.size, slot, np.int64)
    return table.columns[slot]


def _known(slot: int | str, table: Table) -> Ints | None:
    return column(slot, table) if isinstance(slot, int) or slot in table.columns else None


def _holds(atom: Atom, subjects: Ints, objects: Ints, relation: Relation) -> np.ndarray:
    """Tell for each row whether its triple is there."""
    if isinstance(atom.object, int) and relation.inverted:
        # One class: a search in its own members is shorter than one in all of rdf:type.
        members = block(relation.keys, atom.object)
        return member(pack(objects, subjects), members)
    return member(relation.pack(subjects, objects), relation.keys)
