"""What SELECT may name beside GROUP BY: the engine and our look at a query agree about it."""

import pytest
from pyoxigraph import Store

from sorafenib_kg.store.grouping import first_fault_of_grouping
from sorafenib_kg.store.lexer import tokens


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } ORDER BY ?s",
        "SELECT ?s $p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p $s",
        "SELECT (COUNT(?s) + SUM(?o * 2) AS ?n) { ?s ?p ?o }",
        "SELECT (GROUP_CONCAT(DISTINCT ?o; separator=', ') AS ?all) { ?s ?p ?o }",
        "SELECT ?k (?k + 1 AS ?n) { ?s ?p ?o } GROUP BY (STR(?p) AS ?k) HAVING (SUM(?o) > 1)",
        "SELECT ?s { ?s ?p ?o } GROUP BY (?s) LIMIT 1",
        "SELECT ?s ?o { ?s ?p ?o } GROUP BY ?s VALUES ?o { 1 }",
        "SELECT (EXISTS { ?s ?p ?o } AS ?is) { ?s ?p ?o } GROUP BY ?o",
        "SELECT ?s ?n { ?s ?p ?o { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
        "SELECT (COUNT(*) AS ?n) { { SELECT * { ?s ?p ?o } LIMIT 1 } }",
    ],
)
def test_what_the_engine_takes_is_no_fault(query):
    Store().query(query)
    assert first_fault_of_grouping(list(tokens(query)), None) is None


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "?s"),
        ("SELECT ?s ?p { ?s ?p ?o } GROUP BY ?s ORDER BY ?p", "?p"),
        ("SELECT (STR(?o) AS ?n) { ?s ?p ?o } GROUP BY STR(?o)", "?o"),
        ("SELECT (COUNT(*) AS ?n) (?n / 2 AS ?half) { ?s ?p ?o }", "?n"),
        ("SELECT ?s { ?s ?p ?o } HAVING (COUNT(*) > 1)", "?s"),
        ("SELECT ?x { { SELECT ?x (MAX(?o) AS ?m) { ?x ?p ?o } } }", "?x"),
        ("SELECT DISTINCT * FROM <urn:g> WHERE { ?s ?p ?o } GROUP BY ?s", "*"),
    ],
)
def test_what_the_engine_refuses_is_found(query, fault):
    with pytest.raises(SyntaxError):
        Store().query(query)
    found = first_fault_of_grouping(list(tokens(query)), None)
    assert found is not None
    assert found[0].text == fault
