"""Triples and solutions written by the engine, in no format that cannot hold them.

XML has characters that it cannot write, not even as references, and RDF/XML terms that cannot be
names of its elements; the engine writes both down all the same.
"""

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import IO, Protocol, cast
from xml.sax.saxutils import escape, unescape

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from sorafenib_kg.errors import NotAcceptableError
from sorafenib_kg.namespaces import RDF

# What is no character of XML 1.0 (production 2), in UTF-8. The regular expression finds it; to know
# that there is none, a search for each byte by itself takes a thirtieth of the time.
_NO_CHARACTER = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_CONTROLS = tuple(byte for byte in range(0x20) if byte not in b"\t\n\r")
_NONCHARACTER = b"\xef\xbf"  # or one of few others
_BINDING = re.compile(rb'<binding name="([^"]*)"')
_KEPT = 4  # parts behind that which is written, to know the variable
_AHEAD = 1000  # triples; more of them do not fit into what the engine holds back

# A name without a colon (Namespaces in XML, production 4), read from its end.
_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_REVERSED = re.compile(f"[{_START}\\-.0-9\xb7\u0300-\u036f\u203f\u2040]*[{_START}]")
_XMLNS = "http://www.w3.org/2000/xmlns/"
# What no property or type is written by (RDF 1.2 XML Syntax, 5.2); `li` stands for another one.
# fmt: off
_OF_SYNTAX = {
    f"{RDF.NAMESPACE}{name}"
    for name in (
        "Description", "ID", "RDF", "about", "aboutEach", "aboutEachPrefix", "annotation",
        "annotationNodeID", "bagID", "datatype", "li", "nodeID", "parseType", "resource", "version",
    )
}
# fmt: on
_NO_TYPE = f"{RDF.NAMESPACE}Description"
_TAG = re.compile(
    rb'<(/?)(([^\s<>:/"]+):([^\s<>/"]*))(?: xmlns:oxprefix="([^"]*)")?'
    rb'( rdf:(?:about|nodeID)="[^"]*")?>'
)


Triples = Iterable[Triple] | Iterable[Quad]


class Output(Protocol):
    """What bytes can be written to."""

    def write(self, part: bytes, /) -> int:
        """Take a part."""


class XmlOutput:
    """Passes XML on to another output; raises NotAcceptableError for what is no character of XML.

    That says of which variable the value is at fault.
    """

    def __init__(self, output: Output) -> None:
        """Write to the output."""
        self._output = output
        self._last: deque[bytes] = deque(maxlen=_KEPT)
        self._tail = b""

    def write(self, part: bytes, /) -> int:
        """Take a part."""
        if any(map(part.__contains__, _CONTROLS)) or (
            # Its three bytes may begin in the part before.
            (0xEF in part or 0xEF in self._tail) and _NONCHARACTER in self._tail + part
        ):
            self._look(part)
        self._last.append(part)
        self._tail = (self._tail + part[-2:])[-2:]
        # A reader would take it for a line end (section 2.11); the engine writes it as it is.
        self._output.write(part.replace(b"\r", b"&#13;"))
        return len(part)

    def flush(self) -> None:
        """Do nothing: the output below is finished by its owner."""

    def _look(self, part: bytes) -> None:
        text = b"".join(self._last) + part
        found = _NO_CHARACTER.search(text)
        if found is not None:
            self._refuse(found[0].decode(), text[: found.start()])

    def _refuse(self, character: str, before: bytes) -> None:
        names = _BINDING.findall(before)
        what = f"a value of ?{names[-1].decode()}" if names else "a value"
        raise NotAcceptableError(f"{what} has {_no_character(character)}; JSON can")


def _no_character(character: str) -> str:
    return f"the character U+{ord(character):04X}, which XML cannot hold"


def serialise(
    triples: Triples,
    output: Output,
    form: RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Write triples to an output in a format; raise NotAcceptableError if it cannot hold them."""
    prefixes = dict(prefixes or {})
    if form == RdfFormat.JSON_LD:
        triples = _without_triple_terms(triples)
    if form != RdfFormat.RDF_XML:
        pyoxigraph.serialize(triples, cast(IO[bytes], output), form, prefixes=prefixes)
        return
    # For the namespace itself the engine would write a name without an end.
    prefixes = {prefix: name for prefix, name in prefixes.items() if not _is_name(name)}
    checked = _RdfXml(output, prefixes)
    pyoxigraph.serialize(
        checked.checked(triples), cast(IO[bytes], checked), form, prefixes=prefixes
    )
    checked.finish()


def serialised(
    triples: Triples,
    form: RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Return triples in a format; raise NotAcceptableError if it cannot hold them."""
    body = io.BytesIO()
    serialise(triples, body, form, prefixes)
    return body.getvalue()


def _without_triple_terms(triples: Triples) -> Triples:
    for triple in triples:
        term = triple.object
        if isinstance(term, Triple):
            raise NotAcceptableError(
                f"JSON-LD cannot hold the triple term <<( {term} )>>; Turtle and N-Triples can"
            )
        yield triple


@lru_cache(4096)
def _is_name(iri: str) -> bool:
    """Say whether an element of RDF/XML can stand for an IRI."""
    found = _NAME_REVERSED.match(iri[::-1])
    return found is not None and iri not in _OF_SYNTAX and iri[: -len(found[0])] != _XMLNS


class _RdfXml(XmlOutput):
    """RDF/XML that is looked at on both sides of the engine: triples and bytes.

    The first type of a node is the name of its element. Where it cannot be one, which the engine
    does not see, it is made a property.
    """

    def __init__(self, output: Output, prefixes: Mapping[str, str]) -> None:
        super().__init__(output)
        self._namespaces = {**prefixes, "rdf": RDF.NAMESPACE, "xmlns": _XMLNS}
        self._types: set[str] = set()  # that are no names
        self._names: set[bytes] = set()  # that the engine has given them
        self._held = b""
        self._recent: deque[Triple | Quad] = deque(maxlen=_AHEAD)

    def checked(self, triples: Triples) -> Triples:
        """Give the triples on; raise NotAcceptableError at a predicate that is no name."""
        fine: set[str] = set()
        type_ = RDF.type.value
        for triple in triples:
            iri = triple.predicate.value
            if iri not in fine:
                _check(triple.predicate)
                fine.add(iri)
            term = triple.object
            if isinstance(term, Triple):
                for predicate in _predicates(term):
                    _check(predicate)
            elif iri == type_ and isinstance(term, NamedNode) and not _is_name(term.value):
                if term.value == _NO_TYPE:
                    # The engine writes it as it writes a node without a type.
                    raise NotAcceptableError(
                        f"RDF/XML cannot hold the type {term}, which has another meaning there; "
                        "Turtle, N-Triples and JSON-LD can"
                    )
                self._types.add(term.value)
            self._recent.append(triple)
            yield triple

    def write(self, part: bytes, /) -> int:
        """Take a part."""
        if not self._types:
            return super().write(part)
        # A tag that is not whole waits for its end.
        text = self._held + part
        end = text.rfind(b"<")
        self._held = text[end:] if end >= 0 else b""
        super().write(_TAG.sub(self._renamed, text[: len(text) - len(self._held)]))
        return len(part)

    def finish(self) -> None:
        """Write what is left."""
        super().write(_TAG.sub(self._renamed, self._held))

    def _renamed(self, tag: re.Match[bytes]) -> bytes:
        closes, name, prefix, local, namespace, subject = tag.groups()
        if closes:
            return b"</rdf:Description>" if name in self._names else tag[0]
        if namespace is None:
            iri = self._namespaces.get(prefix.decode(), "") + local.decode()
        else:
            iri = unescape(namespace.decode(), {"&apos;": "'"})
        if subject is None or iri not in self._types:
            return tag[0]
        self._names.add(name)
        return b'<rdf:Description%b>\n\t\t<rdf:type rdf:resource="%b"/>' % (
            subject,
            escape(iri).encode(),
        )

    def _refuse(self, character: str, before: bytes) -> None:
        for triple in self._recent:
            for literal in _literals(triple):
                if character in literal.value:
                    raise NotAcceptableError(
                        f"a value of {triple.predicate} of {triple.subject} has "
                        f"{_no_character(character)}; Turtle and N-Triples can"
                    )
        raise NotAcceptableError(f"a value has {_no_character(character)}; Turtle can")


def _check(predicate: NamedNode) -> None:
    if _is_name(predicate.value):
        return
    why = (
        "which has another meaning there"
        if predicate.value in _OF_SYNTAX
        else ("which does not end in a name of XML")
    )
    raise NotAcceptableError(
        f"RDF/XML cannot hold the predicate {predicate}, {why}; Turtle, N-Triples and JSON-LD can"
    )


def _predicates(term: Triple) -> Iterator[NamedNode]:
    """Give the predicates of a triple term, and of those in it."""
    yield term.predicate
    if isinstance(term.object, Triple):
        yield from _predicates(term.object)


def _literals(triple: Triple | Quad) -> Iterator[Literal]:
    """Give the literals of a triple, and of triple terms in it."""
    if isinstance(triple.object, Literal):
        yield triple.object
    elif isinstance(triple.object, Triple):
        yield from _literals(triple.object)
