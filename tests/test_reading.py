"""Reading in bulk: always what the parser alone would have given, faults and places included."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from ntriples_texts import BROKEN_TERMS, ODD_TERMS, USUAL_TERMS, damaged, texts
from sorafenib_kg.errors import LoadError, Problem
from sorafenib_kg.parsing import FORMATS, follow
from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary
from sorafenib_kg.reasoning.text import reading
from sorafenib_kg.reasoning.text.encoder import EncodedTriples, Encoder
from sorafenib_kg.reasoning.text.notation import read_terms, write_term
from sorafenib_kg.reasoning.text.ntriples import plain
from sorafenib_kg.reasoning.text.reading import read_triples
from sorafenib_kg.reasoning.text.spans import Spans

EXAMPLES = 100


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch):
    """Let files be read in many parts, so that much lies across their bounds."""
    monkeypatch.setattr(reading, "_PART", 300)


def decoded(triples: EncodedTriples) -> list[Triple]:
    rows = zip(
        triples.subjects.tolist(),
        triples.predicates.tolist(),
        triples.objects.tolist(),
        strict=True,
    )
    return [triples.dictionary.decode(*row) for row in rows]


def read(path: Path) -> list[Triple] | list[Problem]:
    try:
        return decoded(read_triples([path]))
    except LoadError as error:
        return list(error.problems)


def parsed(path: Path, chosen: RdfFormat = RdfFormat.N_TRIPLES) -> list[Triple] | list[Problem]:
    items = list(follow(parse(path.read_bytes(), chosen), str(path)))
    problems = [item for item in items if isinstance(item, Problem)]
    return problems or [item.triple for item in items if isinstance(item, Quad)]


@pytest.mark.parametrize(
    "strategy",
    [
        pytest.param(texts(), id="usual"),
        pytest.param(texts(odd=10), id="odd"),
        pytest.param(texts(odd=10, broken=2), id="broken"),
        pytest.param(damaged(), id="damaged"),
    ],
)
def test_reading_gives_what_the_parser_gives(tmp_path: Path, strategy: st.SearchStrategy[bytes]):
    path = tmp_path / "given.nt"

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(strategy)
    def check(text: bytes):
        path.write_bytes(text)
        assert read(path) == parsed(path)

    check()


def test_usual_terms_need_no_parser():
    suffixes = [b"@fr", b"@en-gb"]
    suffixes += [
        f"^^<http://www.w3.org/2001/XMLSchema#{name}>".encode() for name in ("integer", "date")
    ]
    assert plain(Spans.of(USUAL_TERMS), suffixes).all()


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.from_regex(rb"<https?:/[ -~]{0,40}>", fullmatch=True),
            st.from_regex(rb"_:[ -~]{0,20}", fullmatch=True),
            st.from_regex(rb"\"[ -~]{0,40}\"", fullmatch=True),
            st.text(max_size=20).map(lambda text: f'"{text}"'.encode("utf-8", "replace")),
            st.binary(max_size=10).map(lambda text: b'"' + text + b'"'),
            st.sampled_from([*ODD_TERMS, *BROKEN_TERMS]).filter(lambda term: term[:1] in b'<_"'),
        ),
        max_size=10,
    ).map(lambda terms: [term for term in terms if len(term) > 1])
)
def test_a_plain_term_is_one_that_the_serialiser_would_write_so(terms: list[bytes]):
    for term, is_plain in zip(terms, plain(Spans.of(terms)).tolist(), strict=True):
        read_as = read_terms([term])
        written = None if read_as is None else write_term(read_as[0])
        assert not is_plain or written == term


def test_terms_longer_than_a_part_are_read(tmp_path: Path):
    path = tmp_path / "given.nt"
    path.write_text(
        "".join(
            f'<http://example.org/{"x" * length}> <urn:p> "{"y" * length}" .\n'
            for length in (10, 299, 300, 301, 5000)
        ),
        encoding="utf-8",
    )
    assert read(path) == parsed(path)


@pytest.mark.parametrize("ending", [".ttl", ".rdf", ".jsonld", ".nq", ".trig"])
def test_other_formats_are_read_as_the_parser_reads_them(tmp_path: Path, ending: str):
    text = b'<urn:s> <urn:p> <urn:o> , "x"@EN , _:b .\n_:b <urn:p> "a\\n" .\n' * 3
    chosen = FORMATS[ending]
    path = tmp_path / f"given{ending}"
    serialize(parse(text, RdfFormat.TURTLE), path, chosen)
    assert read(path) == parsed(path, chosen)


def test_named_graphs_are_put_together(tmp_path: Path):
    path = tmp_path / "given.nq"
    path.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> <urn:o> .\n", "utf-8")
    triples = read_triples([path])
    assert len(triples) == 2
    assert sum(len(keys) for keys in triples.keys().values()) == 1


def test_what_is_wrong_is_told_with_file_and_line_for_all_files(tmp_path: Path):
    lines = tmp_path / "lines.nt"
    lines.write_text("<urn:s> <urn:p> <urn:o> .\n" * 40 + "<urn:s> <urn:p> .\n", "utf-8")
    turtle = tmp_path / "blocks.ttl"
    turtle.write_text("<urn:s> <urn:p> <urn:o> .\n\n<urn:s> <urn:p> ; .\n", "utf-8")
    other = tmp_path / "notes.txt"
    other.touch()
    with pytest.raises(LoadError) as error:
        read_triples([lines, turtle, other, tmp_path / "none.nt"])
    found = [(Path(problem.file).name, problem.line) for problem in error.value.problems]
    assert found[0] == ("lines.nt", 41)
    assert ("blocks.ttl", 3) in found
    assert found[-2:] == [("notes.txt", None), ("none.nt", None)]


def test_blank_nodes_of_different_files_are_different(tmp_path: Path):
    paths = [tmp_path / "a.nt", tmp_path / "b.nt", tmp_path / "c.ttl"]
    paths[0].write_text("_:x <urn:p> _:y .\n_:x <urn:p> <<( _:x <urn:p> _:long-label )>> .\n")
    paths[1].write_text("# _:x\n_:x <urn:p> _:y .\n_:f1_x <urn:p> _:y .\n")
    paths[2].write_text("_:x <urn:p> _:y , <<( _:x <urn:p> _:long-label )>> .\n")
    triples = decoded(read_triples(paths))
    first, second, third = triples[:2], triples[2:4], triples[4:]
    assert nodes(first) == {f"f1_{name}" for name in ("x", "y", "long-label")}
    assert nodes(second) == {"f2_x", "f2_f1_x", "f2_y"}
    assert nodes(third) == {f"f3_{name}" for name in ("x", "y", "long-label")}
    assert first[1].object == Triple(
        BlankNode("f1_x"), NamedNode("urn:p"), BlankNode("f1_long-label")
    )


def nodes(triples: list[Triple]) -> set[str]:
    return {node.value for triple in triples for node in blank_nodes(triple)}


def blank_nodes(term: object) -> Iterator[BlankNode]:
    if isinstance(term, BlankNode):
        yield term
    elif isinstance(term, Triple):
        for part in term:
            yield from blank_nodes(part)


@settings(max_examples=EXAMPLES, deadline=None)
@given(texts(odd=5), texts(odd=5))
def test_terms_that_came_singly_and_in_bulk_are_one(single: bytes, bulk: bytes):
    one_by_one = [quad.triple for quad in parse(single, RdfFormat.N_TRIPLES)]
    dictionary = Dictionary()
    keys = dictionary.encode(one_by_one)
    encoder = Encoder(dictionary)
    lines = b"" if not bulk else bulk.removesuffix(b"\n") + b"\n"
    assert not lines or encoder.add(np.frombuffer(lines, np.uint8))
    wanted = [quad.triple for quad in parse(bulk, RdfFormat.N_TRIPLES)]
    triples = encoder.triples()
    assert decoded(triples) == wanted
    own = {Dictionary().term(number) for number in range(len(Dictionary()))}
    terms = own | {term for triple in [*one_by_one, *wanted] for term in triple}
    numbers = {dictionary.find(term) for term in terms}
    assert len(dictionary) == len(terms) == len(numbers)
    assert None not in numbers
    assert all(dictionary.term(dictionary.add(term)) == term for term in terms)
    again = Dictionary().encode(one_by_one)
    assert [len(some) for some in keys.values()] == [len(some) for some in again.values()]
    from_bulk = {dictionary.term(p): len(some) for p, some in triples.keys().items()}
    one_at_a_time = Dictionary()
    assert from_bulk == {
        one_at_a_time.term(p): len(some) for p, some in one_at_a_time.encode(wanted).items()
    }


def test_literals_and_triple_terms_are_numbered_apart_from_what_can_be_a_subject(tmp_path: Path):
    path = tmp_path / "given.nt"
    path.write_text('_:b <urn:p> "x" .\n<urn:s> <urn:p> <<( <urn:s> <urn:p> "y" )>> .\n', "utf-8")
    triples = read_triples([path])
    assert (triples.subjects < LITERAL).all()
    assert (triples.objects >= LITERAL).all()
    assert not triples.dictionary.is_iri(int(triples.subjects[0]))
    assert triples.dictionary.is_iri(int(triples.subjects[1]))


def test_progress_ends_with_all_bytes(tmp_path: Path):
    paths = [tmp_path / "a.nt", tmp_path / "b.ttl"]
    for path in paths:
        path.write_text("<urn:s> <urn:p> <urn:o> .\n" * 50, "utf-8")
    told: list[tuple[int, int]] = []
    read_triples(paths, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (2600, 2600)


def test_literals_that_may_have_a_value_are_known_however_they_came(tmp_path: Path):
    path = tmp_path / "given.nt"
    lines = [b"<urn:s> <urn:p> " + term + b" .\n" for term in USUAL_TERMS + ODD_TERMS]
    path.write_bytes(b"".join(lines))
    in_bulk, singly = read_triples([path]).dictionary, Dictionary()
    singly.encode(quad.triple for quad in parse(path=path, format=RdfFormat.N_TRIPLES))
    typed = in_bulk.typed_literals()
    assert {in_bulk.term(n) for n in typed} == {singly.term(n) for n in singly.typed_literals()}
    assert typed
    for first in (3, len(in_bulk.literals())):
        assert in_bulk.typed_literals(first) == [n for n in typed if n >= LITERAL + first]
