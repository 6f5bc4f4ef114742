"""Terms that are declared and never used, unless the ontology says why they are there."""

from collections.abc import Iterator

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import ID, RDF, SKG, graph_name
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, section


def check_usage(context: Context) -> Section:
    """Find terms of the ontology that nothing uses, and reasons for that which no longer hold.

    A property is used where a triple has it, asserted or inferred, or a claim is made with it; a
    class where something is of it; a member of a list of values where the data point to it. Only
    the bundled ontology was made for the data that it is loaded with, so for others the numbers
    are given without a judgement.
    """
    terms = list(_terms(context))
    used = _used(context)
    summary = f"{sum(term in used for term in terms)} of {len(terms)} terms are in use"
    return section(summary, [*_findings(context, terms, used)] if context.bundled else ())


def _terms(context: Context) -> Iterator[NamedNode]:
    """Give the classes, properties and values that the ontology declares."""
    ontology = graph_name("ontology")
    declared = dict.fromkeys(
        quad.subject
        for quad in context.dataset.quads
        if quad.graph_name == ontology and quad.predicate == RDF.type
    )
    for term in declared:
        if isinstance(term, NamedNode) and term.value.startswith((SKG.NAMESPACE, ID)):
            yield term


def _used(context: Context) -> set[object]:
    used: set[object] = set()
    ontology = graph_name("ontology")
    for quad in context.dataset.quads:
        used.add(quad.predicate)
        # Values are declared in the ontology, and are what their classes are for.
        if quad.graph_name != ontology or quad.predicate == RDF.type:
            used.add(quad.object)
    for triple in context.closure.inferred():
        used.add(triple.predicate)
        if triple.predicate == RDF.type:
            used.add(triple.object)
    return used


def _findings(context: Context, terms: list[NamedNode], used: set[object]) -> Iterator[Finding]:
    for term in terms:
        reason = context.descriptions.text(term, SKG.unusedBecause)
        if term not in used and reason is None:
            yield context.finding(term, "is used nowhere, and no skg:unusedBecause says why")
        elif term in used and reason is not None:
            yield context.finding(term, f"is used, though skg:unusedBecause says: {reason}")
