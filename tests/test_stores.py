"""One suite for all stores: in memory, in a folder, and behind the addresses of real servers."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from every_store import DATA, EX, KINDS, ONE, TWO, skip_where_missing, store_of
from sorafenib_kg.errors import (
    NotAcceptableError,
    ProtocolError,
    QueryRefusedError,
    QuerySyntaxError,
    ResultTooLargeError,
    SwitchedOffError,
)
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.graph import open_graph
from sorafenib_kg.manifest import Manifest
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import Formats, MemoryStore, Term, disk, formats_of
from sorafenib_kg.store.remote import RemoteStore

AnyStore = MemoryStore | RemoteStore
PREFIX = f"PREFIX : <{EX}> "
DBA = Credentials(user="dba", password="dba")  # noqa: S106 - as Virtuoso is shipped

# What an engine elsewhere answers otherwise, and nothing in front of it can help.
_ONCE_PER_GRAPH = "gives a triple once for each graph that holds it"
_FAILS = "answers a fault of an expression by a failure of the whole query"
DIFFERENCES = {
    ("Oxigraph", "several FROM are merged"): _ONCE_PER_GRAPH,
    ("Oxigraph", "several default graphs are merged"): _ONCE_PER_GRAPH,
    ("Oxigraph", "an unknown function"): _FAILS,
    ("Virtuoso", "the merge has a triple once"): _ONCE_PER_GRAPH,
    ("Virtuoso", "several FROM are merged"): _ONCE_PER_GRAPH,
    ("Virtuoso", "several default graphs are merged"): _ONCE_PER_GRAPH,
    ("Virtuoso", "groups"): _ONCE_PER_GRAPH,
    ("Virtuoso", "an error of an expression"): _FAILS,
    ("Virtuoso", "an unknown function"): _FAILS,
    ("Virtuoso", "DESCRIBE"): "describes from graphs alone that are named by FROM",
}


def ex(name: str) -> NamedNode:
    return NamedNode(EX + name)


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def store(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyStore]:
    skip_where_missing(kind)
    with store_of(kind, tmp_path_factory.mktemp("stores")) as (option, value, *_):
        if option == "--data":
            opened = open_graph(Settings(data=(Path(value),), entailment="none")).store
            assert isinstance(opened, MemoryStore)
            yield opened
        elif value.startswith("http"):
            yield RemoteStore(value, DBA)
        else:
            yield disk.opened(Path(value), Manifest.read(Path(value)).version)


@pytest.fixture
def expect_difference(kind: str, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id.removeprefix(f"{kind}-")
    reason = DIFFERENCES.get((kind, name))
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=f"{kind} {reason}"))


def shown(term: Term | None) -> str:
    """Return a term, whatever the name of a blank node."""
    return "_:" if isinstance(term, BlankNode) else str(term)


def rows(store: AnyStore, query: str, **dataset: list[str]) -> list[tuple[str, ...]]:
    found = store.table(PREFIX + query, **dataset).rows
    return [tuple(map(shown, row)) for row in found]


REX, TOM, BONE = (f"<{EX}{name}>" for name in ("rex", "tom", "bone"))
A, B, C, D = (f"<{EX}{name}>" for name in "abcd")
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
FIVE, THREE = (f'"{number}"^^{INTEGER}' for number in (5, 3))

QUERIES = [
    pytest.param("SELECT ?o { :rex :likes ?o }", {}, [(BONE,)], id="the merge has a triple once"),
    pytest.param(
        "SELECT ?g { GRAPH ?g { :rex :likes :bone } }",
        {},
        [(f"<{ONE}>",), (f"<{TWO}>",)],
        id="each graph has it",
    ),
    pytest.param("SELECT ?a FROM :one { ?s :age ?a }", {}, [(THREE,)], id="FROM"),
    pytest.param(
        "SELECT ?o FROM :one FROM :two { :rex :likes ?o }",
        {},
        [(BONE,)],
        id="several FROM are merged",
    ),
    pytest.param(
        "SELECT ?a FROM NAMED :one { GRAPH ?g { ?s :age ?a } }", {}, [(THREE,)], id="FROM NAMED"
    ),
    pytest.param(
        "SELECT ?a { ?s :age ?a }", {"default_graphs": [ONE]}, [(THREE,)], id="a default graph"
    ),
    pytest.param(
        "SELECT ?o { :rex :likes ?o }",
        {"default_graphs": [ONE, TWO]},
        [(BONE,)],
        id="several default graphs are merged",
    ),
    pytest.param(
        "SELECT ?a { GRAPH ?g { ?s :age ?a } }",
        {"named_graphs": [TWO]},
        [(FIVE,)],
        id="a named graph",
    ),
    pytest.param(
        "SELECT ?s ?n { ?s :age ?a OPTIONAL { ?s :name ?n FILTER(LANG(?n) = 'en') } }",
        {},
        [(REX, '"Rex"@en'), (TOM, "None")],
        id="an unbound variable",
    ),
    pytest.param(
        "SELECT ?n { :rex :name ?n FILTER(LANG(?n) = '') }",
        {},
        [('"R\u00e9x \\"the\\" dog"',)],
        id="text as it was written",
    ),
    pytest.param(
        "SELECT ?box ?held { :tom :owns ?box . ?box :holds ?held }",
        {},
        [("_:", BONE)],
        id="a blank node",
    ),
    pytest.param("SELECT ?x { :a :next+ ?x }", {}, [(B,), (C,), (D,)], id="a path"),
    pytest.param("SELECT ?x { ?x :next/:next :c }", {}, [(A,)], id="a sequence"),
    pytest.param("SELECT ?x { ?x ^:likes|:age 3 }", {}, [(TOM,)], id="alternatives"),
    pytest.param(
        "SELECT (SUM(?a) AS ?n) { ?s :age ?a }", {}, [(f'"8"^^{INTEGER}',)], id="an aggregate"
    ),
    pytest.param(
        "SELECT ?s (COUNT(?o) AS ?n) { ?s :name|:likes ?o } GROUP BY ?s HAVING (COUNT(?o) > 1)",
        {},
        [(REX, f'"3"^^{INTEGER}')],
        id="groups",
    ),
    pytest.param(
        "SELECT ?s { ?s :age ?a FILTER NOT EXISTS { ?s :name ?n } }", {}, [(TOM,)], id="NOT EXISTS"
    ),
    pytest.param("SELECT ?s { ?s :age ?a MINUS { ?s :name ?n } }", {}, [(TOM,)], id="MINUS"),
    pytest.param(
        "SELECT ?s ?a { VALUES ?s { :rex :nobody } ?s :age ?a }", {}, [(REX, FIVE)], id="VALUES"
    ),
    pytest.param(
        "SELECT ?x { { :a :next ?x } UNION { :b :next ?x } }", {}, [(B,), (C,)], id="UNION"
    ),
    pytest.param(
        "SELECT ?s { { SELECT (MAX(?a) AS ?most) { ?x :age ?a } } ?s :age ?most }",
        {},
        [(REX,)],
        id="a sub-query",
    ),
    pytest.param(
        "SELECT ?x { :rex :age ?a BIND(?a * 2 AS ?x) }", {}, [(f'"10"^^{INTEGER}',)], id="BIND"
    ),
    pytest.param(
        "SELECT ?s { ?s :name ?n FILTER REGEX(?n, '^re', 'i') }", {}, [(REX,)], id="REGEX"
    ),
    pytest.param("SELECT ?x { :nobody :likes ?x }", {}, [], id="no rows"),
    pytest.param("CONSTRUCT { ?s :is ?a } { ?s :age ?a }", {}, [
        (REX, f"<{EX}is>", FIVE), (TOM, f"<{EX}is>", THREE)], id="CONSTRUCT"),
    pytest.param("CONSTRUCT { :all :is :one } { ?s :age ?a }", {}, [
        (f"<{EX}all>", f"<{EX}is>", f"<{ONE}>")], id="a graph is a set"),
    pytest.param("DESCRIBE :a", {}, [(A, f"<{EX}next>", B)], id="DESCRIBE"),
    pytest.param("SELECT (1/0 AS ?x) {}", {}, [("None",)], id="an error of an expression"),
    pytest.param(
        "SELECT (<urn:x-unknown>(1) AS ?x) {}", {}, [("None",)], id="an unknown function"
    ),
]  # fmt: skip


@pytest.mark.usefixtures("expect_difference")
@pytest.mark.parametrize(("query", "dataset", "expected"), QUERIES)
def test_a_query_has_the_answer_of_the_standard(store, query, dataset, expected):
    assert sorted(rows(store, query, **dataset)) == sorted(expected)


def test_rows_come_in_their_order(store):
    query = "SELECT ?s { ?s :age ?a } ORDER BY DESC(?a)"
    assert rows(store, query) == [(REX,), (TOM,)]
    assert rows(store, f"{query} OFFSET 1 LIMIT 1") == [(TOM,)]


@pytest.mark.parametrize(("query", "expected"), [("ASK { :rex :age 5 }", True),
                                                 ("ASK { :rex :age 4 }", False)])  # fmt: skip
def test_a_question_has_its_boolean(store, query, expected):
    assert store.table(PREFIX + query).boolean is expected


def test_relative_iris_are_resolved_against_the_base(store):
    found = store.table("SELECT ?a { <rex> <age> ?a }", base=EX).rows
    assert found == ((Literal(5),),)


SELECT = PREFIX + "SELECT ?s ?n { ?s :age ?a OPTIONAL { ?s :name ?n FILTER(LANG(?n) = 'en') } }"


@pytest.mark.parametrize("entry", formats_of("solutions"), ids=lambda entry: entry.name)
def test_solutions_are_written_in_each_format(store, entry):
    answer = store.answer(SELECT, formats=Formats(entry.media_type, None, None))
    assert (answer.kind, answer.media_type) == ("solutions", entry.media_type)
    if entry.name == "csv":
        lines = answer.content().decode().splitlines()
        assert lines[0] == "s,n"
        assert sorted(lines[1:]) == [f"{EX}rex,Rex", f"{EX}tom,"]
        return
    found = pyoxigraph.parse_query_results(answer.content(), entry.engine)
    assert {(row["s"], row["n"]) for row in found} == {
        (ex("rex"), Literal("Rex", language="en")),
        (ex("tom"), None),
    }


@pytest.mark.parametrize("entry", formats_of("graph"), ids=lambda entry: entry.name)
def test_a_graph_is_written_in_each_format(store, entry):
    query = PREFIX + "CONSTRUCT { ?s :age ?a } { ?s :age ?a }"
    answer = store.answer(query, formats=Formats(None, None, entry.media_type))
    assert (answer.kind, answer.media_type) == ("graph", entry.media_type)
    assert {quad.triple for quad in pyoxigraph.parse(answer.content(), entry.engine)} == {
        Triple(ex("rex"), ex("age"), Literal(5)),
        Triple(ex("tom"), ex("age"), Literal(3)),
    }


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_a_body_is_coded_as_asked(store, coding):
    query = PREFIX + "SELECT * { VALUES ?x { %s } :rex :age ?a }" % ("1 " * 300)
    coded = store.answer(query, coding=coding)
    assert coded.coding == coding
    assert len(coded.content()) < len(store.answer(query).content()) // 2


@pytest.mark.parametrize("query", [SELECT, "ASK {}", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"])
def test_what_the_client_does_not_take_is_refused_with_what_there_is(store, query):
    with pytest.raises(NotAcceptableError, match="can be had as"):
        store.answer(query, formats=Formats(None, None, None))


def test_blank_nodes_of_an_answer_are_told_apart(store):
    query = PREFIX + "SELECT ?x ?y { { :tom :owns ?x } UNION { ?y :holds :bone } }"
    found = [term for row in store.table(query).rows for term in row if term is not None]
    assert len(found) == 2
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("limit", "offset", "count", "total"), [(None, 0, 3, 3), (2, 0, 2, 3), (2, 2, 1, 3)]
)
def test_a_table_is_a_part_of_the_rows_and_knows_of_the_rest(store, limit, offset, count, total):
    table = store.table(PREFIX + "SELECT ?x { :a :next+ ?x }", limit=limit, offset=offset)
    assert (len(table.rows), table.total) == (count, total)


def test_a_fault_of_syntax_is_told_with_its_place(store):
    with pytest.raises(QuerySyntaxError, match="never closed") as caught:
        store.answer("SELECT *\n{ ?s ?p ?o")
    assert (caught.value.line, caught.value.column) == (2, 1)


def test_an_undeclared_prefix_is_told_with_its_line(store):
    with pytest.raises(QuerySyntaxError) as caught:
        store.answer("SELECT * { ?s a skg:Drug }")
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("add the line: PREFIX skg:")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        pytest.param("SELECT * { SERVICE <http://127.0.0.1/> {} }", SwitchedOffError, id="SERVICE"),
        pytest.param("SELECT * " + "{" * 60 + "}" * 60, QueryRefusedError, id="nesting"),
        pytest.param("SELECT * { %s }" % ("?s ?p ?o . " * 200), QueryRefusedError, id="patterns"),
        pytest.param("INSERT DATA { <urn:a> <urn:b> <urn:c> }", QuerySyntaxError, id="an update"),
        pytest.param(
            'DEFINE get:soft "soft" SELECT * { ?s ?p ?o }', QuerySyntaxError, id="no SPARQL 1.1"
        ),
    ],
)
def test_what_must_not_be_asked_is_refused(store, query, error):
    with pytest.raises(error):
        store.answer(query)


def test_the_name_of_a_graph_has_to_be_an_iri(store):
    with pytest.raises(ProtocolError, match="not an absolute IRI"):
        store.answer("ASK {}", default_graphs=["no iri"])


def test_no_rows_come_with_the_term_that_does_not_occur(store):
    answer = store.answer(PREFIX + "SELECT * { :rex :hates ?x }")
    assert answer.diagnosis is not None
    assert answer.diagnosis.startswith(f"<{EX}hates> does not occur in the data")
    assert store.answer(PREFIX + "SELECT * { :bone :age ?x }").diagnosis is None


def test_an_answer_that_is_too_large_is_refused(store, monkeypatch):
    monkeypatch.setattr(store, "_largest_result", 500)
    many = " ".join(map(str, range(50)))
    with pytest.raises(ResultTooLargeError, match="larger than"):
        store.answer(f"{PREFIX}SELECT * {{ VALUES ?x {{ {many} }} :rex :age ?a }}")
    with pytest.raises(ResultTooLargeError, match="larger than"):
        store.answer(
            f"{PREFIX}CONSTRUCT {{ :rex :is ?x }} {{ VALUES ?x {{ {many} }} :rex :age ?a }}"
        )


def test_every_quad_is_found_by_its_graph(store):
    quads = list(pyoxigraph.parse(DATA, RdfFormat.N_QUADS))
    for graph in (ONE, TWO):
        found = rows(store, f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        expected = [
            tuple(map(shown, quad.triple)) for quad in quads if quad.graph_name == NamedNode(graph)
        ]
        assert sorted(found) == sorted(expected)
