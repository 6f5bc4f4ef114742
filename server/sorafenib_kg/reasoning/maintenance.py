"""Maintenance: the closure after a change, and what would follow if something held.

A closure never changes. `revise` returns the one that belongs to other facts, and takes the
cheapest way to it that is exact: going on from what is there when triples only come; deleting what
loses its support when triples go from a large graph; starting anew otherwise, also when the
ontology loses an axiom, or what goes may have to do with why names are of one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from pyoxigraph import Triple

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, member, merge, unique
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.deletion import TooMuchError, delete
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.engine import Engine

Way = Literal["unchanged", "extended", "deleted", "anew"]
Facts = Mapping[int, Ints]

# Below so many asserted triples it takes less time to start anew than to delete step by step, and
# above it where more triples than this part of them have to be looked at.
# `benchmarks/maintenance.py` measures both.
SMALL = 50_000
PART = 1 / 50


@dataclass(frozen=True)
class Revision:
    """A closure after a change of its facts.

    ``added`` and ``removed`` are what the change does to the inferred triples, as keys (subject,
    object), sorted, by predicate. ``way`` tells how the closure was reached.
    """

    closure: Closure
    added: Facts
    removed: Facts
    way: Way
    before: Closure

    def follows(self) -> Iterable[Triple]:
        """Give the triples that are inferred now and did not hold before."""
        for predicate, keys in self.added.items():
            for key in keys.tolist():
                triple = self.closure.dictionary.decode(key >> SHIFT, predicate, key & MASK)
                if isinstance(triple, Triple) and triple not in self.before:
                    yield triple

    def new_clashes(self) -> tuple[Clash, ...]:
        """Return the clashes that were not there before."""
        old = set(self.before.clashes)
        return tuple(clash for clash in self.closure.clashes if clash not in old)


def revise(
    closure: Closure,
    add: Iterable[Triple] = (),
    remove: Iterable[Triple] = (),
    *,
    prefer: Literal["deleted", "anew"] | None = None,
) -> Revision:
    """Return the closure of the facts without ``remove`` and with ``add``.

    The given closure stays as it is; both share a dictionary, so only one thread may do this at a
    time. What is in both is added. Triples that are not asserted are not removed. ``prefer``
    chooses a way of removing where the size would choose it. Raises ValueError for a triple to
    add whose subject is a triple term.
    """
    dictionary = closure.dictionary
    adding = dictionary.encode(add)
    removing = _without(_known(dictionary, remove), adding)
    removing = _common(removing, closure.facts)
    adding = _without(adding, closure.facts)
    facts = _union(_without(closure.facts, removing), adding)
    if not adding and not removing:
        return Revision(closure, {}, {}, "unchanged", closure)
    engine, way = _prepared(closure.engine, removing, _size(facts), prefer)
    if engine is not None and adding:
        engine = _extended(engine, adding)
    if engine is None:
        engine, way = closure.engine.restarted(facts), "anew"
    after = Closure(dictionary, engine, facts, closure.names)
    added, removed = _difference(closure, after)
    return Revision(after, added, removed, way, closure)


def _prepared(
    engine: Engine, removing: Facts, size: int, prefer: Literal["deleted", "anew"] | None
) -> tuple[Engine | None, Way]:
    """Return an engine without some facts, and how it was made; None if one has to start anew."""
    if not removing:
        return engine.fork(), "extended"
    if prefer == "anew" or (prefer is None and size < SMALL):
        return None, "anew"
    budget = 10 * size if prefer else int(PART * size)
    return _deleted(engine, removing, budget), "deleted"


def what_if(closure: Closure, extra: Iterable[Triple]) -> Revision:
    """Return the closure as it would be if more triples held, beside the one that is.

    `Revision.follows` tells what would follow, `Revision.new_clashes` what would clash.
    """
    return revise(closure, extra)


def _deleted(engine: Engine, facts: Facts, budget: int) -> Engine | None:
    forked = engine.fork()
    try:
        delete(forked, facts, budget)
    except TooMuchError:
        return None
    return forked


def _extended(engine: Engine, facts: Facts) -> Engine | None:
    try:
        engine.add(facts)
    except ValueError:
        # A term is known by another name; its triples would have to be told from their images.
        return None
    return engine


def _known(dictionary: Dictionary, triples: Iterable[Triple]) -> dict[int, Ints]:
    """Encode the triples all of whose terms are known."""
    keys: dict[int, list[int]] = {}
    for triple in triples:
        encoded = dictionary.encode_triple(triple)
        if encoded is not None:
            keys.setdefault(encoded[1], []).append((encoded[0] << SHIFT) | encoded[2])
    return {p: unique(np.array(found, np.int64)) for p, found in keys.items()}


def _size(facts: Facts) -> int:
    return sum(len(keys) for keys in facts.values())


def _without(facts: Facts, others: Facts) -> dict[int, Ints]:
    """Return facts that are not among others, without predicates that have none left."""
    found = {}
    for predicate, keys in facts.items():
        other = others.get(predicate)
        kept = keys if other is None else keys[~member(keys, other)]
        if len(kept):
            found[predicate] = keys if len(kept) == len(keys) else kept
    return found


def _common(facts: Facts, others: Facts) -> dict[int, Ints]:
    """Return facts that are among others."""
    found = {}
    for predicate, keys in facts.items():
        kept = keys[member(keys, others.get(predicate, EMPTY))]
        if len(kept):
            found[predicate] = kept
    return found


def _union(facts: Facts, others: Facts) -> dict[int, Ints]:
    """Return facts of both; they have none in common."""
    found = dict(facts)
    for predicate, keys in others.items():
        found[predicate] = merge(found[predicate], keys) if predicate in found else keys
    return found


def _difference(before: Closure, after: Closure) -> tuple[Facts, Facts]:
    """Return what was added to and removed from the inferred triples."""
    old, new = before.inferred_keys(), after.inferred_keys()
    return (
        MappingProxyType(_without(new, old)),
        MappingProxyType(_without(old, new)),
    )
