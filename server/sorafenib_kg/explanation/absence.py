"""Absences: why a triple does not hold, in words, with what is claimed of it all the same."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple, Variable

from sorafenib_kg.claims import ClaimIndex
from sorafenib_kg.descriptions import Term
from sorafenib_kg.explanation.grounds import Ground, Grounds, from_claim, is_structural
from sorafenib_kg.explanation.words import Words
from sorafenib_kg.namespaces import SUPPORTS
from sorafenib_kg.reasoning import Miss, Premise, Statement, WhyNot
from sorafenib_kg.rules import WORDS


@dataclass(frozen=True, slots=True)
class Denial:
    """A claim about a triple that does not support it; ``polarity`` says what it does instead."""

    ground: Ground
    polarity: NamedNode
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A premise of a rule that could give a triple: whether it holds, and if not, why not.

    ``structural`` ones only spell out an anonymous class or a list. Terms that nothing binds are
    variables.
    """

    terms: tuple[Term | Variable, Term | Variable, Term | Variable]
    text: str
    holds: bool
    structural: bool
    absence: Absence | None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule, by W3C's name and in words, that would give a triple if its conditions held.

    ``others`` is how many instances like this one there are.
    """

    rule: str
    words: str
    conditions: tuple[Condition, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a triple does not hold.

    ``hedged`` are claims that state it with a hedge only, ``denials`` claims that say something
    else of it; ``unknown`` those of its terms that no triple has. The misses are the nearest
    that the rules come to it, ``more`` is how many are left out.
    """

    triple: Statement
    text: str
    unknown: tuple[Term, ...]
    hedged: tuple[Ground, ...]
    denials: tuple[Denial, ...]
    misses: tuple[NearMiss, ...]
    more: int


class Absences:
    """Puts into words what is missing for triples of one graph."""

    def __init__(self, claims: ClaimIndex, words: Words, grounds: Grounds) -> None:
        """Take the claims, and what finds words and grounds."""
        self._claims = claims
        self._words = words
        self._grounds = grounds

    def of(self, found: WhyNot) -> Absence:
        """Return why a triple does not hold."""
        triple = found.triple
        hedged = self._claims.hedging(triple) if isinstance(triple, Triple) else ()
        denials = tuple(
            Denial(from_claim(claim), claim.polarity, self._words.term(claim.polarity))
            for claim in self._claims
            if claim.polarity != SUPPORTS and claim.triple == triple
        )
        return Absence(
            triple,
            self._words.triple(triple),
            found.unknown,
            tuple(map(from_claim, hedged)),
            denials,
            tuple(map(self._miss, found.misses)),
            found.more,
        )

    def _miss(self, miss: Miss) -> NearMiss:
        conditions = tuple(map(self._condition, miss.premises))
        return NearMiss(miss.rule, WORDS[miss.rule], conditions, miss.others)

    def _condition(self, premise: Premise) -> Condition:
        return Condition(
            premise.terms,
            self._words.terms(*premise.terms),
            premise.holds,
            self._is_structural(premise),
            None if premise.why_not is None else self.of(premise.why_not),
        )

    def _is_structural(self, premise: Premise) -> bool:
        subject, predicate, value = premise.terms
        if not premise.holds or not isinstance(subject, BlankNode):
            return False
        if isinstance(value, Variable) or not isinstance(predicate, NamedNode):
            return False
        triple = Triple(subject, predicate, value)
        return is_structural(triple, self._grounds.of(triple))
