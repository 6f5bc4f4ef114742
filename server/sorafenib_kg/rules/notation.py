"""The notation of the rule table: the rules of OWL 2 RL much as W3C prints them, as plain data.

A rule is written as text and read once, when the table is imported:

=============================================  ===================================================
``?x ?p ?y``                                   a triple
``?c in ?l``                                   ?c is an item of the list ?l
``?a , ?b in ?l``                              ?a and ?b are items at two different places of ?l
``every ?c in ?l : ?x rdf:type ?c``            the triple, for each item of ?l
``path ?l from ?x to ?y``                      a step for each property in ?l leads from ?x to ?y
``run ?p from ?x to ?y``                       two or more steps of ?p lead from ?x to ?y
=============================================  ===================================================

Premises are separated by `` . ``; their order is the order of the premises in a proof. A premise
on a list stands for the list's ``rdf:first`` and ``rdf:rest`` triples as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple whose terms are variables (``?x``) or IRIs."""

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


ListPremise = Member | Pair | Every | Path
Premise = Pattern | ListPremise | Run


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of OWL 2 RL.

    ``name`` is W3C's; a rule that W3C writes with several conclusions is several rules of one
    name. ``conclusion`` is None for a rule that concludes *false*, a clash. ``words`` says the
    rule in one sentence. What a ``covered`` rule concludes about classes and properties adds
    nothing for their instances that the triples it came from do not give already.
    """

    name: str
    premises: tuple[Premise, ...]
    conclusion: Pattern | None
    words: str
    covered: bool = False

    def patterns(self) -> Iterator[Pattern]:
        """Give the premises that are single triples."""
        return (premise for premise in self.premises if isinstance(premise, Pattern))


def parse_rule(name: str, given: str, then: str, words: str, *, covered: bool = False) -> Rule:
    """Read a rule from its text; ``then`` is a triple or ``false``. Raises ValueError."""
    premises = tuple(_parse_premise(part.split()) for part in given.split(" . "))
    conclusion = None if then == "false" else _parse_pattern(then.split())
    return Rule(name, premises, conclusion, words, covered)


def _parse_premise(words: list[str]) -> Premise:
    match words:
        case ["every", item, "in", items, ":", *pattern]:
            return Every(item, items, _parse_pattern(pattern))
        case ["path", items, "from", start, "to", end]:
            return Path(items, start, end)
        case ["run", predicate, "from", start, "to", end]:
            return Run(_term(predicate), start, end)
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
    return word if is_variable(word) else iri(word)
