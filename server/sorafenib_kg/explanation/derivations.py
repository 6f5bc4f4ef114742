"""The graph of derivations: each inferred triple, reified, with its rule and its rank."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, Quad

from sorafenib_kg.explanation.provenance import describe_rule
from sorafenib_kg.namespaces import RDF, SKG, XSD, graph_name, rule_name
from sorafenib_kg.reasoning import Closure
from sorafenib_kg.rules import WORDS


def derivations(closure: Closure) -> Iterator[Quad]:
    """Give the quads of the graph ``derivations``.

    There is one reifier (RDF 1.2) for each inferred triple, with ``skg:inferredBy``, the rule
    that first gave it, and ``skg:inferenceRank``; and a description of each such rule.
    """
    graph = graph_name("derivations")
    used: dict[str, None] = {}
    for number, (triple, rank, rule) in enumerate(closure.derived()):
        used[rule] = None
        node = BlankNode(f"derivation{number}")
        yield Quad(node, RDF.reifies, triple, graph)
        yield Quad(node, SKG.inferredBy, rule_name(rule), graph)
        yield Quad(node, SKG.inferenceRank, Literal(str(rank), datatype=XSD.integer), graph)
    for rule in sorted(used):
        for triple in describe_rule(rule, WORDS[rule]):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
