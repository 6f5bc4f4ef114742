"""Documents of RDF that mean harm, or only look as if they did."""

import re

import pytest
from pyoxigraph import Literal, NamedNode

from sorafenib_kg.errors import DocumentError, ProtocolError
from sorafenib_kg.protocol import documents_of
from sorafenib_kg.store.documents import read_triples

XML, JSON, TURTLE = "application/rdf+xml", "application/ld+json", "text/turtle"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'


def xml(value: str, declared: str = "") -> str:
    subset = f"<!DOCTYPE rdf:RDF [{declared}]>" if declared else ""
    return (
        f'<?xml version="1.0"?>{subset}<rdf:RDF {RDF}><rdf:Description rdf:about="http://e/s">'
        f"<e:p>{value}</e:p></rdf:Description></rdf:RDF>"
    )


def entity(name: str, value: str) -> str:
    return f'<!ENTITY {name} "{value}">'


LAUGHS = entity("a0", "ha") + "".join(entity(f"a{n}", f"&a{n - 1};" * 10) for n in range(1, 10))
HARMFUL = {
    "external-entity": (XML, xml("&x;", '<!ENTITY x SYSTEM "file:///etc/passwd">'), "entity x"),
    "public-entity": (XML, xml("&x;", '<!ENTITY x PUBLIC "x" "http://127.0.0.1:9/">'), "entity x"),
    "parameter-entity": (
        XML,
        xml("a", '<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;'),
        "entity x",
    ),
    "external-subset": (
        XML,
        xml("a", "X").replace("[X]", 'SYSTEM "http://127.0.0.1:9/x.dtd"'),
        "document type",
    ),
    "billion-laughs": (XML, xml("&a9;", LAUGHS), "made of others"),
    "laughs-in-an-attribute": (
        XML,
        xml("a", LAUGHS).replace("http://e/s", "http://e/&a9;"),
        "made of others",
    ),
    "laughs-in-a-literal": (
        XML,
        xml("&a9;", LAUGHS).replace("<e:p>", '<e:p rdf:parseType="Literal">'),
        "made of others",
    ),
    "laughs-in-a-comment": (XML, xml("&a9;", f"<!-- {LAUGHS} -->"), "undefined entity"),
    "quadratic-blow-up": (XML, xml("&a;" * 50_000, entity("a", "x" * 50_000)), "stand for more"),
    "deep-xml": (
        XML,
        f"<rdf:RDF {RDF}>"
        + "<rdf:Description><e:p>" * 9000
        + "</e:p></rdf:Description>" * 9000
        + "</rdf:RDF>",
        "elements in elements",
    ),
    "remote-context": (
        JSON,
        '{"@context": "http://127.0.0.1:9/c.jsonld", "@id": "http://e/s", "http://e/p": 1}',
        "nothing is fetched",
    ),
    "imported-context": (
        JSON,
        '{"@context": {"@version": 1.1, "@import": "http://127.0.0.1:9/c"}, "http://e/p": 1}',
        "nothing is fetched",
    ),
    "deep-json": (JSON, '{"http://e/p":' * 10_000 + "1" + "}" * 10_000, "brackets inside brackets"),
    "deep-array": (JSON, "[" * 300, "brackets inside brackets"),
    "open-strings": (JSON, '"\\"' * 300_000, "cannot be read"),
    "deep-term": (
        TURTLE,
        "<http://e/s> <http://e/p> "
        + "<<( <http://e/s> <http://e/p> " * 5000
        + "1"
        + " )>>" * 5000
        + " .",
        "inside one another",
    ),
    "cut": (TURTLE, "<http://e/s> <http://e/p> ", "Unexpected end"),
    "bytes": (TURTLE, "<http://e/s> <http://e/p> '\udcff' .", "UTF-8"),
}


@pytest.mark.parametrize(("media_type", "text", "message"), HARMFUL.values(), ids=HARMFUL)
def test_what_means_harm_is_refused_with_its_reason(media_type: str, text: str, message: str):
    content = text.encode("utf-8", "surrogateescape")
    with pytest.raises(ProtocolError, match=message):
        read_triples(content, media_type, "http://e/")


@pytest.mark.parametrize(
    ("media_type", "text", "value"),
    [
        pytest.param(XML, xml("&x;a", entity("x", "http://e/")), "http://e/a", id="entity"),
        pytest.param(
            JSON,
            '{"@context": {"p": "http://e/p"}, "@id": "http://e/s", "p": "' + "[{" * 500 + '"}',
            "[{" * 500,
            id="brackets in a string",
        ),
        pytest.param(
            JSON,
            '{"@id": "http://e/s", "http://e/p": "\\\\"}',
            "\\",
            id="backslash",
        ),
        pytest.param(
            TURTLE,
            "<http://e/s> <http://e/p> '<!ENTITY x SYSTEM \"y\">' .",
            '<!ENTITY x SYSTEM "y">',
            id="turtle",
        ),
    ],
)
def test_what_only_looks_like_it_is_read(media_type: str, text: str, value: str):
    (triple,) = read_triples(text.encode(), media_type, "http://e/")
    assert (triple.subject, triple.object) == (NamedNode("http://e/s"), Literal(value))


PLACES = {
    "turtle": (
        TURTLE,
        "<http://e/s>\n  <http://e/p> 'é' ; 1 .",
        2,
        22,
        "1 is not a valid predicate",
    ),
    "n-triples": ("application/n-triples", "\n<http://e/s> <b c> 1 .", 2, 14, "code point ' '"),
    "json": (JSON, '{"http://e/p":\n}', 2, 1, "curly bracket"),
    "xml": (XML, f"<rdf:RDF {RDF}>\n é<a></b>", 2, 8, "mismatched tag"),
    "entity": (XML, '<!DOCTYPE r [\n<!ENTITY x SYSTEM "y">]><r/>', 2, 22, "the entity x"),
    "context": (
        JSON,
        '{"p": "http://e/c",\n "ü": 1, "@context": [{"p": "http://e/p"}, "http://e/c"]}',
        2,
        44,
        'the context "http://e/c" of the content is not written in it, and nothing is fetched',
    ),
    "scoped-context": (
        JSON,
        '{"@context": {"p": {"@id": "http://e/p",\n"@context": "http://e/c"}}, "p": {"a": 1}}',
        2,
        13,
        'the context "http://e/c"',
    ),
    "imported-context": (
        JSON,
        '{"@context": {"@version": 1.1,\n"@import": "c"}, "http://e/p": 1}',
        2,
        12,
        'the context "c"',
    ),
}


@pytest.mark.parametrize(
    ("media_type", "text", "line", "column", "message"), PLACES.values(), ids=PLACES
)
def test_a_fault_has_its_place_once(
    media_type: str, text: str, line: int, column: int, message: str
):
    with pytest.raises(DocumentError, match=re.escape(message)) as caught:
        read_triples(text.encode(), media_type, "http://e/")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.excerpt == f"{text.splitlines()[1]}\n{' ' * (column - 1)}^"
    assert "line" not in str(caught.value)


def test_of_utf_16_no_excerpt_is_shown():
    with pytest.raises(DocumentError) as caught:
        read_triples("<a>\n<b></a>".encode("utf-16"), XML, "http://e/")
    assert (caught.value.line, caught.value.excerpt) == (2, None)


FORM = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="f"\r\nContent-Type: text/turtle\r\n\r\n%s\r\n'


def test_a_part_may_hold_what_looks_like_an_end():
    content = b"<a> <b> '''\n--xy\r\n--\r\n--x!''' ."
    assert documents_of(FORM, PART % content + b"--x--\r\n") == ((content, "text/turtle"),)
    assert documents_of(FORM, b"before\r\n" + PART % b"" + PART % b"a" + b"--x--\r\nafter") == (
        (b"", "text/turtle"),
        (b"a", "text/turtle"),
    )


@pytest.mark.parametrize(
    "body",
    [
        PART * 1000 + b"--x--",
        PART,
        b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--",
        b"--x\r\nContent-Type: text/turtle\r\n--x--",
        b"".join(
            b"--x%d\r\nContent-Type: multipart/form-data; boundary=x%d\r\n\r\n" % (n, n + 1)
            for n in range(3000)
        ).replace(b"--x0\r", b"--x\r"),
    ],
    ids=["many", "open", "headers", "no-content", "nested"],
)
def test_parts_that_cannot_be_told_apart_are_refused(body: bytes):
    with pytest.raises(ProtocolError):
        documents_of(FORM, body)
