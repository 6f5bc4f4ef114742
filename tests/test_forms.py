"""Literals come back as they were written, though the engine keeps their values alone."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, Triple
from pyoxigraph import Store as Engine

from sorafenib_kg.store import Formats, MemoryStore
from sorafenib_kg.store.difference import Difference, each_as_stored
from sorafenib_kg.store.rows import write_rows

XSD = "http://www.w3.org/2001/XMLSchema#"
EX = "http://example.org/"
P = NamedNode(f"{EX}p")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def quad(number: int, literal: Literal) -> Quad:
    return Quad(NamedNode(f"{EX}s{number}"), P, literal)


WRITTEN = [
    typed("-3", "negativeInteger"),
    typed("01", "integer"),
    typed("1.50", "decimal"),
    typed("1.0E6", "double"),
    typed("0", "boolean"),
    typed("2020-01-01+00:00", "date"),
    typed("7", "byte"),
    typed("P1Y12M", "duration"),
]


def store_with(literals: list[Literal]) -> MemoryStore:
    return MemoryStore([quad(i, literal) for i, literal in enumerate(literals)], version="1")


def objects(store: MemoryStore, query: str = "SELECT ?o { ?s ?p ?o } ORDER BY ?s") -> list:
    return [row[0] for row in store.table(query).rows]


def test_what_was_loaded_comes_back_as_it_was_written():
    assert objects(store_with(WRITTEN)) == WRITTEN


@pytest.mark.parametrize("literal", WRITTEN, ids=str)
def test_the_engine_still_keeps_the_value_alone(literal):
    engine = Engine()
    engine.add(quad(0, literal))
    assert [found.object for found in engine] != [literal]


LEXICAL = (
    st.integers().map(str)
    | st.sampled_from(
        ["0", "-0", "1", "+1", "01", "1.0", "2024-02-30", "true", "1e3", str(2**63), "", " 1"]
    )
    | st.text(max_size=3)
)
LITERALS = st.builds(
    typed, LEXICAL, st.sampled_from(["integer", "string", "decimal", "date", "boolean", "double"])
) | st.builds(Literal, LEXICAL, language=st.sampled_from(["en", "EN", "en-gb"]))
TERMS = LITERALS | st.builds(lambda term: Triple(P, P, term), LITERALS) | st.just(P)


@settings(max_examples=300, deadline=None)
@given(st.frozensets(st.builds(Quad, st.just(P), st.just(P), TERMS), max_size=8))
def test_quads_are_given_as_the_engine_holds_them(quads):
    engine = Engine()
    engine.extend(quads)
    found = list(each_as_stored(quads))
    assert sorted(map(str, found)) == sorted(map(str, engine))


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("text/csv", "o\r\n-3\r\n"),
        ("text/tab-separated-values", f'?o\n"-3"^^<{XSD}negativeInteger>\n'),
        (
            "application/sparql-results+xml",
            f'<literal datatype="{XSD}negativeInteger">-3</literal>',
        ),
        ("application/sparql-results+json", f'"value":"-3","datatype":"{XSD}negativeInteger"'),
    ],
)
def test_each_format_has_the_written_form(media_type, expected):
    store = store_with(WRITTEN[:1])
    answer = store.answer("SELECT ?o { ?s ?p ?o }", formats=Formats(solutions=media_type))
    assert expected in answer.content().decode()


def test_the_triples_of_a_graph_have_the_written_form():
    answer = store_with(WRITTEN).answer(
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", formats=Formats(graph="application/n-triples")
    )
    assert sorted(answer.content().decode().splitlines()) == sorted(
        f"{quad(i, literal).triple} ." for i, literal in enumerate(WRITTEN)
    )


def test_what_was_written_in_several_ways_comes_back_as_the_value():
    plain = Literal(-3)
    for literals in (
        [WRITTEN[0], plain],
        [plain, WRITTEN[0]],
        [WRITTEN[0], typed("-03", "integer")],
    ):
        assert objects(store_with(literals)) == [plain, plain]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (?o AS ?x) { ?s ?p ?o }",
        "SELECT ?x { ?s ?p ?o BIND(?o AS ?x) }",
        "SELECT (0 - 3 AS ?x) {}",
        "SELECT ?x { VALUES ?x { -3 } }",
        "SELECT ?x { VALUES (?y ?x) { (1 -3) } }",
        "SELECT (MIN(?o) AS ?x) { ?s ?p ?o }",
        f"SELECT ?x {{ -3 <{EX}q>* ?x }}",
    ],
)
def test_what_may_be_computed_is_the_value(query):
    assert objects(store_with(WRITTEN[:1]), query) == [Literal(-3)]


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p -3 } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?x } WHERE { ?s ?p ?o BIND(0 - 3 AS ?x) }",
    ],
)
def test_a_triple_that_is_made_up_has_the_value(query):
    rows = store_with(WRITTEN[:1]).table(query).rows
    assert [row[2] for row in rows] == [Literal(-3)]


def test_values_are_still_compared():
    store = store_with(WRITTEN)
    assert objects(store, "SELECT ?o { ?s ?p ?o FILTER(?o < 0) }") == [WRITTEN[0]]


def test_changes_are_learnt_from():
    store = store_with([Literal("x")])
    one, other = quad(1, typed("-3", "negativeInteger")), quad(2, Literal(-3))
    store.change(Difference(added=frozenset([one])), "2")
    assert objects(store) == [Literal("x"), one.object]
    store.change(Difference(added=frozenset([other])), "3")
    assert objects(store) == [Literal("x"), Literal(-3), Literal(-3)]


def test_what_the_store_has_already_is_not_taken_for_what_is_added():
    engine = Engine()
    engine.add(quad(0, Literal(-3)))
    store = MemoryStore.over(engine, "1")
    store.change(Difference(added=frozenset([quad(1, WRITTEN[0])])), "2")
    assert objects(store) == [Literal(-3), Literal(-3)]


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\t\n"),
    max_size=6,
)
literals = st.one_of(
    texts.map(Literal),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.floats(allow_nan=False).map(Literal),
    st.sampled_from(["1.5", "2", "-0.25"]).map(lambda text: typed(text, "decimal")),
    texts.map(lambda text: Literal(text, language="en-gb")),
    texts.map(lambda text: Literal(text, datatype=NamedNode(f"{EX}a&b"))),
)
nodes = st.sampled_from([NamedNode(f"{EX}x?a=1&b=2"), BlankNode("b0"), NamedNode("urn:ü")])
terms = st.one_of(nodes, literals, st.builds(Triple, nodes, st.just(P), st.one_of(nodes, literals)))


def test_a_carriage_return_survives_in_each_format():
    """The engine leaves it as it is in XML, where readers take it for a line end."""
    store = store_with([Literal("a\rb"), WRITTEN[0]])
    answer = store.answer("SELECT ?o { ?s ?p ?o }", formats=Formats(solutions="text/csv"))
    assert '"a\rb"' in answer.content().decode()
    xml = Formats(solutions="application/sparql-results+xml")
    assert "a&#13;b" in store.answer("SELECT ?o { ?s ?p ?o }", formats=xml).content().decode()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(nodes, terms), max_size=4))
def test_solutions_are_written_as_the_engine_does(pairs):
    engine = Engine()
    engine.extend(Quad(subject, P, term) for subject, term in pairs)
    query = "SELECT ?s ?o ?unbound { ?s ?p ?o }"
    for form in (
        QueryResultsFormat.JSON,
        QueryResultsFormat.XML,
        QueryResultsFormat.CSV,
        QueryResultsFormat.TSV,
    ):
        rows = [tuple(row) for row in engine.query(query)]
        written = bytearray()

        class Output:
            def write(self, part: bytes, into: bytearray = written) -> int:
                into += part
                return len(part)

        write_rows(("s", "o", "unbound"), rows, form, Output())
        assert bytes(written) == engine.query(query).serialize(format=form)


def test_no_rows_are_written_as_none():
    store = store_with(WRITTEN)
    answer = store.answer("SELECT ?o { ?s <urn:none> ?o }")
    assert json.loads(answer.content())["results"]["bindings"] == []
    assert answer.rows == 0
    assert answer.diagnosis is not None
