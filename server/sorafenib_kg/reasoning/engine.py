"""The engine: a program and triples to the fixpoint, semi-naive, with ranks.

Reasoning goes in rounds. A round applies every rule to all triples found before it, at least one
of which is new since the round before, and what it finds gets the round's number as its rank.
So the rank of a triple is 1 more than the largest rank among the premises that first gave it,
and premises always have smaller ranks than what they give: proofs that follow the ranks downwards
end. Rules that the ontology's growth brings are applied once to everything, then as the others.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, member, merge, swap
from sorafenib_kg.reasoning.compiler import TYPE, Compiler
from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import Batch, Relation
from sorafenib_kg.reasoning.transitive import extend_closure, transitive_closure
from sorafenib_kg.rules import Rule

# Where a relation has grown by less than this part since it was last closed under runs, the
# pairs that the new edges bring are joined to it; otherwise all is closed anew.
SMALL_GROWTH = 1 / 8

_ONE_ROW = Table(1, {})  # what a body without atoms matches


class Engine:
    """The state of a closure: relations by predicate, and the rules that made them.

    ``rules`` are numbered by their places; ``clash_rules`` have no head and are left to the end.
    ``seconds`` are wall time, by phase.
    """

    def __init__(
        self, rules: Iterable[Rule], dictionary: Dictionary, asserted: dict[int, Ints]
    ) -> None:
        """Start from asserted triples: keys (subject, object), sorted, by predicate."""
        self.compiler = Compiler(tuple(rules), dictionary)
        self.type = self.compiler.number(TYPE)
        self.relations = {
            predicate: Relation(inverted=predicate == self.type, asserted=keys)
            for predicate, keys in asserted.items()
        }
        self.rules: list[CompiledRule] = []
        self.clash_rules: list[CompiledRule] = []
        self.rounds = 0
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._unbound_triggers: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._bound_triggers: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(dict)
        self._runs: dict[int, list[int]] = defaultdict(list)
        self._closed: dict[int, Ints] = {}
        self._steps: dict[int, tuple[Ints, Ints]] = {}

    def run(self) -> None:
        """Apply the rules until nothing new comes."""
        self._learn(dict.fromkeys(self.relations, EMPTY))
        changed = True
        while changed:
            with self._clock("compile"):
                fresh = self._compile()
            with self._clock("reason"):
                changed = self._round(fresh)
        for relation in self.relations.values():
            relation.settle()
        self._closed.clear()

    @contextmanager
    def _clock(self, phase: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[phase] += time.perf_counter() - started

    def _compile(self) -> range:
        """Take in the rules that are new, and return their places."""
        before = len(self.rules)
        for rule in self.compiler.compile():
            (self.clash_rules if rule.head is None else self.rules).append(rule)
        fresh = range(before, len(self.rules))
        for place in fresh:
            rule = self.rules[place]
            if rule.run is not None:
                self._runs[rule.run].append(place)
            for position, atom in enumerate(rule.body):
                if isinstance(atom.object, int):
                    triggers = self._bound_triggers[atom.predicate].setdefault(atom.object, [])
                else:
                    triggers = self._unbound_triggers[atom.predicate]
                triggers.append((place, position))
        return fresh

    def _learn(self, changed: dict[int, Ints]) -> None:
        """Tell the compiler what is new about the ontology; with the rules that gave it."""
        covered = np.array([rule.covered for rule in self.rules], np.bool_)
        for predicate, rules in changed.items():
            relation = self.relations[predicate]
            keys = relation.new
            if predicate == self.type:
                kinds = np.array(sorted(self.compiler.types))
                keys = keys[np.isin(keys >> SHIFT, kinds)]
            elif predicate not in self.compiler.predicates:
                continue
            elif len(rules):
                keys = keys[~covered[rules]]
            subjects, objects = (column.tolist() for column in relation.unpack(keys))
            self.compiler.learn(
                (subject, predicate, value)
                for subject, value in zip(subjects, objects, strict=True)
            )

    def _round(self, fresh: range) -> bool:
        """Apply the rules once; tell whether anything new came of it."""
        self.rounds += 1
        batches: dict[int, list[Batch]] = defaultdict(list)
        for place in fresh:
            if self.rules[place].run is None:
                self._apply(place, None, batches)
        for place, position in self._triggered(fresh.start):
            self._apply(place, position, batches)
        for predicate, places in self._runs.items():
            self._apply_run(predicate, places, fresh, batches)
        changed: dict[int, Ints] = {}
        for predicate, relation in list(self.relations.items()):
            if predicate not in batches:
                relation.settle()
        for predicate, candidates in batches.items():
            relation = self._relation(predicate)
            candidates.sort(key=lambda batch: batch.rule)
            rules = relation.absorb(candidates, self.rounds)
            if len(rules):
                changed[predicate] = rules
        self._learn(changed)
        return bool(changed)

    def _triggered(self, limit: int) -> list[tuple[int, int]]:
        """Return the older rules that what is new may fire, and the place of the atom it meets."""
        found: list[tuple[int, int]] = []
        for predicate, relation in self.relations.items():
            if not len(relation.new):
                continue
            found += self._unbound_triggers.get(predicate, ())
            bound = self._bound_triggers.get(predicate)
            if bound:
                for value in _present(np.array(sorted(bound)), relation):
                    found += bound[value]
        return sorted(pair for pair in found if pair[0] < limit)

    def _apply(self, place: int, new: int | None, batches: dict[int, list[Batch]]) -> None:
        """Add what one rule gives to the batches."""
        rule = self.rules[place]
        head = rule.head
        if head is None:
            return
        table = _ONE_ROW
        if rule.body:
            table = matches(rule.body, self.relations, set(head.variables()), new)
        if not table.size:
            return
        subjects, objects = column(head.subject, table), column(head.object, table)
        if not _is_subject(head, rule.body):
            things = subjects < LITERAL
            subjects, objects = subjects[things], objects[things]
        self._add(place, head.predicate, subjects, objects, batches)

    def _apply_run(
        self, predicate: int, places: list[int], fresh: range, batches: dict[int, list[Batch]]
    ) -> None:
        """Add what runs of one property give, from all of its triples at once."""
        relation = self.relations.get(predicate)
        if relation is None or not (len(relation.new) or any(place in fresh for place in places)):
            return
        edges = relation.forward()
        closed = self._closed.get(predicate, EMPTY)
        new = edges[~member(edges, closed)]
        if not len(new):
            return
        if len(new) < SMALL_GROWTH * len(closed):
            pairs = extend_closure(closed, new)
            self._closed[predicate] = merge(closed, pairs)
        else:
            pairs = self._closed[predicate] = transitive_closure(edges)
        for place in places:
            self._add(place, predicate, pairs >> SHIFT, pairs & MASK, batches)

    def _add(
        self,
        place: int,
        predicate: int,
        subjects: Ints,
        objects: Ints,
        batches: dict[int, list[Batch]],
    ) -> None:
        if predicate in self.compiler.reflexive:
            different = subjects != objects
            subjects, objects = subjects[different], objects[different]
        if len(subjects):
            keys = self._relation(predicate).pack(subjects, objects)
            batches[predicate].append(Batch(place, keys))

    def _relation(self, predicate: int) -> Relation:
        if predicate not in self.relations:
            self.relations[predicate] = Relation(inverted=predicate == self.type)
        return self.relations[predicate]

    def fired(self) -> Counter[str]:
        """Return how many triples each rule gave first, by the rule's name."""
        counts: Counter[str] = Counter()
        for relation in self.relations.values():
            for rules in relation.rules_by_round():
                for place in np.flatnonzero(numbers := np.bincount(rules)).tolist():
                    counts[self.rules[place].name] += int(numbers[place])
        return counts

    def steps(self, predicate: int) -> tuple[Ints, Ints]:
        """Return keys (subject, object) and ranks of the triples that no run has given."""
        if predicate not in self._steps:
            relation = self.relations[predicate]
            ranked = relation.ranked()
            runs = [place for place, rule in enumerate(self.rules) if rule.run is not None]
            single = ~np.isin(ranked.rules, runs)
            keys, ranks = ranked.keys[single], ranked.ranks[single]
            if relation.inverted:
                order = np.argsort(swap(keys))
                keys, ranks = swap(keys)[order], ranks[order]
            self._steps[predicate] = keys, ranks
        return self._steps[predicate]


def _present(values: Ints, relation: Relation) -> list[int]:
    """Return those values that are the object of a new triple, in order."""
    if relation.inverted:
        low = np.searchsorted(relation.new, values << SHIFT)
        high = np.searchsorted(relation.new, (values + 1) << SHIFT)
        found = values[high > low]
    else:
        found = values[np.isin(values, relation.new & MASK)]
    return [int(value) for value in found]


def _is_subject(head: Atom, body: tuple[Atom, ...]) -> bool:
    """Tell whether the head's subject is a subject in the body too, hence no literal."""
    return isinstance(head.subject, int) or any(atom.subject == head.subject for atom in body)
