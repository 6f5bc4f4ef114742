"""Documents of RDF that somebody sends: read with fresh blank nodes, and without any surprise.

The engine fetches nothing for them, neither entities nor contexts. But it writes out entities of
entities to any size, and takes memory with the square of the nesting of JSON-LD, and time with
that of XML. What would come to that is refused before it sees it.
"""

import re
from itertools import accumulate
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.errors import ProtocolError, UnsupportedMediaTypeError
from sorafenib_kg.store.formats import formats_of

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# RDF/XML, section 5.2: oldTerms. The engine passes over them.
_FORMER_ATTRIBUTES = {f"{_RDF} {name}" for name in ("aboutEach", "aboutEachPrefix", "bagID")}
_DEEPEST_JSON = 200
_DEEPEST_XML = 1000
_DEEPEST_TERM = 50
_LARGEST_EXPANSION = 16 * 2**20  # characters that entities stand for in a document
# An open string goes to the end, so that the time is linear.
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\Z)', re.DOTALL)
_BRACKETS = b"{}[]"
_NO_BRACKETS = bytes(set(range(256)) - set(_BRACKETS))
_STEPS = {**dict.fromkeys(b"{[", 1), **dict.fromkeys(b"}]", -1)}


def rdf_type(media_type: str) -> str:
    """Return the media type, of those that are read, that a name of one stands for.

    Raises UnsupportedMediaTypeError.
    """
    for entry in formats_of("graph"):
        if media_type in entry.media_types and media_type not in ("text/plain", "text/xml"):
            return entry.media_type
    sent = f"is of type {media_type}" if media_type else "has no Content-Type"
    offered = ", ".join(entry.media_type for entry in formats_of("graph"))
    raise UnsupportedMediaTypeError(f"the content {sent}; what is read is {offered}")


def read_triples(content: bytes, media_type: str, base: str | None) -> list[Triple]:
    """Read RDF with fresh blank nodes; raise ProtocolError with the place of a fault."""
    rdf_format = RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        raise ProtocolError(f"{media_type} is not read here")
    if rdf_format == RdfFormat.RDF_XML:
        _check_xml(content)
    elif rdf_format == RdfFormat.JSON_LD:
        _check_json(content)
    try:
        triples = [
            quad.triple
            for quad in pyoxigraph.parse(
                content,
                rdf_format,
                base_iri=base,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        ]
    except SyntaxError as error:
        place = f"line {error.lineno}: " if error.lineno else ""
        raise ProtocolError(f"the content cannot be read: {place}{error.msg}") from error
    except (ValueError, OSError, RuntimeError) as error:
        raise ProtocolError("the content cannot be read") from error
    if any(_is_deep(triple) for triple in triples):
        raise ProtocolError(f"a term holds more than {_DEEPEST_TERM} others inside one another")
    return triples


def _is_deep(triple: Triple) -> bool:
    depth = 0
    while isinstance(triple.object, Triple):
        triple = triple.object
        depth += 1
        if depth > _DEEPEST_TERM:
            return True
    return False


def _check_json(content: bytes) -> None:
    """Raise ProtocolError for JSON that is nested too deeply."""
    brackets = _JSON_STRING.sub(b"", content).translate(None, _NO_BRACKETS)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > _DEEPEST_JSON:
        raise ProtocolError(f"the content has more than {_DEEPEST_JSON} brackets inside brackets")


def _check_xml(content: bytes) -> None:
    """Raise ProtocolError for XML that is nested too deeply, or whose entities are no plain text.

    Those are common: ontologies abbreviate namespaces by them.
    """
    expansion = depth = 0

    def declared(
        name: str, is_parameter: bool, value: str | None, base: str | None, *outside: str | None
    ) -> None:
        nonlocal expansion
        if is_parameter or value is None:
            raise ProtocolError(f"the entity {name} of the content is not written in it")
        if "&" in value:
            raise ProtocolError(f"the entity {name} of the content is made of others")
        expansion += content.count(f"&{name};".encode()) * len(value)
        if expansion > _LARGEST_EXPANSION:
            raise ProtocolError(
                "the entities of the content stand for more than "
                f"{_LARGEST_EXPANSION / 2**20:g} MiB"
            )

    def doctype(name: str, system: str | None, public: str | None, is_internal: bool) -> None:
        if system is not None or public is not None:
            raise ProtocolError("the content refers to a document type that is not written in it")

    def opened(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST_XML:
            raise ProtocolError(f"the content has more than {_DEEPEST_XML} elements in elements")
        for former in _FORMER_ATTRIBUTES.intersection(attributes):
            raise ProtocolError(f"rdf:{former.partition(' ')[2]} is no part of RDF/XML any more")

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = True
    parser.EntityDeclHandler = declared
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ProtocolError(f"the content cannot be read: line {error.lineno}: {reason}") from error
    except (LookupError, ValueError) as error:
        raise ProtocolError("the content is in an encoding that is not read here") from error
