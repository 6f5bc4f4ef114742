"""The dictionary: terms to numbers and back.

What can be the subject of a triple (IRIs and blank nodes) is numbered from 0, everything else
(literals, triple terms) from `LITERAL`, so that one comparison keeps literals from becoming
subjects. Numbers are given in the order of first appearance.

Terms come in two ways: one by one as terms, or in bulk as spellings in N-Triples. Those that came
as spellings become terms when somebody asks for them, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode

from sorafenib_kg.reasoning.arrays import SHIFT, Bools, Ints, unique
from sorafenib_kg.reasoning.terms import Statement, Term, statement
from sorafenib_kg.reasoning.text.notation import read_term, write_term
from sorafenib_kg.reasoning.text.spans import Spans
from sorafenib_kg.reasoning.text.spellings import UNKNOWN, Column, Places, Spellings
from sorafenib_kg.reasoning.values import LANGUAGE_STRING, STRING
from sorafenib_kg.rules import iri

Encoded = tuple[int, int, int]

LITERAL = 1 << 30


class Dictionary:
    """All terms of a graph, each with its number."""

    __slots__ = (
        "_literal_spellings",
        "_literals",
        "_numbers",
        "_resource_spellings",
        "_resources",
        "_spelt",
        "spellings",
    )

    def __init__(self) -> None:
        """Start with rdf:type and owl:sameAs, which reasoning is never without.

        So they have the smallest numbers, and always represent what is the same as them.
        """
        self._numbers: dict[Term, int] = {}
        self._resources: list[Term | None] = []  # None until somebody asks for the term
        self._literals: list[Term | None] = []
        self.spellings = Spellings()
        self._spelt = Column(np.int32)  # the number of the term, by spelling
        self._resource_spellings = Column(np.int32)  # by number; behind the last are only terms
        self._literal_spellings = Column(np.int32)
        for name in ("rdf:type", "owl:sameAs"):
            self.add(NamedNode(iri(name)))

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self._resources) + len(self._literals)

    def add(self, term: Term) -> int:
        """Return the number of a term, a new one if it was not known."""
        number = self.find(term)
        if number is None:
            if isinstance(term, NamedNode | BlankNode):
                number = len(self._resources)
                self._resources.append(term)
            else:
                number = LITERAL + len(self._literals)
                self._literals.append(term)
            self._numbers[term] = number
        return number

    def add_iris(self, iris: Sequence[str]) -> list[int]:
        """Return the numbers of IRIs, new ones if they were not known; many at once are cheaper."""
        if not len(self.spellings):
            return [self.add(NamedNode(text)) for text in iris]
        terms = [NamedNode(text) for text in iris]
        unknown = [term for term in dict.fromkeys(terms) if term not in self._numbers]
        spellings, _ = self.intern(Spans.of([write_term(term) for term in unknown]))
        nameless = spellings[self.numbers(spellings) == UNKNOWN]
        self.assign(nameless, np.ones(len(nameless), np.bool_))
        self._numbers.update(zip(unknown, self.numbers(spellings).tolist(), strict=True))
        return [self._numbers[term] for term in terms]

    def find(self, term: Term) -> int | None:
        """Return the number of a term, or None if no triple has it."""
        number = self._numbers.get(term)
        if number is None and len(self.spellings):
            spelling = self.spellings.find(write_term(term))
            if spelling == UNKNOWN or self._spelt.values[spelling] == UNKNOWN:
                return None
            number = self._numbers[term] = int(self._spelt.values[spelling])
        return number

    def term(self, number: int) -> Term:
        """Return the term with a number. Raises IndexError if there is none."""
        terms, place = self._resources, number
        if number >= LITERAL:
            terms, place = self._literals, number - LITERAL
        term = terms[place]
        if term is None:
            term = terms[place] = read_term(self.spellings.string(self._spelling(number)))
            self._numbers[term] = number
        return term

    def is_iri(self, number: int) -> bool:
        """Tell whether a number is that of an IRI, hence may stand as a predicate."""
        return number < LITERAL and isinstance(self.term(number), NamedNode)

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
        s = self.find(triple.subject)
        p = self.find(triple.predicate)
        o = self.find(triple.object)
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
        found: list[int] = []
        for place in self._perhaps_typed(first):
            term = self.term(LITERAL + place)
            if isinstance(term, Literal) and term.datatype.value not in plain:
                found.append(LITERAL + place)
        return found

    def _perhaps_typed(self, first: int) -> list[int]:
        """Return the places of literals, plain strings of the spelt ones left out."""
        spelt = len(self._literal_spellings)
        rest = list(range(max(first, spelt), len(self._literals)))
        if first >= spelt:
            return rest
        lasts = self.spellings.last_bytes(self._literal_spellings.values[first:])
        # A datatype ends with a bracket; with a base direction, a language string is none either.
        ends = np.isin(lasts, np.frombuffer(b">rl", np.uint8))
        return [*(np.flatnonzero(ends) + first).tolist(), *rest]

    def intern(self, spans: Spans) -> tuple[Places, Ints]:
        """Return the spellings of strings, and the places of those that are new.

        Spellings mean no term until `assign` or `equate` says which.
        """
        self.spell()
        spellings, fresh = self.spellings.intern(spans)
        self._spelt.extend(np.full(len(fresh), UNKNOWN, np.int32))
        return spellings, fresh

    def assign(self, spellings: Places, resources: Bools) -> None:
        """Give new numbers to canonical spellings of terms that have none, in this order.

        ``resources`` tells which of them are IRIs and blank nodes.
        """
        for chosen, terms, column, base in (
            (spellings[resources], self._resources, self._resource_spellings, 0),
            (spellings[~resources], self._literals, self._literal_spellings, LITERAL),
        ):
            first = base + len(terms)
            self._spelt.values[chosen] = np.arange(first, first + len(chosen), dtype=np.int32)
            column.extend(chosen)
            terms.extend([None] * len(chosen))

    def equate(self, spellings: Places, numbers: Places) -> None:
        """Let further spellings stand for terms that have numbers."""
        self._spelt.values[spellings] = numbers

    def numbers(self, spellings: Places) -> Places:
        """Return the numbers of the terms that spellings stand for, or UNKNOWN."""
        numbers: Places = self._spelt.values[spellings]
        return numbers

    def spell(self) -> None:
        """Give spellings to the terms that came as terms."""
        for terms, column, base in (
            (self._resources, self._resource_spellings, 0),
            (self._literals, self._literal_spellings, LITERAL),
        ):
            first = len(column)
            waiting = terms[first:]
            if not waiting:
                continue
            texts = Spans.of([write_term(term) for term in waiting if term is not None])
            spellings, fresh = self.spellings.intern(texts)
            self._spelt.extend(np.full(len(fresh), UNKNOWN, np.int32))
            column.extend(spellings)
            numbers = np.arange(base + first, base + len(terms), dtype=np.int32)
            self._spelt.values[spellings] = numbers

    def spelt(self, numbers: Ints | Places) -> Places:
        """Return the canonical spellings of terms. All must have one: see `spell`."""
        literal = numbers >= LITERAL
        if not literal.any():
            found: Places = self._resource_spellings.values[numbers]
            return found
        found = np.empty(len(numbers), np.int32)
        found[~literal] = self._resource_spellings.values[numbers[~literal]]
        found[literal] = self._literal_spellings.values[numbers[literal] - LITERAL]
        return found

    def _spelling(self, number: int) -> int:
        if number < LITERAL:
            return int(self._resource_spellings.values[number])
        return int(self._literal_spellings.values[number - LITERAL])
