"""Triples from a few lines of Turtle, with the prefixes that tests write them with."""

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.namespaces import OWL, RDF, RDFS, XSD

EXAMPLE = "https://example.org/"
PREFIXES = f"""
@base <{EXAMPLE}> .
@prefix : <{EXAMPLE}> .
@prefix owl: <{OWL.NAMESPACE}> .
@prefix rdf: <{RDF.NAMESPACE}> .
@prefix rdfs: <{RDFS.NAMESPACE}> .
@prefix xsd: <{XSD.NAMESPACE}> .
"""


def triples(text: str) -> list[Triple]:
    found = pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TURTLE)
    return [quad.triple for quad in found]


def triple(text: str) -> Triple:
    """Return the triple of a text without the dot at its end."""
    [found] = triples(f"{text} .")
    return found
