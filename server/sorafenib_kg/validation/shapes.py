"""SHACL: the shapes of ``ontology/shapes.ttl``, checked by pySHACL on what was written."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pyshacl
from rdflib import SH, Graph
from rdflib.term import Node, URIRef

from sorafenib_kg.descriptions import Term
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, Severity, section

_SEVERITIES: dict[Node | None, Severity] = {SH.Warning: "warning", SH.Info: "warning"}


def check_shapes(context: Context, file: Path) -> Section:
    """Validate the asserted triples against the shapes.

    Inferred triples stay out: a range that infers a type would satisfy every ``sh:class``.
    """
    data = Graph()
    triples = pyoxigraph.serialize(
        context.dataset.asserted(), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    # rdflib's N-Triples reader warns of nothing and keeps literals as they are written.
    data.parse(data=triples, format="nt")
    shapes = Graph().parse(data=file.read_bytes(), format="turtle")
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    findings = list(_findings(context, results))
    count = len(set(shapes.subjects(predicate=None, object=SH.NodeShape)))
    return section(f"{count} shapes", findings)


def _findings(context: Context, results: Graph) -> Iterator[Finding]:
    for result in results.subjects(SH.resultSeverity):
        focus = results.value(result, SH.focusNode)
        value = results.value(result, SH.value)
        text = str(results.value(result, SH.resultMessage))
        # For a missing value, and for a constraint on the node as a whole, there is none to show.
        if value is not None and value != focus:
            text += f" ({_shown(context, value)})"
        severity = _SEVERITIES.get(results.value(result, SH.resultSeverity), "error")
        yield context.finding(_term(focus), text, severity)


def _term(node: Node | None) -> Term:
    if isinstance(node, URIRef):
        return pyoxigraph.NamedNode(str(node))
    return pyoxigraph.Literal(str(node))


def _shown(context: Context, node: Node) -> str:
    return context.name(_term(node)) if isinstance(node, URIRef) else str(node)
