"""History: the relations as they were, for proofs of what was found before names were merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from sorafenib_kg.reasoning.arrays import Ints, Small, member
from sorafenib_kg.reasoning.equality import Merge
from sorafenib_kg.reasoning.program import CompiledRule
from sorafenib_kg.reasoning.relation import Ranked, Relation, collect


class History:
    """What an engine's relations were after each of its merges; worked out when asked for.

    It holds good until the engine goes on. ``types`` is the number of rdf:type.
    """

    def __init__(
        self,
        relations: Mapping[int, Relation],
        merges: Sequence[Merge],
        rules: Sequence[CompiledRule],
        types: int,
    ) -> None:
        """Take the state of an engine, which is only read."""
        self._relations = relations
        self._merges = merges
        self._rules = rules
        self._types = types
        self._past: dict[int, Mapping[int, Relation]] = {}
        self._steps: dict[tuple[int, int], tuple[Ints, Small]] = {}

    def epoch(self, rank: int) -> int:
        """Return how many merges came before the round of a rank."""
        return sum(step.round < rank for step in self._merges)

    def at(self, epoch: int) -> Mapping[int, Relation]:
        """Return the relations as they were when some merges had been made, ranks included.

        What came after the next merge is left out, what it and later ones retired is there.
        """
        if epoch == len(self._merges):
            return self._relations
        if epoch not in self._past:
            self._past[epoch] = self._restore(epoch)
        return self._past[epoch]

    def _restore(self, epoch: int) -> Mapping[int, Relation]:
        limit = self._merges[epoch].round
        parts: dict[int, list[Ranked]] = defaultdict(list)
        for predicate, relation in self._relations.items():
            rows = relation.ranked().select(relation.ranked().ranks < limit)
            parts[predicate].append(rows.swapped() if relation.inverted else rows)
        for step in self._merges[epoch:]:
            for predicate, rows in step.retired.items():
                parts[predicate].append(rows.select(rows.ranks < limit))
        return {
            predicate: Relation(collect(rows), inverted=predicate == self._types)
            for predicate, rows in parts.items()
        }

    def steps(self, predicate: int, epoch: int) -> tuple[Ints, Small]:
        """Return keys (subject, object) and ranks of the triples that no run has given."""
        if (predicate, epoch) not in self._steps:
            relation = self.at(epoch)[predicate]
            rows = relation.ranked()
            runs = [place for place, rule in enumerate(self._rules) if rule.run is not None]
            single = rows.select(~member(rows.rules.astype(np.int64), np.array(runs, np.int64)))
            if relation.inverted:
                single = single.swapped()
            self._steps[predicate, epoch] = single.keys, single.ranks
        return self._steps[predicate, epoch]
