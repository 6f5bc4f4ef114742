"""Literals: only datatypes and forms that the store gives back as they were written."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, Store

from sorafenib_kg.namespaces import OWL, RDF, XSD, shorten
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, section

ALLOWED = frozenset(
    {RDF.langString, XSD.anyURI, XSD.boolean, XSD.decimal, XSD.double, XSD.integer, XSD.string}
)
# Outside OWL 2's datatype map, and therefore for annotations only.
ON_ANNOTATIONS = frozenset({XSD.date, XSD.gYear})


def check_literals(context: Context) -> Section:
    """Find literals that are not of the allowed datatypes, or that a store would rewrite."""
    first_use: dict[Literal, Quad] = {}
    for quad in context.dataset.quads:
        if isinstance(quad.object, Literal):
            first_use.setdefault(quad.object, quad)
    findings = [
        Finding(f"{shorten(quad.predicate)} {message}", *context.places.described(quad.subject))
        for literal, quad in first_use.items()
        for message in _messages(context, literal, quad.predicate)
    ]
    summary = f"{len(first_use)} different literals, the same after loading and dumping"
    return section(summary if not findings else "", findings)


def _messages(context: Context, literal: Literal, predicate: NamedNode) -> Iterator[str]:
    datatype = literal.datatype
    if datatype in ON_ANNOTATIONS:
        if OWL.AnnotationProperty not in context.descriptions.nodes(predicate, RDF.type):
            yield f"has {literal}, but this datatype is for annotation properties only"
    elif datatype not in ALLOWED:
        yield f"has {literal}, but this datatype is not allowed"
    stored = as_stored(literal)
    if stored != literal:
        yield f"has {literal}, which a store gives back as {stored}"


def as_stored(literal: Literal) -> Literal:
    """Return the literal as it comes back from the store."""
    node = NamedNode("urn:x")
    store = Store()
    store.add(Quad(node, node, literal))
    [quad] = store
    assert isinstance(quad.object, Literal)  # noqa: S101 - the store keeps the kind of term
    return quad.object
