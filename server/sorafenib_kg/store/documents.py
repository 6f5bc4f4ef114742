"""Documents of RDF that somebody sends: read with fresh blank nodes, and without any surprise.

The engine fetches nothing for them, neither entities nor contexts. But it writes out entities of
entities to any size, and takes memory with the square of the nesting of JSON-LD, and time with
that of XML. What would come to that is refused before it sees it.
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate, islice
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.errors import DocumentError, ProtocolError, UnsupportedMediaTypeError
from sorafenib_kg.store.diagnosis import excerpt_of
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
# The engine says the place twice: in its message, and beside it.
_PLACE = re.compile(r"Parser error (?:at|between) line [^:]*: ")
_NO_CONTEXT = "LoadDocumentCallback"  # where it would have to fetch one
_KEY_OF_CONTEXT = re.compile(rb'"@(?:context|import)"\s*:')
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
    """Read RDF with fresh blank nodes; raise DocumentError with the place of a fault."""
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
        if _NO_CONTEXT in error.msg:
            raise _remote_context(content) from error
        message = f"the content cannot be read: {_PLACE.sub('', error.msg, count=1)}"
        raise _error_at(content, message, error.lineno, error.offset) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise DocumentError("the content cannot be read") from error
    if any(_is_deep(triple) for triple in triples):
        raise DocumentError(f"a term holds more than {_DEEPEST_TERM} others inside one another")
    return triples


def _error_at(content: bytes, message: str, line: int | None, column: int | None) -> DocumentError:
    """Return the error at a place of the content, with the line that it is in."""
    if line is None or column is None:
        return DocumentError(message)
    found = next(islice(BytesIO(content), line - 1, None), b"")
    text = found.rstrip(b"\r\n").decode("utf-8", "replace")
    # Of UTF-16 this is no line.
    excerpt = None if "\0" in text else excerpt_of(text, column)
    return DocumentError(message, line, column, excerpt)


def _remote_context(content: bytes) -> DocumentError:
    """Return the error for JSON-LD with a context that would have to be fetched."""
    name = next(_remote_contexts(_parsed(content)), None)
    which = "a context of the content" if name is None else f'the context "{name}" of the content'
    message = f"{which} is not written in it, and nothing is fetched"
    key = _KEY_OF_CONTEXT.search(content)
    at = -1 if name is None or key is None else content.find(f'"{name}"'.encode(), key.end())
    if at < 0:
        return DocumentError(message)
    start = content.rfind(b"\n", 0, at) + 1
    column = len(content[start:at].decode("utf-8", "replace")) + 1
    return _error_at(content, message, content.count(b"\n", 0, at) + 1, column)


def _parsed(content: bytes) -> object:
    try:
        found: object = json.loads(content)
    except ValueError:
        return None
    return found


def _remote_contexts(value: object) -> Iterator[str]:
    """Give the contexts that JSON-LD names and does not hold, in their order."""
    if isinstance(value, list):
        for item in value:
            yield from _remote_contexts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("@context", "@import"):
                several = item if isinstance(item, list) else [item]
                yield from (one for one in several if isinstance(one, str))
            yield from _remote_contexts(item)


def _is_deep(triple: Triple) -> bool:
    depth = 0
    while isinstance(triple.object, Triple):
        triple = triple.object
        depth += 1
        if depth > _DEEPEST_TERM:
            return True
    return False


def _check_json(content: bytes) -> None:
    """Raise DocumentError for JSON that is nested too deeply."""
    brackets = _JSON_STRING.sub(b"", content).translate(None, _NO_BRACKETS)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > _DEEPEST_JSON:
        raise DocumentError(f"the content has more than {_DEEPEST_JSON} brackets inside brackets")


def _check_xml(content: bytes) -> None:
    """Raise DocumentError for XML that is nested too deeply, or whose entities are no plain text.

    Those are common: ontologies abbreviate namespaces by them.
    """
    expansion = depth = 0

    def error(message: str) -> DocumentError:
        return _error_at(content, message, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def declared(
        name: str, is_parameter: bool, value: str | None, base: str | None, *outside: str | None
    ) -> None:
        nonlocal expansion
        if is_parameter or value is None:
            raise error(
                f"the entity {name} of the content is not written in it, and nothing is fetched"
            )
        if "&" in value:
            raise error(f"the entity {name} of the content is made of others")
        expansion += content.count(f"&{name};".encode()) * len(value)
        if expansion > _LARGEST_EXPANSION:
            raise error(
                "the entities of the content stand for more than "
                f"{_LARGEST_EXPANSION / 2**20:g} MiB"
            )

    def doctype(name: str, system: str | None, public: str | None, is_internal: bool) -> None:
        if system is not None or public is not None:
            raise error(
                "the content refers to a document type that is not written in it, and nothing is "
                "fetched"
            )

    def opened(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST_XML:
            raise error(f"the content has more than {_DEEPEST_XML} elements in elements")
        for former in _FORMER_ATTRIBUTES.intersection(attributes):
            raise error(f"rdf:{former.partition(' ')[2]} is no part of RDF/XML any more")

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
    except expat.ExpatError as fault:
        message = f"the content cannot be read: {expat.ErrorString(fault.code)}"
        raise _error_at(content, message, fault.lineno, fault.offset + 1) from fault
    except (LookupError, ValueError) as fault:
        raise DocumentError("the content is in an encoding that is not read here") from fault
