"""Sorted arrays of packed pairs: the few operations that all relations are made of.

A *key* packs two term numbers into one 64-bit integer, the first in the upper half. Arrays of
keys are sorted and without duplicates unless said otherwise, so that all keys with one first
number lie together. Nothing here changes an array that it was given.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int32]

SHIFT = 32
MASK = (1 << SHIFT) - 1
EMPTY: Ints = np.empty(0, np.int64)
EMPTY.setflags(write=False)


def pack(first: Ints, second: Ints) -> Ints:
    """Return the keys of pairs; the arrays have one length, and the result may be unsorted."""
    return (first << SHIFT) | second


def swap(keys: Ints) -> Ints:
    """Return the keys with first and second exchanged, in the given order."""
    return ((keys & MASK) << SHIFT) | (keys >> SHIFT)


def unique(values: Ints) -> Ints:
    """Return the values sorted, each once."""
    if len(values) < 2 or (values[1:] > values[:-1]).all():
        return values
    values = np.sort(values)
    fresh = np.empty(len(values), np.bool_)
    fresh[0] = True
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


def first_to_mark(marks: list[tuple[int, Ints]], but: Ints) -> tuple[Ints, Small]:
    """Return the values that are in some array of ``marks``, sorted, each with its first mark.

    Values are small numbers; those in ``but`` are left out. It takes one pass over as many places
    as the largest value has, which is cheaper than sorting what is dense.
    """
    size = 1 + max(int(values.max()) for _, values in marks if len(values))
    first = np.full(size, -1, np.int32)
    for mark, values in reversed(marks):
        first[values] = mark
    first[but[: np.searchsorted(but, size)]] = -1
    found = np.flatnonzero(first >= 0)
    return found, first[found]


def find(values: Ints, ordered: Ints) -> tuple[Ints, Bools]:
    """Return where in ``ordered`` each value would be, and whether it is there."""
    places = np.searchsorted(ordered, values)
    if not len(ordered):
        return places, np.zeros(len(values), np.bool_)
    return places, ordered[np.minimum(places, len(ordered) - 1)] == values


def member(values: Ints, ordered: Ints) -> Bools:
    """Tell for each value whether ``ordered`` has it."""
    return find(values, ordered)[1]


def merge(ordered: Ints, additions: Ints) -> Ints:
    """Return two sorted arrays without common values as one."""
    if not len(additions):
        return ordered
    if not len(ordered):
        return additions
    return np.insert(ordered, np.searchsorted(ordered, additions), additions)


def block(ordered: Ints, first: int) -> Ints:
    """Return the keys that begin with one number, as a view."""
    low, high = np.searchsorted(ordered, (first << SHIFT, (first + 1) << SHIFT))
    return ordered[low:high]


def expand(firsts: Ints, ordered: Ints) -> tuple[Ints, Ints]:
    """Join numbers with the keys that begin with them.

    Returns two arrays of one length: the row of ``firsts``, and the second number of the key.
    """
    low = np.searchsorted(ordered, firsts << SHIFT)
    high = np.searchsorted(ordered, (firsts + 1) << SHIFT)
    rows, places = spread(low, high)
    return rows, ordered[places] & MASK


def spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """List the ranges ``low[i]:high[i]``: the row i of each place, and the place."""
    counts = high - low
    rows = np.repeat(np.arange(len(low)), counts)
    ends = np.cumsum(counts)
    places = np.arange(len(rows)) - np.repeat(ends - counts, counts) + low[rows]
    return rows, places
