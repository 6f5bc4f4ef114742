"""The compiler: from the rule table and the ontology's triples to a program.

A premise of a rule that speaks about the ontology (``?p rdfs:domain ?c``) is matched here, one
that speaks about things (``?x ?p ?y``) is left for the engine, with its predicate now known. A
rule all of whose premises speak about the ontology needs no specialising and goes to the engine
as it is. The ontology may grow while reasoning goes on: the compiler learns more triples and
compiles again, and gives only the rules that are new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from pyoxigraph import NamedNode

from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary
from sorafenib_kg.reasoning.ontology import Ontology
from sorafenib_kg.reasoning.program import Atom, Axioms, CompiledRule, Slot
from sorafenib_kg.rules import (
    Agreement,
    Every,
    ListPremise,
    Member,
    Pair,
    Path,
    Pattern,
    Premise,
    Rule,
    Run,
    Value,
    iri,
    is_number,
    is_variable,
)

Bindings = Mapping[str, int]
Parts = tuple[Atom | Axioms, ...]

TYPE, FIRST, REST, NIL = (iri(f"rdf:{name}") for name in ("type", "first", "rest", "nil"))
SAME, DIFFERENT = iri("owl:sameAs"), iri("owl:differentFrom")

BROKEN_LIST = "list that has no end, or a fork"


def _speaks_of_ontology(pattern: Pattern) -> bool:
    """Tell whether a premise is about classes and properties: its terms are those of OWL."""
    if pattern.predicate == TYPE:
        return not is_variable(pattern.object)
    return not is_variable(pattern.predicate) and pattern.predicate not in (SAME, DIFFERENT)


@cache
def _is_specialised(rule: Rule) -> bool:
    """Tell whether a rule has a list, or premises about things as well as about the ontology."""
    if any(isinstance(premise, ListPremise) for premise in rule.premises):
        return True
    of_ontology = [_speaks_of_ontology(pattern) for pattern in rule.patterns()]
    of_things = [
        isinstance(premise, Run) and is_variable(premise.predicate) for premise in rule.premises
    ]
    return any(of_ontology) and (not all(of_ontology) or any(of_things))


@cache
def _words(rule: Rule) -> tuple[str, ...]:
    """Return the IRIs in a rule."""
    terms: list[str] = []
    for premise in (*rule.premises, rule.conclusion):
        pattern = premise.pattern if isinstance(premise, Every) else premise
        if isinstance(pattern, Pattern):
            terms += (pattern.subject, pattern.predicate, pattern.object)
        elif isinstance(pattern, Run):
            terms.append(pattern.predicate)
    return tuple(term for term in terms if not is_variable(term) and not is_number(term))


@dataclass(frozen=True, slots=True)
class _Match:
    """A way to match the premises of a rule, as far as they speak of the ontology."""

    bindings: Bindings
    parts: Parts
    run: int | None = None
    alternatives: tuple[Atom, ...] = ()


class Compiler:
    """Specialises a rule table for the triples that it has learned.

    ``predicates`` and ``types`` are the numbers of the predicates, and of the classes as objects
    of rdf:type, whose triples it wants to learn. ``skipped`` holds what it could make no rule
    of: pairs of the reason and the number of the term concerned. ``representative`` gives the
    number that stands for a term and all that is the same, ``plural`` tells whether such a number
    stands for several, ``counts`` gives the literal that has a whole number as value; what these
    say of terms that the compiler knows must not change while it is in use.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        dictionary: Dictionary,
        representative: Callable[[int], int],
        plural: Callable[[int], bool],
        counts: Callable[[int], int | None],
        reflexive: Iterable[str] = (),
        *,
        merges: bool = True,
    ) -> None:
        """Find out which triples each rule asks for.

        ``reflexive`` are the predicates whose triples from a thing with one name to itself are
        not drawn. ``merges`` tells whether what is the same has one representative; if not,
        triples of owl:sameAs say which of two terms are.
        """
        self.predicates: set[int] = set()
        self.types: set[int] = set()
        self.skipped: set[tuple[str, int]] = set()
        self._dictionary = dictionary
        self._representative = representative
        self._plural = plural
        self._counts = counts
        self._merges = merges
        self._rules = [rule for rule in rules if rule.kind == "join"]
        self._ontology = Ontology()
        words = list(
            dict.fromkeys([FIRST, REST, NIL, *chain.from_iterable(map(_words, self._rules))])
        )
        self._numbers = {
            word: representative(number)
            for word, number in zip(words, dictionary.add_iris(words), strict=True)
        }
        self._seen: set[object] = set()
        self._asked_by: dict[int, set[int]] = defaultdict(set)  # predicate: places of rules
        self._pending = set(range(len(self._rules)))
        self.reflexive = frozenset(self.number(name) for name in reflexive)
        for place, rule in enumerate(self._rules):
            if _is_specialised(rule):
                self._register(place, rule)

    def number(self, name: str) -> int:
        """Return the number that stands for an IRI of the table."""
        found = self._numbers.get(name)
        if found is None:
            number = self._dictionary.add(NamedNode(name))
            found = self._numbers[name] = self._representative(number)
        return found

    def wants(self, triple: tuple[int, int, int]) -> bool:
        """Tell whether a triple speaks of the ontology, so that rules are compiled from it."""
        _, predicate, value = triple
        if predicate == self.number(TYPE):
            return value in self.types
        return predicate in self.predicates

    def depends_on(self, numbers: Iterable[int]) -> bool:
        """Tell whether any of the terms occurs in what was learned, or in the table."""
        known = self._ontology.terms.union(self._numbers.values())
        return not known.isdisjoint(numbers)

    def fork(
        self,
        representative: Callable[[int], int],
        plural: Callable[[int], bool],
        counts: Callable[[int], int | None],
    ) -> Compiler:
        """Return a compiler that knows the same and learns by itself."""
        other = copy(self)
        other._representative, other._plural, other._counts = representative, plural, counts
        other.skipped, other._seen = set(self.skipped), set(self._seen)
        other._numbers, other._pending = dict(self._numbers), set(self._pending)
        other._ontology = self._ontology.copy()
        return other

    def learn(self, triples: Iterable[tuple[int, int, int]]) -> None:
        """Take note of new triples about the ontology (subject, predicate, object)."""
        for subject, predicate, value in triples:
            self._ontology.add(subject, predicate, value)
            self._pending.update(self._asked_by[predicate])

    def compile(self) -> list[CompiledRule]:
        """Return the rules that what was learned since the last call gives, in table order."""
        compiled = [
            fresh
            for place in sorted(self._pending)
            for fresh in self._compile_rule(self._rules[place])
        ]
        self._pending.clear()
        return compiled

    def _register(self, place: int, rule: Rule) -> None:
        for premise in rule.premises:
            if isinstance(premise, ListPremise):
                asked = [self.number(FIRST), self.number(REST)]
                self.predicates.update(asked)
            elif isinstance(premise, Pattern) and _speaks_of_ontology(premise):
                asked = [self.number(premise.predicate)]
                if premise.predicate == TYPE:
                    self.types.add(self.number(premise.object))
                else:
                    self.predicates.update(asked)
            else:
                continue
            for predicate in asked:
                self._asked_by[predicate].add(place)

    def specialise(self, rule: Rule, bindings: Bindings) -> Iterator[CompiledRule]:
        """Give all forms of a rule in which some of its variables have these values.

        Of forms that differ only in the axioms they come from, each is given.
        """
        start = _Match(bindings, ())
        for match in self._matches(rule.premises, start, _is_specialised(rule)):
            head = None
            if rule.conclusion is not None:
                head = self._atom(rule.conclusion, match.bindings)
                if head is None or not self._says_something(head):
                    continue
            body = tuple(part for part in match.parts if isinstance(part, Atom))
            if head not in body:
                yield CompiledRule(
                    rule.name,
                    head,
                    body,
                    match.parts,
                    match.run,
                    rule.covered,
                    alternatives=match.alternatives,
                )

    def _compile_rule(self, rule: Rule) -> Iterator[CompiledRule]:
        for fresh in self.specialise(rule, {}):
            # Two axioms may say the same: one is enough for the closure and for a proof.
            head, body = fresh.head, fresh.body
            key: object = head, body, fresh.run
            if head is None:
                of_things = frozenset(body) or fresh.alternatives or fresh.parts
                key = rule.name, of_things
            if key not in self._seen:
                self._seen.add(key)
                yield fresh

    def _says_something(self, head: Atom) -> bool:
        if head.predicate not in self.reflexive or head.subject != head.object:
            return True
        return isinstance(head.subject, str) or self._plural(head.subject)

    def _matches(
        self, premises: tuple[Premise, ...], match: _Match, specialised: bool
    ) -> Iterator[_Match]:
        """Give every way to match the premises that speak of the ontology."""
        if not premises:
            yield match
            return
        premise, rest = premises[0], premises[1:]
        if isinstance(premise, Value):
            raise TypeError(f"values are not joined: {premise}")
        if isinstance(premise, Run):
            predicate = self._slot(premise.predicate, match.bindings)
            if isinstance(predicate, int) and predicate < LITERAL:
                yield replace(match, run=predicate)
            return
        if isinstance(premise, Pair) and not (self._merges and _are_the_same(premise, rest)):
            yield from self._match_any_two(premise, rest, match)
            return
        for more, found in self._match(premise, match.bindings, specialised):
            extended = _Match({**match.bindings, **more}, match.parts + found)
            yield from self._matches(rest, extended, specialised)

    def _match(
        self, premise: Pattern | ListPremise, bindings: Bindings, specialised: bool
    ) -> Iterator[tuple[Bindings, Parts]]:
        if not isinstance(premise, Pattern):
            yield from self._match_list(premise, bindings)
            return
        atom = self._atom(premise, bindings)
        if atom is None:
            return
        if not (specialised and _speaks_of_ontology(premise)):
            # Only what has one representative is the same, and each thing is the same as itself.
            same = premise.predicate == SAME and isinstance(atom.subject, int)
            if not (same and isinstance(atom.object, int)):
                yield {}, (atom,)
            elif atom.subject == atom.object:
                yield {}, (Axioms((atom,)),)
            return
        for subject, value in self._ontology.match(atom.subject, atom.predicate, atom.object):
            found = {
                name: number
                for name, number in ((atom.subject, subject), (atom.object, value))
                if isinstance(name, str)
            }
            yield found, (Axioms((Atom(subject, atom.predicate, value),)),)

    def _match_list(
        self, premise: ListPremise, bindings: Bindings
    ) -> Iterator[tuple[Bindings, Parts]]:
        items, cells = self._items(bindings[premise.list])
        match premise:
            case Member(item):
                for number in items:
                    if bindings.get(item, number) == number:
                        yield {item: number}, (cells,)
            case Pair(first, second):
                # Items that are the same: those that have one representative.
                for number, times in Counter(items).items():
                    if times > 1:
                        yield {first: number, second: number}, (cells,)
            case Agreement(_, first, second):
                atoms = [
                    self._step(name, number, f"{premise.list}.{place}", bindings)
                    for place, number in enumerate(items)
                    for name in (first, second)
                ]
                yield from _complete(cells, atoms)
            case Every(item, _, pattern):
                atoms = [self._atom(pattern, {**bindings, item: number}) for number in items]
                yield from _complete(cells, atoms)
            case Path(_, start, end):
                stops = [start, *(f"{start}.{place}" for place in range(1, len(items))), end]
                steps = zip(stops, items, stops[1:], strict=False)
                yield from _complete(cells, [self._step(*step, bindings) for step in steps])

    def _match_any_two(
        self, pair: Pair, rest: tuple[Premise, ...], match: _Match
    ) -> Iterator[_Match]:
        """Match two items of a list, and what is said of each, without writing all pairs."""
        one, *others = rest
        if _are_the_same(pair, rest):
            # They are, if there is something that both are the same as.
            one = Pattern(pair.first, SAME, f"{pair.list}.same")
        elif not isinstance(one, Pattern) or others != [_renamed(one, pair.first, pair.second)]:
            raise TypeError(f"not the same is said of the two items: {rest}")
        items, cells = self._items(match.bindings[pair.list])
        atoms = [self._atom(one, {**match.bindings, pair.first: number}) for number in items]
        known = tuple(atom for atom in atoms if atom is not None)
        if len(known) > 1:
            yield _Match(match.bindings, (*match.parts, cells), alternatives=known)

    def _items(self, head: int) -> tuple[list[int], Axioms]:
        """Return the items of a list and its triples; none if it is not a list, which is noted."""
        first, rest, nil = (self.number(name) for name in (FIRST, REST, NIL))
        found = self._ontology.items(head, first, rest, nil)
        if found is None:
            self.skipped.add((BROKEN_LIST, head))
            return [], Axioms(())
        return found

    def _atom(self, pattern: Pattern, bindings: Bindings) -> Atom | None:
        """Return a pattern with what is known filled in; None if nothing can match it."""
        predicate = self._slot(pattern.predicate, bindings)
        if isinstance(predicate, str):
            raise TypeError(f"no premise before {pattern} binds its predicate")
        if predicate >= LITERAL:
            return None
        subject = self._slot(pattern.subject, bindings)
        if is_number(pattern.object):
            count = self._counts(int(pattern.object))
            return None if count is None else Atom(subject, predicate, count)
        return Atom(subject, predicate, self._slot(pattern.object, bindings))

    def _step(self, start: str, predicate: int, end: str, bindings: Bindings) -> Atom | None:
        if predicate >= LITERAL:
            return None
        return Atom(self._slot(start, bindings), predicate, self._slot(end, bindings))

    def _slot(self, term: str, bindings: Bindings) -> Slot:
        return bindings.get(term, term) if is_variable(term) else self.number(term)


def _complete(cells: Axioms, atoms: list[Atom | None]) -> Iterator[tuple[Bindings, Parts]]:
    """Give the one way to match all items of a list, unless there is none or nothing can fit."""
    known = [atom for atom in atoms if atom is not None]
    if known and len(known) == len(atoms):
        yield {}, (cells, *known)


def _are_the_same(pair: Pair, rest: tuple[Premise, ...]) -> bool:
    return rest == (Pattern(pair.first, SAME, pair.second),)


def _renamed(pattern: Pattern, old: str, new: str) -> Pattern:
    """Return a pattern with another variable in the place of one."""
    terms = (pattern.subject, pattern.predicate, pattern.object)
    return Pattern(*(new if term == old else term for term in terms))
