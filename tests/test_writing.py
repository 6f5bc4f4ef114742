"""Writing in bulk: what is written reads as the same triples, and no file is ever half there."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from pyoxigraph import RdfFormat, parse, serialize

from ntriples_texts import texts
from sorafenib_kg.parsing import FORMATS
from sorafenib_kg.reasoning.arrays import Ints
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.text import writing
from sorafenib_kg.reasoning.text.encoder import Encoder
from sorafenib_kg.reasoning.text.writing import replacing, spell_out, write_triples

FORMATS_OF_TRIPLES = sorted(FORMATS)


def encoded(text: bytes, *, in_bulk: bool) -> tuple[Dictionary, dict[int, Ints]]:
    dictionary = Dictionary()
    if not in_bulk:
        triples = (quad.triple for quad in parse(text, RdfFormat.N_TRIPLES))
        return dictionary, dictionary.encode(triples)
    encoder = Encoder(dictionary)
    assert encoder.add(np.frombuffer(text.removesuffix(b"\n") + b"\n", np.uint8))
    return dictionary, encoder.triples().keys()


@pytest.mark.parametrize("in_bulk", [True, False], ids=["read in bulk", "read singly"])
def test_what_is_written_is_what_the_serialiser_writes(
    monkeypatch: pytest.MonkeyPatch, in_bulk: bool
):
    monkeypatch.setattr(writing, "_PART", 5)

    @settings(max_examples=100, deadline=None)
    @given(texts(odd=10).filter(bytes.strip))
    def check(text: bytes):
        dictionary, keys = encoded(text, in_bulk=in_bulk)
        written = b"".join(part.tobytes() for part, _ in spell_out(dictionary, [keys]))
        triples = {quad.triple for quad in parse(text, RdfFormat.N_TRIPLES)}
        wanted = serialize(triples, format=RdfFormat.N_TRIPLES)
        assert Counter(written.splitlines(True)) == Counter(wanted.splitlines(True))

    check()


@pytest.mark.parametrize("ending", FORMATS_OF_TRIPLES)
def test_every_format_that_is_read_is_written(tmp_path: Path, ending: str):
    text = b'<urn:s> <urn:p> <urn:o> , "x"@en , "a\\nb" .\n<urn:s> <urn:q> 1 .\n'
    triples = {quad.triple for quad in parse(text, RdfFormat.TURTLE)}
    dictionary = Dictionary()
    keys = dictionary.encode(sorted(triples, key=str))
    (first, second) = ({p: some} for p, some in keys.items())
    path = tmp_path / f"out{ending}"
    assert write_triples(path, dictionary, [first, second]) == 4
    assert {quad.triple for quad in parse(path=path, format=FORMATS[ending])} == triples


def test_the_file_is_there_only_when_it_is_complete(tmp_path: Path):
    path = tmp_path / "out.nt"
    path.write_text("before")
    path.chmod(0o640)

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            assert path.read_text() == "before"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.nt"]
    with replacing(path) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.nt"]


def test_a_link_stays_a_link(tmp_path: Path):
    target = tmp_path / "target.nt"
    target.write_text("before")
    link = tmp_path / "link.nt"
    link.symlink_to(target)
    with replacing(link) as file:
        file.write(b"after")
    assert link.is_symlink()
    assert target.read_bytes() == b"after"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_stays(tmp_path: Path):
    pipe = tmp_path / "pipe.nt"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with replacing(pipe) as file:
            file.write(b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_progress_ends_with_all_triples(tmp_path: Path):
    dictionary, keys = encoded(
        b"<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:q> <urn:o> .", in_bulk=True
    )
    for ending in (".nt", ".ttl"):
        told: list[tuple[int, int]] = []
        write_triples(
            tmp_path / f"out{ending}",
            dictionary,
            [keys],
            progress=lambda done, total, told=told: told.append((done, total)),
        )
        assert told == [(1, 2), (2, 2)]
