"""The encoder: from N-Triples to numbers, many lines at a time.

Lines of the usual form are taken apart and looked up in arrays, and nothing in Python is done for
each. A spelling that is new and in doubt is given to the parser once, and from then on stands for
the term that the parser made of it. Text with a line of another form (a comment, an empty line)
goes through the parser and its serialiser, which write it in the usual form. The result is always
what the parser alone would have given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyoxigraph import RdfFormat, Triple, parse, serialize

from sorafenib_kg.reasoning.arrays import SHIFT, Bools, Ints, spread, unique
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.stopwatch import Stopwatch
from sorafenib_kg.reasoning.text.notation import (
    languages_and_datatypes,
    read_terms,
    relabel,
    write_term,
)
from sorafenib_kg.reasoning.text.ntriples import LESS, QUOTE, UNDERSCORE, plain, split
from sorafenib_kg.reasoning.text.spans import Bytes, Spans
from sorafenib_kg.reasoning.text.spellings import UNKNOWN, Places

_MOST_SUFFIXES = 64
# As objects these texts could be followed by a comment that would be none behind a subject.
_CLOSED = re.compile(rb'<[^<>"\s]*>|_:[^<>"#\s]*[^<>"#.\s]')


@dataclass(frozen=True, slots=True)
class EncodedTriples:
    """Triples as numbers, in the order in which they were read; one may come more than once.

    The columns are arrays of 32-bit integers, all of shape (n,): the numbers of the terms in the
    dictionary.
    """

    dictionary: Dictionary
    subjects: Places
    predicates: Places
    objects: Places

    def __len__(self) -> int:
        """Return the number of triples read."""
        return len(self.subjects)

    def keys(self) -> dict[int, Ints]:
        """Return the triples as one array of keys (subject, object) for each predicate.

        The arrays are sorted and without duplicates.
        """
        if not len(self):
            return {}
        # Few numbers are those of predicates: with these alone counted, a radix sort serves.
        used = np.zeros(int(self.predicates.max()) + 1, np.bool_)
        used[self.predicates] = True
        predicates = np.flatnonzero(used)
        ranks = np.empty(len(used), np.int16 if len(predicates) < 1 << 15 else np.int32)
        ranks[predicates] = np.arange(len(predicates))
        ranked = ranks[self.predicates]
        order = np.argsort(ranked, kind="stable")
        keys = self.subjects[order].astype(np.int64)
        keys <<= SHIFT
        keys |= self.objects[order]
        bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(ranked))])
        return {
            predicate: unique(keys[low:high])
            for predicate, (low, high) in zip(
                predicates.tolist(), pairwise(bounds.tolist()), strict=True
            )
        }


class Encoder:
    """Numbers the terms of N-Triples, and keeps the triples of numbers."""

    def __init__(self, dictionary: Dictionary, watch: Stopwatch | None = None) -> None:
        """Start with no triples, and with whatever terms the dictionary has.

        ``watch`` counts as *encode* what is not *parse*.
        """
        self._dictionary = dictionary
        self._watch = watch or Stopwatch()
        self._parts: list[Places] = []
        self._suffixes: dict[bytes, None] = {}

    def add(self, text: Bytes, prefix: bytes = b"") -> bool:
        """Add the triples of N-Triples that end with the end of a line.

        ``prefix``, letters and digits of ASCII, goes before the labels of blank nodes. Returns
        False, with nothing added, if there is a fault in the text: the parser tells which.
        """
        if self._encode(text, prefix, canonical=False):
            return True
        try:
            written = serialize(
                (quad.triple for quad in parse(text.tobytes(), RdfFormat.N_TRIPLES)),
                format=RdfFormat.N_TRIPLES,
            )
        except SyntaxError:
            return False
        return not written or self.add_canonical(np.frombuffer(written, np.uint8), prefix)

    def add_canonical(self, text: Bytes, prefix: bytes = b"") -> bool:
        """Add the triples of N-Triples that the serialiser has written."""
        return self._encode(text, prefix, canonical=True)

    def triples(self) -> EncodedTriples:
        """Return all triples that were added."""
        table = np.concatenate([np.empty((0, 3), np.int32), *self._parts])
        subjects, objects, predicates = (np.ascontiguousarray(column) for column in table.T)
        return EncodedTriples(self._dictionary, subjects, predicates, objects)

    def _encode(self, text: Bytes, prefix: bytes, canonical: bool) -> bool:
        with self._watch.phase("parse"):
            terms = split(text)
        if terms is None:
            return False
        with self._watch.phase("encode"):
            return self._number(terms, prefix, canonical)

    def _number(self, terms: Spans, prefix: bytes, canonical: bool) -> bool:
        """Add the triples whose terms these are, in the order of `split`."""
        if prefix:
            terms = _relabelled(terms, prefix)
        spellings, fresh = self._dictionary.intern(terms)
        new = terms.select(fresh)
        if not canonical:
            good = plain(new, self._suffixes)
        elif prefix:
            good = ~_is_nested(new)  # with labels inside that have yet to change
        else:
            good = np.ones(len(new), np.bool_)
        chosen = new.select(good)
        resources = (chosen.buffer[chosen.starts] != QUOTE) & ~_is_nested(chosen)
        self._dictionary.assign(spellings[fresh[good]], resources)
        numbers = self._dictionary.numbers(spellings)
        doubtful = np.flatnonzero(numbers == UNKNOWN)
        if len(doubtful):
            _, first, inverse = np.unique(
                spellings[doubtful], return_index=True, return_inverse=True
            )
            places = doubtful[first]
            found = self._judge(terms.select(places), spellings[places], prefix)
            if found is None:
                return False
            numbers[doubtful] = found[inverse]
        self._parts.append(numbers.reshape(-1, 3))
        return True

    def _judge(self, terms: Spans, spellings: Places, prefix: bytes) -> Places | None:
        """Return the numbers of the terms that the parser makes of texts; None if it does not."""
        texts = terms.strings()
        for text in texts:
            if not text.startswith((b'"', b"<<")) and not _CLOSED.fullmatch(text):
                return None
        parsed = read_terms(texts)
        if parsed is None:
            return None
        nested = np.array([isinstance(term, Triple) for term in parsed])
        if prefix and nested.any():
            label = prefix.decode()
            parsed = [relabel(t, label) if isinstance(t, Triple) else t for t in parsed]
        written = [write_term(term) for term in parsed]
        canonical, _ = self._dictionary.intern(Spans.of(written))
        unnumbered = np.flatnonzero(self._dictionary.numbers(canonical) == UNKNOWN)
        first = unnumbered[np.sort(np.unique(canonical[unnumbered], return_index=True)[1])]
        resources = np.array([text[:1] != b'"' for text in written]) & ~nested
        self._dictionary.assign(canonical[first], resources[first])
        numbers = self._dictionary.numbers(canonical)
        # A triple term's text has labels that mean something else in the next file.
        kept = ~nested if prefix else np.ones(len(nested), np.bool_)
        self._dictionary.equate(spellings[kept], numbers[kept])
        same = (text for text, other in zip(texts, written, strict=True) if text == other)
        for suffix in languages_and_datatypes(same):
            if len(self._suffixes) < _MOST_SUFFIXES:
                self._suffixes[suffix] = None
        return numbers


def _is_nested(terms: Spans) -> Bools:
    """Tell which terms are triple terms."""
    buffer = terms.buffer
    nested: Bools = (buffer[terms.starts] == LESS) & (buffer[terms.starts + 1] == LESS)
    return nested


def _relabelled(terms: Spans, prefix: bytes) -> Spans:
    """Return the terms with a prefix before each blank node's label."""
    places = np.flatnonzero(terms.buffer[terms.starts] == UNDERSCORE)
    if not len(places):
        return terms
    head = b"_:" + prefix
    labels = terms.select(places)
    ends = np.cumsum(labels.lengths + len(prefix))
    starts = ends - labels.lengths - len(prefix)
    written = np.empty(int(ends[-1]), np.uint8)
    for offset, byte in enumerate(head):
        written[starts + offset] = byte
    _, sources = spread(labels.starts + 2, labels.ends)
    _, targets = spread(starts + len(head), ends)
    written[targets] = labels.buffer[sources]
    behind = len(terms.buffer)
    all_starts, all_ends = terms.starts.copy(), terms.ends.copy()
    all_starts[places], all_ends[places] = starts + behind, ends + behind
    return Spans(np.concatenate([terms.buffer, written]), all_starts, all_ends)
