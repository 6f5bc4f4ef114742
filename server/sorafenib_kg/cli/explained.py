"""What ``explain`` has found, in the format that is asked for."""

from __future__ import annotations

import json

from pyoxigraph import RdfFormat

from sorafenib_kg.explanation import (
    Absence,
    Explanation,
    Explanations,
    Justified,
    absence_as_json,
    absence_as_text,
    as_json,
    as_rdf,
    as_text,
    proofs_as_json,
    proofs_as_text,
)
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.store import formats_of

Found = Explanation | Explanations | Justified | Absence

RDF_FORMATS = {
    name: entry.engine
    for entry in formats_of("graph")
    for name in (entry.name, *entry.short_names)
    if name != "json" and isinstance(entry.engine, RdfFormat)
}
FORMATS = ["text", "json", *RDF_FORMATS]


def as_written(found: Found, format_name: str, graph: KnowledgeGraph) -> str:
    """Return what was found in a format; of why-not there is none in RDF."""
    if format_name == "json":
        return json.dumps(_as_json(found), ensure_ascii=False, indent=2)
    if format_name == "text" or isinstance(found, Absence):
        return _as_text(found)
    explanations = (found,) if isinstance(found, Explanation) else found.explanations
    form = RDF_FORMATS[format_name]
    return as_rdf(explanations, graph.explainer.descriptions, form).decode()


def _as_text(found: Found) -> str:
    match found:
        case Explanation():
            return as_text(found)
        case Explanations():
            return proofs_as_text(found)
        case Absence():
            return absence_as_text(found)
    parts = [as_text(explanation) for explanation in found.explanations]
    return "\n\n".join([*parts, _ending(found)])


def _ending(found: Justified) -> str:
    if found.complete:
        return "There is no other minimal set of axioms that this follows from."
    early = f" ({found.reason})" if found.reason else ""
    return f"There may be other sets of axioms that this follows from{early}."


def _as_json(found: Found) -> dict[str, object]:
    match found:
        case Explanation():
            return as_json(found)
        case Explanations():
            return proofs_as_json(found)
        case Absence():
            return absence_as_json(found)
    return {
        "explanations": [as_json(explanation) for explanation in found.explanations],
        "complete": found.complete,
        "reason": found.reason,
    }
