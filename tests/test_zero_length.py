"""A constant reaches itself by a path of length zero, whether the graph has it or not (18.4)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Quad

from differential import (
    EX,
    GRAPHS,
    NODES,
    PREDICATES,
    quads,
    rdflib_of,
    rows_of_engine,
    rows_of_rdflib,
    rows_of_store,
    store_of,
)
from sorafenib_kg.store.repairs import repair
from sorafenib_kg.store.zero_length import may_have_zero_length

NEW = f"<{EX}new>"
HELD = [
    Quad(NODES[0], PREDICATES[0], NODES[1], DefaultGraph()),
    Quad(NODES[1], PREDICATES[1], NODES[2], DefaultGraph()),
    Quad(NODES[0], PREDICATES[0], NODES[2], GRAPHS[1]),
    Quad(NODES[1], PREDICATES[0], NODES[2], GRAPHS[2]),
]


def row(**values: str) -> frozenset[tuple[str, str]]:
    return frozenset(values.items())


def typed(value: str, datatype: str) -> str:
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'


# Each has the row of :new, once, and no other.
ONE_NODE = [
    ":new :p0* ?x",
    ":new :p0? ?x",
    ":new (:p0*) ?x",
    ":new (((:p0))*) ?x",
    ":new ^:p0* ?x",
    ":new (^:p0)* ?x",
    ":new ^(:p0*) ?x",
    ":new (!:p0)* ?x",
    ":new (!(:p0|^:p1))? ?x",
    ":new (:p0/:p1)* ?x",
    ":new :p0*|:p1 ?x",
    ":new :p1|:p0? ?x",
    ":new :p0*/:p1* ?x",
    ":new :p0?/(:p1/a)? ?x",
    ":new (:p0*)+ ?x",
    ":new a* ?x",
    ":new :p0 * ?x",
    ":new (:p0 | :p1 ) ? ?x",
    f"{NEW} <{EX}p0>*?x",
    f"{NEW}<{EX}p0>*?x.",
    "?x :p0* :new",
    "?x :p0?/:p1* :new",
    "?x ^:p0* :new .",
    "?x :p0*|^:p1 :new",
    ":new :p0* ?x FILTER(?x = :new)",
    "FILTER(?x = :new) :new :p0* ?x",
    ":new :p0* ?x ; :p1* ?x",
    ":new :p0* ?x , ?x ;",
    ":n0 :p0 :n1 . :new :p0* ?x . :n1 :p1 :n2",
    "_:b :p0 :n1 . :new :p0* ?x . _:b ?p :n1 FILTER(?p = :p0) MINUS { ?x :p0 ?p }",
    "[ :p0 :n1 ] . :new :p0* ?x . [ :p1 :n2 ; ?p [] ] :p1 :n2 .",
    "{ { :new :p0* ?x } }",
    "{ SELECT ?x { :new :p0* ?x } }",
    "VALUES ?x { :new :n0 } :new :p0* ?x",
    ":n0 :p0 :n1 OPTIONAL { :new :p0* ?x }",
    "{ :new :p0* ?x } UNION { :none :p0 ?x }",
    "BIND(:new AS ?x) FILTER EXISTS { ?x :p0* :new }",
    "BIND(:new AS ?x) FILTER(true && EXISTS { { :new :p0?/:p1* :new } })",
    "BIND(IF(EXISTS { :new :p0* :new }, :new, 1) AS ?x)",
]
# Each with the rows that the standard asks for, as often as it asks for them.
ROWS = [
    *((f"SELECT ?x {{ {pattern} }}", [row(x=NEW)]) for pattern in ONE_NODE),
    ("SELECT ?x { :new :p0*|:p1* ?x }", [row(x=NEW)] * 2),
    ("SELECT ?x { :new (:p0?|:p1?)/(:p0?|:p1?) ?x }", [row(x=NEW)] * 4),
    ("SELECT * { :new :p0* ?x ; :p1* ?y }", [row(x=NEW, y=NEW)]),
    ("SELECT * { ?x :p0* :new , :other }", []),
    ("SELECT * { ?x :p0/:p1* :new }", []),
    ("SELECT * { ?x :p0+ :new }", []),
    ("SELECT * { :new :p0* :n0 }", []),
    ("SELECT * { 'x' :p0* 'x'@en }", []),
    ("SELECT ?x { 'x' :p0* ?x }", [row(x='"x"')]),
    ("SELECT ?x { 'x' ^:p0|:p1? ?x }", [row(x='"x"')]),
    ("SELECT ?x { 'x'@en :p0* ?x }", [row(x='"x"@en')]),
    ("SELECT ?x { ?x :p0*/:p1? 'x'^^:type . }", [row(x=f'"x"^^<{EX}type>')]),
    ("SELECT ?x { ?x :p0* 7 }", [row(x=typed("7", "integer"))]),
    ("SELECT ?x { ?x :p0* -7 }", [row(x=typed("-7", "integer"))]),
    ("SELECT ?x { ?x :p0* 7.5 }", [row(x=typed("7.5", "decimal"))]),
    ("SELECT ?x { true :p0* ?x }", [row(x=typed("true", "boolean"))]),
    ("SELECT (1 AS ?n) { :new :p0* :new }", [row(n=typed("1", "integer"))]),
    (f"SELECT (1 AS ?n) {{ :new :p0?/:p1* {NEW} . }}", [row(n=typed("1", "integer"))]),
    ("SELECT (1 AS ?n) { :new :p0* [] }", [row(n=typed("1", "integer"))]),
    ("SELECT (1 AS ?n) { _:b :p0* :new }", [row(n=typed("1", "integer"))]),
    ("SELECT (1 AS ?n) { 'x' :p0* 'x' }", [row(n=typed("1", "integer"))]),
    ("SELECT (1 AS ?n) { :n1 :p1 :n2 ; :p0* :n1 . }", [row(n=typed("1", "integer"))]),
    # The graph is the one that the pattern is about, and is to be there.
    ("SELECT ?x { GRAPH :g0 { :n1 :p0* ?x } }", [row(x=str(NODES[1]))]),
    ("SELECT ?x { GRAPH :none { :n1 :p0* ?x } }", []),
    ("SELECT ?x FROM NAMED :g1 { GRAPH :g0 { :n3 :p0* ?x } }", []),
    (
        "SELECT * { GRAPH ?g { :n3 :p0* ?x } }",
        [row(g=str(graph), x=str(NODES[3])) for graph in GRAPHS[1:]],
    ),
    (
        "SELECT * { GRAPH ?g { { SELECT ?x { ?x :p0* :n3 } } } }",
        [row(g=str(graph), x=str(NODES[3])) for graph in GRAPHS[1:]],
    ),
    (
        "SELECT * FROM NAMED :g0 { GRAPH ?g { :n3 :p0* ?x } }",
        [row(g=str(GRAPHS[1]), x=str(NODES[3]))],
    ),
    (
        "SELECT * { GRAPH ?g { ?s :p0 :n2 OPTIONAL { :n3 :p0* ?x } } }",
        [
            row(g=str(graph), s=str(node), x=str(NODES[3]))
            for graph, node in zip(GRAPHS[1:], NODES, strict=False)
        ],
    ),
]


@pytest.mark.parametrize(("query", "expected"), ROWS)
def test_the_rows_are_those_of_the_standard(query, expected):
    assert sorted(rows_of_store(store_of(HELD), query).elements(), key=str) == sorted(
        expected, key=str
    )


@pytest.mark.parametrize("pattern", ONE_NODE)
def test_the_engine_still_needs_the_repair(pattern):
    """When this fails, the engine has learnt it, and the repair can go."""
    query = f"SELECT ?x {{ {pattern} }}"
    assert rows_of_engine(store_of(HELD), query).keys() != {row(x=NEW)}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s :p0* ?o }",
        "SELECT * { :new :p0+ ?o }",
        "SELECT * { :new :p0/:p1* ?o . ?o :p0*/:p1 :new }",
        "SELECT * { :new !:p0 ?o ; ^:p0 ?x }",
        "SELECT ?x { FILTER(:new*?x) ?x :p0 3 }",
        "SELECT ?x { ?x ?p ':new :p0* :new' }",
        "SELECT (COUNT(*) AS ?n) { ?s :p0 ?o }",
        # What is in brackets, or a label that is used again, cannot be taken out of its run.
        "SELECT * { :new :p0* [ :p1 ?x ] }",
        "SELECT * { _:b :p0* :new . _:b :p1 ?x }",
        "SELECT * { _:b :p0* :new ; :p1 ?x }",
        "SELECT * { [] :p0* :new ; :p1 ?x }",
        "SELECT * { [ :p0* :new ] :p1 ?x }",
        # Nor what is no SPARQL, or is not known here.
        "SELECT * { :new :p0* }",
        "SELECT * { :new :p0*/ ?x }",
        "SELECT * { :new :p0* ?x :p1 }",
        "SELECT * { 'x'@en-GB :p0* ?x }",
        "SELECT * { :new :p0* ?x . 1e-5 :p0 ?y }",
        "SELECT * { ?x :p0 ?y SERVICE <http://example.org/> { :new :p0* ?x } }",
        "SELECT * { ?x :p0 ?y SERVICE silent :n0 { { :new :p0* ?x } } }",
        "SELECT * { :new :p0* ?zeroLength1p }",
    ],
)
def test_what_is_right_or_not_understood_is_left_alone(query):
    assert repair(query, lambda: []) == query


def test_what_another_server_is_asked_stays_as_it_is():
    query = "SELECT * { :new :p0* ?x SERVICE SILENT <http://e/> { :new :p0* ?x } :new :p0* ?x }"
    repaired = repair(query, lambda: [])
    assert "SERVICE SILENT <http://e/> { :new :p0* ?x }" in repaired
    assert repaired.count("UNION { VALUES ?x { :new }") == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * WHERE { ?s a :n0 ; :p0 ?o . FILTER(?o > 3) } ORDER BY ?s LIMIT 3",
        "SELECT (COUNT(*) AS ?n) (MAX(?o) AS ?m) FROM :g0 { ?s <http://e/p> ?o, ?x . ?o a ?k }",
        "INSERT { ?s :p0 ?o } WHERE { ?s :p0/:p1 ?o OPTIONAL { ?s :p1+ ?x } }",
    ],
)
def test_queries_without_such_paths_cost_no_look_at_their_tokens(query):
    assert not may_have_zero_length(query)


steps = st.sampled_from([":p0", ":p0", ":p1", "a", "!:p0", "^:p1", f"<{EX}p1>"])
paths = st.recursive(
    steps,
    lambda inner: st.one_of(
        st.builds("({}){}".format, inner, st.sampled_from(["*", "?", "+", ""])),
        st.builds("^({})".format, inner),
        st.builds("{}/{}".format, st.builds("({})*".format, inner), inner),
        st.builds("{}|{}".format, inner, st.builds("({})?".format, inner)),
    ),
    max_leaves=4,
    # Of longer ones rdflib begins in the middle, among the nodes of the graph.
).filter(lambda path: path.count("/") < 2)
constants = st.sampled_from([":n0", ":n1", NEW, ":new", "'x'", "'new'", "'x'@en", "1", "-2"])
ends = st.sampled_from(["?a", "?b"])
# Between variables rdflib puts in what it has found before, where the standard looks at the nodes
# of the graph alone.
patterns = st.one_of(
    st.builds("{} {} {}".format, constants, paths, ends),
    st.builds("{} {} {}".format, ends, paths, constants),
    st.builds("{} {} {}".format, constants, paths, constants),
    st.builds("{} {} {} , ?b".format, constants, paths, ends),
    st.builds("{} {} {} ; {} ?b".format, constants, paths, ends, paths),
    st.builds("{} :p0 ?b ; :p1 ?a".format, ends),
)
groups = st.one_of(
    patterns,
    st.builds("{} . {}".format, patterns, patterns),
    st.builds("{} . {} FILTER(?a != ?b || ?a = :new)".format, patterns, patterns),
    st.builds("{{ {} }} UNION {{ {} }}".format, patterns, patterns),
    st.builds("GRAPH :g0 {{ {} }}".format, patterns),
    st.builds("GRAPH ?g {{ {} }}".format, patterns),
    st.builds("{{ SELECT ?a {{ {} }} }}".format, patterns),
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(quads, groups)
def test_the_rows_are_those_of_rdflib(held, group):
    """As a set: the engine gives what several branches of a path lead to once."""
    held = [*held, Quad(NODES[3], PREDICATES[2], NODES[3], GRAPHS[1])]
    query = f"SELECT * {{ {group} }}"
    found = rows_of_store(store_of(held), query)
    assert found.keys() == rows_of_rdflib(rdflib_of(held), query).keys(), query


@settings(max_examples=100, deadline=None)
@given(quads, constants, paths, st.booleans())
def test_nothing_is_lost_and_only_the_constant_comes_in(held, constant, path, turned):
    pattern = f"?a {path} {constant}" if turned else f"{constant} {path} ?a"
    query = f"SELECT ?a {{ {pattern} }}"
    store = store_of(held)
    more = rows_of_store(store, query) - rows_of_engine(store, query)
    assert not rows_of_engine(store, query) - rows_of_store(store, query)
    itself = rows_of_store(store, f"SELECT ({constant} AS ?a) {{}}")
    assert more.keys() <= itself.keys()


def test_a_label_beside_another_is_repaired_too():
    query = "SELECT ?s { ?s ?p :n0 . :new :p0* _:u . :n0 :p0 _:v }"
    assert repair(query, list) != query


def test_the_graphs_of_a_path_are_not_asked_one_by_one():
    def graphs() -> None:
        raise AssertionError("the graphs were looked up")

    assert "zeroLength" in repair("SELECT * { GRAPH ?g { :new :p0* ?x } }", graphs)
