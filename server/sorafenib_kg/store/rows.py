"""Solutions written down here, where their terms are not quite those that the engine has.

In the same bytes as the engine's, which is faster: SPARQL 1.1 Query Results in JSON, XML, CSV and
TSV.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, Triple

from sorafenib_kg.store.coding import Output
from sorafenib_kg.store.interface import Row, Term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = NamedNode(f"{_XSD}string")
# A reader takes a carriage return for a line end (XML 1.0, section 2.11).
_XML_ESCAPES = {'"': "&quot;", "'": "&apos;", "\r": "&#13;"}
_OUTER_BLANKS = re.compile(r"\A[ \t\n]+|[ \t\n]+\Z")
_ITS = 'xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'
_QUOTED_IN_CSV = re.compile(r'[",\r\n]')
# What TSV has without quotes, as Turtle does (section 2.5.2 there).
_BARE = {
    NamedNode(f"{_XSD}integer"): re.compile(r"[+-]?[0-9]+"),
    NamedNode(f"{_XSD}decimal"): re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    NamedNode(f"{_XSD}double"): re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
    NamedNode(f"{_XSD}boolean"): re.compile(r"true|false"),
}
_PART = 2**16  # characters that are written at a time


def write_rows(
    variables: Sequence[str], rows: Iterable[Row], form: QueryResultsFormat, output: Output
) -> None:
    """Write solutions to an output, in one of the engine's formats."""
    writer = {
        QueryResultsFormat.JSON: _json,
        QueryResultsFormat.XML: _xml,
        QueryResultsFormat.CSV: _csv,
        QueryResultsFormat.TSV: _tsv,
    }[form]
    held: list[str] = []
    size = 0
    for text in writer(variables, rows):
        held.append(text)
        size += len(text)
        if size > _PART:
            output.write("".join(held).encode())
            held, size = [], 0
    output.write("".join(held).encode())


def _json(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f'{{"head":{{"vars":{_dumped(list(variables))}}},"results":{{"bindings":['
    comma = ""
    for row in rows:
        found = {
            name: _json_term(term)
            for name, term in zip(variables, row, strict=True)
            if term is not None
        }
        yield comma + _dumped(found)
        comma = ","
    yield "]}}"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json_term(term: Term) -> dict[str, Any]:
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case Triple():
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {
                "type": "triple",
                "value": {name: _json_term(part) for name, part in parts.items()},
            }
    found = {"type": "literal", "value": term.value}
    if term.language is not None:
        found["xml:lang"] = term.language
        if term.direction is not None:
            found["its:dir"] = str(term.direction)
    elif term.datatype != _STRING:
        found["datatype"] = term.datatype.value
    return found


def _xml(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    yield "".join(f'<variable name="{name}"/>' for name in variables)
    yield "</head><results>"
    for row in rows:
        bindings = (
            f'<binding name="{name}">{_xml_term(term)}</binding>'
            for name, term in zip(variables, row, strict=True)
            if term is not None
        )
        yield f"<result>{''.join(bindings)}</result>"
    yield "</results></sparql>"


def _xml_term(term: Term) -> str:
    match term:
        case NamedNode():
            return f"<uri>{_escaped(term.value)}</uri>"
        case BlankNode():
            return f"<bnode>{term.value}</bnode>"
        case Triple():
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            inside = "".join(f"<{name}>{_xml_term(p)}</{name}>" for name, p in parts.items())
            return f"<triple>{inside}</triple>"
    said = ""
    if term.language is not None:
        said = f' xml:lang="{term.language}"'
        if term.direction is not None:
            said += f' its:dir="{term.direction}" {_ITS}'
    elif term.datatype != _STRING:
        said = f' datatype="{_escaped(term.datatype.value)}"'
    return f"<literal{said}>{_escaped(term.value)}</literal>"


def _escaped(text: str) -> str:
    escaped = escape(text, _XML_ESCAPES)
    return _OUTER_BLANKS.sub(lambda m: "".join(f"&#{ord(c)};" for c in m[0]), escaped)


def _csv(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield ",".join(variables) + "\r\n"
    for row in rows:
        yield ",".join(map(_csv_term, row)) + "\r\n"


def _csv_term(term: Term | None) -> str:
    match term:
        case None:
            return ""
        case NamedNode():
            text = term.value
        case BlankNode():
            return str(term)
        case Triple():
            return " ".join(map(_csv_term, term))
        case _:
            text = term.value
    return '"' + text.replace('"', '""') + '"' if _QUOTED_IN_CSV.search(text) else text


def _tsv(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join(f"?{name}" for name in variables) + "\n"
    for row in rows:
        yield "\t".join(map(_tsv_term, row)) + "\n"


def _tsv_term(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Triple):
        return f"<<( {' '.join(map(_tsv_term, term))} )>>"
    if isinstance(term, Literal):
        bare = _BARE.get(term.datatype)
        if bare is not None and bare.fullmatch(term.value):
            return term.value
    return str(term)
