"""The media types of answers: the one table that negotiation, serialisation and pages go by."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pyoxigraph import QueryResultsFormat, RdfFormat

Kind = Literal["solutions", "boolean", "graph"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing answers down, and the names that clients know it by."""

    name: str  # as in ?format=json
    label: str
    media_type: str
    kinds: tuple[Kind, ...]
    engine: QueryResultsFormat | RdfFormat
    aliases: tuple[str, ...] = ()  # media types that clients send for the same bytes
    charset: bool = False  # whether a charset parameter belongs to the media type
    short_names: tuple[str, ...] = ()  # further values of ?format=

    @property
    def media_types(self) -> tuple[str, ...]:
        """Return the media types that stand for this format, its own one first."""
        return (self.media_type, *self.aliases)


_ROWS: tuple[Kind, ...] = ("solutions", "boolean")
_GRAPH: tuple[Kind, ...] = ("graph",)

# In the order of preference, for wildcards and ties. The aliases are what clients really send:
# SPARQLWrapper (text/javascript, application/turtle, application/x-json+ld, text/rdf+n3), the
# OWL API (application/xml, text/xml and text/plain behind application/rdf+xml).
FORMATS = (
    Format(
        "json",
        "JSON",
        "application/sparql-results+json",
        _ROWS,
        QueryResultsFormat.JSON,
        ("application/json", "text/json", "text/javascript", "application/javascript"),
    ),
    Format(
        "xml",
        "XML",
        "application/sparql-results+xml",
        _ROWS,
        QueryResultsFormat.XML,
        ("application/xml", "text/xml"),
    ),
    Format("csv", "CSV", "text/csv", _ROWS, QueryResultsFormat.CSV, charset=True),
    Format("tsv", "TSV", "text/tab-separated-values", _ROWS, QueryResultsFormat.TSV, charset=True),
    Format(
        "turtle",
        "Turtle",
        "text/turtle",
        _GRAPH,
        RdfFormat.TURTLE,
        # Turtle is a part of N3.
        ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
        charset=True,
        short_names=("ttl", "n3"),
    ),
    Format(
        "jsonld",
        "JSON-LD",
        "application/ld+json",
        _GRAPH,
        RdfFormat.JSON_LD,
        ("application/json", "application/x-json+ld", "text/json"),
        short_names=("json-ld", "json"),
    ),
    Format(
        "rdfxml",
        "RDF/XML",
        "application/rdf+xml",
        _GRAPH,
        RdfFormat.RDF_XML,
        ("application/xml", "text/xml"),
        short_names=("rdf", "xml", "rdf+xml"),
    ),
    Format(
        "nt",
        "N-Triples",
        "application/n-triples",
        _GRAPH,
        RdfFormat.N_TRIPLES,
        ("text/plain",),
        short_names=("ntriples", "n-triples"),
    ),
)


@lru_cache
def formats_of(kind: Kind) -> tuple[Format, ...]:
    """Return the formats that answers of a kind can be written in, the preferred one first."""
    return tuple(entry for entry in FORMATS if kind in entry.kinds)


@lru_cache
def format_of(media_type: str, kind: Kind) -> Format:
    """Return the format that a media type, without parameters, stands for; KeyError if none."""
    for entry in formats_of(kind):
        if media_type in entry.media_types:
            return entry
    raise KeyError(media_type)
