"""Merging: the triples of names that lost their place are put aside, their images take over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT
from sorafenib_kg.reasoning.equality import Equality, Merge
from sorafenib_kg.reasoning.relation import REPLACED, Batch, Ranked, Relation, asserted


def merge_equals(
    relations: dict[int, Relation],
    equality: Equality,
    same: int,
    round_: int,
    relation_of: Callable[[int], Relation],
) -> Merge | None:
    """Give one representative to what is newly known to be the same; None if nothing is.

    ``same`` is owl:sameAs, ``relation_of`` gives the relation of a predicate, empty if it is new.
    Images rank by the round and are new beside what was new before.
    """
    known = relations.get(same)
    if known is None:
        return None
    subjects, objects = known.unpack(known.new)
    different = subjects != objects
    if not different.any():
        return None
    moved, leaders = equality.unite(subjects[different], objects[different])
    step = Merge(round_, moved, leaders, {})
    retired: dict[int, Ranked] = {}
    images: dict[int, list[Batch]] = defaultdict(list)
    for predicate, relation in list(relations.items()):
        gone = _retire(predicate, relation, equality)
        if len(gone):
            retired[predicate] = gone
            target = equality.leader(predicate)
            subjects, objects = step.image(gone.keys >> SHIFT), step.image(gone.keys & MASK)
            images[target].append(Batch(REPLACED, relation_of(target).pack(subjects, objects)))
        if not len(relation) and predicate not in images:
            del relations[predicate]
    for predicate, batches in images.items():
        relation_of(predicate).absorb(batches, round_, also_new=True)
    return Merge(round_, moved, leaders, retired)


def _retire(predicate: int, relation: Relation, equality: Equality) -> Ranked:
    keys = relation.keys
    if equality.leader(predicate) != predicate:
        return relation.retire(np.ones(len(keys), np.bool_))
    gone = equality.canonical(keys >> SHIFT) != keys >> SHIFT
    gone |= equality.canonical(keys & MASK) != keys & MASK
    return relation.retire(gone) if gone.any() else asserted(EMPTY)
