import json
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from sorafenib_kg.errors import (
    NotAcceptableError,
    ProtocolError,
    QueryRefusedError,
    QuerySyntaxError,
    RequestTooLargeError,
    ResultTooLargeError,
)
from sorafenib_kg.namespaces import graph_name
from sorafenib_kg.store import FORMATS, Formats, MemoryStore, formats_of


def ex(name: str) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


ONE, TWO, THREE = ex("one"), ex("two"), ex("three")
IN_BOTH = Triple(ex("s"), ex("p"), ex("o"))
ONLY_IN_TWO = Triple(ex("s"), ex("p"), Literal(5))
INFERRED = Triple(ex("s"), ex("q"), ex("o"))


def in_graph(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


@pytest.fixture
def store() -> MemoryStore:
    quads = [in_graph(IN_BOTH, ONE), in_graph(IN_BOTH, TWO), in_graph(ONLY_IN_TWO, TWO)]
    return MemoryStore(quads, [INFERRED], version="1")


def triples(store: MemoryStore, query: str, **dataset: list[str]) -> list[Triple]:
    return sorted((Triple(*row) for row in store.table(query, **dataset).rows), key=str)


ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
NAMED = "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"


def test_the_default_graph_holds_each_triple_once(store):
    assert triples(store, ALL) == sorted([IN_BOTH, ONLY_IN_TWO, INFERRED], key=str)


def test_what_was_inferred_is_in_its_graph_only(store):
    query = f"SELECT ?g {{ GRAPH ?g {{ {INFERRED.subject} {INFERRED.predicate} ?o }} }}"
    assert store.table(query).rows == ((graph_name("inferred"),),)


def test_quads_of_the_default_graph_stay_there():
    store = MemoryStore([Quad(ex("s"), ex("p"), ex("o"), DefaultGraph())], version="1")
    assert triples(store, ALL) == [IN_BOTH]
    assert triples(store, NAMED) == []


@pytest.mark.parametrize(
    ("query", "dataset", "expected"),
    [
        pytest.param(
            "BASE <http://example.org/> SELECT ?s ?p ?o FROM <one> FROM <two> { ?s ?p ?o }",
            {},
            [IN_BOTH, ONLY_IN_TWO],
            id="several FROM are merged",
        ),
        pytest.param(
            "BASE <http://example.org/> PREFIX g: <http://example.org/> "
            r"SELECT ?s ?p ?o FROM <\u006fne> # FROM <three>"
            "\nfrom g:two FROM NAMED g:three { ?s ?p ?o }",
            {},
            [IN_BOTH, ONLY_IN_TWO],
            id="however they are written",
        ),
        pytest.param(
            "BASE <http://example.org/> "
            "SELECT ?s ?p ?o FROM <one> FROM <three> FROM NAMED <two> { GRAPH ?g { ?s ?p ?o } }",
            {},
            [IN_BOTH, ONLY_IN_TWO],
            id="GRAPH reaches what is named",
        ),
        pytest.param(
            "BASE <http://example.org/> "
            "SELECT ?s ?p ?o FROM <one> FROM <two> { GRAPH ?g { ?s ?p ?o } }",
            {},
            [],
            id="GRAPH reaches nothing else",
        ),
        pytest.param(
            ALL,
            {"default_graphs": [ONE.value]},
            [IN_BOTH],
            id="one graph by the protocol",
        ),
        pytest.param(
            ALL,
            {"default_graphs": [TWO.value, ONE.value, ONE.value]},
            [IN_BOTH, ONLY_IN_TWO],
            id="several graphs by the protocol are merged",
        ),
        pytest.param(
            ALL, {"named_graphs": [ONE.value]}, [], id="named graphs only: nothing by default"
        ),
        pytest.param(
            NAMED, {"default_graphs": [ONE.value]}, [], id="default graphs only: none named"
        ),
        pytest.param(
            NAMED,
            {"default_graphs": [ONE.value, THREE.value], "named_graphs": [TWO.value]},
            [IN_BOTH, ONLY_IN_TWO],
            id="both",
        ),
        pytest.param(
            "BASE <http://example.org/> SELECT ?s ?p ?o FROM <two> FROM <one> { ?s ?p ?o }",
            {"default_graphs": [ONE.value]},
            [IN_BOTH],
            id="the protocol goes before FROM",
        ),
        pytest.param(
            ALL, {"default_graphs": [THREE.value]}, [], id="a graph that does not exist is empty"
        ),
    ],
)
def test_a_dataset_is_what_was_described(store, query, dataset, expected):
    assert triples(store, query, **dataset) == sorted(expected, key=str)


def test_many_different_merges_are_all_right(store):
    for graph in (THREE, ex("four"), ex("five"), ex("six"), ex("seven"), THREE):
        dataset = {"default_graphs": [TWO.value, graph.value]}
        assert len(triples(store, ALL, **dataset)) == 2


def test_the_name_of_a_graph_has_to_be_an_iri(store):
    with pytest.raises(ProtocolError, match="not an absolute IRI"):
        store.answer(ALL, default_graphs=["no iri"])


@pytest.mark.parametrize("entry", formats_of("graph"), ids=lambda entry: entry.name)
def test_a_graph_comes_back_from_each_format(store, entry):
    answer = store.answer(
        "CONSTRUCT WHERE { ?s ?p ?o }", formats=Formats(None, None, entry.media_type)
    )
    quads = pyoxigraph.parse(answer.body, entry.engine)
    assert {quad.triple for quad in quads} == {IN_BOTH, ONLY_IN_TWO, INFERRED}
    assert (answer.kind, answer.rows) == ("graph", 3)


@pytest.mark.parametrize("entry", formats_of("solutions"), ids=lambda entry: entry.name)
def test_solutions_are_written_in_each_format(store, entry):
    answer = store.answer(
        "SELECT ?o { ?s ?p ?o } ORDER BY ?o", formats=Formats(entry.media_type, None, None)
    )
    assert answer.media_type == entry.media_type
    assert b"http://example.org/o" in answer.body
    assert answer.body.startswith(
        {"json": b"{", "xml": b"<?xml", "csv": b"o\r\n", "tsv": b"?o\n"}[entry.name]
    )


def test_an_alias_is_answered_by_its_own_name(store):
    answer = store.answer("ASK {}", formats=Formats(None, "application/json", None))
    assert (answer.media_type, json.loads(answer.body)) == (
        "application/json",
        {"head": {}, "boolean": True},
    )


def test_turtle_declares_the_prefixes_that_it_uses_and_no_other(store):
    query = "PREFIX id: <https://w3id.org/sorafenib-kg/id/> CONSTRUCT { id:a id:b id:c } {}"
    body = store.answer(query).body.decode()
    assert body.count("@prefix") == 1
    assert "id:a id:b id:c ." in body


@pytest.mark.parametrize("query", [ALL, "ASK {}", "DESCRIBE <http://example.org/s>"])
def test_a_kind_without_an_acceptable_format_is_refused_with_those_it_has(store, query):
    with pytest.raises(NotAcceptableError, match=r"can be had as (application/|text/turtle)"):
        store.answer(query, formats=Formats(None, None, None))


def test_relative_iris_are_resolved_against_the_base(store):
    rows = store.table("SELECT ?p { <s> ?p <o> }", base="http://example.org/").rows
    assert set(rows) == {(ex("p"),), (ex("q"),)}


@pytest.mark.parametrize(
    ("limit", "offset", "count", "total"),
    [(None, 0, 9, 9), (4, 0, 4, 9), (4, 8, 1, 9), (4, 12, 0, 9)],
)
def test_a_table_is_a_part_of_the_rows_and_knows_of_the_rest(store, limit, offset, count, total):
    table = store.table("SELECT * { ?a ?b ?c . ?d ?e ?f }", limit=limit, offset=offset)
    assert (len(table.rows), table.total) == (count, total)


def test_an_unbound_variable_is_none(store):
    table = store.table("SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) } }")
    assert table.rows == ((Literal(1), None),)


def test_the_table_of_a_boolean_has_no_rows(store):
    table = store.table("ASK { ?s ?p 6 }")
    assert (table.kind, table.boolean, table.rows) == ("boolean", False, ())


def test_an_answer_that_is_too_large_is_an_error_and_not_half_an_answer():
    quads = [Quad(ex("s"), ex("p"), Literal(n), ONE) for n in range(1000)]
    store = MemoryStore(quads, version="1", largest_result=5000)
    for query in (ALL, "CONSTRUCT WHERE { ?s ?p ?o }"):
        with pytest.raises(ResultTooLargeError, match="ask for less of it by LIMIT"):
            store.answer(query)
    assert store.answer(f"{ALL} LIMIT 5").body


@pytest.mark.parametrize("function", ["<http://example.org/f>(1)", "<http://example.org/f>()"])
def test_an_unknown_function_is_an_error_of_its_expression(store, function):
    (row,) = store.table(f"SELECT ({function} AS ?x) (1 AS ?y) {{}}").rows
    assert row == (None, Literal(1))
    assert store.table(f"ASK {{ FILTER({function}) }}").boolean is False


@pytest.mark.parametrize(
    ("query", "line", "column", "message"),
    [
        ("", 1, 1, "the query is empty"),
        ("SELECT * WHERE { ?s ?p }", 1, 24, "'}' is not expected here; .* a variable"),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n", 2, 7, "'{' is never closed"),
        ("ASK { ?s ?p 'a }\n}", 1, 13, "the string that begins here is never closed"),
        ("ASK { ?s ?p 'ä' .\n ?é }", 2, 5, "'}' is not expected here"),
        ("ASK {} ASK {}", 1, 8, "'ASK' is not expected here"),
        ("ASK { ?s <rel> ?o }", 1, 10, "<rel> is not an absolute IRI"),
        ("SELECT ?a ?a {}", 1, 1, "SELECT names a variable twice"),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", 1, 8, r"^\?x is neither grouped by nor aggregated"),
        (
            "SELECT (COUNT(*) as ?c)\n ?s {?s ?p ?o}",
            2,
            2,
            r"^\?s is neither grouped by nor aggregated",
        ),
        ("SELECT ?s (?s AS ?a) (?p + ?s AS ?b) {} GROUP BY ?s", 1, 23, r"^\?p is neither"),
        ("SELECT ?s (SUM(?p) + $o AS ?b) {} GROUP BY ?s", 1, 22, r"^\$o is neither"),
        ("SELECT ?s ?k ?p {} GROUP BY ?s (1 AS ?k) ORDER BY ?p", 1, 14, r"^\?p is neither"),
        ("ASK { { SELECT ?o (MIN(?p) AS ?m) { ?s ?p ?o } } ?s ?p ?o }", 1, 16, r"^\?o is neither"),
        ("SELECT * {?s ?p ?o} GROUP BY ?s", 1, 8, r"SELECT \* cannot stand with GROUP BY"),
        ("SELECT * {?s ?p ?o} HAVING (COUNT(*) > 1)", 1, 8, r"SELECT \* cannot stand with"),
        ("SELECT ?o ?s { ?s ?p ?o } GROUP BY ?p VALUES ?o { 1 }", 1, 11, r"^\?s is neither"),
        ("SELECT ?o { ?s ?p ?o } GROUP BY STR(?o)", 1, 8, r"^\?o is neither"),
        ("SELECT ?o { ?s ?p ?o } GROUP BY (", 1, 33, r"'\(' is never closed"),
        ("SELECT ?o { ?s ?p ?o } GROUP BY", 1, 32, "the query ends too early"),
        ("SELECT ?o { ?s ?p ?o . ?s } GROUP BY ?s", 1, 27, "'}' is not expected here"),
        ("\ufeffASK {}", 1, 1, r"the character U\+FEFF \(a byte-order mark\) is not expected"),
        ("ASK {\n}\x00", 2, 2, r"the character U\+0000 \(NUL\) is not expected here"),
        ("ASK { ?s ?p “a” }", 1, 13, r"the character '“', U\+201C \(LEFT DOUBLE QUOTATION MARK\)"),
        ("ASK { ?s ?p }\u200b", 1, 13, "'}' is not expected here"),
        ("ASK { ?s ~ ?o }", 1, 10, "^'~' is not expected here"),
        ("DESCRIBE", 1, 9, "the query ends too early"),
        ("ASK { ?s ?p ?o }}", 1, 17, "'}' is not expected here"),
        ("\x00", 1, 1, r"the character U\+0000"),
        ("ASK { ?s ?p " + "x" * 30_000, 1, 1, "."),
    ],
)
def test_a_syntax_error_names_its_place(store, query, line, column, message):
    with pytest.raises(QuerySyntaxError, match=message) as refusal:
        store.answer(query)
    error = refusal.value
    if len(query) < 1000:
        assert (error.line, error.column) == (line, column)
    shown, caret = error.excerpt.split("\n")
    assert len(shown) <= 100
    assert len(caret) <= 101
    assert caret.endswith("^")


def test_the_caret_stands_below_the_place(store):
    with pytest.raises(QuerySyntaxError) as refusal:
        store.answer("ASK {\n\t?s ?p }")
    assert refusal.value.excerpt == " ?s ?p }\n       ^"


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        (
            "ASK { ?s skos:prefLabel ?o }",
            "add the line: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>",
        ),
        ("PREFIX drug: <http://example.org/> ASK { ?s drugs:a ?o }", "did you mean drug: ?"),
        ("ASK { ?s unheard:of ?o }", "add a line: PREFIX unheard: <…>"),
        ("PREFIX skos: <urn:x> ASK { ?s skoz:of ?o }", "did you mean skos: ?"),
        ("SELEC * {}", "did you mean SELECT?"),
        ("ASK { ?s ?p ?o FILTR(?o > 1) }", "did you mean FILTER?"),
        ("SELECT COUNT(?s) { ?s ?p ?o }", "name its value in parentheses: (COUNT(…) AS ?name)"),
        ("INSERT DATA { }", "this is an update; only queries are answered here"),
    ],
)
def test_a_syntax_error_comes_with_a_way_out(store, query, hint):
    with pytest.raises(QuerySyntaxError) as refusal:
        store.answer(query)
    assert refusal.value.hint == hint


@pytest.mark.parametrize(
    "query",
    [
        'SELECT (¶xsd:integer("1") AS ?x) {}',
        'ASK { ?s ?p ?o FILTER(?o > ¶xsd:integer("1")) }',
        "ASK { ?s ?p ?o FILTER(?o IN (1, ¶xsd:a)) }",
        "ASK { VALUES ?x { ¶xsd:a } }",
        "ASK { } VALUES (?x ?y) { (1 ¶xsd:a) }",
        "ASK { BIND(¶xsd:a AS ?x) }",
        "SELECT * { ?s ?p ?o } ORDER BY ¶xsd:a(?o)",
        "SELECT ?a { } GROUP BY ?a HAVING (¶xsd:a(?a))",
        "SELECT * FROM ¶xsd:g { ?s ?p ?o }",
        "SELECT * FROM NAMED ¶xsd:g { ?s ?p ?o }",
        "ASK { ?s ¶xsd:a/xsd:b ?o }",
        'ASK { ?s ?p "1"^^¶xsd:a }',
        "ASK { GRAPH ¶xsd:g { ?s ?p ?o } }",
        "DESCRIBE ¶xsd:a",
        "CONSTRUCT { ¶xsd:a ?p ?o } { ?s ?p ?o }",
        "PREFIX id: <urn:x:> ASK {\n id:a id:b ¶xsd:c }",
        "PREFIX id: <urn:x:> ASK { GRAPHid:g { ?s ¶xsd:c ?o }",
    ],
)
def test_an_undeclared_prefix_is_told_wherever_its_name_stands(store, query):
    before, _, after = query.partition("¶")
    with pytest.raises(QuerySyntaxError, match=r"^the prefix xsd: is not declared$") as refusal:
        store.answer(before + after)
    error = refusal.value
    line = before.rpartition("\n")[2]
    assert (error.line, error.column) == (before.count("\n") + 1, len(line) + 1)
    assert error.hint == "add the line: PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    assert error.excerpt is not None
    assert error.excerpt.split("\n")[1] == " " * len(line) + "^"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { FILTER(1 < 2)SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
        "SELECT * { VALUES ?x { 1e1SERVICE } }",
        "SELECT * { ?s ?p 'a' # '\nSERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> {} } }",
        "PREFIX : <http://127.0.0.1:9/> ASK { SERVICE:a{} }",
        "PREFIX a: <http://127.0.0.1:9/> ASK { SERVICEa:b{} }",
        "PREFIX : <http://127.0.0.1:9/> ASK { SERVICESILENT:a#\n{} }",
        "PREFIX : <http://127.0.0.1:9/> ASK { ?s ?p :.SERVICE:a{} }",
    ],
)
def test_nothing_is_asked_of_other_servers(store, query):
    with pytest.raises(QueryRefusedError, match="SERVICE is switched off"):
        store.answer(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service ?p 'SERVICE' # SERVICE\n}",
        "PREFIX service: <http://example.org/SERVICE> ASK { service:SERVICE ?p 'x'@service }",
        "ASK { _:service ?p <http://example.org/SERVICE> }",
    ],
)
def test_the_word_alone_is_no_harm(store, query):
    assert store.answer(query).kind == "boolean"


@pytest.mark.parametrize(
    "hiding",
    ["1<'>')%s'", "1<2)%s#>\n'", "1<<x:'>)%s'", "1<2#'''>\n)%s#'''"],
)
@pytest.mark.parametrize(
    "hidden", ["SERVICE<http://127.0.0.1:9/>{}", "{" * 3000 + "}" * 3000], ids=["SERVICE", "depth"]
)
def test_a_less_than_that_looks_like_an_iri_hides_nothing(store, hiding, hidden):
    with pytest.raises((QueryRefusedError, QuerySyntaxError)):
        store.answer(f"ASK {{ FILTER({hiding % hidden} }}")


@pytest.mark.parametrize(
    "pattern",
    [
        "FILTER(?x<5&&?y>3)",
        "FILTER(?x < '>')",
        "FILTER(?x IN (<urn:a#b>, <urn:a(b)>))",
        "?x ?y (<http://example.org/a#b> <http://example.org/a#c>)",
        "VALUES (?x ?y) { (<urn:a#b> <urn:a'c>) }",
        "?x ?y <urn:a'b> . ?x ?y <urn:a#b>",
    ],
)
def test_what_is_clearly_an_iri_or_less_than_is_read(store, pattern):
    assert store.answer(f"ASK {{ {pattern} }} # service")


def test_a_dot_behind_a_blank_node_counts_as_a_pattern(store):
    with pytest.raises(QueryRefusedError, match="patterns"):
        store.answer("ASK { " + "?s ?p _:b. " * 400 + "}")


def repeated(before: str, part: str, after: str, count: int = 20_000) -> str:
    return before + part * count + after


# Each of these ends the process, or keeps it busy for minutes, if the engine sees it.
HOSTILE = {
    "groups": "{" * 20_000 + "}" * 20_000,
    "groups that are never closed": repeated("ASK ", "{", ""),
    "parentheses": "ASK { FILTER(" + "(" * 9000 + "1" + ")" * 9000 + ") }",
    "function calls": "ASK { FILTER(" + "ABS(" * 9000 + "1" + ")" * 9000 + ") }",
    "sub-selects": "ASK " + "{ SELECT * " * 5000 + "{}" + "}" * 5000,
    "optional groups": repeated("ASK { ", "OPTIONAL{?s ?p ?o}", "}", 9000),
    "unions": repeated("ASK { {} ", "UNION {} ", "}"),
    "groups side by side": repeated("ASK { ", "{ ?s ?p ?o }", "}", 5000),
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + "}",
    "triples": repeated("ASK { ?s ?p ?o ", ". ?s ?p ?o ", "}", 9000),
    "triples without blanks": repeated("ASK { ?s ?p <a:b>", ".?s ?p a:b", "}", 9000),
    "objects": repeated("ASK { ?s ?p ?o ", ", ?o ", "}"),
    "items of a collection": repeated("ASK { ?s ?p (", " 1", ") }"),
    "steps of a path": repeated("ASK { ?s <a:b> ", "/<a:b> ", "?o }", 9000),
    "negations": repeated("ASK { FILTER(", "!", "1) }"),
    "sums": repeated("ASK { FILTER(1 ", "+ 1", ") }"),
    "conjunctions": repeated("ASK { FILTER(1 ", "&& 1", ") }"),
    "filters": repeated("ASK { ", "FILTER(1)", "}"),
    "bindings": "ASK { " + "".join(f"BIND(1 AS ?v{n})" for n in range(9000)) + "}",
    "values": repeated("ASK { ", "VALUES ?v { 1 }", "}", 9000),
    "projections": "SELECT " + "".join(f"(1 AS ?v{n})" for n in range(9000)) + "{}",
    "things to describe": repeated("DESCRIBE ", " <a:b>", ""),
    "triple terms": "ASK { " + "<< " * 5000 + "?s ?p ?o " + ">> ?p ?o " * 5000 + "}",
    "escapes": "ASK " + r"\u007B" * 9000,
}  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_what_would_harm_the_process_is_refused(store, query):
    with pytest.raises(QueryRefusedError, match="the query has more than"):
        store.answer(query)
    assert store.answer("ASK {}").body == b'{"head":{},"boolean":true}'


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("ASK { ?s ?p '" + "x" * 500_000 + "' }", id="a long string"),
        pytest.param("#" * 1_000_000, id="a long comment"),
    ],
)
def test_a_huge_text_is_refused(store, query):
    with pytest.raises(RequestTooLargeError, match="at most 200,000 are read"):
        store.answer(query)


@pytest.mark.parametrize(
    "text",
    ["'" * 199_999, '"""' + "\\" * 199_000, "a:" + "." * 199_000, "<" * 199_999, "a" * 199_999,
     ("a" * 70 + ":") * 2800, "'''" + "'' " * 60_000, "\\u" * 99_000],
)  # fmt: skip
def test_the_look_at_a_text_does_not_become_the_harm(store, text):
    with pytest.raises((QuerySyntaxError, QueryRefusedError)):
        store.answer(text)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(repeated("ASK { VALUES (?a ?b) {", "(1 <a:b>)", "} }", 9000), id="rows"),
        pytest.param(repeated("ASK { FILTER(1 IN (2", ", 1", ")) }", 9000), id="lists"),
        pytest.param(
            "SELECT " + "".join(f"(COUNT(?a) AS ?v{n})" for n in range(200)) + "{}", id="columns"
        ),
        pytest.param("ASK { " + "?s ?p ?o . " * 100 + "}", id="patterns"),
        pytest.param("ASK " + "{" * 40 + "}" * 40, id="groups"),
    ],
)
def test_large_but_harmless_queries_are_answered(store, query):
    assert store.answer(query).kind in ("boolean", "solutions")


def test_many_threads_get_their_own_answers(store):
    def ask(number: int) -> bool:
        rows = store.table(f"SELECT ({number} + ?o AS ?sum) {{ ?s ?p ?o FILTER(?o = 5) }}").rows
        return rows == ((Literal(number + 5),),)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(400)))


def test_blank_nodes_of_data_are_kept(store):
    store = MemoryStore([Quad(BlankNode("b"), ex("p"), BlankNode("c"), ONE)], version="1")
    answer = store.answer(
        "CONSTRUCT WHERE { ?s ?p ?o }", formats=Formats(None, None, "application/n-triples")
    )
    (quad,) = pyoxigraph.parse(answer.body, RdfFormat.N_TRIPLES)
    assert quad.predicate == ex("p")


def test_the_first_format_of_each_kind_is_the_default():
    defaults = Formats()
    assert defaults.solutions == defaults.boolean == FORMATS[0].media_type
    assert defaults.graph == formats_of("graph")[0].media_type
