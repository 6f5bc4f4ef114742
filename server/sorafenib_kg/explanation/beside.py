"""The graphs that are computed from all that holds and stand beside the default graph."""

from collections.abc import Collection, Iterator

from pyoxigraph import Quad

from sorafenib_kg.claims import ClaimIndex
from sorafenib_kg.explanation.derivations import derivations
from sorafenib_kg.namespaces import WHAT_IF
from sorafenib_kg.reasoning import Closure, what_if


def graphs_beside(names: Collection[str], claims: ClaimIndex, closure: Closure) -> Iterator[Quad]:
    """Give the quads of those of the graphs ``what-if`` and ``derivations`` that are named."""
    if "what-if" in names:
        yield from what_if_graph(claims, closure)
    if "derivations" in names:
        yield from derivations(closure)


def what_if_graph(claims: ClaimIndex, closure: Closure) -> Iterator[Quad]:
    """Give what is claimed with a hedge only, and what would follow from it."""
    supposed = [triple for triple in claims.hedged() if triple not in closure]
    follows = what_if(closure, supposed).follows()
    for triple in (*supposed, *follows):
        yield Quad(triple.subject, triple.predicate, triple.object, WHAT_IF)
