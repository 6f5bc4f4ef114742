"""Spans: many strings of bytes in one buffer, moved a size class at a time.

A string of n bytes with 2**k <= n < 2**(k+1) is moved as two blocks of 2**k bytes each, its first
and its last, which overlap. So all strings of a size class take the same few array operations, and
none of these goes by bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sorafenib_kg.reasoning.arrays import Ints

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Blocks = npt.NDArray[np.void]  # two a string


@dataclass(frozen=True, slots=True)
class Spans:
    """Strings of at least one byte: ``buffer[starts[i]:ends[i]]``."""

    buffer: Bytes
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, strings: Sequence[bytes]) -> Spans:
        """Return strings as spans of a buffer of their own."""
        ends = np.cumsum([len(string) for string in strings], dtype=np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: len(strings)]
        return cls(np.frombuffer(b"".join(strings), np.uint8), starts, ends)

    def __len__(self) -> int:
        """Return the number of strings."""
        return len(self.starts)

    @property
    def lengths(self) -> Ints:
        """Return the number of bytes of each string."""
        return self.ends - self.starts

    def select(self, chosen: Ints | np.ndarray) -> Spans:
        """Return the chosen strings (a mask, or places)."""
        return Spans(self.buffer, self.starts[chosen], self.ends[chosen])

    def strings(self) -> list[bytes]:
        """Return the strings one by one."""
        content = self.buffer.tobytes()
        pairs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [content[start:end] for start, end in pairs]

    def blocks(self, size: int) -> Blocks:
        """Return the first and the last ``size`` bytes of each string, an array of shape (n, 2).

        All strings must be of the class that begins with ``size``.
        """
        view = windows(self.buffer, size)
        blocks = np.empty((len(self), 2), view.dtype)
        blocks[:, 0] = view[self.starts]
        blocks[:, 1] = view[self.ends - size]
        return blocks


def windows(buffer: Bytes, size: int) -> Blocks:
    """Return a view of all strings of ``size`` bytes in a buffer, one for each place."""
    return np.ndarray(len(buffer) - size + 1, f"V{size}", buffer, 0, (1,))


def by_size(lengths: Ints) -> Iterator[tuple[int, Ints]]:
    """Give the size classes that occur: the power of two each begins with, and its places."""
    exponents = np.frexp(lengths)[1] - 1
    for exponent in np.flatnonzero(np.bincount(exponents)).tolist():
        yield 1 << exponent, np.flatnonzero(exponents == exponent)
