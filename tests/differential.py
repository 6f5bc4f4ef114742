"""The same query asked of the store, of its engine alone and of rdflib, for tests by comparison."""

import warnings
from collections import Counter

import pyoxigraph
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad
from rdflib import BNode as RdflibBlank
from rdflib import Dataset, URIRef
from rdflib import Literal as RdflibLiteral

from sorafenib_kg.store import MemoryStore

EX = "http://example.org/"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
NODES = [NamedNode(f"{EX}n{i}") for i in range(4)]
PREDICATES = [*(NamedNode(f"{EX}p{i}") for i in range(3)), RDF_TYPE]
OBJECTS = [*NODES, Literal("x"), Literal("x", language="en"), Literal(1)]
GRAPHS = [DefaultGraph(), NamedNode(f"{EX}g0"), NamedNode(f"{EX}g1")]
PROLOGUE = f"PREFIX : <{EX}> "

quads = st.lists(
    st.builds(
        Quad,
        st.sampled_from(NODES),
        st.sampled_from(PREDICATES),
        st.sampled_from(OBJECTS),
        st.sampled_from(GRAPHS),
    ),
    max_size=25,
    unique=True,
)
# Of few things, so that patterns of several triples have solutions.
dense_quads = st.lists(
    st.builds(
        Quad,
        st.sampled_from(NODES[:3]),
        st.sampled_from(PREDICATES),
        st.sampled_from(OBJECTS[:4]),
        st.sampled_from(GRAPHS[:2]),
    ),
    min_size=20,
    max_size=60,
    unique=True,
)
Rows = Counter[frozenset[tuple[str, str]]]


def store_of(held: list[Quad]) -> MemoryStore:
    engine = pyoxigraph.Store()
    engine.extend(held)
    return MemoryStore.over(engine, "1")


def rows_of_store(store: MemoryStore, query: str) -> Rows:
    table = store.table(PROLOGUE + query)
    return Counter(
        frozenset(
            (name, str(term)) for name, term in zip(table.variables, row, strict=True) if term
        )
        for row in table.rows
    )


def rows_of_engine(store: MemoryStore, query: str) -> Rows:
    found = store.engine.query(PROLOGUE + query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return Counter(
        frozenset((name, str(term)) for name, term in zip(names, row, strict=True) if term)
        for row in found
    )


def rdflib_of(held: list[Quad]) -> Dataset:
    dataset = Dataset(default_union=False)
    for quad in held:
        default = isinstance(quad.graph_name, DefaultGraph)
        graph = dataset.default_graph if default else dataset.graph(_term(quad.graph_name))
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return dataset


def rows_of_rdflib(dataset: Dataset, query: str) -> Rows:
    with warnings.catch_warnings():
        # It warns of its own use of its own attributes.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Counter(
            frozenset((str(name), _text(term)) for name, term in binding.items())
            for binding in dataset.query(PROLOGUE + query).bindings
        )


def _term(term):
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return RdflibBlank(term.value)
    if term.language:
        return RdflibLiteral(term.value, lang=term.language)
    plain = term.datatype.value.endswith("#string")
    return RdflibLiteral(term.value, datatype=None if plain else URIRef(term.datatype.value))


def _text(term) -> str:
    if isinstance(term, URIRef):
        return str(NamedNode(str(term)))
    if isinstance(term, RdflibBlank):
        return str(BlankNode(str(term)))
    if term.language:
        return str(Literal(str(term), language=term.language))
    return str(
        Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
    )
