"""Which graphs a query is evaluated over: the protocol's parameters and the FROM clauses."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Store

from sorafenib_kg.errors import ProtocolError
from sorafenib_kg.store.lexer import tokens, unescape

_MERGES_KEPT = 4


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs whose merge is the default graph, and the graphs that GRAPH can reach."""

    default: tuple[NamedNode, ...] = ()
    named: tuple[NamedNode, ...] = ()


class Merges:
    """Stores whose default graph is the merge of several graphs of another; a few are kept."""

    def __init__(self) -> None:
        """Keep none yet."""
        self._lock = threading.Lock()
        self._stores: OrderedDict[Graphs, Store] = OrderedDict()

    def of(self, store: Store, graphs: Graphs) -> Store:
        """Return a store with the dataset that the graphs describe."""
        with self._lock:
            if graphs in self._stores:
                self._stores.move_to_end(graphs)
                return self._stores[graphs]
        merged = Store()
        for graph in graphs.default:
            merged.extend(
                Quad(quad.subject, quad.predicate, quad.object)
                for quad in store.quads_for_pattern(None, None, None, graph)
            )
        for graph in graphs.named:
            merged.extend(store.quads_for_pattern(None, None, None, graph))
        with self._lock:
            self._stores[graphs] = merged
            while len(self._stores) > _MERGES_KEPT:
                self._stores.popitem(last=False)
        return merged

    def clear(self) -> None:
        """Forget them, since the data have changed."""
        with self._lock:
            self._stores.clear()


def graphs_of_request(default: Sequence[str], named: Sequence[str]) -> Graphs | None:
    """Return the dataset that the protocol's parameters describe; None if there are none.

    Raise ProtocolError for a name that is not an absolute IRI.
    """
    if not default and not named:
        return None
    return Graphs(_nodes(default), _nodes(named))


def _nodes(names: Sequence[str]) -> tuple[NamedNode, ...]:
    try:
        return tuple(NamedNode(name) for name in dict.fromkeys(names))
    except ValueError as error:
        raise ProtocolError(f"the name of a graph is not an absolute IRI: {error}") from error


def graphs_of_query(query: str, resolve: Callable[[str], Sequence[NamedNode]]) -> Graphs | None:
    """Return the dataset that the query describes by FROM, if that needs a merge; else None.

    The engine gives a triple once for each graph of several FROM that holds it, where the
    default graph is their merge; it is right for all other datasets. ``resolve`` evaluates a
    query that selects IRIs, so that prefixes, BASE and escapes are the engine's own affair.
    """
    text = unescape(query)
    if text.upper().count("FROM") < 2:
        return None
    prologue, default, named = clauses(text)
    if len(default) < 2:
        return None
    selected = " ".join(f"({name} AS ?g{i})" for i, name in enumerate([*default, *named]))
    nodes = resolve(f"{prologue} SELECT {selected} {{}}")
    return Graphs(
        tuple(dict.fromkeys(nodes[: len(default)])), tuple(dict.fromkeys(nodes[len(default) :]))
    )


def clauses(query: str) -> tuple[str, list[str], list[str]]:
    """Return the prologue, and the IRIs of FROM and of FROM NAMED as they are written."""
    default: list[str] = []
    named: list[str] = []
    form_at = len(query)
    depth = 0
    after_from = is_named = False
    for token in tokens(query):
        word = token.text.upper() if token.kind == "word" else ""
        if word in ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK"):
            form_at = min(form_at, token.start)
        depth += (token.kind == "open") - (token.kind == "close")
        if after_from and word == "NAMED":
            is_named = True
        elif after_from and token.kind in ("iri", "name"):
            (named if is_named else default).append(token.text)
            after_from = False
        else:
            after_from, is_named = depth == 0 and word == "FROM", False
    return query[:form_at], default, named
