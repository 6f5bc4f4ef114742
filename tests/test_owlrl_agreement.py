"""The closure against that of owlrl, an independent implementation of the same rules.

Both get the same triples. Of owlrl's closure is left out, because we do not draw it on purpose:

- reflexive triples (everything is the same as itself, a class lies below itself),
- what owl:Thing has to do with: that everything is one, and lies below it,
- what is said about the languages' own terms,
- triples with a literal as subject, which are not RDF,
- triples that report a clash, which are compared by themselves.
"""

import owlrl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize
from rdflib import OWL, RDF, RDFS, XSD

from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import (
    Clash,
    GeneralisedTriple,
    Names,
    derive,
    derive_clash,
    materialise,
    verify,
)
from sorafenib_kg.reasoning.axioms import logical_axioms

LANGUAGES = tuple(str(namespace) for namespace in (OWL, RDF, RDFS, XSD))
REFLEXIVE = {
    OWL.sameAs,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
}
ERRORS = "http://www.daml.org/2002/03/agents/agent-ont#"

Row = tuple[str, str, str]


def rows(graph: rdflib.Graph) -> set[Row]:
    """Return the triples that are compared, in N-Triples' notation."""
    return {
        (subject.n3(), predicate.n3(), value.n3())
        for subject, predicate, value in graph
        if not isinstance(subject, rdflib.Literal)
        and not str(subject).startswith(LANGUAGES)
        and not (predicate in REFLEXIVE and subject == value)
        and OWL.Thing not in (subject, value)
        and not str(predicate).startswith(ERRORS)
        and not str(value).startswith(ERRORS)
    }


def read(triples: list[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES).decode(), format="nt")
    return graph


def named(triples: list[Triple]) -> list[Triple]:
    """Give blank nodes names, so that two closures can be compared triple by triple."""

    def name(term):
        return NamedNode(f"urn:blank:{term.value}") if isinstance(term, BlankNode) else term

    return [Triple(name(t.subject), t.predicate, name(t.object)) for t in triples]


def by_owlrl(triples: list[Triple]) -> tuple[set[Row], bool]:
    """Return owlrl's closure, and whether it found a clash."""
    graph = read(triples)
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    clash = any(ERRORS in str(value) for value in graph.objects(None, RDF.type))
    return rows(graph), clash


def by_us(triples: list[Triple], names: Names = Names.RESOURCES) -> tuple[set[Row], bool]:
    closure = materialise(triples, names=names)
    clash = any(map(seen_by_owlrl, closure.clashes))
    return rows(read([*triples, *closure.inferred()])), clash


def seen_by_owlrl(clash: Clash) -> bool:
    """Tell whether owlrl 7.6 looks for a clash.

    It overlooks the last item of a list of different things, and takes no two literals for
    different when it is asked to leave datatypes alone.
    """
    of_literals = any(isinstance(premise, GeneralisedTriple) for premise in clash.premises)
    return clash.rule not in ("eq-diff2", "eq-diff3") and not of_literals


def test_the_review_s_closure_is_owlrl_s(graph: KnowledgeGraph):
    # Annotations are left out on both sides: they follow from nothing and nothing from them.
    triples = named(logical_axioms(quad.triple for quad in graph.dataset.quads).triples)
    theirs, their_clash = by_owlrl(triples)
    ours, our_clash = by_us(triples)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert (our_clash, their_clash) == (False, False)


CLASSES = [f":C{n}" for n in range(5)]
PROPERTIES = [f":p{n}" for n in range(4)]
THINGS = [f":i{n}" for n in range(5)]
# Literals get properties of their own: by inverses and the like they become subjects in owlrl,
# from which more follows than RDF can say.
VALUE_PROPERTIES = [":v0", ":v1"]
DECLARATIONS = [
    *(f"{name} a owl:Class ." for name in CLASSES),
    *(f"{name} a owl:ObjectProperty ." for name in PROPERTIES),
    *(f"{name} a owl:DatatypeProperty ." for name in VALUE_PROPERTIES),
]

a_class, a_property, a_thing, a_value_property = (
    st.sampled_from(names) for names in (CLASSES, PROPERTIES, THINGS, VALUE_PROPERTIES)
)


def line(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda values: template.format(**values))


def listed(
    item: st.SearchStrategy[str], shortest: int = 2, unique: bool = False
) -> st.SearchStrategy[str]:
    return st.lists(item, min_size=shortest, max_size=3, unique=unique).map(" ".join)


FACTS = st.one_of(
    line("{x} owl:sameAs {y} .", x=a_thing, y=a_thing),
    line("{x} owl:differentFrom {y} .", x=a_thing, y=a_thing),
    line('{x} {p} "other" .', x=a_thing, p=a_value_property),
    line(
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {x} ; "
        "owl:assertionProperty {p} ; owl:targetIndividual {y} .",
        x=a_thing,
        p=a_property,
        y=a_thing,
    ),
    line("{x} a {c} .", x=a_thing, c=a_class),
    line("{x} {p} {y} .", x=a_thing, p=a_property, y=a_thing),
    line('{x} {p} "text" .', x=a_thing, p=a_value_property),
)
RESTRICTION = st.one_of(
    line("owl:someValuesFrom {c}", c=a_class),
    line("owl:someValuesFrom owl:Thing"),
    line("owl:allValuesFrom {c}", c=a_class),
    line("owl:hasValue {x}", x=a_thing),
    line('owl:maxCardinality "{n}"^^xsd:nonNegativeInteger', n=st.sampled_from("01")),
    line(
        'owl:maxQualifiedCardinality "{n}"^^xsd:nonNegativeInteger ; owl:onClass {c}',
        n=st.sampled_from("01"),
        c=st.one_of(a_class, st.just("owl:Thing")),
    ),
)
AXIOMS = st.one_of(
    line("{c} rdfs:subClassOf {d} .", c=a_class, d=a_class),
    line("{c} owl:equivalentClass {d} .", c=a_class, d=a_class),
    line("{c} owl:disjointWith {d} .", c=a_class, d=a_class),
    line("{c} owl:complementOf {d} .", c=a_class, d=a_class),
    line("{p} rdfs:subPropertyOf {q} .", p=a_property, q=a_property),
    line("{p} owl:equivalentProperty {q} .", p=a_property, q=a_property),
    line("{p} owl:inverseOf {q} .", p=a_property, q=a_property),
    line("{p} owl:propertyDisjointWith {q} .", p=a_property, q=a_property),
    line("{p} rdfs:domain {c} .", p=a_property, c=a_class),
    line("{p} rdfs:domain {c} .", p=a_value_property, c=a_class),
    line("{p} rdfs:subPropertyOf {q} .", p=a_value_property, q=a_value_property),
    line('{c} owl:hasValue "text" ; owl:onProperty {p} .', c=a_class, p=a_value_property),
    line("{p} rdfs:range {c} .", p=a_property, c=a_class),
    line(
        "{p} a owl:{kind} .",
        p=a_property,
        kind=st.sampled_from(
            [
                "TransitiveProperty",
                "SymmetricProperty",
                "AsymmetricProperty",
                "IrreflexiveProperty",
                "FunctionalProperty",
                "InverseFunctionalProperty",
            ]
        ),
    ),
    line("{p} a owl:FunctionalProperty .", p=a_value_property),
    line("{c} owl:hasKey ( {l} ) .", c=a_class, l=listed(a_property, 1)),
    line("{c} owl:hasKey ( {p} ) .", c=a_class, p=a_value_property),
    line("{c} owl:sameAs {d} .", c=a_class, d=a_class),
    line("{p} owl:sameAs {q} .", p=a_property, q=a_property),
    line("[] a owl:AllDifferent ; owl:members ( {l} ) .", l=listed(a_thing, unique=True)),
    line("[] a owl:AllDifferent ; owl:distinctMembers ( {l} ) .", l=listed(a_thing, unique=True)),
    line("{p} owl:propertyChainAxiom ( {l} ) .", p=a_property, l=listed(a_property)),
    line("{c} owl:intersectionOf ( {l} ) .", c=a_class, l=listed(a_class)),
    line("{c} owl:unionOf ( {l} ) .", c=a_class, l=listed(a_class)),
    line("{c} owl:oneOf ( {l} ) .", c=a_class, l=listed(a_thing, 1)),
    # What is listed twice is disjoint with itself by W3C's rules, and is not by owlrl. Lists of
    # disjoint properties are not compared, as owlrl 7.6 overlooks the last property of each.
    line("[] a owl:AllDisjointClasses ; owl:members ( {l} ) .", l=listed(a_class, unique=True)),
    line("{c} {r} ; owl:onProperty {p} .", c=a_class, p=a_property, r=RESTRICTION),
    line(
        "[] {r} ; owl:onProperty {p} ; rdfs:subClassOf {c} .",
        c=a_class,
        p=a_property,
        r=RESTRICTION,
    ),
    line(
        "{c} rdfs:subClassOf [ {r} ; owl:onProperty {p} ] .",
        c=a_class,
        p=a_property,
        r=RESTRICTION,
    ),
)
GRAPHS = st.tuples(
    st.lists(AXIOMS, min_size=1, max_size=7), st.lists(FACTS, min_size=1, max_size=7)
).map(lambda parts: [*DECLARATIONS, *parts[0], *parts[1]])
PREFIXES = "".join(
    f"@prefix {name}: <{namespace}> ."
    for name, namespace in [
        ("", "https://example.org/"),
        ("owl", OWL),
        ("rdfs", RDFS),
        ("xsd", XSD),
    ]
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(GRAPHS)
def test_small_graphs_have_owlrl_s_closure_and_proofs_that_hold(lines: list[str]):
    found = parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
    triples = named([quad.triple for quad in found])
    theirs, their_clash = by_owlrl(triples)
    ours, our_clash = by_us(triples, Names.ALL)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert our_clash == their_clash
    closure = materialise(triples)
    for triple in closure.inferred():
        derivation = derive(closure, triple)
        verify(derivation, set(triples))
        if not closure.engine.merges:
            ranks = [closure.rank(premise.conclusion) for premise in derivation.premises]
            assert closure.rank(triple) == 1 + max(ranks)
    for clash in closure.clashes:
        verify(derive_clash(closure, clash), set(triples))


@pytest.mark.parametrize("order", [1, -1], ids=["as_given", "reversed"])
def test_what_follows_and_its_ranks_do_not_depend_on_the_order(graph: KnowledgeGraph, order: int):
    triples = [quad.triple for quad in graph.dataset.quads]
    assert graph.closure is not None
    ranks = {triple: rank for triple, rank, _ in graph.closure.derived()}
    again = materialise(triples[::order])
    assert {triple: rank for triple, rank, _ in again.derived()} == ranks
