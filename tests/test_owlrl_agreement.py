"""The closure against that of owlrl, an independent implementation of the same rules.

Both get the same triples. Of owlrl's closure is left out, because we do not draw it on purpose:

- reflexive triples (everything is the same as itself, a class lies below itself),
- what owl:Thing has to do with: that everything is one, and lies below it,
- what is said about the languages' own terms,
- triples with a literal as subject, which are not RDF,
- triples that report a clash, which are compared by themselves.
"""

from collections.abc import Iterator

import owlrl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from pyoxigraph import RdfFormat, Triple, parse, serialize
from rdflib import OWL, RDF, RDFS, XSD

from random_graphs import GRAPHS, named
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import (
    Clash,
    Derivation,
    GeneralisedTriple,
    Names,
    Statement,
    derive,
    derive_clash,
    materialise,
    verify,
)
from sorafenib_kg.reasoning.dl import logical_axioms
from turtle_texts import PREFIXES

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


def triples_of(lines: list[str]) -> list[Triple]:
    """Return the triples of a random graph, its blank nodes named."""
    found = parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
    return named([quad.triple for quad in found])


def by_owlrl(triples: list[Triple]) -> tuple[set[Row], bool]:
    """Return owlrl's closure, and whether it found a clash."""
    graph = read(triples)
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    clash = any(ERRORS in str(value) for value in graph.objects(None, RDF.type))
    return rows(graph), clash


def by_us(triples: list[Triple], names: Names = Names.RESOURCES) -> tuple[set[Row], list[Clash]]:
    closure = materialise(triples, names=names)
    return rows(read([*triples, *closure.inferred()])), list(closure.clashes)


def is_seen_by_owlrl(clash: Clash) -> bool:
    """Tell whether owlrl can find a clash when it is asked to leave datatypes alone."""
    return not any(isinstance(premise, GeneralisedTriple) for premise in clash.premises)


def without_names(derivation: Derivation) -> Iterator[Statement]:
    """Give the premises of a proof, or what they are other names of."""
    for premise in derivation.premises:
        if premise.rule is not None and premise.rule.startswith("eq-") and premise.premises:
            yield from without_names(premise)
        else:
            yield premise.conclusion


def test_the_review_s_closure_is_owlrl_s(graph: KnowledgeGraph):
    # Annotations are left out on both sides: they follow from nothing and nothing from them.
    triples = named(logical_axioms(quad.triple for quad in graph.dataset.quads).triples)
    theirs, their_clash = by_owlrl(triples)
    ours, our_clashes = by_us(triples)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert (our_clashes, their_clash) == ([], False)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(GRAPHS)
def test_small_graphs_have_owlrl_s_closure_and_proofs_that_hold(lines: list[str]):
    triples = triples_of(lines)
    theirs, their_clash = by_owlrl(triples)
    ours, our_clashes = by_us(triples, Names.ALL)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert their_clash <= bool(our_clashes)
    assert their_clash >= any(map(is_seen_by_owlrl, our_clashes))
    closure = materialise(triples)
    for triple in closure.inferred():
        derivation = derive(closure, triple)
        verify(derivation, set(triples))
        if not closure.engine.merges:
            ranks = [closure.rank(premise.conclusion) for premise in derivation.premises]
            assert closure.rank(triple) == 1 + max(ranks)
        # What lies below itself has a rank, though it is not told as something that holds.
        numbers = map(closure.dictionary.encode_triple, without_names(derivation))
        ranks = [closure.origins.rank(number) for number in numbers if number is not None]
        assert max(ranks, default=0) < closure.rank(triple) <= closure.statistics.rounds + 1
    for clash in closure.clashes:
        verify(derive_clash(closure, clash), set(triples))


@pytest.mark.parametrize("order", [1, -1], ids=["as_given", "reversed"])
def test_what_follows_and_its_ranks_do_not_depend_on_the_order(graph: KnowledgeGraph, order: int):
    triples = [quad.triple for quad in graph.dataset.quads]
    assert graph.closure is not None
    ranks = {triple: rank for triple, rank, _ in graph.closure.derived()}
    again = materialise(triples[::order])
    assert {triple: rank for triple, rank, _ in again.derived()} == ranks
