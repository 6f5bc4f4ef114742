"""A store whose default graph is held by itself too: the same answers, before and after changes."""

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.difference import Difference

G1, G2 = NamedNode("http://g/1"), NamedNode("http://g/2")
P = NamedNode("http://n/p")


def quad(n: int, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(NamedNode(f"http://n/s{n}"), P, Literal(n), graph)


@pytest.fixture
def stores() -> tuple[MemoryStore, MemoryStore]:
    # One triple stands in two graphs, and one beside the merge.
    quads = [quad(1, G1), quad(1, G2), quad(2, G2), Quad(BlankNode("b"), P, Literal("b"), G1)]
    whole = MemoryStore(quads, beside=[quad(3, NamedNode("http://g/3"))], version="1")
    held = pyoxigraph.Store()
    held.extend(whole.engine)
    parted = MemoryStore.over(held, "1")
    assert not parted.is_parted
    parted.part()
    assert parted.is_parted
    return whole, parted


QUERIES = [
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?o",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?o",
    "SELECT * { graph <http://g/3> { ?s ?p ?o } }",
    "SELECT * { GRAPH <http://g/\\u0033> { ?s ?p ?o } }",
    "SELECT * FROM <http://g/2> { ?s ?p ?o } ORDER BY ?s",
    "SELECT * FROM NAMED <http://g/2> { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s",
    "SELECT * { ?s <http://n/p>+ ?o } ORDER BY ?s ?o",
    "DESCRIBE <http://n/s3>",
    "DESCRIBE <http://n/s1>",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "ASK { ?s ?p 3 }",
    "ASK { FILTER EXISTS { GRAPH ?g { ?s ?p 3 } } }",
]


@pytest.mark.parametrize("query", QUERIES)
def test_answers_are_the_same(stores: tuple[MemoryStore, MemoryStore], query: str):
    whole, parted = stores
    expected = whole.answer(query)
    # The second time its shape is known.
    assert [parted.answer(query) for _ in range(2)] == [expected, expected]


@pytest.mark.parametrize("query", QUERIES)
def test_a_protocol_dataset_reaches_its_graphs(stores: tuple[MemoryStore, MemoryStore], query: str):
    if "FROM" in query:
        return
    whole, parted = stores
    dataset = {"default_graphs": ["http://g/2"], "named_graphs": ["http://g/3"]}
    assert parted.answer(query, **dataset) == whole.answer(query, **dataset)


@pytest.mark.parametrize("query", QUERIES)
def test_answers_are_the_same_after_a_change(stores: tuple[MemoryStore, MemoryStore], query: str):
    change = Difference(
        frozenset({quad(1, DefaultGraph()), quad(1, G1), quad(1, G2)}),
        frozenset({quad(4, DefaultGraph()), quad(4, G1), quad(5, G2)}),
    )
    for store in stores:
        store.answer(query)
        store.change(change, "2")
    whole, parted = stores
    assert parted.answer(query) == whole.answer(query)


def test_without_named_graphs_there_is_nothing_to_part():
    store = MemoryStore((), version="1", merge=False)
    store.part()
    assert store.is_parted
