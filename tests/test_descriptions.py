"""DESCRIBE tells of a thing what it is the subject of, and what it is the object of."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.interface import Formats

EX = "http://example.org/"
DATA = """
PREFIX : <http://example.org/>
:a :p :b .
:b :q :c ; :q "b" .
:d :r :b .
:b :s [ :t :b ] .
:e :u :f .
GRAPH :one { :x :v :b . :b :v :y }
GRAPH :two { :x :v :b . :z :w :b }
"""
# Of :b, with what stands for the node without a name.
OF_B = {"a p b", "b q c", 'b q "b"', "d r b", "b s _", "_ t b"}


def described(query: str, **graphs: tuple[str, ...]) -> set[str]:
    quads = parse(DATA.encode(), RdfFormat.TRIG)
    store = MemoryStore(quads, version="1", merge=False)
    formats = Formats(graph="application/n-triples")
    body = store.answer(f"PREFIX : <{EX}> {query}", formats=formats, **graphs).content().decode()
    lines = body.splitlines()
    assert len(set(lines)) == len(lines)
    triples = [quad.triple for quad in parse(body.encode(), RdfFormat.N_TRIPLES)]
    return {
        " ".join(map(_short, (triple.subject, triple.predicate, triple.object)))
        for triple in triples
    }


def _short(term: object) -> str:
    if isinstance(term, NamedNode):
        return term.value.removeprefix(EX)
    text = str(term)
    return "_" if text.startswith("_:") else text


@pytest.mark.parametrize(
    "query",
    [
        "DESCRIBE :b",
        f"DESCRIBE <{EX}b>",
        "describe ?x { ?x :q :c }",
        "DESCRIBE ?x WHERE { ?x :q :c } ORDER BY ?x LIMIT 1",
        "DESCRIBE ?x VALUES ?x { :b }",
        "DESCRIBE * { ?x :q :c }",
        "DESCRIBE :b LIMIT 1",
        "DESCRIBE ?x { ?x :q ?y } GROUP BY ?x",
        "# DESCRIBE :e\nDESCRIBE # this\n :b",
        "DESCRIBE ?x { { SELECT ?x { ?x :s ?y } } OPTIONAL { ?x :none ?z } }",
        "DESCRIBE ?z ?x { ?x :q :c OPTIONAL { ?x :none ?z } }",
    ],
)
def test_a_thing_is_described_in_both_directions(query):
    assert described(query) == OF_B


def test_several_things_are_described_together():
    assert described("DESCRIBE :e ?x { ?x :q :c }") == OF_B | {"e u f"}
    assert described("DESCRIBE :f :none") == {"e u f"}


def test_an_escape_in_a_text_is_no_quote():
    assert described('DESCRIBE ?x { ?x :q "\\u0062" }') == OF_B
    assert described('DESCRIBE ?x { ?x :q ?y FILTER(?y != "b\\u0022c") }') == OF_B


def test_what_no_solution_has_is_not_described():
    assert described("DESCRIBE :b LIMIT 0") == set()
    assert described("DESCRIBE :b ?x { ?x :q :none }") == set()
    # Both solutions are the same thing.
    first = "{ VALUES (?x ?n) { (:e 1) (:e 2) (:b 3) } } ORDER BY ?n LIMIT 2"
    assert described(f"DESCRIBE ?x {first}") == {"e u f"}


def test_values_without_a_name_are_described_by_what_they_are_the_subject_of():
    assert described("DESCRIBE ?x { :b :s ?x }") == {"_ t b"}
    assert described('DESCRIBE ?x { BIND("b" AS ?x) }') == set()


def test_a_description_is_of_the_dataset():
    assert described("DESCRIBE :b FROM :one") == {"x v b", "b v y"}
    assert described("DESCRIBE :b FROM :one FROM :two") == {"x v b", "b v y", "z w b"}
    assert described("DESCRIBE :b FROM NAMED :one") == set()
    assert described("DESCRIBE ?x FROM :two WHERE { ?x :w ?y }") == {"z w b"}
    assert described("DESCRIBE :b", default_graphs=(f"{EX}two",)) == {"x v b", "z w b"}


def test_what_constructs_is_left_alone():
    query = "CONSTRUCT { ?s :describe ?o } WHERE { ?s :u ?o }"
    assert described(query) == {"e describe f"}
