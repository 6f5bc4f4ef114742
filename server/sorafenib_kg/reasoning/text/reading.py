"""From files of RDF to triples as numbers.

N-Triples is read in bulk. The other formats are parsed, written as N-Triples in memory, a part at
a time, and then go the same way; named graphs are put together with the default graph.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pyoxigraph import RdfFormat, Triple, parse, serialize

from sorafenib_kg.errors import LoadError, Problem
from sorafenib_kg.parsing import FORMATS, UNKNOWN_ENDING, follow
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.stopwatch import Stopwatch
from sorafenib_kg.reasoning.text.encoder import EncodedTriples, Encoder
from sorafenib_kg.reasoning.text.spans import Bytes

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# So much at a time that arrays of this size stay in the processor's cache.
_PART = 1 << 20


def read_triples(
    paths: Sequence[Path],
    *,
    watch: Stopwatch | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> EncodedTriples:
    """Read files of RDF, their formats by their endings, into one dictionary.

    Blank nodes of different files are different: where there are several files, labels get the
    number of the file before them. ``watch`` counts the phases *parse* and *encode*; ``progress``
    is told how many bytes of all have been read. Raises LoadError with everything that is wrong
    with the files, each problem with file and line.
    """
    watch = watch or Stopwatch()
    encoder = Encoder(Dictionary(), watch)
    problems: list[Problem] = []
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    with watch.phase("parse"):
        for place, path in enumerate(paths):
            before = sum(sizes[:place])

            def advance(done: int, before: int = before) -> None:
                progress(before + done, sum(sizes))

            prefix = f"f{place + 1}_".encode() if len(paths) > 1 else b""
            problems += _read(path, encoder, prefix, advance)
    if problems:
        raise LoadError(problems)
    with watch.phase("encode"):
        return encoder.triples()


def _read(
    path: Path, encoder: Encoder, prefix: bytes, advance: Callable[[int], None]
) -> list[Problem]:
    """Read one file; return what is wrong with it."""
    name = str(path)
    if not path.exists():
        return [Problem(name, "there is no such file")]
    chosen = FORMATS.get(path.suffix.lower())
    if chosen is None:
        return [Problem(name, UNKNOWN_ENDING)]
    try:
        if chosen == RdfFormat.N_TRIPLES:
            with path.open("rb", buffering=0) as file:
                return _read_lines(file, name, encoder, prefix, advance)
        with io.FileIO(path) as raw, io.BufferedReader(raw, _PART) as reader:
            return _read_parsed(reader, name, chosen, encoder, prefix, advance)
    except OSError as error:
        return [Problem(name, f"cannot be read: {error.strerror}")]


def _read_lines(
    file: io.FileIO, name: str, encoder: Encoder, prefix: bytes, advance: Callable[[int], None]
) -> list[Problem]:
    done = 0
    for part in parts(file, _PART):
        if not encoder.add(part, prefix):
            lines = _count_lines(file, done)
            found = follow(parse(file, RdfFormat.N_TRIPLES), name, lines)
            return [item for item in found if isinstance(item, Problem)]
        done += len(part)
        advance(done)
    return []


def _read_parsed(
    reader: io.BufferedReader[io.FileIO],
    name: str,
    chosen: RdfFormat,
    encoder: Encoder,
    prefix: bytes,
    advance: Callable[[int], None],
) -> list[Problem]:
    problems: list[Problem] = []

    def triples() -> Iterator[Triple]:
        for item in follow(parse(reader, chosen), name):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                yield item.triple

    def take(text: bytes) -> None:
        encoder.add_canonical(np.frombuffer(text, np.uint8), prefix)
        advance(reader.raw.tell())

    pipe = _Pipe(take)
    with io.BufferedWriter(pipe, _PART) as output:
        serialize(triples(), output, RdfFormat.N_TRIPLES)
    return problems


class _Pipe(io.RawIOBase):
    """Hands on what is written into it, in larger parts of whole lines."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, text: ReadableBuffer) -> int:
        view = memoryview(text)
        self._waiting += view
        if len(self._waiting) >= _PART:
            self._hand_on()
        return len(view)

    def close(self) -> None:
        if not self.closed:
            self._hand_on()
        super().close()

    def _hand_on(self) -> None:
        end = self._waiting.rfind(b"\n") + 1
        if end:
            self._take(bytes(self._waiting[:end]))
            del self._waiting[:end]


def parts(file: io.RawIOBase, size: int) -> Iterator[Bytes]:
    """Give the content of a file in parts of whole lines; the last is given a line end.

    A part is to be used before the next is asked for, which overwrites it.
    """
    room = bytearray(2 * size)
    used = 0
    while True:
        with memoryview(room) as view:
            read = file.readinto(view[used:-1])
        if not read:
            break
        used += read
        end = room.rfind(b"\n", 0, used) + 1
        if end:
            yield np.frombuffer(room, np.uint8, end)
            room[: used - end] = room[end:used]
            used -= end
        elif used == len(room) - 1:
            room = room + bytes(len(room))
    if used:
        room[used] = ord("\n")
        yield np.frombuffer(room, np.uint8, used + 1)


def _count_lines(file: io.FileIO, length: int) -> int:
    """Return how many lines end in the first so many bytes, as the parser counts them.

    The file is left open at the end of these.
    """
    file.seek(0)
    lines, returned = 0, False
    while file.tell() < length:
        text = file.read(min(_PART, length - file.tell()))
        if not text:
            break
        lines += text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
        lines -= returned and text.startswith(b"\n")
        returned = text.endswith(b"\r")
    return lines
