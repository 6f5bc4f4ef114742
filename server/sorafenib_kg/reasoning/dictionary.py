"""The dictionary: terms to numbers and back.

What can be the subject of a triple (IRIs and blank nodes) is numbered from 0, everything else
(literals, triple terms) from `LITERAL`, so that one comparison keeps literals from becoming
subjects. Numbers are given in the order of first appearance.
"""

from collections.abc import Iterable

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode

from sorafenib_kg.reasoning.arrays import SHIFT, Ints, unique
from sorafenib_kg.reasoning.terms import Statement, Term, statement
from sorafenib_kg.reasoning.values import LANGUAGE_STRING, STRING
from sorafenib_kg.rules import iri

Encoded = tuple[int, int, int]

LITERAL = 1 << 30


class Dictionary:
    """All terms of a graph, each with its number."""

    __slots__ = ("_literals", "_numbers", "_resources")

    def __init__(self) -> None:
        """Start with rdf:type and owl:sameAs, which reasoning is never without.

        So they have the smallest numbers, and always represent what is the same as them.
        """
        self._numbers: dict[Term, int] = {}
        self._resources: list[Term] = []
        self._literals: list[Term] = []
        for name in ("rdf:type", "owl:sameAs"):
            self.add(NamedNode(iri(name)))

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self._numbers)

    def add(self, term: Term) -> int:
        """Return the number of a term, a new one if it was not known."""
        number = self._numbers.get(term)
        if number is None:
            if isinstance(term, NamedNode | BlankNode):
                number = len(self._resources)
                self._resources.append(term)
            else:
                number = LITERAL + len(self._literals)
                self._literals.append(term)
            self._numbers[term] = number
        return number

    def find(self, term: Term) -> int | None:
        """Return the number of a term, or None if no triple has it."""
        return self._numbers.get(term)

    def term(self, number: int) -> Term:
        """Return the term with a number. Raises IndexError if there is none."""
        return self._resources[number] if number < LITERAL else self._literals[number - LITERAL]

    def is_iri(self, number: int) -> bool:
        """Tell whether a number is that of an IRI, hence may stand as a predicate."""
        return number < LITERAL and isinstance(self._resources[number], NamedNode)

    def encode(self, triples: Iterable[Statement]) -> dict[int, Ints]:
        """Return triples as one array of keys (subject, object) for each predicate.

        The arrays are sorted and without duplicates. Subjects that are triple terms, which
        RDF 1.2 does not allow, are refused with a ValueError.
        """
        numbers = self._numbers
        add = self.add
        keys: dict[int, list[int]] = {}
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            s = numbers.get(subject)
            s = add(subject) if s is None else s
            o = numbers.get(value)
            o = add(value) if o is None else o
            p = numbers.get(predicate)
            p = add(predicate) if p is None else p
            if s >= LITERAL:
                raise ValueError(f"the subject of a triple is not a resource: {subject}")
            if p in keys:
                keys[p].append((s << SHIFT) | o)
            else:
                keys[p] = [(s << SHIFT) | o]
        return {p: unique(np.array(pairs, np.int64)) for p, pairs in keys.items()}

    def encode_triple(self, triple: Statement) -> Encoded | None:
        """Return the numbers of a triple's terms, or None if one of them is unknown."""
        s = self._numbers.get(triple.subject)
        p = self._numbers.get(triple.predicate)
        o = self._numbers.get(triple.object)
        return None if s is None or p is None or o is None else (s, p, o)

    def decode(self, subject: int, predicate: int, value: int) -> Statement:
        """Return the triple of three numbers, a generalised one if RDF has no such triple."""
        return statement(self.term(subject), self.term(predicate), self.term(value))

    def literals(self) -> range:
        """Return the numbers of all literals and triple terms."""
        return range(LITERAL, LITERAL + len(self._literals))

    def typed_literals(self, first: int = 0) -> list[int]:
        """Return the numbers of the literals that are not plain strings, in order.

        ``first`` is the place among all literals to begin at.
        """
        plain = {STRING, LANGUAGE_STRING}
        return [
            number
            for number, term in enumerate(self._literals[first:], LITERAL + first)
            if isinstance(term, Literal) and term.datatype.value not in plain
        ]
