"""N-Triples, as far as it can be read without a parser: where the terms are, and which are plain.

`split` finds the terms of lines that are written the way nearly all are: one blank or tab between
the terms, a dot at the end. It looks at nothing but these places. `plain` then tells which terms
are certainly well formed and written as the parser's own serialiser writes them, so that equal
terms have equal bytes; everything it is in doubt about is for the parser to judge.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from sorafenib_kg.reasoning.arrays import Bools, Ints
from sorafenib_kg.reasoning.text.spans import Bytes, Spans, by_size, windows

_LINE_END, _RETURN, _TAB, _BLANK, _DOT = 10, 13, 9, 32, 46
LESS, GREATER, QUOTE, UNDERSCORE, COLON, _HASH = 60, 62, 34, 95, 58, 35
_HARMLESS = ord("a")

_HTTP = np.frombuffer(b"<http://", np.uint64)[0]
_HTTPS = np.frombuffer(b"<https:/", np.uint64)[0]
_SCHEME = 9  # no more bytes than that belong to the scheme and its slashes

# What a byte is not allowed to be part of, or makes doubtful.
_NO_IRI, _NO_LABEL, _NO_STRING, _NOT_ASCII, _IS_HASH = (np.uint8(1 << bit) for bit in range(5))


def _flags() -> Bytes:
    flags = np.full(256, _NO_IRI | _NO_LABEL, np.uint8)
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    flags[list(letters)] = 0
    # RFC 3987 without the colon and @, whose place in an authority matters, and without %.
    flags[list(b"!$&'()*+,-./;=?~")] = _NO_LABEL
    flags[_HASH] = _NO_LABEL | _IS_HASH  # once in an IRI
    flags[:_BLANK] |= _NO_STRING
    flags[[QUOTE, ord("\\"), 0x7F]] |= _NO_STRING
    flags[0x80:] |= _NOT_ASCII
    # U+FFFE and U+FFFF begin with this byte; the serialiser writes them with an escape.
    flags[0xEF] |= _NO_STRING
    return flags


_FLAGS = _flags()


def split(data: Bytes) -> Spans | None:
    """Return the terms of N-Triples: subject, object and predicate of each line in turn.

    ``data`` ends with the end of a line. Returns None if any line, an empty one for example, is
    not of the simple form; whether terms of the right kind are well formed is not looked at.
    """
    gaps = np.flatnonzero(data <= _BLANK)
    ends_at = np.flatnonzero(data[gaps] == _LINE_END)
    if not len(ends_at) or len(gaps) < 3 * len(ends_at):
        return None
    first = np.empty_like(ends_at)
    first[0], first[1:] = 0, ends_at[:-1] + 1
    ends = gaps[ends_at]
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    ends = ends - (data[ends - 1] == _RETURN)
    # Indices behind the last gap can only come from lines that have too few.
    after_subject = gaps[first]
    after_predicate = gaps[np.minimum(first + 1, len(gaps) - 1)]
    if (after_predicate + 3 > ends).any():
        return None
    before_dot = data[ends - 2]
    spaced = (before_dot == _BLANK) | (before_dot == _TAB)
    simple = spaced | (before_dot == GREATER) | (before_dot == QUOTE)
    simple &= data[ends - 1] == _DOT
    for gap in (data[after_subject], data[after_predicate]):
        simple &= (gap == _BLANK) | (gap == _TAB)
    subject, predicate = data[starts], data[after_subject + 1]
    value = data[after_predicate + 1]
    simple &= (subject == LESS) | (subject == UNDERSCORE)
    simple &= predicate == LESS
    simple &= (value == LESS) | (value == UNDERSCORE) | (value == QUOTE)
    # Triple terms stand only as objects.
    simple &= (data[starts + 1] != LESS) & (data[after_subject + 2] != LESS)
    tails = ends - 1 - spaced
    simple &= tails >= after_predicate + 3
    simple &= (after_predicate >= after_subject + 3) & (after_subject >= starts + 3)
    if not simple.all():
        return None
    count = len(ends)
    begin, end = np.empty((count, 3), np.int64), np.empty((count, 3), np.int64)
    begin[:, 0], end[:, 0] = starts, after_subject
    begin[:, 1], end[:, 1] = after_predicate + 1, tails
    begin[:, 2], end[:, 2] = after_subject + 1, after_predicate
    return Spans(data, begin.reshape(-1), end.reshape(-1))


def plain(terms: Spans, suffixes: Collection[bytes] = ()) -> Bools:
    """Tell which terms are well formed and written as the serialiser writes them.

    ``terms`` begin as terms of their kind do. ``suffixes`` are language tags and datatypes, with
    what stands before them, that are known to be well formed and written so: ``@en``. False means
    no more than doubt.
    """
    kinds = terms.buffer[terms.starts]
    ends = terms.ends.copy()
    literals = np.flatnonzero(kinds == QUOTE)
    for suffix in suffixes:
        _cut(terms, literals, ends, suffix)
    bare = Spans(terms.buffer, terms.starts, ends)
    result = np.zeros(len(terms), np.bool_)
    not_ascii = np.zeros(len(terms), np.bool_)
    for size, places in by_size(bare.lengths):
        chosen = bare.select(places)
        for kind, judge in ((LESS, _plain_iris), (UNDERSCORE, _plain_labels)):
            some = np.flatnonzero(kinds[places] == kind)
            result[places[some]] = judge(chosen.select(some), size)
        some = np.flatnonzero(kinds[places] == QUOTE)
        flags = _string_flags(chosen.select(some), size)
        result[places[some]] = flags & _NO_STRING == 0
        not_ascii[places[some]] = flags & _NOT_ASCII != 0
    strings = np.flatnonzero(result & not_ascii)
    if len(strings) and not _is_utf8(bare.select(strings)):
        result[strings] = False
    return result


def _cut(terms: Spans, literals: Ints, ends: Ints, suffix: bytes) -> None:
    """Move the ends of literals that have a suffix to before it."""
    size = len(suffix)
    long = literals[terms.lengths[literals] > size + 1]
    found = windows(terms.buffer, size)[terms.ends[long] - size] if len(long) else long[:0]
    equal = found == np.frombuffer(suffix, f"V{size}")[0] if len(long) else found.astype(np.bool_)
    ends[long[equal]] = terms.ends[long[equal]] - size


def _plain_iris(terms: Spans, size: int) -> Bools:
    """Tell which IRIs of one size class are plain; only those of http and https can be."""
    if size < 16 or not len(terms):
        return np.zeros(len(terms), np.bool_)
    lengths = terms.lengths
    first, last = _halves(terms, size)
    scheme = np.ascontiguousarray(first[:, :8]).view(np.uint64)[:, 0]
    secure = scheme == _HTTPS
    good: Bools = (scheme == _HTTP) | (secure & (first[:, 8] == ord("/")))
    good &= last[:, -1] == GREATER
    _blank_ends(first, last, lengths)
    first[:, : _SCHEME - 1] = _HARMLESS
    for place in range(_SCHEME):
        last[lengths - size < _SCHEME - place, place] = _HARMLESS
    flags = _joined(first) | _joined(last)
    good &= flags & _NO_IRI == 0
    with_hash = np.flatnonzero(good & (flags & _IS_HASH != 0))
    if len(with_hash):
        # What both blocks hold is counted in the first one.
        own = np.arange(size) >= (2 * size - lengths[with_hash])[:, np.newaxis]
        hashes = np.count_nonzero(first[with_hash] == _HASH, axis=1)
        hashes += np.count_nonzero((last[with_hash] == _HASH) & own, axis=1)
        good[with_hash] = hashes == 1
    return good


def _plain_labels(terms: Spans, size: int) -> Bools:
    """Tell which blank nodes of one size class are plain: only letters and digits of ASCII."""
    if not len(terms):
        return np.zeros(0, np.bool_)
    lengths = terms.lengths
    first, last = _halves(terms, size)
    good: Bools = (lengths > 2) & (first[:, 1] == COLON)
    first[:, :2] = _HARMLESS
    last[lengths == size, :2] = _HARMLESS
    last[lengths == size + 1, 0] = _HARMLESS
    good &= (_joined(first) | _joined(last)) & _NO_LABEL == 0
    return good


def _string_flags(terms: Spans, size: int) -> Bytes:
    """Return the flags of what stands between the quotes of literals of one size class."""
    if not len(terms):
        return np.zeros(0, np.uint8)
    first, last = _halves(terms, size)
    closed = (last[:, -1] == QUOTE) & (terms.lengths > 1)
    _blank_ends(first, last, terms.lengths)
    flags = _joined(first) | _joined(last)
    flags[~closed] |= _NO_STRING
    return flags


def _halves(terms: Spans, size: int) -> tuple[Bytes, Bytes]:
    blocks = terms.blocks(size).view(np.uint8).reshape(len(terms), 2, size)
    return blocks[:, 0], blocks[:, 1]


def _blank_ends(first: Bytes, last: Bytes, lengths: Ints) -> None:
    """Overwrite the first and the last byte of strings, in both blocks where both have it."""
    size = first.shape[1]
    alone = lengths == size
    first[:, 0] = last[:, -1] = _HARMLESS
    first[alone, -1] = last[alone, 0] = _HARMLESS


def _joined(content: Bytes) -> Bytes:
    flags: Bytes = np.bitwise_or.reduce(_FLAGS[content], axis=1)
    return flags


def _is_utf8(terms: Spans) -> bool:
    try:
        # A line end cannot be part of a longer character.
        b"\n".join(terms.strings()).decode()
    except UnicodeDecodeError:
        return False
    return True
