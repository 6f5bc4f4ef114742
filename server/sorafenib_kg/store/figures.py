"""Figures of the data that are kept in step with them, so that no query has to count."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from sorafenib_kg.store.difference import Difference, each_as_stored

Graph = NamedNode | BlankNode | DefaultGraph

_DEFAULT = DefaultGraph()
_NUMBER = NamedNode("urn:x-sorafenib-kg:triples")
_OF_NAMED = "SELECT ?g ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?p"
_OF_DEFAULT = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"


class Figures:
    """How many triples each graph has of each predicate."""

    def __init__(self, triples: dict[Graph, Counter[NamedNode]]) -> None:
        """Take the figures as they are."""
        self._triples = triples
        self._size = sum(of_graph.total() for of_graph in triples.values())

    @property
    def size(self) -> int:
        """Return how many quads there are, those of the default graph included."""
        return self._size

    @classmethod
    def of(cls, store: pyoxigraph.Store) -> Self:
        """Count what a store holds."""
        triples: dict[Graph, Counter[NamedNode]] = {}
        for query in (_OF_DEFAULT, _OF_NAMED):
            found = store.query(query)
            assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
            for *graph, predicate, number in found:
                of_graph = triples.setdefault(graph[0] if graph else _DEFAULT, Counter())
                of_graph[predicate] = int(number.value)
        return cls(triples)

    @classmethod
    def from_quads(cls, quads: Iterable[Quad]) -> Self:
        """Read what `to_quads` has given."""
        triples: dict[Graph, Counter[NamedNode]] = {}
        for quad in quads:
            assert isinstance(quad.subject, NamedNode)  # noqa: S101 - a predicate
            of_graph = triples.setdefault(quad.graph_name, Counter())
            of_graph[quad.subject] = int(quad.object.value)  # type: ignore[union-attr]
        return cls(triples)

    def to_quads(self) -> Iterator[Quad]:
        """Give the figures as quads, so that they can be written down: predicate, and how many."""
        for graph, of_graph in self._triples.items():
            for predicate, number in of_graph.items():
                yield Quad(predicate, _NUMBER, Literal(number), graph)

    def triples(self, graph: Graph | None, predicate: NamedNode | None) -> int:
        """Return the number of triples, of a predicate or of all, in a graph.

        Without a graph those of each named graph are counted.
        """
        counted = self._in(graph)
        if predicate is None:
            return sum(of_graph.total() for of_graph in counted)
        return sum(of_graph[predicate] for of_graph in counted)

    def predicates(self, graph: Graph | None) -> set[NamedNode]:
        """Return the predicates in a graph, or in any named one."""
        return {predicate for of_graph in self._in(graph) for predicate in of_graph}

    def graphs(self, predicate: NamedNode | None) -> set[Graph]:
        """Return the named graphs that have a triple, or one of a predicate."""
        return {
            graph
            for graph, of_graph in self._triples.items()
            if graph != _DEFAULT and (predicate is None or predicate in of_graph)
        }

    def change(self, store: pyoxigraph.Store, difference: Difference) -> None:
        """Count a difference that the store is about to be changed by."""
        removed = {quad for quad in each_as_stored(difference.removed) if quad in store}
        added = (
            quad
            for quad in each_as_stored(difference.added)
            if quad not in store or quad in removed
        )
        for quads, sign in ((removed, -1), (added, 1)):
            counted = Counter((quad.graph_name, quad.predicate) for quad in quads)
            for (graph, predicate), number in counted.items():
                self._count(graph, predicate, sign * number)

    def _in(self, graph: Graph | None) -> Iterator[Counter[NamedNode]]:
        if graph is not None:
            yield self._triples.get(graph, Counter())
        else:
            yield from (found for name, found in self._triples.items() if name != _DEFAULT)

    def _count(self, graph: Graph, predicate: NamedNode, by: int) -> None:
        self._size += by
        of_graph = self._triples.setdefault(graph, Counter())
        of_graph[predicate] += by
        if not of_graph[predicate]:
            del of_graph[predicate]
        if not of_graph:
            del self._triples[graph]
