"""Which inferred triples are proved with the help of which asserted one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.explanation import Step
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.namespaces import ID, RDF, SKG

# They tell of the layer of a claim, not of what the source speaks about.
_OF_TEXT = frozenset({SKG.citesAsEvidence, RDF.type})


def consequences(graph: KnowledgeGraph) -> Mapping[Triple, tuple[Triple, ...]]:
    """Return for each triple that a claim yields what is inferred with its help.

    Only triples between named things are looked at, and of each the proof by rank: what is found
    has a proof that rests on the triple, but may have another one too.
    """
    found: dict[Triple, list[Triple]] = defaultdict(list)
    if graph.closure is None:
        return {}
    for triple in graph.closure.inferred():
        if _is_told(triple):
            for step in graph.explainer.explain(triple).steps:
                if _is_claimed(step) and isinstance(step.triple, Triple):
                    found[step.triple].append(triple)
    return {leaf: tuple(dict.fromkeys(triples)) for leaf, triples in found.items()}


def _is_claimed(step: Step) -> bool:
    return any(ground.kind == "claim" for ground in step.grounds)


def _is_told(triple: Triple) -> bool:
    return (
        triple.predicate not in _OF_TEXT
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
        and triple.subject.value.startswith(ID)
        and triple.object.value.startswith(ID)
    )
