"""Documents of RDF that somebody sends: read with fresh blank nodes, and without any surprise."""

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.errors import ProtocolError, UnsupportedMediaTypeError
from sorafenib_kg.store.formats import formats_of


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
    try:
        return [
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
