"""What an update changes: found out exactly, and refused where it must not be."""

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from sorafenib_kg.errors import (
    ConflictError,
    ForbiddenError,
    ProtocolError,
    QueryRefusedError,
    QuerySyntaxError,
    SwitchedOffError,
    UnknownNameError,
)
from sorafenib_kg.maintenance import Maintainer
from sorafenib_kg.namespaces import PREFIXES, graph_name
from sorafenib_kg.store.difference import Difference, PatchError, State, from_bytes, to_bytes
from sorafenib_kg.store.merges import ADDED, asserted_of, merged, on_merge
from sorafenib_kg.store.updates import (
    GraphWrite,
    Update,
    difference_of_update,
    difference_of_write,
    with_dataset,
)

INFERRED = graph_name("inferred")


def quads(text: str) -> frozenset[Quad]:
    """Read N-Quads with short names: ``a p b g``, three for the default graph."""
    lines = []
    for line in text.split(","):
        names = line.split()
        lines.append(" ".join(n if n[0] in '<"_' else f"<http://e/{n}>" for n in names) + " .")
    return frozenset(parse("\n".join(lines), RdfFormat.N_QUADS))


def store_of(text: str) -> Store:
    store = Store()
    store.extend(quads(text))
    return store


BASE = "http://e/"


@pytest.mark.parametrize(
    ("update", "removed", "added"),
    [
        ("INSERT DATA { <a> <p> <c> }", "", "a p c"),
        ("INSERT DATA { <a> <p> <b> }", "", ""),
        ("DELETE DATA { <a> <p> <b> }", "a p b", ""),
        ("DELETE DATA { <a> <p> <z> }", "", ""),
        ("DELETE WHERE { <a> ?p ?o }", "a p b", ""),
        ("DELETE { ?s <p> ?o } INSERT { ?s <q> ?o } WHERE { ?s <p> ?o }", "a p b", "a q b"),
        ("DELETE { ?s <p> ?o } INSERT { ?s <p> ?o } WHERE { ?s <p> ?o }", "", ""),
        ("INSERT DATA { <x> <p> 1 } ; DELETE DATA { <x> <p> 1 }", "", ""),
        ("WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "c p d g", ""),
        ("DROP GRAPH <g>", "c p d g", ""),
        ("COPY <g> TO <h>", "", "c p d h"),
        ("MOVE <g> TO <h>", "c p d g", "c p d h"),
        ("COPY SILENT <none> TO <g>", "", ""),
        ("CREATE SILENT GRAPH <g>", "", ""),
        ("INSERT { <z> <p> ?x } WHERE { <z> <q>* ?x }", "", "z p z"),
        ("LOAD SILENT <http://127.0.0.1:9/>; INSERT DATA { <a> <p> <c> }", "", "a p c"),
        ("LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <h>", "", ""),
    ],
)
def test_the_difference_is_exact(update, removed, added):
    store = store_of("a p b, c p d g")
    before = set(store)
    found = difference_of_update(store, Update(update, base=BASE))
    assert found.removed == (quads(removed) if removed else frozenset())
    assert found.added == (quads(added) if added else frozenset())
    assert set(store) == (before - found.removed) | found.added
    found.inverse.apply(store)
    assert set(store) == before


def test_graphs_without_triples_count():
    store = store_of("a p b g")
    found = difference_of_update(store, Update("CREATE GRAPH <http://e/h>"))
    assert found.created == {NamedNode("http://e/h")}
    found = difference_of_update(store, Update("DROP ALL"))
    assert found.dropped == {NamedNode("http://e/g"), NamedNode("http://e/h")}
    found.inverse.apply(store)
    assert State.of(store).graphs == found.dropped


@pytest.mark.parametrize(
    ("update", "error"),
    [
        ("INSERT DATA { <a> <p> }", QuerySyntaxError),
        ("INSERT DATA { <http://e/x> <http://e/p> 1 } ; NONSENSE", QuerySyntaxError),
        ("SELECT * { ?s ?p ?o }", QuerySyntaxError),
        ("LOAD <http://127.0.0.1:9/>", SwitchedOffError),
        ("lOaD SILENT <http://e/> ; LOAD <file:///etc/passwd>", SwitchedOffError),
        ("PREFIX x: <http://127.0.0.1:9/>LOADx:a", SwitchedOffError),
        (r"\u004cOAD <http://127.0.0.1:9/>", SwitchedOffError),
        ("LOAD ;", QuerySyntaxError),
        ("LOAD <http://127.0.0.1:9/> INTO <http://e/g>", QuerySyntaxError),
        (
            "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            SwitchedOffError,
        ),
        ("INSERT { ?s ?p ?o } WHERE { " + "{" * 60 + "}" * 60 + " }", QueryRefusedError),
        ("CLEAR GRAPH <http://e/none>", UnknownNameError),
        ("COPY <http://e/none> TO <http://e/g>", UnknownNameError),
        ("ADD <http://e/none> TO DEFAULT", UnknownNameError),
        ("MOVE <http://e/none> TO <http://e/g>", UnknownNameError),
        ("CREATE GRAPH <http://e/g>", ConflictError),
    ],
)
def test_what_must_not_be_run_is_refused_and_changes_nothing(update, error):
    store = store_of("a p b, c p d g")
    before = set(store)
    with pytest.raises(error):
        difference_of_update(store, Update(update))
    assert set(store) == before


def test_a_graph_that_cannot_be_made_or_copied_is_named():
    store = store_of("a p b g")
    with pytest.raises(ConflictError, match="the graph <http://e/g> exists already"):
        difference_of_update(store, Update("CREATE GRAPH <g>", base=BASE))
    with pytest.raises(UnknownNameError, match="the graph <http://e/none> does not exist"):
        difference_of_update(store, Update("COPY <none> TO <g>", base=BASE))


def test_a_repaired_update_has_the_dataset_of_the_request():
    update = Update(
        "INSERT { ?g <p> ?x } WHERE { GRAPH ?g { <z> <q>* ?x } }", (), ("http://e/g",), BASE
    )
    found = difference_of_update(store_of("a p b g, c p d h"), update)
    assert found.added == quads("g p z")


SKG_LINE = f"add the line: PREFIX skg: <{PREFIXES['skg']}>"


@pytest.mark.parametrize(
    ("update", "place", "message", "hint"),
    [
        ("INSERT DATA {\n skg:a <urn:b> 1 }", (2, 2), "the prefix skg: is not declared", SKG_LINE),
        ("DELETE DATA { <urn:a> skg:b 1 }", (1, 23), "the prefix skg: is not declared", SKG_LINE),
        ("INSERT DATA { GRAPH skg:g {} }", (1, 21), "the prefix skg: is not declared", SKG_LINE),
        (
            "INSERT { ?s ?p skg:a } WHERE { ?s ?p ?o }",
            (1, 16),
            "the prefix skg: is not declared",
            SKG_LINE,
        ),
        (
            "INSERT DATA { skg:a <urn:b> 1 } ; PREFIX skg: <urn:s:> DELETE DATA { skg:a skg:b 1 }",
            (1, 15),
            "the prefix skg: is not declared",
            SKG_LINE,
        ),
        (
            "INSERT DATA { ?x <urn:b> 1 }",
            (1, 15),
            "?x is a variable, and INSERT DATA has none",
            None,
        ),
        (
            'INSERT DATA { <urn:a> <urn:b> "a"@en } ; INSERT DATA {\n<urn:a> <urn:b> [ ?p 1 ] }',
            (2, 19),
            "?p is a variable, and INSERT DATA has none",
            None,
        ),
        (
            "DELETE DATA { <urn:a> <urn:b> $x }",
            (1, 31),
            "$x is a variable, and DELETE DATA has none",
            None,
        ),
        (
            "DELETE DATA { _:a <urn:b> 1 }",
            (1, 15),
            "'_:a' is a blank node, and DELETE DATA has none",
            None,
        ),
        (
            "\ufeffCLEAR ALL",
            (1, 1),
            "the character U+FEFF (a byte-order mark) is not expected here",
            None,
        ),
    ],
)
def test_a_fault_is_told_at_its_place(update, place, message, hint):
    with pytest.raises(QuerySyntaxError) as refusal:
        difference_of_update(Store(), Update(update))
    error = refusal.value
    assert ((error.line, error.column), str(error), error.hint) == (place, message, hint)


def test_prefixes_may_be_called_load():
    store = Store()
    text = "PREFIX load: <http://e/> PREFIX loader: <http://e/> INSERT DATA { loader:a load:p 1 }"
    assert len(difference_of_update(store, Update(text)).added) == 1


def test_a_large_block_of_data_is_no_large_pattern():
    data = " ".join(f"<http://e/s> <http://e/p> {n} ." for n in range(5000))
    found = difference_of_update(Store(), Update(f"INSERT DATA {{ {data} }}"))
    assert len(found.added) == 5000


@pytest.mark.parametrize(
    ("update", "removed", "added"),
    [
        ("INSERT { ?s <q> ?o } WHERE { ?s <p> ?o }", "", "c q d"),
        ("DELETE WHERE { ?s <p> ?o }", "", ""),
        ("DELETE WHERE { GRAPH ?g { ?s <p> ?o } }", "", ""),
        ("INSERT DATA { <x> <p> <y> } ; DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "", "x p y"),
    ],
)
def test_the_dataset_of_the_request_is_that_of_where(update, removed, added):
    store = store_of("a p b, c p d g")
    found = difference_of_update(store, Update(update, ("http://e/g",), (), BASE))
    assert found.removed == (quads(removed) if removed else frozenset())
    assert found.added == (quads(added) if added else frozenset())


def test_what_only_looks_like_where_is_left_alone():
    update = "INSERT { ?s <q> 'WHERE {' } WHERE { ?s <p> ?o . { SELECT * WHERE {} } }"
    found = difference_of_update(
        store_of("a p b, c p d g"), Update(update, ("http://e/g",), (), BASE)
    )
    assert {(quad.subject, quad.object) for quad in found.added} == {
        (NamedNode("http://e/c"), Literal("WHERE {"))
    }


def test_named_graphs_of_the_request_are_those_of_where():
    store = store_of("a p b g, c p d h")
    update = "INSERT { ?s <q> ?o } WHERE { GRAPH ?x { ?s <p> ?o } }"
    found = difference_of_update(store, Update(update, (), ("http://e/h",), BASE))
    assert found.added == quads("c q d")


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { ?s ?p ?o } USING <http://e/g> WHERE { ?s ?p ?o }",
        "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT DATA { <a> <p> 1 } ; DELETE {} USING NAMED <http://e/g> WHERE {}",
    ],
)
def test_two_datasets_at_once_are_an_error(update):
    with pytest.raises(ProtocolError):
        with_dataset(Update(update, ("http://e/g",)))


def test_a_dataset_has_to_be_named_by_iris():
    with pytest.raises(ProtocolError):
        with_dataset(Update("INSERT {} WHERE {}", ("x> WHERE {} ; DROP ALL #",)))


TURTLE = (b"<s> <p> <o> , _:n .", "text/turtle")


@pytest.mark.parametrize(
    ("method", "graph", "removed", "added", "existed"),
    [
        ("put", "http://e/g", 1, 2, True),
        ("post", "http://e/g", 0, 2, True),
        ("delete", "http://e/g", 1, 0, True),
        ("put", "http://e/new", 0, 2, False),
        ("put", None, 1, 2, True),
    ],
)
def test_a_graph_is_written(method, graph, removed, added, existed):
    store = store_of("a p b, c p d g")
    documents = () if method == "delete" else (TURTLE,)
    write = GraphWrite(method, graph, documents, "http://e/")
    found, was_there = difference_of_write(store, write)
    assert (len(found.removed), len(found.added), was_there) == (removed, added, existed)
    assert bool(found.created) is (not existed)
    assert bool(found.dropped) is (method == "delete")


def test_blank_nodes_of_two_documents_are_two():
    write = GraphWrite("post", "http://e/g", (TURTLE, TURTLE), "http://e/")
    found, _ = difference_of_write(Store(), write)
    assert len(found.added) == 3


def test_a_graph_that_is_put_again_stays_whatever_form_its_literals_have():
    document = b"""<http://e/s> <http://e/p> 01, 1.50, "1"^^<http://www.w3.org/2001/XMLSchema#byte>,
        "2020-01-01+00:00"^^<http://www.w3.org/2001/XMLSchema#date> ."""
    write = GraphWrite("put", "http://e/g", ((document, "text/turtle"),), "http://e/")
    store = Store()
    found, _ = difference_of_write(store, write)
    found.apply(store)
    held = set(store)
    assert held
    again, _ = difference_of_write(store, write)
    assert not again
    changed = GraphWrite("put", "http://e/g", ((b"<http://e/s> <http://e/p> +1 .", "text/turtle"),))
    found, _ = difference_of_write(store, changed)
    found.apply(store)
    assert [quad.object for quad in store] == [Literal(1)]


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (GraphWrite("put", "relative", (TURTLE,)), ProtocolError),
        (GraphWrite("put", "http://e/g", ((b"nonsense", "text/turtle"),)), ProtocolError),
        (GraphWrite("put", "http://e/g", ((b"\xff", "text/turtle"),)), ProtocolError),
        (GraphWrite("delete", "http://e/none"), UnknownNameError),
        (
            GraphWrite(
                "put",
                "http://e/g",
                (
                    (
                        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
                        "application/rdf+xml",
                    ),
                ),
            ),
            ProtocolError,
        ),
        (
            GraphWrite(
                "put",
                "http://e/g",
                ((b'{"@context": "http://127.0.0.1:9/c", "@id": "x:y"}', "application/ld+json"),),
            ),
            ProtocolError,
        ),
    ],
)
def test_a_bad_write_is_refused(write, error):
    store = store_of("c p d g")
    with pytest.raises(error):
        difference_of_write(store, write)
    assert set(store) == quads("c p d g")


def test_a_difference_comes_back_from_its_patch():
    difference = Difference(
        quads('a p "x\\ny", _:b p _:c g'),
        quads("a p b g, a p b"),
        frozenset({NamedNode("http://e/g")}),
        frozenset({NamedNode("http://e/h")}),
    )
    assert from_bytes(to_bytes(difference)) == difference
    assert from_bytes(b"") == Difference()


@pytest.mark.parametrize("patch", [b"X <a:a> <a:b> <a:c> .\n", b"A <a:a> <a:b>\n"])
def test_a_broken_patch_is_refused(patch):
    with pytest.raises(PatchError):
        from_bytes(patch)


# --- Where the default graph is the merge of the others ---


def merge_of(text: str) -> Store:
    store = store_of(text)
    store.extend([Quad(q.subject, q.predicate, q.object) for q in list(store)])
    return store


def changed(store: Store, difference: Difference, inferred: Difference | None = None) -> Store:
    """Apply a difference of the asserted graphs and check that the merge still is one."""
    merged(store, difference, inferred or Difference()).apply(store)
    named = {q.triple for q in store if q.graph_name != DefaultGraph()}
    assert {q.triple for q in store if q.graph_name == DefaultGraph()} == named
    return store


def test_what_is_added_without_a_graph_goes_to_the_graph_of_additions():
    store = merge_of("a p b g")
    found = on_merge(store, Difference(added=quads("x p y")))
    assert {quad.graph_name for quad in found.added} == {ADDED}
    assert found.created == {ADDED}
    changed(store, found)
    found = on_merge(store, Difference(removed=quads("x p y")))
    assert {quad.graph_name for quad in found.removed} == {ADDED}
    assert quads("x p y").isdisjoint(changed(store, found))


def test_a_triple_stays_in_the_merge_as_long_as_a_graph_has_it():
    store = merge_of("a p b g, a p b h, c p d g")
    changed(store, Difference(removed=quads("a p b g, c p d g")))
    assert {q.triple for q in store} == {q.triple for q in quads("a p b h")}
    changed(store, Difference(removed=quads("a p b h"), added=quads("a p b i")))
    assert len(store) == 2


def test_what_is_stated_elsewhere_is_removed_from_there_only():
    store = merge_of("a p b g")
    with pytest.raises(ForbiddenError, match="name its graph"):
        on_merge(store, Difference(removed=quads("a p b")))
    wanted = Difference(removed=quads("a p b, a p b g"))
    assert on_merge(store, wanted).removed == quads("a p b g")


@pytest.mark.parametrize("name", ["inferred", "what-if", "derivations"])
def test_what_the_program_keeps_is_not_written(name):
    quad = Quad(NamedNode("x:s"), NamedNode("x:p"), NamedNode("x:o"), graph_name(name))
    for wanted in (
        Difference(added=frozenset({quad})),
        Difference(removed=frozenset({quad})),
        Difference(dropped=frozenset({graph_name(name)})),
    ):
        with pytest.raises(ForbiddenError):
            on_merge(Store(), wanted)


def test_what_was_asserted_is_told_from_the_merge_and_what_was_inferred():
    inferred = Quad(NamedNode("x:s"), NamedNode("x:p"), NamedNode("x:o"), INFERRED)
    store = Store()
    store.extend([*merge_of("a p b g"), inferred, Quad(*inferred.triple), *quads("only p here")])
    assert set(asserted_of(store)) == quads("a p b g, only p here")


SCHEMA = "A <http://www.w3.org/2000/01/rdf-schema#subClassOf> B g,"
SCHEMA += "A <http://www.w3.org/2002/07/owl#disjointWith> C g"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@pytest.fixture
def maintainer() -> Maintainer:
    return Maintainer(quads(SCHEMA))


def test_what_follows_is_kept_in_step(maintainer):
    added = Difference(added=quads(f"x {TYPE} A g"))
    found = maintainer.maintain(added)
    follows = quads(f"x {TYPE} B {INFERRED}")
    assert follows <= found.added
    maintainer.commit()
    assert follows <= maintainer.maintain(added.inverse).removed


def test_a_change_that_was_not_made_is_forgotten(maintainer):
    added = Difference(added=quads(f"x {TYPE} A g"))
    first = maintainer.maintain(added)
    assert maintainer.maintain(added) == first


def test_what_is_asserted_is_inferred_no_longer(maintainer):
    maintainer.maintain(Difference(added=quads(f"x {TYPE} A g")))
    maintainer.commit()
    found = maintainer.maintain(Difference(added=quads(f"x {TYPE} B h")))
    assert quads(f"x {TYPE} B {INFERRED}") <= found.removed


def test_a_contradiction_is_refused_unless_forced(maintainer):
    added = Difference(added=quads(f"x {TYPE} A g, x {TYPE} C g"))
    with pytest.raises(ConflictError, match="cax-dw"):
        maintainer.maintain(added)
    maintainer.maintain(added, force=True)
    maintainer.commit()
    # One that is there already is no reason to refuse anything else.
    maintainer.maintain(Difference(added=quads("y p z g")))


def test_what_was_removed_does_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch):
    from sorafenib_kg.store import MemoryStore, memory

    monkeypatch.setattr(memory, "_LEAST_REMOVED", 10)
    store = MemoryStore(quads("a p b g, c p d h"), version="1")
    store.engine.add_graph(NamedNode("http://e/empty"))
    before, first = State.of(store.engine), store.engine
    for number in range(20):
        change = Difference(added=quads(f"x p y{number} g, x p z{number}"))
        store.change(change, "2")
        store.change(change.inverse, "3")
    assert store.engine is not first
    assert State.of(store.engine) == before
    assert store.table("SELECT * { GRAPH <http://e/g> { ?s ?p ?o } }").total == 1


def test_the_reasoner_begins_anew_after_many_changes(
    maintainer: Maintainer, monkeypatch: pytest.MonkeyPatch
):
    from sorafenib_kg import maintenance

    monkeypatch.setattr(maintenance, "_LEAST_CHANGED", 10)
    terms = []
    for number in range(40):
        change = Difference(added=quads(f"x{number} {TYPE} A g"))
        assert quads(f"x{number} {TYPE} B {INFERRED}") <= maintainer.maintain(change).added
        maintainer.commit()
        assert maintainer.maintain(change.inverse).removed
        maintainer.commit()
        terms.append(len(maintainer._closure.dictionary))
    # The names of what was removed are forgotten again and again.
    assert max(terms) - min(terms) < 20
