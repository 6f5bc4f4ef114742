"""Spellings: strings of bytes, each once, numbered in the order in which they came.

A hash table in arrays, asked and filled with many strings at a time. Strings are told apart by
64-bit hashes and then compared byte by byte all the same: of two strings with one hash the later
goes to an ordinary dictionary, so that no input makes the table wrong.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sorafenib_kg.reasoning.arrays import Bools, Ints
from sorafenib_kg.reasoning.text.spans import Blocks, Bytes, Spans, Words, by_size

Places = npt.NDArray[np.int32]

UNKNOWN = -1

_FIRST_BITS = 12
_HALF, _ONE = np.uint64(32), np.uint64(1)
_FOR_LENGTH, _FOR_ALL = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


class Column:
    """An array that grows at its end."""

    __slots__ = ("_room", "_used")

    def __init__(self, dtype: npt.DTypeLike) -> None:
        """Start with no values."""
        self._room: npt.NDArray[Any] = np.empty(1024, dtype)
        self._used = 0

    def __len__(self) -> int:
        """Return the number of values."""
        return self._used

    @property
    def values(self) -> npt.NDArray[Any]:
        """Return the values; what is written there stays until the next extension."""
        return self._room[: self._used]

    def extend(self, values: npt.NDArray[Any]) -> None:
        """Add values at the end."""
        needed = self._used + len(values)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
            room[: self._used] = self.values
            self._room = room
        self._room[self._used : needed] = values
        self._used = needed


class Spellings:
    """Strings of one byte or more, by number and by content."""

    def __init__(self) -> None:
        """Start with no string."""
        self._bits = _FIRST_BITS
        self._hashes: Words = np.zeros(1 << self._bits, np.uint64)  # 0 where nothing is
        self._numbers: Places = np.zeros(1 << self._bits, np.int32)
        self._lengths = Column(np.int64)
        self._rows = Column(np.int32)
        self._blocks: dict[int, Column] = {}  # by size class
        self._twins: dict[bytes, int] = {}  # whose hash another string has

    def __len__(self) -> int:
        """Return the number of strings."""
        return len(self._lengths)

    def find(self, string: bytes) -> int:
        """Return the number of a string, or UNKNOWN."""
        spans = Spans.of([string])
        size = 1 << (len(string).bit_length() - 1)
        blocks = spans.blocks(size)
        found = self._probe(_hashes(blocks, spans.lengths))
        if found[0] != UNKNOWN and not self._agree(found, blocks, spans.lengths, size).all():
            return self._twins.get(string, UNKNOWN)
        return int(found[0])

    def intern(self, spans: Spans) -> tuple[Places, Ints]:
        """Return the numbers of strings, and the places of those that were new, in order.

        A string that is new gets the next number, at the first of its places.
        """
        numbers = np.empty(len(spans), np.int32)
        fresh: list[Ints] = []
        for size, chosen in by_size(spans.lengths):
            found, new = self._intern(spans.select(chosen), size)
            numbers[chosen] = found
            fresh.append(chosen[new])
        return numbers, np.sort(np.concatenate(fresh)) if fresh else np.empty(0, np.int64)

    def lengths(self, numbers: Ints | Places) -> Ints:
        """Return the number of bytes of each string."""
        lengths: Ints = self._lengths.values[numbers]
        return lengths

    def blocks(self, numbers: Ints | Places, size: int) -> Blocks:
        """Return both blocks of strings of one size class, an array of shape (n, 2)."""
        rows: Blocks = self._blocks[size].values[self._rows.values[numbers]]
        return rows.view(f"V{size}").reshape(-1, 2)

    def last_bytes(self, numbers: Ints | Places) -> Bytes:
        """Return the last byte of each string."""
        found = np.empty(len(numbers), np.uint8)
        for size, places in by_size(self.lengths(numbers)):
            blocks = self.blocks(numbers[places], size)
            found[places] = blocks.view(np.uint8).reshape(len(blocks), -1)[:, -1]
        return found

    def string(self, number: int) -> bytes:
        """Return a string. Raises IndexError if there is none of this number."""
        length = int(self._lengths.values[number])
        size = 1 << (length.bit_length() - 1)
        row: bytes = self._blocks[size].values[self._rows.values[number]].tobytes()
        return row[:size] + row[3 * size - length :]

    def _intern(self, spans: Spans, size: int) -> tuple[Places, Ints]:
        """Return the numbers of strings of one class, and the places of new ones."""
        blocks, lengths = spans.blocks(size), spans.lengths
        hashes = _hashes(blocks, lengths)
        numbers = self._probe(hashes)
        unknown = np.flatnonzero(numbers == UNKNOWN)
        new = unknown[:0]
        if len(unknown):
            numbers[unknown], first = self._claim(hashes[unknown])
            new = unknown[first]
            self._keep(blocks[new], lengths[new], size)
        agreeing = self._agree(numbers, blocks, lengths, size)
        if not agreeing.all():
            odd = np.flatnonzero(~agreeing)
            numbers[odd], first = self._intern_twins(spans.select(odd), size)
            new = np.concatenate([new, odd[first]])
        return numbers, new

    def _probe(self, hashes: Words) -> Places:
        """Return the number of the string that has a hash, or UNKNOWN."""
        last = len(self._hashes) - 1
        slots = self._slots(hashes)
        there = self._hashes[slots]
        found = np.where(there == hashes, self._numbers[slots], np.int32(UNKNOWN))
        places = np.flatnonzero((there != hashes) & (there != 0))
        slots = slots[places]
        while len(places):
            slots = (slots + 1) & last
            there, wanted = self._hashes[slots], hashes[places]
            hit = there == wanted
            found[places[hit]] = self._numbers[slots[hit]]
            on = ~hit & (there != 0)
            places, slots = places[on], slots[on]
        return found

    def _claim(self, hashes: Words) -> tuple[Places, Ints]:
        """Give numbers to hashes that are not in the table, some of them perhaps alike.

        Returns the numbers, and where each new one came first.
        """
        self._make_room(len(hashes))
        last = len(self._hashes) - 1
        # Until it is known which hashes are alike, each place stands for itself, below UNKNOWN.
        owners = np.empty(len(hashes), np.int32)
        taken: list[Ints] = []
        places, slots = np.arange(len(hashes)), self._slots(hashes)
        while len(places):
            free = self._hashes[slots] == 0
            # Where several want one slot the last assignment stays: the first place gets it.
            openly, wanted = places[free][::-1], slots[free][::-1]
            self._hashes[wanted] = hashes[openly]
            self._numbers[wanted] = UNKNOWN - 1 - openly
            there = self._hashes[slots] == hashes[places]
            owners[places[there]] = UNKNOWN - 1 - self._numbers[slots[there]]
            taken.append(slots[there])
            places, slots = places[~there], (slots[~there] + 1) & last
        first = np.flatnonzero(owners == np.arange(len(hashes)))
        numbers = np.empty(len(hashes), np.int32)
        numbers[first] = np.arange(len(self), len(self) + len(first))
        numbers = numbers[owners]
        slots = np.concatenate(taken)
        self._numbers[slots] = numbers[UNKNOWN - 1 - self._numbers[slots]]
        return numbers, first

    def _keep(self, blocks: Blocks, lengths: Ints, size: int) -> None:
        """Append strings of one class, in the order of their numbers."""
        if size not in self._blocks:
            self._blocks[size] = Column(f"V{2 * size}")
        kept = self._blocks[size]
        self._rows.extend(np.arange(len(kept), len(kept) + len(blocks), dtype=np.int32))
        self._lengths.extend(lengths)
        kept.extend(blocks.reshape(-1).view(f"V{2 * size}"))

    def _agree(self, numbers: Places, blocks: Blocks, lengths: Ints, size: int) -> Bools:
        """Tell whether strings of one class are those of the numbers."""
        agreeing: Bools = self.lengths(numbers) == lengths
        if agreeing.all():
            own = self.blocks(numbers, size)
            # The usual case is found out without a look at single rows.
            if not np.array_equal(own.view(np.uint8), blocks.view(np.uint8)):
                differing = own.view(np.uint8) != blocks.view(np.uint8)
                agreeing = ~differing.any(axis=1)
        elif agreeing.any():
            some = np.flatnonzero(agreeing)
            agreeing[some] = self._agree(numbers[some], blocks[some], lengths[some], size)
        return agreeing

    def _intern_twins(self, spans: Spans, size: int) -> tuple[Places, Ints]:
        """Return the numbers of strings whose hash another string has, and places of new ones."""
        numbers = np.empty(len(spans), np.int32)
        new: list[int] = []
        for place, string in enumerate(spans.strings()):
            number = self._twins.get(string)
            if number is None:
                number = self._twins[string] = len(self)
                one = spans.select(np.array([place]))
                self._keep(one.blocks(size), one.lengths, size)
                new.append(place)
            numbers[place] = number
        return numbers, np.array(new, np.int64)

    def _slots(self, hashes: Words) -> Ints:
        slots: Ints = (hashes >> np.uint64(64 - self._bits)).view(np.int64)
        return slots

    def _make_room(self, more: int) -> None:
        """Enlarge the table if more than half of it would be in use with so many more."""
        needed = 2 * (len(self) + more)
        if needed <= len(self._hashes):
            return
        hashes, numbers = self._hashes, self._numbers
        filled = hashes != 0
        # To a quarter in use at the most, as every enlargement puts all that is there anew.
        self._bits = needed.bit_length() + 1
        self._hashes = np.zeros(1 << self._bits, np.uint64)
        self._numbers = np.zeros(1 << self._bits, np.int32)
        self._put(hashes[filled], numbers[filled])

    def _put(self, hashes: Words, numbers: Places) -> None:
        """Fill in hashes, no two alike and none that is there."""
        last = len(self._hashes) - 1
        slots = self._slots(hashes)
        while len(hashes):
            free = self._hashes[slots] == 0
            self._hashes[slots[free]] = hashes[free]
            self._numbers[slots[free]] = numbers[free]
            left = self._hashes[slots] != hashes
            hashes, numbers, slots = hashes[left], numbers[left], (slots[left] + 1) & last


@lru_cache(maxsize=64)
def _multipliers(count: int) -> Words:
    """Return so many odd multipliers; a longer list begins with the shorter ones."""
    numbers = np.random.default_rng(6961).integers(1 << 62, 1 << 63, count, np.uint64)
    return numbers * np.uint64(2) + _ONE


def _hashes(blocks: Blocks, lengths: Ints) -> Words:
    """Return a hash of each string of one class; never 0.

    Multiplying carries upwards only, so each word's upper half is first laid over its lower one.
    """
    size = 2 * blocks.itemsize
    content = blocks.view(np.uint8)
    if size % 8:
        padded = np.zeros((len(blocks), 8), np.uint8)
        padded[:, :size] = content
        content = padded
    words = content.view(np.uint64)
    mixed = words >> _HALF
    mixed ^= words
    hashes: Words = mixed @ _multipliers(mixed.shape[1])
    hashes += lengths.view(np.uint64) * _FOR_LENGTH
    hashes ^= hashes >> np.uint64(29)
    hashes *= _FOR_ALL
    hashes ^= hashes >> _HALF
    return hashes | _ONE
