"""Queries of a shape that was looked at before: asked without another look, answered alike."""

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from sorafenib_kg.errors import QuerySyntaxError, SwitchedOffError
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.plain import PlainShapes


def node(name: str) -> NamedNode:
    return NamedNode(f"http://n/{name}")


@pytest.fixture
def store() -> MemoryStore:
    graph = NamedNode("http://g/1")
    quads = [Quad(node(f"s{n}"), node("p"), Literal(n), graph) for n in range(30)]
    return MemoryStore(quads, version="1")


def body(store: MemoryStore, query: str) -> bytes:
    answer = store.answer(query)
    assert isinstance(answer.body, bytes)
    return answer.body


def test_shapes_differ_by_all_but_figures():
    shapes = PlainShapes()
    shapes.add("SELECT ?o1 { <http://n/s7> ?p ?o1 } LIMIT 10")
    assert "SELECT ?o2 { <http://n/s0> ?p ?o3 } LIMIT 99" in shapes
    assert "SELECT ?o1 { <http://n/s77> ?p ?o1 } LIMIT 10" not in shapes
    assert "SELECT ?o1 { <http://n/t7> ?p ?o1 } LIMIT 10" not in shapes


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p '\\u0041' }",  # other figures spell another letter
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",  # ... and another port
        "SELECT * { sErViCe <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "ASK { ?s ?p '\ud800' }",
        "ASK {} #" + "x" * 3000,
    ],
    ids=["escape", "service", "mixed_case", "no_unicode", "long"],
)
def test_what_may_mean_something_else_is_always_looked_at(query: str):
    shapes = PlainShapes()
    shapes.add(query)
    assert query not in shapes


def test_many_shapes_are_not_kept_for_ever():
    shapes = PlainShapes()
    for n in range(5000):
        shapes.add("ASK {" + " " * (n % 1000) + "}" * (n // 1000))
    assert len(shapes) <= 2000


@pytest.mark.parametrize(
    "template",
    [
        "SELECT ?o { <http://n/s%d> ?p ?o }",
        "SELECT ?g { GRAPH ?g { <http://n/s%d> ?p ?o } }",
        "SELECT ?o FROM <http://g/1> { <http://n/s%d> ?p ?o }",
        "SELECT (<http://unknown/f>(%d) AS ?x) {}",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o < %d) }",
        "ASK { <http://n/s%d> <http://n/p>* ?o }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o = %d) }",
        "SELECT ?o { <http://n/x%d> ?p ?o }",
    ],
)
def test_the_answer_is_the_same_as_after_a_look(store: MemoryStore, template: str):
    for n in range(3, 9):
        fresh = MemoryStore.over(store.engine, "1")
        assert store.answer(template % n) == fresh.answer(template % n)


def test_a_fault_is_told_though_the_shape_is_known(store: MemoryStore):
    assert body(store, "SELECT ?o { ?s ?p ?o } LIMIT 1") == body(
        store, "SELECT ?o { ?s ?p ?o } LIMIT 1"
    )
    with pytest.raises(QuerySyntaxError):
        store.answer("SELECT ?o { ?s ?p ?o  LIMIT 1")
    with pytest.raises(SwitchedOffError):
        store.answer("SELECT ?o { SERVICE <http://n/1> { ?s ?p ?o } } LIMIT 1")


def test_after_a_change_shapes_are_looked_at_anew(store: MemoryStore):
    from sorafenib_kg.store.difference import Difference

    query = "SELECT ?o { <http://n/s7> ?p ?o }"
    before = body(store, query)
    assert body(store, query) == before
    quad = Quad(node("s7"), node("p"), Literal("more"))
    store.change(Difference(added=frozenset({quad})), "2")
    assert isinstance(store.engine, pyoxigraph.Store)
    assert b"more" in body(store, query)
