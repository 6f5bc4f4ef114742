"""The literals of a dictionary by value: which are equal, and which are in a datatype."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

import numpy as np
from pyoxigraph import Literal, Triple

from sorafenib_kg.reasoning.arrays import Ints
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.values import Value, in_space, value


class Literals:
    """The values of the literals of a dictionary, looked at when they are asked for."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Take the dictionary, which may still grow."""
        self._dictionary = dictionary
        self._values: dict[int, Value | None] = {}
        self._first: dict[Value, int] = {}  # of each value that was seen: the first literal
        self._unmatched: dict[Value, int] = {}  # values of strings that no plain literal has yet
        self._looked = 0

    def fork(self) -> Literals:
        """Return the same, to learn of more literals by itself."""
        other = copy(self)
        other._values, other._first = dict(self._values), dict(self._first)
        other._unmatched = dict(self._unmatched)
        return other

    def value(self, number: int) -> Value | None:
        """Return the value of a literal; None if it has none, or if it is a triple term."""
        if number not in self._values:
            term = self._dictionary.term(number)
            self._values[number] = value(term) if isinstance(term, Literal) else None
        return self._values[number]

    def equal(self) -> Iterator[tuple[int, int]]:
        """Give pairs of literals of one value that became known since the last call.

        The first of each pair is the first literal that has the value. Strings that are of no
        narrower kind are equal only to themselves, and are not looked at.
        """
        for text, number in list(self._unmatched.items()):
            plain = self._dictionary.find(_plain(text))
            if plain is not None:
                del self._unmatched[text]
                yield plain, number
        typed = self._dictionary.typed_literals(self._looked)
        self._looked = len(self._dictionary.literals())
        for number in typed:
            meant = self.value(number)
            if meant is None:
                continue
            first = self._first.setdefault(meant, number)
            if meant[0] in ("string", "text") and first == number:
                plain = self._dictionary.find(_plain(meant))
                if plain is None:
                    self._unmatched[meant] = number
                else:
                    first = self._first[meant] = plain
            if first != number:
                yield first, number

    def in_datatype(self, datatype: str, first: int = 0) -> tuple[Ints, int]:
        """Return the literals, from the one at a place on, whose value is in a datatype.

        The second result is how many literals there are, to go on from.
        """
        numbers = self._dictionary.literals()
        found = [number for number in numbers[first:] if self._is_in(number, datatype)]
        return np.array(found, np.int64), len(numbers)

    def with_number(self, number: int) -> int | None:
        """Return the first literal that has a whole number as value, or None.

        Only literals that `equal` has looked at are known.
        """
        return self._first.get(("number", number))

    def _is_in(self, number: int, datatype: str) -> bool:
        if isinstance(self._dictionary.term(number), Triple):
            return False
        return in_space(self.value(number), datatype)


def _plain(meant: Value) -> Literal:
    """Return the literal by which a string is usually written."""
    if meant[0] == "string":
        return Literal(str(meant[1]))
    return Literal(str(meant[1]), language=str(meant[2]))
