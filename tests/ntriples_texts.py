"""Random N-Triples for the tests of reading and writing: usual, odd and broken."""

from hypothesis import strategies as st

USUAL_TERMS = [
    b"<http://example.org/a>",
    b"<http://example.org/a/rather/longer/path?with=query&more=1#fragment>",
    b"<https://example.org/b#c>",
    b"<http://example.org/d>",
    b"_:b",
    b"_:c_1",
    b"_:aVeryLongLabelOfABlankNodeThatGoesOnAndOn123456789",
    b'""',
    b'"x"',
    b'"eight ch"',
    b"\"more than sixteen bytes of text, with a # and <b> and 'q'\"",
    b'"chat"@fr',
    b'"colour"@en-gb',
    b'"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    b'"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"Größe µ, 日本語 🎉"'.encode(),
]
ODD_TERMS = [
    b"<urn:x>",
    b"<a:b>",
    b"<http://example.org:8080/x>",
    b"<http://example.org/CHEBI:123>",
    b"<http://user@example.org/>",
    b"<http://example.org/%41>",
    b"<http://example.org/\\u0041>",
    "<http://example.org/é>".encode(),
    b"<HTTP://example.org/>",
    b"<http://>",
    b"<https://e>",
    b"<https:/b>",
    b"_:a-b",
    b"_:a.b",
    "_:ä".encode(),
    b"_:0",
    b'"x"@EN',
    b'"x"@en-GB',
    b'"x"@en--ltr',
    b'"x"@i-enochian',
    b'"x"^^<http://www.w3.org/2001/XMLSchema#string>',
    b'"tab\\t"',
    b'"tab\t"',
    b'"\\u0041 \\U0001F389"',
    b'"quote \\" and \\\\"',
    b'"line\\nbreak"',
    b'"\\b\\f\\r"',
    b'"\x01\x7f"',
    b'"\\u007F"',
    '"\ufffe\ufeff"'.encode(),
    b'"\\uFFFE"',
    '"é"@FR'.encode(),
    b'"x" @en',
    b'"x"^^ <a:b>',
    b'"x". # comment',
    b"<<( <a:b> <a:c> _:b )>>",
    b'<<(<a:b><a:c>"x"@EN)>>',
    b'<<( _:b <a:c> <<( _:c_1 <a:c> "y" )>> )>>',
]
BROKEN_TERMS = [
    b"<< <a:b> <a:c> <a:d> >>",
    b"<relative>",
    b"<>",
    b"<http://example.org/a b>",
    b"<http://example.org/a#b#c>",
    b"<http://example.org/{x}>",
    b"<http://a:b/>",
    b"<http://example.org/%4>",
    b"<http://example.org/a",
    b"<a:b>#",
    b"<a:b>.",
    b"_:",
    b"_:.a",
    b"_:a.",
    b"_:a:b",
    b'"open',
    b'"in"ner"',
    b'"x"@',
    b'"x"@en_gb',
    b'"x"@123456789',
    b'"x"^^<rel>',
    b'"x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>',
    b'"\\x"',
    b'"\\uD800"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"\r"',
    b"'x'",
    b"12",
    b"a",
    b"",
    b"\x00",
    "\ufeff".encode(),
]
GAPS = [b" "], [b"\t", b"  ", b" \t "], [b"", b"\x0b", b"\r", b"\n"]
STARTS = [b""], [b" ", b"\t"], [b"\x00", b"."]
ENDS = (
    [b" .\n"],
    [
        b".\n",
        b" .\r\n",
        b"\t.\n",
        b" . # c\n",
        b" .\n\n",
        b" .  \n",
        b" .\n# c .\n",
        b" .\n\t\n",
        b" .\r",
    ],
    [b"\n", b" ;\n", b" ..\n", b" . <a:b> ", b" .#\n.\n"],
)
IRIS = tuple([t for t in terms if t[:1] == b"<" != t[1:2]] for terms in (USUAL_TERMS, ODD_TERMS))
LABELS = tuple([t for t in terms if t[:1] == b"_"] for terms in (USUAL_TERMS, ODD_TERMS))
TERMS = USUAL_TERMS, ODD_TERMS, BROKEN_TERMS
ANY = [*USUAL_TERMS, *ODD_TERMS, *BROKEN_TERMS]
PREDICATES = *IRIS, ANY
SUBJECTS = IRIS[0] + LABELS[0], IRIS[1] + LABELS[1], ANY


def texts(odd: int = 0, broken: int = 0) -> st.SearchStrategy[bytes]:
    """Give N-Triples; so many parts in a hundred are odd, or broken."""

    def part(choices: tuple[list[bytes], list[bytes], list[bytes]]) -> st.SearchStrategy[bytes]:
        kinds = (100 - odd - broken, odd, broken)
        return st.sampled_from(
            [
                choice
                for kind, weight in zip(choices, kinds, strict=True)
                for choice in _spread(kind, weight)
            ]
        )

    parts = (STARTS, SUBJECTS, GAPS, PREDICATES, GAPS, TERMS, ENDS)
    lines = st.lists(st.tuples(*map(part, parts)).map(b"".join), max_size=12).map(b"".join)
    ends = st.sampled_from([b"", b"\n"])
    return st.builds(lambda text, end: text.removesuffix(b"\n") + end, lines, ends)


def _spread(choices: list[bytes], weight: int) -> list[bytes]:
    """Return choices, equally often, so many times in all that kinds keep their weights."""
    count = weight * 20
    return [choices[place * len(choices) // count] for place in range(count)]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Give N-Triples with single bytes changed, left out or put in."""
    text = bytearray(draw(texts(10)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 1))
        come = draw(
            st.sampled_from([b"", *(bytes([code]) for code in b'<>"._: \t\n\r#\\@^a\x00\xff')])
        )
        text[place : place + gone] = come
    return bytes(text)
