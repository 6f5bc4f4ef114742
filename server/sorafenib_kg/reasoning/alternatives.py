"""Alternatives: what fulfils two of many patterns, found without writing all pairs of them.

Of a list of disjoint classes or properties, each item is a pattern. Whatever two of them match
alike breaks the axiom. All that the patterns match is sorted once, so that it lies together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, pack
from sorafenib_kg.reasoning.dictionary import Encoded
from sorafenib_kg.reasoning.joins import scan
from sorafenib_kg.reasoning.program import Atom, ground
from sorafenib_kg.reasoning.relation import Relation


def any_two(
    alternatives: Sequence[Atom], relations: Mapping[int, Relation]
) -> Iterator[tuple[Encoded, Encoded]]:
    """Give each two triples that match two of the atoms with the same values of the variables.

    The atoms have the same variables in the same places. One that is there twice is two.
    """
    keys, places = [EMPTY], [EMPTY]
    for place, atom in enumerate(alternatives):
        relation = relations.get(atom.predicate)
        if relation is not None:
            columns = scan(atom, relation).columns
            found = [columns[name] for name in atom.variables()]
            keys.append(pack(found[0], found[-1]))
            places.append(np.full(len(found[0]), place, np.int64))
    values, owners = np.concatenate(keys), np.concatenate(places)
    order = np.argsort(values, kind="stable")
    values, owners = values[order], owners[order]
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    ends = np.append(starts[1:], len(values))
    several = ends - starts > 1
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        first, second = int(values[start]) >> SHIFT, int(values[start]) & MASK
        matching = [alternatives[place] for place in owners[start:end].tolist()]
        for one, other in combinations(matching, 2):
            yield _with(one, first, second), _with(other, first, second)


def _with(atom: Atom, first: int, second: int) -> Encoded:
    """Return the triple of an atom from the values of its first and its last variable."""
    names = list(atom.variables())
    return ground(atom, {names[0]: first, names[-1]: second})
