"""What a proof is: derivations of triples, refutations of graphs, and their measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Triple

from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.terms import Statement


@dataclass(frozen=True, slots=True)
class Derivation:
    """A proof of a triple.

    ``rule`` is W3C's name of the rule of the last step, and ``premises`` are the proofs of what
    it was applied to, axioms of the ontology included, in the order in which the rule table has
    them; lists are given by their ``rdf:first`` and ``rdf:rest`` triples. An asserted triple has
    no rule and no premises; nor do the premises of a rule on values have a proof but the values
    themselves. Derivations that use one triple more than once share its proof, so
    the tree is to be walked with a memory of what was seen.
    """

    conclusion: Statement
    rule: str | None
    premises: tuple[Derivation, ...]


@dataclass(frozen=True, slots=True)
class Refutation:
    """A proof that the graph contradicts itself: a clash, and the proofs of its premises."""

    clash: Clash
    premises: tuple[Derivation, ...]


Proof = Derivation | Refutation


def walk(proof: Proof) -> Iterator[Derivation]:
    """Give each derivation of a proof once, conclusions before their premises."""
    waiting = list(reversed(proof.premises)) if isinstance(proof, Refutation) else [proof]
    seen: set[int] = set()
    while waiting:
        derivation = waiting.pop()
        if id(derivation) not in seen:
            seen.add(id(derivation))
            yield derivation
            waiting += reversed(derivation.premises)


def leaves(proof: Proof) -> tuple[Triple, ...]:
    """Return the asserted triples that a proof rests on, each once, in the order of the proof."""
    found: dict[Triple, None] = {}
    for derivation in walk(proof):
        if derivation.rule is None and isinstance(derivation.conclusion, Triple):
            found[derivation.conclusion] = None
    return tuple(found)


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """How large a proof is: applications of rules, then uses of asserted triples.

    What is used twice counts twice, as in a tree; the smaller of two proofs is the one with fewer
    applications, of equals the one with fewer uses.
    """

    steps: int
    leaves: int

    def __add__(self, other: Size) -> Size:
        """Return the size of two proofs together."""
        return Size(self.steps + other.steps, self.leaves + other.leaves)


STEP, LEAF = Size(1, 0), Size(0, 1)


def size(proof: Proof) -> Size:
    """Return the size of a proof."""
    sizes: dict[int, Size] = {}
    top = list(proof.premises) if isinstance(proof, Refutation) else [proof]
    waiting = list(top)
    while waiting:
        derivation = waiting[-1]
        missing = [one for one in derivation.premises if id(one) not in sizes]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        own = LEAF if derivation.rule is None else STEP
        sizes[id(derivation)] = sum((sizes[id(one)] for one in derivation.premises), own)
    own = STEP if isinstance(proof, Refutation) else Size(0, 0)
    return sum((sizes[id(one)] for one in top), own)
