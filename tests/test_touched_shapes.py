"""Shapes on what a change touches: the same violations as validation of the whole tells of."""

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from sorafenib_kg.namespaces import ID, RDF, RDFS, SKG
from sorafenib_kg.resources import folder

SHAPES = folder("ontology") / "shapes.ttl"
# Shapes that look further than one step, and back.
DEEP = """
@prefix : <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:A a sh:NodeShape ; sh:targetClass :A ;
    sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:maxCount 1 ; sh:class :B ] ;
    sh:property [ sh:path :r ; sh:node :Inner ] .
:Inner a sh:NodeShape ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:nodeKind sh:IRI ] .
:C a sh:NodeShape ; sh:targetObjectsOf :r ; sh:not [ sh:path :q ; sh:class :B ] .
"""


def full(triples: set[Triple], shapes: Path) -> set[tuple[str, ...]]:
    """Return the violations of all triples, found the plain way."""
    import pyshacl
    from rdflib import Graph

    from sorafenib_kg.validation.touched import _node, _violations

    data = Graph()
    for triple in triples:
        data.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    shapes_graph = Graph().parse(data=shapes.read_bytes(), format="turtle")
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes_graph, inference="none")
    return {violation.key for violation in _violations(results)}


def names(*locals_: str) -> list[NamedNode]:
    return [NamedNode(ID + name) for name in locals_]


NODES = [*names("a", "b", "c", "d"), BlankNode("x")]
DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
V = "https://w3id.org/sorafenib-kg/ontology#"
KINDS = ("Claim", "Study", "StudyArm", "Reference", "ArmResult", "Endpoint")
OF_REVIEW = {
    RDF.type: [NamedNode(V + name) for name in KINDS],
    RDFS.subClassOf: [NamedNode(V + name) for name in ("Study", "Reference")],
    **{
        NamedNode(V + name): NODES
        for name in (
            *("citesInSentence", "citesFromContext", "denotes", "hasArm", "hasResult"),
            *("onEndpoint", "forArm"),
        )
    },
    SKG.statement: [Literal("It is.", language="en"), Literal("not so")],
    SKG.claimSubject: [*NODES, Literal("a")],
    NamedNode(V + "confidenceLower"): [Literal("1.5", datatype=DECIMAL)],
    NamedNode(V + "confidenceUpper"): [Literal("2.5", datatype=DECIMAL)],
    NamedNode(V + "pValue"): [Literal("0.5", datatype=DECIMAL)],
    NamedNode(V + "enrolled"): [Literal(0), Literal(12)],
}
E = "http://e/"
OF_DEEP = {
    RDF.type: [NamedNode(E + name) for name in "AB"],
    RDFS.subClassOf: [NamedNode(E + name) for name in "AB"],
    **{NamedNode(E + name): [*NODES, Literal(1)] for name in "pqr"},
}


def triples_of(pool: dict[NamedNode, list[object]]) -> st.SearchStrategy[Triple]:
    subjects = [*NODES, *pool[RDFS.subClassOf]]
    return st.sampled_from(sorted(pool, key=str)).flatmap(
        lambda predicate: st.builds(
            Triple,
            st.sampled_from(subjects),
            st.just(predicate),
            st.sampled_from(pool[predicate]),
        )
    )


@pytest.mark.parametrize(
    ("shapes", "pool"), [(None, OF_REVIEW), (DEEP, OF_DEEP)], ids=["review", "deep"]
)
def test_a_change_brings_about_what_validation_of_the_whole_finds_more(
    shapes: str | None,
    pool: dict[NamedNode, list[object]],
    tmp_path_factory: pytest.TempPathFactory,
):
    from sorafenib_kg.validation.touched import TouchedShapes

    path = SHAPES
    if shapes is not None:
        path = tmp_path_factory.mktemp("shapes") / "shapes.ttl"
        path.write_text(shapes, encoding="utf-8")

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sets(triples_of(pool), max_size=25),
        st.lists(st.sets(triples_of(pool), min_size=1, max_size=3), min_size=1, max_size=3),
    )
    def check(before: set[Triple], changes: list[set[Triple]]) -> None:
        checker = TouchedShapes(path, before)
        state = set(before)
        for change in changes:
            removed, added = frozenset(change & state), frozenset(change - state)
            found = {violation.key for violation in checker.violations(removed, added)}
            after = (state - removed) | added
            assert found == full(after, path) - full(state, path)
            checker.make(removed, added)
            state = after

    check()


def test_the_review_is_seen_as_it_is_by_its_shapes():
    from sorafenib_kg.loader import load
    from sorafenib_kg.validation.touched import TouchedShapes, as_report

    asserted = load().asserted()
    checker = TouchedShapes(SHAPES, asserted)
    claim = next(t.subject for t in asserted if t.predicate == SKG.statement)
    statement = next(t for t in asserted if (t.subject, t.predicate) == (claim, SKG.statement))
    (found,) = checker.violations(frozenset([statement]), frozenset())
    assert str(found) == (
        f"{claim.value}: A claim has one statement: an English sentence that ends with a full stop."
    )
    second = Triple(statement.subject, statement.predicate, Literal("More.", language="en"))
    assert checker.violations(frozenset(), frozenset([second])) != ()
    assert checker.violations(frozenset([statement]), frozenset([second])) == ()
    report = pyoxigraph.Store()
    report.load(as_report([found]).encode(), RdfFormat.N_TRIPLES)
    (row,) = report.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?focus ?path { ?report a "
        "sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ; "
        "sh:focusNode ?focus ; sh:resultPath ?path ; sh:resultSeverity sh:Violation ] }"
    )
    assert (row["focus"], row["path"]) == (claim, SKG.statement)
