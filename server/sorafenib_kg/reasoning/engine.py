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

import numpy as np
from pyoxigraph import NamedNode

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, Small, member, unique
from sorafenib_kg.reasoning.compiler import SAME, TYPE, Compiler
from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary
from sorafenib_kg.reasoning.equality import Equality, Merge
from sorafenib_kg.reasoning.firing import Firing
from sorafenib_kg.reasoning.history import History
from sorafenib_kg.reasoning.literals import Literals
from sorafenib_kg.reasoning.merging import merge_equals
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import Batch, Relation, asserted
from sorafenib_kg.reasoning.rulebook import Rulebook
from sorafenib_kg.rules import REFLEXIVE, Rule

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
        self.book = Rulebook(self.same)
        self._firing = Firing(
            self.relations, self.book, self.equality, self.literals, dictionary, self.type
        )
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
        relation = self._firing.relation(predicate)
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
        self._firing.forget()

    def fork(self) -> Engine:
        """Return an engine in the same state that can go on by itself; arrays are shared."""
        other = copy(self)
        other.equality = copy(self.equality)
        other.literals = self.literals.fork()
        other.merges = list(self.merges)
        other.book = self.book.fork()
        other.seconds = defaultdict(float)
        other.relations = {p: relation.copy() for p, relation in self.relations.items()}
        other._firing = self._firing.fork(
            other.relations, other.book, other.equality, other.literals
        )
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

        ``dead`` are keys in the relations' order, sorted; none may speak of the ontology, or be why
        something is the same as something else. ``again`` are those that rules still give.
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
        relation = self._firing.relation(predicate)
        subjects, objects = (self.equality.canonical(column) for column in (subjects, objects))
        self.rounds += 1
        batch = Batch(place, relation.pack(subjects, objects))
        relation.absorb([batch], self.rounds, also_new=True)

    def _merge(self) -> Ints:
        """Merge what is newly known to be the same; return the names that lost their place."""
        step = merge_equals(
            self.relations, self.equality, self.same, self.rounds + 1, self._firing.relation
        )
        if step is None:
            return EMPTY
        self.rounds = step.round
        self.merges.append(step)
        self._firing.forget()
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
            self._firing.ask_for_datatypes(rule)
        return fresh

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
        batches = self._firing.candidates(fresh, self.compiler.reflexive)
        changed: dict[int, Small] = {}
        for predicate, relation in list(self.relations.items()):
            if predicate not in batches:
                relation.settle()
        for predicate, candidates in batches.items():
            relation = self._firing.relation(predicate)
            candidates.sort(key=lambda batch: batch.rule)
            rules = relation.absorb(candidates, self.rounds)
            if len(rules):
                changed[predicate] = rules
        self._learn(changed)
        if changed:
            self._state_reflexive()
            self._merge_and_recompile()
        return bool(changed)

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
