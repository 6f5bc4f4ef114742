"""Changes of a store whose default graph is the merge of the others."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad

from sorafenib_kg.errors import ForbiddenError
from sorafenib_kg.namespaces import GRAPHS_BESIDE, graph_name
from sorafenib_kg.store.difference import Difference, GraphName

_DEFAULT = DefaultGraph()
# Where triples go that are added without the name of a graph.
ADDED = graph_name("added")
# What the program itself keeps in step.
DERIVED = GRAPHS_BESIDE | {graph_name("inferred")}


def asserted_of(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    """Return what was asserted of all that a store with a merge holds.

    Of its default graph that is what no other graph has.
    """
    quads = list(quads)
    named = [q for q in quads if q.graph_name != _DEFAULT and q.graph_name not in GRAPHS_BESIDE]
    elsewhere = {quad.triple for quad in quads if quad.graph_name != _DEFAULT}
    return (
        *(quad for quad in named if quad.graph_name not in DERIVED),
        *(q for q in quads if q.graph_name == _DEFAULT and q.triple not in elsewhere),
    )


def on_merge(store: pyoxigraph.Store, wanted: Difference) -> Difference:
    """Return the difference of the asserted graphs, where the default graph is their merge.

    What is added without the name of a graph goes to the graph of additions; what is removed
    without one is removed from there. Raises ForbiddenError for a change of what the program
    itself keeps, and for one that would have no effect.
    """
    touched = {quad.graph_name for quads in (wanted.removed, wanted.added) for quad in quads}
    touched |= wanted.dropped | wanted.created
    kept = [str(graph) for graph in touched if graph in DERIVED]
    if kept:
        raise ForbiddenError(f"{min(kept)} is kept in step by the program and cannot be written")
    named = {quad.triple for quad in wanted.removed if quad.graph_name != _DEFAULT}
    removed, added = set(), set()
    for quad in wanted.removed:
        if quad.graph_name != _DEFAULT:
            removed.add(quad)
            continue
        moved = Quad(quad.subject, quad.predicate, quad.object, ADDED)
        if moved in store or moved in wanted.removed:
            removed.add(moved)
        elif quad.triple not in named:
            raise ForbiddenError(
                "without the name of a graph only what was added without one can be removed; "
                f"{quad.triple} is not in {ADDED}: name its graph"
            )
    new = set[GraphName]()
    for quad in wanted.added:
        graph = quad.graph_name
        if isinstance(graph, DefaultGraph):
            new.add(ADDED)
            added.add(Quad(quad.subject, quad.predicate, quad.object, ADDED))
        else:
            new.add(graph)
            added.add(quad)
    created = {graph for graph in new if not store.contains_named_graph(graph)}
    return Difference(
        frozenset(removed), frozenset(added), wanted.dropped, wanted.created | created
    )


def merged(store: pyoxigraph.Store, asserted: Difference, inferred: Difference) -> Difference:
    """Return the difference with what it means for the merge in the default graph.

    The store holds the state before it. A triple is in the merge as long as any graph has it, but
    for those that stand beside.
    """
    removed = asserted.removed | inferred.removed
    added = asserted.added | inferred.added
    arriving = set(_in_merge(added))
    merge_added = frozenset(quad for quad in arriving if quad not in store)
    merge_removed = set()
    for leaving, count in Counter(_in_merge(removed)).items():
        holding = sum(
            quad.graph_name not in GRAPHS_BESIDE and quad.graph_name != _DEFAULT
            for quad in store.quads_for_pattern(
                leaving.subject, leaving.predicate, leaving.object, None
            )
        )
        if leaving not in arriving and holding <= count:
            merge_removed.add(leaving)
    return Difference(
        removed | merge_removed,
        added | merge_added,
        asserted.dropped | inferred.dropped,
        asserted.created | inferred.created,
    )


def _in_merge(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Give the quad of the merge for each that is not beside it."""
    for quad in quads:
        if quad.graph_name not in GRAPHS_BESIDE:
            yield Quad(quad.subject, quad.predicate, quad.object)
