"""The page of an individual, and its RDF, at one address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import Blueprint, Response, render_template, request
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.errors import UnknownNameError
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.namespaces import ID, SKG, graph_name, shorten
from sorafenib_kg.negotiation import offers_of, prefers_html
from sorafenib_kg.protocol import QueryOperation
from sorafenib_kg.results import Cell, Labels, cell, labels_of
from sorafenib_kg.store import Store, Table, Term, formats_of
from sorafenib_kg.views.answers import negotiated_page, respond
from sorafenib_kg.views.site import Site

_MOST_STATEMENTS = 500
_DATA = offers_of("graph")


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple about the individual: its other end as it is shown, and whether it follows."""

    other: Cell
    triple: Triple
    inferred: bool
    explained: bool  # whether its proof tells more than that it was written


@dataclass(frozen=True, slots=True)
class Group:
    """The statements with one predicate."""

    predicate: Cell
    statements: tuple[Statement, ...]

    @property
    def inferred(self) -> bool:
        """Say whether all of them were inferred."""
        return all(statement.inferred for statement in self.statements)


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/id/NAME``."""
    blueprint = Blueprint("individuals", __name__)

    @blueprint.get("/id/<path:name>")
    def individual(name: str) -> Response:
        try:
            node = NamedNode(ID + name)
        except ValueError as error:
            raise UnknownNameError("this cannot be the name of anything") from error
        if not site.store.table(f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}").boolean:
            raise UnknownNameError(f"the graph says nothing of {shorten(node)}")
        output = request.args.get("format") or request.args.get("output")
        if output or not prefers_html(request.headers.get("Accept"), _DATA):
            return respond(site, QueryOperation(_both_directions(node), output=output))
        return negotiated_page(_page(site.loaded, node))

    return blueprint


def _both_directions(node: NamedNode) -> str:
    return (
        f"CONSTRUCT {{ {node} ?p ?o . ?s ?q {node} }} "
        f"WHERE {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"
    )


def _page(graph: KnowledgeGraph, node: NamedNode) -> str:
    store = graph.store
    outgoing = _statements(store, f"{node} ?p ?x")
    incoming = _statements(store, f"?x ?p {node}")
    terms = (term for table in (outgoing, incoming) for row in table.rows for term in row)
    labels = labels_of(store, [node, *terms])
    return render_template(
        "individual.html",
        name=node.value.removeprefix(ID),
        iri=node.value,
        curie=shorten(node),
        label=labels(node),
        outgoing=_groups(graph, outgoing, labels, lambda predicate, x: Triple(node, predicate, x)),
        incoming=_groups(graph, incoming, labels, lambda predicate, x: Triple(x, predicate, node)),
        is_cut=outgoing.total != len(outgoing.rows) or incoming.total != len(incoming.rows),
        formats=formats_of("graph"),
    )


def _statements(store: Store, pattern: str) -> Table:
    return store.table(
        f"SELECT ?p ?x ?inferred {{ {pattern} "
        f"BIND(EXISTS {{ GRAPH {graph_name('inferred')} {{ {pattern} }} }} AS ?inferred) }} "
        "ORDER BY ?p ?inferred ?x",
        limit=_MOST_STATEMENTS,
    )


def _groups(
    graph: KnowledgeGraph, table: Table, labels: Labels, triple: Callable[[Any, Any], Triple]
) -> tuple[Group, ...]:
    """Return the statements by predicate, what was only inferred last."""
    groups = (
        Group(
            cell(predicate, labels),
            tuple(
                _statement(graph, cell(other, labels), triple(predicate, other), _is_true(inferred))
                for _, other, inferred in rows
            ),
        )
        for predicate, rows in groupby(filter(_is_readable, table.rows), key=itemgetter(0))
    )
    return tuple(sorted(groups, key=lambda group: group.inferred))


def _statement(graph: KnowledgeGraph, other: Cell, triple: Triple, inferred: bool) -> Statement:
    """Return a statement, to be explained if it follows or rests on a place in the source."""
    named = not any(isinstance(term, BlankNode | Triple) for term in triple)
    rests_on_source = bool(graph.claims.yielding(triple)) or (
        triple.predicate.value.startswith(SKG.NAMESPACE)
        and triple.predicate != SKG.definedAt
        and bool(graph.claims.definitions(triple.subject))
    )
    explained = graph.closure is not None and named and (inferred or rests_on_source)
    return Statement(other, triple, inferred, explained)


def _is_readable(row: Sequence[Term | None]) -> bool:
    """Say whether a statement tells a person anything; to be of a nameless class does not."""
    return not (isinstance(row[1], BlankNode) and _is_true(row[2]))


def _is_true(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.value == "true"
