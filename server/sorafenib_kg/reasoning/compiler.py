"""The compiler: from the rule table and the ontology's triples to a program.

A premise of a rule that speaks about the ontology (``?p rdfs:domain ?c``) is matched here, one
that speaks about things (``?x ?p ?y``) is left for the engine, with its predicate now known. A
rule all of whose premises speak about the ontology needs no specialising and goes to the engine
as it is. The ontology may grow while reasoning goes on: the compiler learns more triples and
compiles again, and gives only the rules that are new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy

from pyoxigraph import NamedNode

from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary
from sorafenib_kg.reasoning.program import Atom, CompiledRule, Slot
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
Parts = tuple[tuple[Atom, bool], ...]  # the premises so far; True if matched by the compiler
Match = tuple[Bindings, Parts, int | None]  # the last is the property of a run

TYPE, FIRST, REST, NIL = (iri(f"rdf:{name}") for name in ("type", "first", "rest", "nil"))
SAME, DIFFERENT = iri("owl:sameAs"), iri("owl:differentFrom")

BROKEN_LIST = "list that has no end, or a fork"


def _speaks_of_ontology(pattern: Pattern) -> bool:
    """Tell whether a premise is about classes and properties: its terms are those of OWL."""
    if pattern.predicate == TYPE:
        return not is_variable(pattern.object)
    return not is_variable(pattern.predicate) and pattern.predicate not in (SAME, DIFFERENT)


def _is_specialised(rule: Rule) -> bool:
    """Tell whether a rule has a list, or premises about things as well as about the ontology."""
    if any(isinstance(premise, ListPremise) for premise in rule.premises):
        return True
    of_ontology = [_speaks_of_ontology(pattern) for pattern in rule.patterns()]
    of_things = [
        isinstance(premise, Run) and is_variable(premise.predicate) for premise in rule.premises
    ]
    return any(of_ontology) and (not all(of_ontology) or any(of_things))


class Schema:
    """The triples about the ontology, by predicate; types only where the table asks for them."""

    def __init__(self) -> None:
        """Start with no triple."""
        self.terms: set[int] = set()
        self.by_subject: dict[int, dict[int, list[int]]] = defaultdict(dict)
        self.by_object: dict[int, dict[int, list[int]]] = defaultdict(dict)

    def add(self, subject: int, predicate: int, value: int) -> None:
        """Add a triple that is not yet there."""
        self.terms.update((subject, predicate, value))
        self.by_subject[predicate].setdefault(subject, []).append(value)
        self.by_object[predicate].setdefault(value, []).append(subject)

    def copy(self) -> Schema:
        """Return the same triples, to be added to by themselves."""
        other = Schema()
        other.terms = set(self.terms)
        for mine, theirs in (
            (self.by_subject, other.by_subject),
            (self.by_object, other.by_object),
        ):
            for predicate, found in mine.items():
                theirs[predicate] = {key: list(values) for key, values in found.items()}
        return other

    def match(self, subject: Slot, predicate: int, value: Slot) -> Iterator[tuple[int, int]]:
        """Give subject and object of the triples that fit; a variable fits anything."""
        if isinstance(subject, int):
            for found in self.by_subject[predicate].get(subject, ()):
                if found == value or isinstance(value, str):
                    yield subject, found
        elif isinstance(value, int):
            for found in self.by_object[predicate].get(value, ()):
                yield found, value
        else:
            for first, seconds in self.by_subject[predicate].items():
                for second in seconds:
                    if subject != value or first == second:
                        yield first, second


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
    ) -> None:
        """Find out which triples each rule asks for.

        ``reflexive`` are the predicates whose triples from a thing with one name to itself are
        not drawn.
        """
        self.predicates: set[int] = set()
        self.types: set[int] = set()
        self.skipped: set[tuple[str, int]] = set()
        self._dictionary = dictionary
        self._representative = representative
        self._plural = plural
        self._counts = counts
        self._rules = [rule for rule in rules if rule.kind == "join"]
        self._schema = Schema()
        self._numbers: dict[str, int] = {}
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
        known = self._schema.terms.union(self._numbers.values())
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
        other._schema = self._schema.copy()
        return other

    def learn(self, triples: Iterable[tuple[int, int, int]]) -> None:
        """Take note of new triples about the ontology (subject, predicate, object)."""
        for subject, predicate, value in triples:
            self._schema.add(subject, predicate, value)
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
        for found, parts, run in self._matches(rule.premises, bindings, (), _is_specialised(rule)):
            head = None
            if rule.conclusion is not None:
                head = self._atom(rule.conclusion, found)
                if head is None or not self._says_something(head):
                    continue
            body = tuple(atom for atom, matched in parts if not matched)
            if head not in body:
                yield CompiledRule(
                    rule.name,
                    head,
                    body,
                    tuple(atom for atom, matched in parts if matched),
                    tuple(atom for atom, _ in parts),
                    run,
                    rule.covered,
                )

    def _compile_rule(self, rule: Rule) -> Iterator[CompiledRule]:
        for fresh in self.specialise(rule, {}):
            # Two axioms may say the same: one is enough for the closure and for a proof.
            head, body = fresh.head, fresh.body
            key = (head, body, fresh.run) if head is not None else (rule.name, frozenset(body))
            if key not in self._seen:
                self._seen.add(key)
                yield fresh

    def _says_something(self, head: Atom) -> bool:
        if head.predicate not in self.reflexive or head.subject != head.object:
            return True
        return isinstance(head.subject, str) or self._plural(head.subject)

    def _matches(
        self, premises: tuple[Premise, ...], bindings: Bindings, parts: Parts, specialised: bool
    ) -> Iterator[Match]:
        """Give every way to match the premises that speak of the ontology."""
        if not premises:
            yield bindings, parts, None
            return
        premise, rest = premises[0], premises[1:]
        if isinstance(premise, Value):
            raise TypeError(f"values are not joined: {premise}")
        if isinstance(premise, Run):
            predicate = self._slot(premise.predicate, bindings)
            if isinstance(predicate, int) and predicate < LITERAL:
                yield bindings, parts, predicate
            return
        if isinstance(premise, Pair) and Pattern(premise.first, SAME, premise.second) in rest:
            matched = self._match_equal_items(premise, bindings)
        else:
            matched = self._match(premise, bindings, specialised)
        for more, found in matched:
            yield from self._matches(rest, {**bindings, **more}, parts + found, specialised)

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
                yield {}, ((atom, False),)
            elif atom.subject == atom.object:
                yield {}, ((atom, True),)
            return
        for subject, value in self._schema.match(atom.subject, atom.predicate, atom.object):
            found = {
                name: number
                for name, number in ((atom.subject, subject), (atom.object, value))
                if isinstance(name, str)
            }
            yield found, ((Atom(subject, atom.predicate, value), True),)

    def _match_list(
        self, premise: ListPremise, bindings: Bindings
    ) -> Iterator[tuple[Bindings, Parts]]:
        unrolled = self._unroll(bindings[premise.list])
        if unrolled is None:
            self.skipped.add((BROKEN_LIST, bindings[premise.list]))
            return
        items, cells = unrolled
        match premise:
            case Member(item):
                for number in items:
                    if bindings.get(item, number) == number:
                        yield {item: number}, cells
            case Pair(first, second):
                for place, number in enumerate(items):
                    for other in items[place + 1 :]:
                        yield {first: number, second: other}, cells
            case Agreement(_, first, second):
                atoms = [
                    self._step(name, number, f"{premise.list}.{place}", bindings)
                    for place, number in enumerate(items)
                    for name in (first, second)
                ]
                yield from self._complete(cells, atoms)
            case Every(item, _, pattern):
                atoms = [self._atom(pattern, {**bindings, item: number}) for number in items]
                yield from self._complete(cells, atoms)
            case Path(_, start, end):
                stops = [start, *(f"{start}.{place}" for place in range(1, len(items))), end]
                steps = zip(stops, items, stops[1:], strict=False)
                yield from self._complete(cells, [self._step(*step, bindings) for step in steps])

    def _match_equal_items(
        self, premise: Pair, bindings: Bindings
    ) -> Iterator[tuple[Bindings, Parts]]:
        """Give the pairs of items that have one representative, each with an item before it."""
        unrolled = self._unroll(bindings[premise.list])
        if unrolled is None:
            self.skipped.add((BROKEN_LIST, bindings[premise.list]))
            return
        items, cells = unrolled
        for number in dict.fromkeys(number for number in items if items.count(number) > 1):
            yield {premise.first: number, premise.second: number}, cells

    @staticmethod
    def _complete(cells: Parts, atoms: list[Atom | None]) -> Iterator[tuple[Bindings, Parts]]:
        known = [atom for atom in atoms if atom is not None]
        if known and len(known) == len(atoms):
            yield {}, cells + tuple((atom, False) for atom in known)

    def _unroll(self, head: int) -> tuple[list[int], Parts] | None:
        """Return the items of a list and its triples, or None if it is not a list."""
        first, rest, nil = (self.number(name) for name in (FIRST, REST, NIL))
        items: list[int] = []
        cells: list[tuple[Atom, bool]] = []
        visited: set[int] = set()
        while head != nil:
            firsts = self._schema.by_subject[first].get(head, [])
            rests = self._schema.by_subject[rest].get(head, [])
            if len(firsts) != 1 or len(rests) != 1 or head in visited:
                return None
            visited.add(head)
            items.append(firsts[0])
            cells.append((Atom(head, first, firsts[0]), True))
            cells.append((Atom(head, rest, rests[0]), True))
            head = rests[0]
        return items, tuple(cells)

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
