"""The notation of the rule table: the rules of OWL 2 RL much as W3C prints them, as plain data.

A rule is written as text and read once, when the table is imported:

=============================================  ===================================================
``?x ?p ?y``                                   a triple
``?c in ?l``                                   ?c is an item of the list ?l
``?a , ?b in ?l``                              ?a and ?b are items at two different places of ?l
``every ?c in ?l : ?x rdf:type ?c``            the triple, for each item of ?l
``path ?l from ?x to ?y``                      a step for each property in ?l leads from ?x to ?y
``run ?p from ?x to ?y``                       two or more steps of ?p lead from ?x to ?y
``agree ?l on ?x and ?y``                      for each property in ?l, ?x and ?y share a value
``value ?l in ?d``                             the literal's value is in the datatype's value space
``value ?l outside ?d``                        it is not, or the literal has no value
``value ?l equals ?m``                         two different literals have one value
``value ?l differs ?m``                        two literals have different values
=============================================  ===================================================

Premises are separated by `` . ``; their order is the order of the premises in a proof. A premise
on a list stands for the list's ``rdf:first`` and ``rdf:rest`` triples as well; ``agree`` stands for
two triples for each property, first of ?x, then of ?y. A whole number stands for the literals that
have it as value. A premise on values stands for no triple.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PREFIXES = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def iri(name: str) -> str:
    """Return the IRI that a prefixed name such as ``rdfs:domain`` stands for."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def is_variable(term: str) -> bool:
    """Tell whether a term of a rule is a variable (``?x``) rather than an IRI."""
    return term.startswith("?")


def is_number(term: str) -> bool:
    """Tell whether a term of a rule is a whole number: any literal with that value."""
    return term.isdigit()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple whose terms are variables (``?x``), IRIs or whole numbers."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Member:
    """``item`` is one of the items of ``list``."""

    item: str
    list: str


@dataclass(frozen=True, slots=True)
class Pair:
    """``first`` and ``second`` are items at two different places of ``list``."""

    first: str
    second: str
    list: str


@dataclass(frozen=True, slots=True)
class Every:
    """``pattern`` holds with each item of ``list`` in the place of ``item``."""

    item: str
    list: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Path:
    """The properties in ``list``, one after the other, lead from ``start`` to ``end``."""

    list: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Run:
    """Two or more steps of one property lead from ``start`` to ``end``."""

    predicate: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """For each property in ``list`` there is a value that ``first`` and ``second`` share."""

    list: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Value:
    """A test of a literal's value against a datatype or another literal."""

    literal: str
    test: Literal["in", "outside", "equals", "differs"]
    other: str


ListPremise = Member | Pair | Every | Path | Agreement
Premise = Pattern | ListPremise | Run | Value
Kind = Literal["join", "equality", "value"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of OWL 2 RL.

    ``name`` is W3C's; a rule that W3C writes with several conclusions is several rules of one
    name. ``conclusion`` is None for a rule that concludes *false*, a clash. ``words`` says the
    rule in one sentence. What a ``covered`` rule concludes about classes and properties adds
    nothing for their instances that the triples it came from do not give already. An engine
    joins premises for a rule of kind "join"; it has its own ways for those on equality and values.
    """

    name: str
    premises: tuple[Premise, ...]
    conclusion: Pattern | None
    words: str
    covered: bool = False
    kind: Kind = "join"

    def patterns(self) -> Iterator[Pattern]:
        """Give the premises that are single triples."""
        return (premise for premise in self.premises if isinstance(premise, Pattern))


def parse_rule(
    name: str, given: str, then: str, words: str, *, covered: bool = False, kind: Kind = "join"
) -> Rule:
    """Read a rule from its text; ``then`` is a triple or ``false``. Raises ValueError."""
    premises = tuple(_parse_premise(part.split()) for part in given.split(" . "))
    conclusion = None if then == "false" else _parse_pattern(then.split())
    return Rule(name, premises, conclusion, words, covered, kind)


def _parse_premise(words: list[str]) -> Premise:
    match words:
        case ["every", item, "in", items, ":", *pattern]:
            return Every(item, items, _parse_pattern(pattern))
        case ["path", items, "from", start, "to", end]:
            return Path(items, start, end)
        case ["run", predicate, "from", start, "to", end]:
            return Run(_term(predicate), start, end)
        case ["agree", items, "on", first, "and", second]:
            return Agreement(items, first, second)
        case ["value", literal, ("in" | "outside" | "equals" | "differs") as test, other]:
            return Value(literal, test, other)
        case [first, ",", second, "in", items]:
            return Pair(first, second, items)
        case [item, "in", items]:
            return Member(item, items)
        case _:
            return _parse_pattern(words)


def _parse_pattern(words: list[str]) -> Pattern:
    if len(words) != 3:
        raise ValueError(f"not a triple: {' '.join(words)}")
    return Pattern(*(_term(word) for word in words))


def _term(word: str) -> str:
    return word if is_variable(word) or is_number(word) else iri(word)
