"""Which part of a query leaves no rows is found, whatever the query is made of."""

import pytest
from hypothesis import assume, given, settings
from pyoxigraph import DefaultGraph, Literal, Quad

from differential import (
    GRAPHS,
    NODES,
    PREDICATES,
    PROLOGUE,
    dense_quads,
    rows_of_store,
    store_of,
)
from random_queries import queries
from sorafenib_kg.errors import QuerySyntaxError
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.zero_rows import Finding, find

HELD = [
    *(Quad(NODES[i], PREDICATES[0], NODES[(i + 1) % 4], DefaultGraph()) for i in range(4)),
    Quad(NODES[0], PREDICATES[1], Literal(1), DefaultGraph()),
    Quad(NODES[1], PREDICATES[2], Literal(1), DefaultGraph()),
    Quad(NODES[0], PREDICATES[2], NODES[2], GRAPHS[1]),
]


def found(store: MemoryStore, query: str) -> Finding | None:
    return find(PROLOGUE + query, lambda text: bool(store.table(text).boolean))


@pytest.mark.parametrize(
    ("query", "part", "message", "against"),
    [
        ("SELECT * { ?a :p0 ?b . ?a :p9 ?c . ?b :p8 ?d }", "?a :p9 ?c", "nothing matches", None),
        (
            "SELECT * { ?b :p0 ?c ; :p1 ?x ; :p2 ?y . }",
            "?b :p2 ?y",
            "not together with ?b :p1 ?x",
            "?b :p1 ?x",
        ),
        ("SELECT * { ?a :p0 ?b FILTER(?b = 7) ?b :p0 ?c }", "FILTER(?b = 7)", "no solution", None),
        ("SELECT * { ?a :p0 ?b FILTER(?z > 7) }", "FILTER(?z > 7)", "nothing gives ?z", None),
        ("SELECT * { ?a :p0 ?b OPTIONAL { ?a :p9 ?c } ?b :p9 1 }", "?b :p9 1", "nothing", None),
        ("SELECT * { ?a :p0 ?b MINUS { ?a :p0 [] } }", "MINUS { ?a :p0 [] }", "taken away", None),
        ("SELECT * { ?a :p0 ?b } OFFSET 9", None, "OFFSET behind it", None),
        ("SELECT ?a { ?a :p0 ?b } GROUP BY ?a HAVING(COUNT(*) > 1)", None, "HAVING", None),
        ("DESCRIBE ?a", None, "taken apart", None),
        ("ASK { :n0 :p1 2 }", ":n0 :p1 2", "nothing matches", None),
        ("CONSTRUCT { ?a :p ?b } WHERE { ?a :p9 ?b }", "?a :p9 ?b", "nothing matches", None),
    ],
)
def test_the_part_that_leaves_no_rows_is_named(query, part, message, against):
    finding = found(store_of(HELD), query)
    assert finding is not None
    assert (finding.part, finding.against) == (part, against)
    assert message in finding.message
    if part is not None:
        assert finding.line == 1
        place = (PROLOGUE + query)[finding.column - 1 :]
        # A verb behind a semicolon stands for its subject.
        assert place.startswith((part, part.partition(" ")[2]))


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("SELECT * { { :n0 :p9 ?x } UNION { :n0 :p0 ?x ; :p1 2 } }", [":n0 :p9 ?x", ":n0 :p1 2"]),
        ("SELECT * { GRAPH :g0 { ?a :p2 ?b . ?a :p0 ?b } }", ["?a :p0 ?b"]),
        ("SELECT * { { SELECT ?a { ?a :p0 ?b ; :p9 ?c } } }", ["?a :p9 ?c"]),
    ],
)
def test_each_group_inside_a_part_is_looked_at(query, parts):
    finding = found(store_of(HELD), query)
    assert [inner.part for inner in finding.inside] == parts


def test_the_lines_of_the_query_are_counted():
    finding = found(store_of(HELD), "SELECT *\n{\n  ?a :p0 ?b .\n  ?b :p9 ?c\n}")
    assert (finding.line, finding.column) == (4, 3)


def test_a_query_with_rows_is_none():
    assert found(store_of(HELD), "SELECT * { ?a :p0 ?b }") is None


def test_no_more_is_asked_than_a_few_times():
    asked = []

    def ask(text: str) -> bool:
        asked.append(text)
        return len(asked) > 1

    patterns = " . ".join(f"?x{i} :p0 ?y" for i in range(100))
    find(PROLOGUE + f"SELECT * {{ {patterns} . ?y :p1 ?z }}", ask)
    assert len(asked) <= 60


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(dense_quads, queries())
def test_something_is_found_if_and_only_if_there_are_no_rows(held, query):
    store = store_of(held)
    try:
        rows = rows_of_store(store, query)
    except QuerySyntaxError:
        assume(False)
    finding = found(store, query)
    assert (finding is None) == bool(rows) or "taken apart" in str(finding)
