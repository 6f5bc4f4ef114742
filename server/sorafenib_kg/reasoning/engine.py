"""The engine: a program and triples to the fixpoint, semi-naive, with ranks.

Reasoning goes in rounds. A round applies every rule to all triples found before it, at least one
of which is new since the round before, and what it finds gets the round's number as its rank.
So the rank of a triple is 1 more than the largest rank among the premises that first gave it,
and premises always have smaller ranks than what they give: proofs that follow the ranks downwards
end. Rules that the ontology's growth brings are applied once to everything, then as the others.
A merge of equal terms is a round of its own.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import TypeVar

import numpy as np
from pyoxigraph import NamedNode

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, Small, member, merge, unique
from sorafenib_kg.reasoning.compiler import SAME, TYPE, Compiler
from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary
from sorafenib_kg.reasoning.equality import Equality, Merge
from sorafenib_kg.reasoning.history import History
from sorafenib_kg.reasoning.joins import Table, column, matches
from sorafenib_kg.reasoning.literals import Literals
from sorafenib_kg.reasoning.merging import merge_equals
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import (
    Batch,
    Relation,
    asserted,
)
from sorafenib_kg.reasoning.rulebook import Rulebook
from sorafenib_kg.reasoning.symmetric import pairs
from sorafenib_kg.reasoning.transitive import extend_closure, transitive_closure
from sorafenib_kg.reasoning.values import is_known
from sorafenib_kg.rules import REFLEXIVE, Rule

# Where a relation has grown by less than this part since it was last closed under runs, the
# pairs that the new edges bring are joined to it; otherwise all is closed anew.
SMALL_GROWTH = 1 / 8

_ONE_ROW = Table(1, {})  # what a body without atoms matches

Batches = dict[int, list[Batch]]
Item = TypeVar("Item")
_NO_RULES: Small = np.empty(0, np.int32)


class Engine:
    """The state of a closure: relations by predicate, and the rules that made them.

    All is over representatives of what is the same. ``rules`` are numbered by their places;
    ``clash_rules`` have no head and are left to the end. ``merges`` are in the order of their
    rounds. ``seconds`` are wall time, by phase. ``draws_reflexive`` tells whether reflexive
    triples are.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        dictionary: Dictionary,
        facts: Mapping[int, Ints],
        *,
        axiomatic: bool = False,
    ) -> None:
        """Start from asserted triples: keys (subject, object), sorted, by predicate.

        With ``axiomatic``, reflexive triples are drawn as well.
        """
        self.equality = Equality()
        self.literals = Literals(dictionary)
        self.merges: list[Merge] = []
        self.rounds = 0
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._table = tuple(rules)
        self._dictionary = dictionary
        self.draws_reflexive = axiomatic
        self.type = dictionary.add(NamedNode(TYPE))
        self.same = dictionary.add(NamedNode(SAME))
        self.relations = {
            predicate: Relation(asserted(keys), inverted=predicate == self.type)
            for predicate, keys in facts.items()
        }
        self._datatypes: dict[int, tuple[str, int, int]] = {}  # name, place of rule, literals seen
        self._closed: dict[int, Ints] = {}
        self.book = Rulebook(self.same)
        self.compiler = self._new_compiler()

    def history(self) -> History:
        """Return what the relations were; it holds good until this engine goes on."""
        return History(self.relations, self.merges, self.rules, self.type)

    @property
    def rules(self) -> list[CompiledRule]:
        """Return all rules that have given something or may, by number."""
        return self.book.rules

    @property
    def clash_rules(self) -> list[CompiledRule]:
        """Return the rules that conclude a clash."""
        return self.book.clash_rules

    @property
    def table(self) -> tuple[Rule, ...]:
        """Return the rules that this was made with, as they stand in the rule table."""
        return self._table

    def run(self) -> None:
        """Apply the rules until nothing new comes."""
        with self._clock("reason"):
            self._state_equal_literals()
            self._state_reflexive()
            if len(self._merge()):
                self.compiler = self._new_compiler()
            self._learn(dict.fromkeys(self.relations, _NO_RULES))
        self._continue()

    def add(self, facts: Mapping[int, Ints]) -> None:
        """Assert more triples (keys (subject, object), sorted, by predicate) and go on.

        Their terms have to be representatives; ValueError if one is not.
        """
        with self._clock("reason"):
            for predicate, keys in facts.items():
                self._assert(predicate, keys)
            self._state_equal_literals()
            self._state_reflexive()
            if not self._merge_and_recompile():
                grown = (p for p, relation in self.relations.items() if len(relation.new))
                self._learn(dict.fromkeys(grown, _NO_RULES))
        self._continue()

    def _assert(self, predicate: int, keys: Ints) -> None:
        terms = np.concatenate([keys >> SHIFT, keys & MASK, np.array([predicate])])
        if not np.array_equal(self.equality.canonical(terms), terms):
            raise ValueError("a triple to add has a term that another one stands for")
        relation = self._relation(predicate)
        relation.state(relation.pack(keys >> SHIFT, keys & MASK))

    def _continue(self) -> None:
        changed = True
        while changed:
            with self._clock("compile"):
                fresh = self._compile()
            with self._clock("reason"):
                changed = self._round(fresh)
        for relation in self.relations.values():
            relation.settle()
        self._closed.clear()

    def fork(self) -> Engine:
        """Return an engine in the same state that can go on by itself; arrays are shared."""
        other = copy(self)
        other.equality = copy(self.equality)
        other.literals = self.literals.fork()
        other.merges = list(self.merges)
        other.book = self.book.fork()
        other.seconds = defaultdict(float)
        other.relations = {p: relation.copy() for p, relation in self.relations.items()}
        other._datatypes = dict(self._datatypes)
        other._closed = {}
        other.compiler = self.compiler.fork(
            other.equality.leader, other.equality.stands_for_others, other._count
        )
        return other

    def restarted(self, facts: Mapping[int, Ints]) -> Engine:
        """Return an engine that has run from other facts by the same table."""
        other = Engine(self._table, self._dictionary, facts, axiomatic=self.draws_reflexive)
        other.run()
        return other

    def remove(self, dead: Mapping[int, Ints], again: Mapping[int, list[Batch]]) -> None:
        """Take triples away and go on from some of them that follow all the same.

        ``dead`` are keys in the relations' order, sorted; none may speak of the ontology, and
        nothing may be the same as something else. ``again`` are those that rules still give.
        """
        with self._clock("reason"):
            for predicate, keys in dead.items():
                relation = self.relations[predicate]
                relation.retire(member(relation.keys, keys))
            self.rounds += 1
            for predicate, batches in again.items():
                self.relations[predicate].absorb(batches, self.rounds)
        self._continue()

    @contextmanager
    def _clock(self, phase: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[phase] += time.perf_counter() - started

    # --- Equality and values ------------------------------------------------------------------

    def _state_equal_literals(self) -> None:
        """Say which literals have one value."""
        found = np.array(list(self.literals.equal()), np.int64).reshape(-1, 2)
        if len(found):
            self._state("dt-eq", self.same, found[:, 0], found[:, 1])

    def _state_reflexive(self) -> None:
        """Say of every new term that it is the same as itself, if that is to be drawn."""
        if not self.draws_reflexive:
            return
        columns = [np.array(list(self.relations), np.int64)]
        for relation in self.relations.values():
            columns += relation.unpack(relation.new)
        terms = self.equality.canonical(unique(np.concatenate(columns)))
        self._state("eq-ref", self.same, terms, terms)

    def _state(self, name: str, predicate: int, subjects: Ints, objects: Ints) -> None:
        """Add what a rule of values or equality gives, in a round of its own."""
        place = self.book.value_rule(name, Atom("?x", predicate, "?y"))
        predicate = self.equality.leader(predicate)
        relation = self._relation(predicate)
        subjects, objects = (self.equality.canonical(column) for column in (subjects, objects))
        self.rounds += 1
        batch = Batch(place, relation.pack(subjects, objects))
        relation.absorb([batch], self.rounds, also_new=True)

    def _merge(self) -> Ints:
        """Merge what is newly known to be the same; return the names that lost their place."""
        step = merge_equals(
            self.relations, self.equality, self.same, self.rounds + 1, self._relation
        )
        if step is None:
            return EMPTY
        self.rounds = step.round
        self.merges.append(step)
        self._closed.clear()
        types = self.relations.get(self.type)
        if types is not None:
            # That a class lies below itself begins to say something when it gets a second name.
            types.renew(member(types.keys & MASK, self.equality.leaders))
        return step.moved

    def _merge_and_recompile(self) -> bool:
        """Merge; tell whether the rules had to be compiled anew, everything learned again."""
        moved = self._merge()
        if not len(moved) or not self.compiler.depends_on(moved.tolist()):
            return False
        self.book.forget()
        self.compiler = self._new_compiler()
        for relation in self.relations.values():
            relation.renew()
        self._learn(dict.fromkeys(self.relations, _NO_RULES))
        return True

    def _new_compiler(self) -> Compiler:
        return Compiler(
            self._table,
            self._dictionary,
            self.equality.leader,
            self.equality.stands_for_others,
            self._count,
            () if self.draws_reflexive else REFLEXIVE,
        )

    def _count(self, number: int) -> int | None:
        found = self.literals.with_number(number)
        return None if found is None else self.equality.leader(found)

    # --- Rules --------------------------------------------------------------------------------

    def _compile(self) -> range:
        """Take in the rules that are new, and return their places."""
        clashes = len(self.clash_rules)
        fresh = self.book.take(self.compiler.compile())
        for rule in (*self.rules[fresh.start : fresh.stop], *self.clash_rules[clashes:]):
            self._ask_for_datatypes(rule)
        return fresh

    def _ask_for_datatypes(self, rule: CompiledRule) -> None:
        """Note the datatypes whose members a rule asks for."""
        for atom in rule.body + rule.alternatives:
            if atom.predicate != self.type or not isinstance(atom.object, int):
                continue
            for number in self.equality.same(atom.object):
                term = self._dictionary.term(number)
                if (
                    number not in self._datatypes
                    and isinstance(term, NamedNode)
                    and is_known(term.value)
                ):
                    place = self.book.value_rule("dt-type2", Atom("?l", self.type, number))
                    self._datatypes[number] = term.value, place, 0

    def _learn(self, changed: Mapping[int, Small]) -> None:
        """Tell the compiler what is new about the ontology; with the rules that gave it."""
        covered = np.array([rule.covered for rule in self.rules], np.bool_)
        for predicate, rules in changed.items():
            relation = self.relations[predicate]
            keys = relation.new
            if predicate == self.type:
                kinds = np.array(sorted(self.compiler.types))
                keys = keys[member(keys >> SHIFT, kinds)]
            elif predicate not in self.compiler.predicates:
                continue
            elif len(rules):
                keys = keys[~covered[rules]]
            subjects, objects = (column.tolist() for column in relation.unpack(keys))
            self.compiler.learn(
                (subject, predicate, value)
                for subject, value in zip(subjects, objects, strict=True)
            )

    # --- Rounds -------------------------------------------------------------------------------

    def _round(self, fresh: range) -> bool:
        """Apply the rules once; tell whether anything new came of it."""
        self.rounds += 1
        batches: Batches = defaultdict(list)
        symmetric = {place for place in fresh if place in self.book.halves}
        for place in fresh:
            if self.rules[place].run is None and place not in symmetric:
                self._apply(place, None, batches)
        for place, position in self.book.triggered(self.relations, fresh.start):
            if place in self.book.halves:
                symmetric.add(place)
            else:
                self._apply(place, position, batches)
        for place in sorted(symmetric):
            firsts, things = pairs(self.book.halves[place], self.relations)
            self._add(place, self.same, firsts, things, batches)
        for predicate, places in self.book.runs.items():
            self._apply_run(predicate, places, fresh, batches)
        self._type_literals(batches)
        changed: dict[int, Small] = {}
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
        if changed:
            self._state_reflexive()
            self._merge_and_recompile()
        return bool(changed)

    def _apply(self, place: int, new: int | None, batches: Batches) -> None:
        """Add what one rule gives to the batches."""
        rule = self.rules[place]
        head = rule.head
        if head is None or rule.kind == "value":
            return
        table = _ONE_ROW
        if rule.body:
            table = matches(rule.body, self.relations, set(head.variables()), new)
        if table.size:
            subjects, objects = column(head.subject, table), column(head.object, table)
            self._add(place, head.predicate, subjects, objects, batches)

    def _apply_run(self, predicate: int, places: list[int], fresh: range, batches: Batches) -> None:
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
            found = extend_closure(closed, new)
            self._closed[predicate] = merge(closed, found)
        else:
            found = self._closed[predicate] = transitive_closure(edges)
        for place in places:
            self._add(place, predicate, found >> SHIFT, found & MASK, batches)

    def _type_literals(self, batches: Batches) -> None:
        """Add the literals that belong to the datatypes that rules ask for."""
        for number, (name, place, seen) in list(self._datatypes.items()):
            found, seen = self.literals.in_datatype(name, seen)
            self._datatypes[number] = name, place, seen
            if len(found):
                subjects = self.equality.canonical(found)
                objects = np.full(len(found), self.equality.leader(number), np.int64)
                self._add(place, self.type, subjects, objects, batches)

    def _add(
        self, place: int, predicate: int, subjects: Ints, objects: Ints, batches: Batches
    ) -> None:
        predicate = self.equality.leader(predicate)
        if predicate in self.compiler.reflexive:
            saying = (subjects != objects) | member(subjects, self.equality.leaders)
            subjects, objects = subjects[saying], objects[saying]
        if len(subjects):
            keys = self._relation(predicate).pack(subjects, objects)
            leading = self._one_class(place) if predicate == self.type else None
            batches[predicate].append(Batch(place, keys, leading))

    def _one_class(self, place: int) -> int | None:
        """Return the class that a rule on types puts things in, if it is always the same."""
        head = self.rules[place].head
        value = None if head is None else head.object
        return self.equality.leader(value) if isinstance(value, int) else None

    def _relation(self, predicate: int) -> Relation:
        if predicate not in self.relations:
            self.relations[predicate] = Relation(asserted(EMPTY), inverted=predicate == self.type)
        return self.relations[predicate]

    # --- What came of it ----------------------------------------------------------------------

    def fired(self) -> Counter[str]:
        """Return how many triples of RDF each rule gave first, by the rule's name."""
        counts: Counter[str] = Counter()
        for predicate, relation in self.relations.items():
            if not self._dictionary.is_iri(predicate):
                continue
            for part in relation.parts():
                things = relation.unpack(part.keys)[0] < LITERAL
                given = part.rules[things & (part.rules >= 0)]
                for place in np.flatnonzero(numbers := np.bincount(given)).tolist():
                    counts[self.rules[place].name] += int(numbers[place])
        return counts
