"""Plans: in which order a compiled rule's premises are looked up, one triple after the other.

A plan looks up premises by what is known of their terms: constants of the rule, and values that
premises before gave. Values are kept in the order in which they become known, so that a match
under way is a row of values, whatever the rule, and all rules can be looked up together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.rules import Pattern, Rule, is_variable

Part = str | int  # a term, or the place of a value among those known
Premise = tuple[str, str, str]  # terms in N-Triples, and variables


@dataclass(frozen=True, slots=True)
class Step:
    """One premise: its parts, with None for those that are known only once it is looked up.

    With ``loop``, subject and object are new and have to be the same.
    """

    subject: Part | None
    predicate: Part | None
    object: Part | None
    loop: bool = False

    @property
    def known(self) -> str:
        """The letters of the parts that are known, of ``spo``; and ``=`` for a loop."""
        parts = zip("spo", (self.subject, self.predicate, self.object), strict=True)
        return "".join(letter for letter, part in parts if part is not None) + "=" * self.loop

    @property
    def gives(self) -> str:
        """The letters of the parts whose values it adds, in order."""
        letters = "sp" if self.loop else "spo"
        return "".join(letter for letter in letters if letter not in self.known)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule as steps. ``head`` is None for a clash; ``values`` are the places of variables."""

    name: str
    steps: tuple[Step, ...]
    head: tuple[Part, Part, Part] | None
    values: Mapping[str, int]

    @property
    def predicates(self) -> Iterator[str]:
        """The predicates without which it has no match, that of the first step first."""
        return (step.predicate for step in self.steps if isinstance(step.predicate, str))


@dataclass(frozen=True, slots=True)
class Body:
    """A rule's premises and conclusion, with terms in N-Triples and variables as ``?x``."""

    name: str
    premises: tuple[Premise, ...]
    head: Premise | None


def compiled_body(rule: CompiledRule, text: Callable[[int], str]) -> Body:
    """Return the body of a compiled rule; ``text`` gives a term by its number."""
    head = None if rule.head is None else premise(rule.head, text)
    return Body(rule.name, tuple(premise(atom, text) for atom in rule.body), head)


def premise(atom: Atom, text: Callable[[int], str]) -> Premise:
    """Return an atom with terms in the place of their numbers."""
    subject, predicate, value = (
        part if isinstance(part, str) else text(part)
        for part in (atom.subject, atom.predicate, atom.object)
    )
    return subject, predicate, value


def table_body(rule: Rule) -> Body:
    """Return the body of a rule of the table whose premises are triples, as it stands."""

    def parts(pattern: Pattern) -> Premise:
        subject, predicate, value = (
            part if is_variable(part) else f"<{part}>"
            for part in (pattern.subject, pattern.predicate, pattern.object)
        )
        return subject, predicate, value

    head = None if rule.conclusion is None else parts(rule.conclusion)
    return Body(rule.name, tuple(map(parts, rule.patterns())), head)


def plan(body: Body, first: int | None = None) -> Plan:
    """Return a plan that begins with the premise at a place, or with the one of most constants."""
    values: dict[str, int] = {}
    steps = [_step(one, values) for one in _ordered(body.premises, first)]

    def part(term: str) -> Part:
        return values[term] if is_variable(term) else term

    head = None
    if body.head is not None:
        subject, predicate, value = map(part, body.head)
        head = subject, predicate, value
    return Plan(body.name, tuple(steps), head, values)


def plans_from_each(body: Body) -> list[Plan]:
    """Return a plan that begins with each of the premises."""
    return [plan(body, place) for place in range(len(body.premises))]


def _step(premise: Premise, values: dict[str, int]) -> Step:
    """Return a premise as a step, and give the variables that it makes known their places."""
    subject, predicate, value = (
        values.get(term) if is_variable(term) else term for term in premise
    )
    if predicate is None and premise[1] in (premise[0], premise[2]):
        raise ValueError(f"a predicate that is the subject or the object too: {premise}")
    loop = subject is None and value is None and premise[0] == premise[2]
    for term in premise:
        if is_variable(term):
            values.setdefault(term, len(values))
    return Step(subject, predicate, value, loop)


def _ordered(premises: Sequence[Premise], first: int | None) -> Iterator[Premise]:
    """Give the premises so that as much as can be is known of each, and something if it can be."""
    left = list(premises)
    known: set[str] = set()
    while left:
        place = first
        if place is None:
            place = max(range(len(left)), key=lambda place: _worth(left[place], known))
        first = None
        chosen = left.pop(place)
        known.update(filter(is_variable, chosen))
        yield chosen


def _worth(premise: Premise, known: Collection[str]) -> tuple[bool, int]:
    bound = sum(term in known for term in premise)
    constants = sum(not is_variable(term) for term in premise)
    return bool(bound), bound + constants
