"""From triples as numbers to files of RDF."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.parsing import FORMATS
from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.text.spans import Bytes, by_size, windows
from sorafenib_kg.serialisation import serialise

Keys = Mapping[int, Ints]  # (subject, object) by predicate

# So many triples at a time that their text stays in the processor's cache.
_PART = 1 << 13


def write_triples(
    path: Path,
    dictionary: Dictionary,
    graphs: Sequence[Keys],
    *,
    prefixes: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write triples to a file, in the format of its ending; return how many.

    ``graphs`` have keys (subject, object) by predicate, and no triple in common. The file appears
    when it is complete; one that was there before stays until then. ``prefixes`` are for the
    formats that abbreviate IRIs; ``progress`` is told how many triples of all are written. Raises
    OSError, NotAcceptableError for what the format cannot hold, and KeyError for an ending that is
    not one of `parsing.FORMATS`.
    """
    chosen = FORMATS[path.suffix.lower()]
    total = sum(len(keys) for graph in graphs for keys in graph.values())
    with replacing(path) as file:
        if chosen in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
            done = 0
            for part, count in spell_out(dictionary, graphs):
                file.write(part.data)
                done += count
                progress(done, total)
        else:
            triples = decoded(dictionary, graphs, lambda done: progress(done, total))
            serialise(triples, file, chosen, prefixes)
    return total


def spell_out(dictionary: Dictionary, graphs: Sequence[Keys]) -> Iterator[tuple[Bytes, int]]:
    """Give triples as N-Triples, in parts, and how many each part has."""
    dictionary.spell()
    for graph in graphs:
        for predicate, keys in graph.items():
            for start in range(0, len(keys), _PART):
                some = keys[start : start + _PART]
                yield _lines(dictionary, predicate, some), len(some)


def _lines(dictionary: Dictionary, predicate: int, keys: Ints) -> Bytes:
    """Return the lines of triples of one predicate."""
    spellings = dictionary.spellings
    terms = dictionary.spelt(np.concatenate([keys >> SHIFT, keys & MASK]))
    lengths = spellings.lengths(terms)
    between = b" " + spellings.string(int(dictionary.spelt(np.array([predicate]))[0])) + b" "
    subjects, objects = lengths[: len(keys)], lengths[len(keys) :]
    ends = np.cumsum(subjects + objects + (len(between) + 3))
    lines = np.empty(int(ends[-1]), np.uint8)
    after = ends - 3
    middle = after - objects - len(between)
    _repeat(lines, middle, between)
    _repeat(lines, after, b" .\n")
    all_ends = np.concatenate([middle, after])
    for size, places in by_size(lengths):
        blocks = spellings.blocks(terms[places], size)
        view, end = windows(lines, size), all_ends[places]
        view[end - lengths[places]] = blocks[:, 0]
        view[end - size] = blocks[:, 1]
    return lines


def _repeat(lines: Bytes, starts: Ints, text: bytes) -> None:
    """Write one text at many places."""
    windows(lines, len(text))[starts] = np.frombuffer(text, f"V{len(text)}")[0]


def decoded(
    dictionary: Dictionary,
    graphs: Sequence[Keys],
    advance: Callable[[int], None] = lambda done: None,
) -> Iterator[Triple]:
    """Give triples one by one; ``advance`` is told how many after each predicate."""
    done = 0
    for graph in graphs:
        for predicate, keys in graph.items():
            pairs = zip((keys >> SHIFT).tolist(), (keys & MASK).tolist(), strict=True)
            for subject, value in pairs:
                triple = dictionary.decode(subject, predicate, value)
                if isinstance(triple, Triple):
                    yield triple
            done += len(keys)
            advance(done)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another when it is complete.

    What is there and is no regular file, a pipe for example, is written to as it is.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
