"""The difference that an update makes: the same as by comparing everything before and after."""

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Store

from sorafenib_kg.errors import UnknownNameError
from sorafenib_kg.store import delta
from sorafenib_kg.store.delta import make_update
from sorafenib_kg.store.difference import State

BASE = "http://e/"
PROLOGUE = "PREFIX e: <http://e/>\nBASE <http://e/x/../>\n"
G = "http://e/g#[1]"  # no IRI of a scheme that takes no brackets can be made of it by joining


def store_of(*triples: str) -> Store:
    store = Store()
    store.update(f"{PROLOGUE} INSERT DATA {{ {' '.join(triples)} }}", base_iri=BASE)
    return store


def copy_of(store: Store) -> Store:
    copy = Store()
    copy.extend(store)
    for graph in store.named_graphs():
        copy.add_graph(graph)
    return copy


def canonical(store: Store) -> tuple[frozenset[Quad], frozenset[object]]:
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(dataset), frozenset(store.named_graphs())


def check(store: Store, text: str) -> None:
    """Compare what an update makes with what the engine makes of it alone."""
    by_engine, changed = copy_of(store), copy_of(store)
    error: type[Exception] | None = None
    try:
        by_engine.update(text, base_iri=BASE)
    except RuntimeError:
        error = RuntimeError
    if error is not None:
        with pytest.raises(error):
            make_update(changed, text, BASE)
        return
    difference = make_update(changed, text, BASE)
    assert canonical(changed) == canonical(by_engine), text
    assert State.of(store).until(State.of(changed)) == difference, text


RICH = " ".join(
    f"{before} {s} {p} {o} {after}"
    for before, after in (("", "."), ("GRAPH <g> {", "}"), ("GRAPH e:h {", "}"))
    for s, p, o in (("<a>", "<p>", "<b>"), ("<b>", "e:q", "1"), ("e:c", "<p>", "'x'"))
)
TERMS = st.sampled_from(["<a>", "<b>", "e:c", "e:d"])
VARIABLES = st.sampled_from(["?s", "?s", "?o", "$g", "?n"])
OBJECTS = st.one_of(TERMS, st.sampled_from(["1", "'x'", "'}'", "'{ GRAPH'@en", "'''a\n}'''"]))
GRAPHS = st.sampled_from(["<g>", "e:h", f"<{G.replace('[1]', '1')}>", "<new>"])


def triples(subjects: st.SearchStrategy[str], objects: st.SearchStrategy[str]):
    predicates = st.sampled_from(["<p>", "<p>", "e:q"])
    one = st.builds("{} {} {}".format, subjects, predicates, objects)
    more = st.builds(
        "{} {} {} ; e:q {} , {}".format, subjects, predicates, objects, objects, objects
    )
    return st.lists(st.one_of(one, more), max_size=2).map(" . ".join)


def quads(
    subjects: st.SearchStrategy[str],
    objects: st.SearchStrategy[str],
    graphs: st.SearchStrategy[str],
) -> st.SearchStrategy[str]:
    """Give blocks with and without GRAPH, with and without dots between them."""
    inside = triples(subjects, objects)
    graph = st.builds("GRAPH {} {{ {} }}{}".format, graphs, inside, st.sampled_from(["", " . "]))
    plain = inside.map(lambda text: f"{text} .\n" if text else "# }\n")
    return st.lists(st.one_of(plain, graph), min_size=1, max_size=3).map(
        lambda parts: "{ " + " ".join(parts) + " }"
    )


DATA = quads(TERMS, OBJECTS, GRAPHS)
ANY = st.one_of(TERMS, VARIABLES)
NAMES = st.one_of(GRAPHS, VARIABLES)
REMOVING = quads(ANY, st.one_of(OBJECTS, VARIABLES), NAMES)
ADDING = quads(st.one_of(ANY, st.just("_:n")), st.one_of(OBJECTS, VARIABLES, st.just("[]")), NAMES)
PATTERN = st.one_of(
    REMOVING,
    st.builds("{{ {} OPTIONAL {} FILTER(!BOUND(?n) || ?n != 1) }}".format, REMOVING, REMOVING),
    st.sampled_from(
        [
            "{ SELECT DISTINCT ?s ?o { ?s ?n ?o } }",
            "{ GRAPH $g { ?s ?n ?o } }",
            "{ ?s ?n ?o . BIND('text' AS $g) }",
            "{ VALUES ($g ?s) { (<g> <a>) (UNDEF <b>) (1 e:c) (<new> e:c) } }",
            "{}",
        ]
    ),
)
OPERATIONS = st.one_of(
    DATA.map("INSERT DATA {}".format),
    DATA.map("delete data {}".format),
    REMOVING.map("DELETE WHERE {}".format),
    st.builds(
        "{}{}{} {} WHERE {}".format,
        st.one_of(st.just(""), GRAPHS.map("WITH {} ".format)),
        st.one_of(st.just(""), REMOVING.map("DELETE {} ".format)),
        ADDING.map("INSERT {}".format),
        st.sampled_from(["", "USING <g>", "USING NAMED <g> USING e:h", "USING named <new>"]),
        PATTERN,
    ),
    st.builds("DELETE {} WHERE {}".format, REMOVING, PATTERN),
    st.sampled_from(["CLEAR ALL", "CLEAR NAMED", "DROP SILENT ALL"]),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["CLEAR ", "drop "]),
        st.sampled_from(["", "SILENT "]),
        st.one_of(st.just("DEFAULT"), GRAPHS.map("GRAPH {}".format)),
    ),
    GRAPHS.map("CREATE SILENT GRAPH {}".format),
    # Without the source it is another thing than to the engine.
    st.builds(
        "CREATE SILENT GRAPH {0} ; {1}{2}{0} TO {3}".format,
        GRAPHS,
        st.sampled_from(["COPY ", "Move ", "ADD "]),
        st.sampled_from(["", "silent ", "GRAPH "]),
        st.one_of(st.just("DEFAULT"), GRAPHS.map("GRAPH {}".format)),
    ),
    st.builds(
        "{}{}default TO {}".format,
        st.sampled_from(["COPY ", "Move ", "ADD "]),
        st.sampled_from(["", "silent "]),
        st.one_of(st.just("DEFAULT"), GRAPHS.map("GRAPH {}".format)),
    ),
)
UPDATES = st.lists(OPERATIONS, min_size=1, max_size=3).map(
    lambda operations: PROLOGUE + " ;\n".join(operations)
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(DATA, UPDATES)
def test_any_update_makes_the_difference_that_comparing_everything_finds(data: str, text: str):
    store = store_of(RICH, data[1:-1])
    try:
        Store().update(text, base_iri=BASE)
    except SyntaxError:
        return  # a triple of a literal, for example
    except RuntimeError:
        pass
    check(store, text)


DATASET = "<a> <p> <b> , 1 . GRAPH <g> { <a> <p> <b> } GRAPH e:h { <c> e:q 'x' }"
QUICK = {
    "insert-data": "INSERT DATA { <x> <p> 1 , 2 . GRAPH <new> { <x> <p> _:b } }",
    "insert-data-only": "# INSERT DATA {}\n INSERT DATA { <x> <p> '; DELETE DATA' ; <q> 2 }",
    "insert-data-twice": "INSERT DATA { <x> <p> 1 } ; # x\n insert data { <x> <p> 2 }",
    "delete-data": "DELETE DATA { <a> <p> <b> , 2 GRAPH <g> { <a> <p> <b> } }",
    "many": "INSERT DATA { <x> <p> 1 } ; DELETE DATA { <x> <p> 1 } ; DELETE WHERE { ?s ?p 1 };",
    "delete-where": "DELETE WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }",
    "modify": "DELETE { ?s ?p ?o } INSERT { ?o ?p ?s . ?s ?p [] } WHERE { ?s ?p ?o }",
    "with": "WITH e:h DELETE { ?s ?p ?o } INSERT { ?s <r> ?o } WHERE { ?s ?p ?o }",
    "using": "INSERT { ?s <r> ?o } USING <g> USING NAMED e:h "
    "WHERE { ?s ?p ?o GRAPH ?g { ?x ?y ?z } }",
    "graph": "INSERT { GRAPH ?g { ?s ?p ?o } . GRAPH <new> { ?s ?p ?g } } "
    "WHERE { GRAPH ?g { ?s ?p ?o } }",
    "literal-as-graph": "INSERT { GRAPH ?o { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "comment": "INSERT { ?s <r> '} #' # } \n } WHERE { ?s ?p ?o # }\n }",
    "escape": "INSERT DATA { <x> <p> 'caf\\u00e9' }",
    "sub-select": "INSERT { GRAPH ?g { ?s <r> 1 } } "
    "WHERE { SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } } }",
}


@pytest.mark.parametrize("text", QUICK.values(), ids=QUICK)
def test_common_updates_cost_no_comparison(text: str, monkeypatch: pytest.MonkeyPatch):
    check(store_of(DATASET), PROLOGUE + text)

    def compare(*arguments: object) -> None:
        raise AssertionError("everything was compared")

    monkeypatch.setattr(delta, "_compared", compare)
    assert make_update(store_of(DATASET), PROLOGUE + text, BASE)


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR GRAPH <g>",
        "DROP DEFAULT",
        "CREATE GRAPH <new>",
        "COPY e:h TO <g>",
        "MOVE SILENT <g> TO DEFAULT",
        "ADD DEFAULT TO GRAPH <new>",
    ],
)
def test_of_whole_graphs_only_those_that_are_named_are_compared(
    text: str, monkeypatch: pytest.MonkeyPatch
):
    check(store_of(DATASET), PROLOGUE + text)
    compared = delta.State.of

    def compare(store: Store, graphs: object = None) -> delta.State:
        assert graphs is not None, "everything was compared"
        return compared(store, graphs)

    monkeypatch.setattr(delta.State, "of", compare)
    assert make_update(store_of(DATASET), PROLOGUE + text, BASE)


def test_names_of_graphs_come_through_whatever_they_hold():
    names = [NamedNode("http://[::1]/a?b#c"), NamedNode("urn:é:%2F/'~"), NamedNode("x:y")]
    store = Store()
    store.extend(Quad(name, NamedNode("x:p"), name, name) for name in names)
    for text in (
        "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?o ?p 1 } } "
        "WHERE { GRAPH ?g { ?s ?p ?o } }",
        *(f"WITH {name} DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}" for name in names),
    ):
        check(store, text)


def test_what_could_be_mistaken_is_compared():
    blank = Store()
    blank.add(Quad(NamedNode("x:s"), NamedNode("x:p"), NamedNode("x:o"), BlankNode("g")))
    check(blank, "INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }")
    check(
        store_of(DATASET),
        "INSERT { <urn:x-sorafenib-kg:scratch:added:> ?p ?scratchGraph } WHERE "
        "{ ?s ?p ?scratchGraph }",
    )


def test_a_later_operation_sees_what_an_earlier_one_made():
    check(
        store_of(DATASET),
        PROLOGUE + "INSERT DATA { <new> <p> <a> } ; INSERT { ?s <chain> ?z } WHERE "
        "{ ?s <p> ?y . ?y <p> ?z } ; DELETE WHERE { <new> ?p ?o } ; CREATE GRAPH <made>",
    )


def test_declarations_may_stand_in_front_of_each_operation():
    text = (
        "PREFIX a: <http://e/1/> INSERT DATA { a:s a:p a:o } ; PREFIX a: <http://e/2/> "
        "BASE <http://e/3/> INSERT DATA { a:s a:p <o> } ; PREFIX b: <http://e/> "
        "DELETE WHERE { ?s ?p b:1\\/o }"
    )
    store = Store()
    made = make_update(store, text, BASE)
    assert {str(quad.triple) for quad in made.added} == {
        "<http://e/2/s> <http://e/2/p> <http://e/3/o>"
    }
    with pytest.raises(SyntaxError):
        make_update(Store(), text.replace("b:1", "c:1"), BASE)


def test_an_error_on_the_way_is_the_engines():
    with pytest.raises(RuntimeError, match="does not exist"):
        make_update(store_of(DATASET), "CLEAR GRAPH <http://e/none>", BASE)
    with pytest.raises(SyntaxError):
        make_update(store_of(DATASET), "DELETE DATA { <a:a> <a:p> _:b }", BASE)
    with pytest.raises(SyntaxError):
        make_update(store_of(DATASET), "INSERT { ?s ?p } WHERE {}", BASE)
    assert not pyoxigraph.Store().query("ASK { ?s ?p ?o }")


# Each with what the standard has the WHERE clause give; the engine alone gives something else.
REPAIRED = {
    "path": ("INSERT { <z> <r> ?x } WHERE { <z> <p>* ?x }", "<z> <r> <z>"),
    "path-in-a-graph": (
        "INSERT { GRAPH ?g { ?x <r> 1 } } WHERE { GRAPH ?g { <z> <p>*/e:q? ?x } }",
        "GRAPH <g> { <z> <r> 1 } GRAPH e:h { <z> <r> 1 }",
    ),
    "path-with-a-dataset": (
        "INSERT { GRAPH ?g { ?x <r> 1 } } USING NAMED <g> WHERE { GRAPH ?g { <z> <p>* ?x } }",
        "GRAPH <g> { <z> <r> 1 }",
    ),
    "path-with-a-graph": (
        "WITH e:h INSERT { <z> <r> ?x } WHERE { ?x <p>? <z> . FILTER(?x != <a>) }",
        "GRAPH e:h { <z> <r> <z> }",
    ),
    "language": (
        "INSERT { <z> <r> ?x } WHERE { SELECT (GROUP_CONCAT(?y) AS ?x) "
        "{ VALUES ?y { '1'@en '2'@en } } }",
        "<z> <r> '1 2'",
    ),
    "graph": (
        "INSERT { <z> ?g ?n } WHERE { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s e:q ?o } } }",
        "<z> <g> 0 ; e:h 1",
    ),
}


def ways_of_making(text: str) -> list[str]:
    """Return an update in texts that are made by way of templates and by comparing."""
    return [
        f"{PROLOGUE} {text}",
        f"{PROLOGUE} {text} # service",
        f"{PROLOGUE} {text} # scratchGraph",
    ]


@pytest.mark.parametrize(("text", "added"), REPAIRED.values(), ids=REPAIRED)
def test_where_is_repaired(text: str, added: str):
    for written in ways_of_making(text):
        made = make_update(store_of(DATASET), written, BASE)
        assert made.added == set(store_of(added)) and not made.removed, written


@pytest.mark.parametrize("text", [text for text, _ in REPAIRED.values()], ids=REPAIRED)
def test_the_engine_still_needs_the_repair_of_where(text: str):
    by_engine, repaired = store_of(DATASET), store_of(DATASET)
    by_engine.update(PROLOGUE + text, base_iri=BASE)
    make_update(repaired, PROLOGUE + text, BASE)
    assert set(by_engine) != set(repaired)


@pytest.mark.parametrize(
    "where",
    [
        "{ VALUES ?n { 1 2 } BIND(BNODE('a') AS ?b) }",
        "{ SELECT ?n (BNODE('a') AS ?b) { VALUES ?n { 1 2 } } }",
        "{ SELECT * { VALUES ?n { 1 2 } BIND(BNODE('a') AS ?b) } }",
    ],
)
def test_a_string_gives_one_blank_node_in_each_solution_of_each_request(where: str):
    """Section 17.4.2.9; in one solution it is the same node wherever it stands."""
    text = f"INSERT {{ ?b <n> ?n GRAPH <new> {{ ?b <m> ?n }} }} WHERE {where}"
    store = Store()
    for written in ways_of_making(text) * 2:
        before = set(store)
        made = make_update(store, written, BASE)
        assert set(store) == before | made.added
        assert len(made.added) == 4
        assert len({quad.subject for quad in made.added}) == 2
        made.inverse.apply(store)
        assert set(store) == before
        made.apply(store)
    assert len({quad.subject for quad in store}) == 2 * 6


def test_what_is_removed_by_a_repaired_clause_is_what_was_there():
    text = "DELETE { ?x <p> <b> } INSERT { ?x <p> ?y } WHERE { <a> <p>?/e:q* ?x . ?y <p>* <z> }"
    made = make_update(store_of(DATASET), PROLOGUE + text, BASE)
    assert made.removed == set(store_of("<a> <p> <b>"))
    assert made.added == set(store_of("<a> <p> <z> . <b> <p> <z>"))


def test_a_label_may_stand_on_both_sides_of_a_path_from_a_constant():
    text = "INSERT { <z> <r> ?x } WHERE { _:n <p> <b> . <z> <p>* ?x . _:n <p> 1 }"
    made = make_update(store_of(DATASET), PROLOGUE + text, BASE)
    assert made.added == set(store_of("<z> <r> <z>"))


@pytest.mark.parametrize("form", ["COPY {}{} TO <g>", "ADD {}GRAPH {} TO <g>", "MOVE {}{} TO <g>"])
@pytest.mark.parametrize("name", ["e:none", "<http://e/none>"])
def test_a_graph_that_is_not_there_is_copied_nowhere(form: str, name: str):
    for written in ways_of_making(form.format("", name)):
        store = store_of(DATASET)
        with pytest.raises(UnknownNameError, match="the graph <http://e/none> does not exist"):
            make_update(store, written, BASE)
        assert State.of(store) == State.of(store_of(DATASET))
    for written in ways_of_making(form.format("SILENT ", name)):
        store = store_of(DATASET)
        assert not make_update(store, written, BASE)
        assert State.of(store) == State.of(store_of(DATASET))


@pytest.mark.parametrize("form", ["COPY {} TO <g>", "MOVE SILENT {} TO <g>"])
@pytest.mark.parametrize("source", ["DEFAULT", "<empty>"])
def test_a_graph_without_triples_is_copied(form: str, source: str):
    store = Store()
    store.update(f"{PROLOGUE} INSERT DATA {{ GRAPH <g> {{ <a> <p> 1 }} }}", base_iri=BASE)
    store.update(f"{PROLOGUE} CREATE GRAPH <empty>", base_iri=BASE)
    made = make_update(store, PROLOGUE + form.format(source), BASE)
    assert len(made.removed) == 1
    assert not len(store)


def test_a_graph_that_an_earlier_operation_makes_is_copied():
    text = "INSERT DATA { GRAPH <made> { <x> <p> 1 } } ; COPY <made> TO <copy>"
    for written in ways_of_making(text):
        made = make_update(store_of(DATASET), written, BASE)
        assert made.added == set(store_of("GRAPH <made> { <x> <p> 1 } GRAPH <copy> { <x> <p> 1 }"))


def test_a_fault_of_syntax_comes_before_any_operation():
    store = store_of(DATASET)
    for written in ways_of_making("CLEAR ALL ; INSERT { ?s ?p } WHERE {}"):
        with pytest.raises(SyntaxError, match="at 3:29"):
            make_update(store, written, BASE)
        assert len(store) == len(store_of(DATASET))
