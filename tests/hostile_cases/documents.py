"""RDF that is none, or that means harm."""

from collections.abc import Iterator

from hostile_cases.cases import ANSWERED, CLIENT, LIMIT, Case, Maker


def documents(make: Maker) -> Iterator[Case]:
    group = "documents"
    for name, media_type, body in _bad_documents(make.place.canary):
        yield Case(group, f"{media_type} {name}", make.put(body, media_type), CLIENT)
    for name, media_type, body in _odd_documents(make.place.canary):
        yield Case(group, f"{media_type} {name}", make.put(body, media_type), LIMIT | ANSWERED)
    for media_type in ("text/html", "application/json", "x", "", "image/png", "text/turtle;a"):
        raw = make.put(b"<a:a> <a:b> <a:c> .", media_type)
        allowed = CLIENT | ANSWERED if media_type == "text/turtle;a" else CLIENT
        yield Case(group, f"type {media_type}", raw, allowed)


_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def _bad_documents(canary: int) -> Iterator[tuple[str, str, bytes]]:
    turtle, xml, json_ld = "text/turtle", "application/rdf+xml", "application/ld+json"
    for text in (
        "<a:a> <a:b>", "<a:a> <a:b> <a:c>", "a:b a:c a:d .", "<a b> <a:b> <a:c> .", "@prefix",
        "@prefix a: <http://a/>", "<a:a> <a:b> 'x", "<a:a> <a:b> 'x'^^ .", "[ <a:a> .", "( .",
        "<a:a> 'b' <a:c> .", "<a:a> <a:b> '\\x' .", "<a:a> <a:b> '\\uD800' .", "\x00", "nonsense",
        "{ <a:a> <a:b> <a:c> }", "<a:a> <a:b> ?x .", "<<<<", "<a:a> <a:b> 1e .",
        "@base <relative> . <a> <b> <c> ", "<a:a> <a:b> <a:c> . }", "\ufeff\ufeff<a:a>",
    ):  # fmt: skip
        yield repr(text)[:30], turtle, text.encode()
    yield "not UTF-8", turtle, b"<a:a> <a:b> '\xff' ."
    yield "UTF-16", turtle, "<a:a> <a:b> <a:c> .".encode("utf-16")
    for text in ("nonsense", "<a:a> <a:b> <a:c>", "<a> <b> <c> .", "<a:a> <a:b> 'c' .", "_: _: _:"):
        yield repr(text), "application/n-triples", text.encode()
    for text in (
        "<", "<rdf:RDF>", "nonsense", f"<rdf:RDF {_RDF}>", f"<rdf:RDF {_RDF}><a></rdf:RDF>",
        f"<rdf:RDF {_RDF}><rdf:Description rdf:about='a b'/></rdf:RDF>", "<?xml version='9.9'?>",
        f"<rdf:RDF {_RDF}><rdf:li/></rdf:RDF>", "<?xml version='1.0' encoding='nonsense'?><a/>",
        "<?xml version='1.0' encoding='shift_jis'?><a/>", f"<rdf:RDF {_RDF}><x:y/></rdf:RDF>",
        f"<rdf:RDF {_RDF}><rdf:Description rdf:ID='1'/></rdf:RDF>",
        f"<rdf:RDF {_RDF}><rdf:Description rdf:bagID='x'/></rdf:RDF>",
    ):  # fmt: skip
        yield repr(text)[:40], xml, text.encode()
    for text in (
        "{",
        "nonsense",
        '{"@context": 5, "a": "b"}',
        '{"@id": 5}',
        '{"@context": {"@id": 1}}',
    ):
        yield repr(text), json_ld, text.encode()
    for context in (f"http://127.0.0.1:{canary}/context", "file:///etc/passwd", "relative"):
        yield f"context {context}", json_ld, f'{{"@context": "{context}", "a": "b"}}'.encode()
    for entity in (f'SYSTEM "http://127.0.0.1:{canary}/x"', 'SYSTEM "file:///etc/passwd"'):
        body = (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x {entity}>]>'
            f'<rdf:RDF {_RDF} xmlns:a="http://a/"><rdf:Description rdf:about="http://a/">'
            "<a:p>&x;</a:p></rdf:Description></rdf:RDF>"
        )
        yield f"entity {entity}", xml, body.encode()
    yield "broken", "multipart/form-data; boundary=x", b"--x\r\nnonsense"
    yield "without a boundary", "multipart/form-data", b"--x--"


def _odd_documents(canary: int) -> Iterator[tuple[str, str, bytes]]:
    """Give documents that take much, or that may be read without asking anybody."""
    turtle, xml, json_ld = "text/turtle", "application/rdf+xml", "application/ld+json"
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE r [{laughs}]><rdf:RDF {_RDF} xmlns:a="http://a/">'
        '<rdf:Description rdf:about="http://a/"><a:p>&e11;</a:p></rdf:Description></rdf:RDF>'
    )
    yield "a billion laughs", xml, body.encode()
    quadratic = f'<!ENTITY e "{"x" * 100_000}">'
    body = (
        f'<?xml version="1.0"?><!DOCTYPE r [{quadratic}]><rdf:RDF {_RDF} xmlns:a="http://a/">'
        f'<rdf:Description rdf:about="http://a/"><a:p>{"&e;" * 100_000}</a:p></rdf:Description>'
        "</rdf:RDF>"
    )
    yield "entities in a row", xml, body.encode()
    dtd = f'<!DOCTYPE r SYSTEM "http://127.0.0.1:{canary}/dtd">'
    yield "a type elsewhere", xml, f"{dtd}<rdf:RDF {_RDF}/>".encode()
    for depth in (1000, 100_000):
        yield f"{depth} lists", turtle, b"<a:a> <a:b> " + b"(" * depth + b")" * depth + b" ."
        yield (
            f"{depth} nodes",
            turtle,
            b"<a:a> <a:b> " + b"[<a:p> " * depth + b"1" + b"]" * depth + b".",
        )
        yield (
            f"{depth} elements",
            xml,
            (
                f'<rdf:RDF {_RDF} xmlns:a="http://a/">'
                + "<rdf:Description><a:p>" * depth
                + "</a:p></rdf:Description>" * depth
                + "</rdf:RDF>"
            ).encode(),
        )
        yield f"{depth} arrays", json_ld, b'{"a:p":' + b"[" * depth + b"]" * depth + b"}"
        yield f"{depth} objects", json_ld, b'{"http://a/p":' * depth + b"1" + b"}" * depth
        yield (
            f"{depth} triples in triples",
            turtle,
            b"<<" * depth + b"<a:a> <a:b> <a:c>" + b">>" * depth,
        )
    yield "a long literal", turtle, b"<a:a> <a:b> '" + b"x" * 5_000_000 + b"' ."
    yield "a long name", turtle, b"<http://a/" + b"x" * 1_000_000 + b"> <a:b> <a:c> ."
    yield "a long number", turtle, b"<a:a> <a:b> " + b"9" * 100_000 + b" ."
    yield (
        "many prefixes",
        turtle,
        b"".join(b"@prefix p%d: <http://a/%d> ." % (n, n) for n in range(50_000)),
    )
    yield "nothing", turtle, b""
