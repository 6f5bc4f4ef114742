"""The graph of derivations: each inferred triple, reified, with its rule and its rank."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from pyoxigraph import BlankNode, Literal, Quad

from sorafenib_kg.explanation.provenance import describe_rule
from sorafenib_kg.namespaces import DERIVATIONS, RDF, SKG, XSD, rule_name
from sorafenib_kg.reasoning import Closure
from sorafenib_kg.rules import WORDS


def derivations(closure: Closure) -> Iterator[Quad]:
    """Give the quads of the graph ``derivations``.

    There is one reifier (RDF 1.2) for each inferred triple, with ``skg:inferredBy``, the rule
    that first gave it, and ``skg:inferenceRank``; and a description of each such rule. A reifier
    is named by its triple, so that it keeps its name when others come and go.
    """
    graph = DERIVATIONS
    used: dict[str, None] = {}
    for triple, rank, rule in closure.derived():
        used[rule] = None
        node = BlankNode(f"derivation{blake2b(str(triple).encode(), digest_size=12).hexdigest()}")
        yield Quad(node, RDF.reifies, triple, graph)
        yield Quad(node, SKG.inferredBy, rule_name(rule), graph)
        yield Quad(node, SKG.inferenceRank, Literal(str(rank), datatype=XSD.integer), graph)
    for rule in sorted(used):
        for triple in describe_rule(rule, WORDS[rule]):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
