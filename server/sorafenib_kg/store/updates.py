"""Updates: what they would change, found out on a copy that is thrown away afterwards."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad

from sorafenib_kg.errors import (
    ConflictError,
    ProtocolError,
    QueryEvaluationError,
    QuerySyntaxError,
    SorafenibKGError,
    SwitchedOffError,
    UnknownNameError,
)
from sorafenib_kg.fetching import NOTHING, Allowed
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.store import guard
from sorafenib_kg.store.delta import make_update
from sorafenib_kg.store.diagnosis import diagnose
from sorafenib_kg.store.difference import Difference, GraphName, each_as_stored
from sorafenib_kg.store.documents import read_triples
from sorafenib_kg.store.lexer import tokens, unescape
from sorafenib_kg.store.outside import What, by_relay, without_load, without_service

_DEFAULT = DefaultGraph()
_MISSING = re.compile(r"The graph (<[^<>]*>) does not exist")
_TAKEN = re.compile(r"The graph (<[^<>]*>) already exists")


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update, and the dataset of its WHERE clauses by the protocol."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    base: str | None = None


@dataclass(frozen=True, slots=True)
class GraphWrite:
    """A write of the Graph Store Protocol: the content of a graph, None for the default one."""

    method: str  # put, post or delete
    graph: str | None
    documents: tuple[tuple[bytes, str], ...] = ()  # content and media type
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes back a change that was made before, as far as nothing has changed it since."""

    number: int


Operation = Update | GraphWrite | Undo


def difference_to_undo(store: pyoxigraph.Store, made: Difference) -> Difference:
    """Return what takes a change back."""
    graphs = set(store.named_graphs())
    return Difference(
        frozenset(quad for quad in made.added if quad in store),
        frozenset(quad for quad in made.removed if quad not in store),
        frozenset(
            graph
            for graph in made.created & graphs
            if all(q in made.added for q in store.quads_for_pattern(None, None, None, graph))
        ),
        made.dropped - graphs,
    )


def difference_of_update(
    store: pyoxigraph.Store,
    update: Update,
    prefixes: Mapping[str, str] = PREFIXES,
    allowed: Allowed = NOTHING,
) -> Difference:
    """Return what the update changes in the store, which it does there.

    Raises QuerySyntaxError, QueryRefusedError, QueryEvaluationError, ProtocolError;
    UnknownNameError for a graph that is not there, ConflictError for one to create that is; for
    servers that it asks RemoteError and ForbiddenError.
    """
    update = replace(update, text=_checked(update, prefixes, allowed))
    words = _words(update.text, allowed)
    if not words:
        return _difference(store, update, prefixes)
    # What few need is imported when it is needed.
    from sorafenib_kg.store.relay import relaying

    with relaying(allowed) as relay:
        relayed = by_relay(update.text, words, update.base, relay.address)
        try:
            difference = _difference(store, replace(update, text=relayed), prefixes)
        except QueryEvaluationError:
            if relay.failure is not None:
                raise relay.failure from None
            raise
        if relay.failure is not None:
            raise relay.failure
        return difference


def _difference(store: pyoxigraph.Store, update: Update, prefixes: Mapping[str, str]) -> Difference:
    text = with_dataset(update)
    try:
        return make_update(store, text, update.base)
    except UnicodeEncodeError as error:
        raise QuerySyntaxError("the update is not Unicode text") from error
    except SyntaxError as error:
        raise diagnose(
            update.text, str(error), lambda text: _complaint(text, update.base), prefixes
        ) from error
    except RuntimeError as error:
        missing = _MISSING.match(str(error))
        if missing:
            raise UnknownNameError(f"the graph {missing[1]} does not exist") from error
        taken = _TAKEN.match(str(error))
        if taken:
            raise ConflictError(f"the graph {taken[1]} exists already") from error
        # Other texts of the engine may name its own parts.
        raise QueryEvaluationError("the engine cannot evaluate this update") from error
    except (ValueError, OSError) as error:
        raise QueryEvaluationError("the engine cannot evaluate this update") from error


def _words(text: str, allowed: Allowed) -> list[What]:
    """Return the words, of those that are allowed, by which an update may ask other servers."""
    written = unescape(text).upper()
    words: tuple[tuple[What, bool], ...] = (
        ("SERVICE", bool(allowed.service)),
        ("LOAD", bool(allowed.load)),
    )
    return [word for word, may in words if may and word in written]


def _checked(update: Update, prefixes: Mapping[str, str], allowed: Allowed) -> str:
    """Return the text without a silent LOAD where it may not be; raise the guard's error."""
    text, refused = update.text, None
    outside, load = bool(allowed.service), bool(allowed.load)
    try:
        guard.check_update(text, outside=outside, load=load)
        if not _words(text, allowed):
            return text
    except SwitchedOffError as error:
        refused = error
    # A fault of syntax comes first, if the text can be looked at without harm.
    bare, silent = without_load(text)
    guard.check_update(bare, outside=outside)
    complaint = _complaint(bare, update.base)
    if complaint is not None:
        raise diagnose(
            bare, complaint, lambda text: _complaint(text, update.base), prefixes
        ) from None
    if refused is None:
        return text
    if not silent:
        raise refused
    return bare


def with_dataset(update: Update) -> str:
    """Return the text with the protocol's dataset as USING clauses (section 2.2.3).

    Raises ProtocolError if the update names a dataset itself.
    """
    if not update.using and not update.using_named:
        return update.text
    try:
        clauses = [f"USING {NamedNode(name)}" for name in update.using]
        clauses += [f"USING NAMED {NamedNode(name)}" for name in update.using_named]
    except ValueError as error:
        raise ProtocolError(f"the name of a graph is not an absolute IRI: {error}") from error
    text = unescape(update.text)
    parts: list[str] = []
    end = 0
    for place, template in _places_of_where(text):
        parts += [text[end:place], f"{template} {' '.join(clauses)} "]
        end = place
    return "".join([*parts, text[end:]])


def _places_of_where(text: str) -> Iterator[tuple[int, str]]:
    """Give where each WHERE stands, and what must stand before it that does not.

    DELETE WHERE takes no USING, but is short for DELETE with its pattern as the template.
    """
    depth = 0
    has_template = False
    short: int | None = None  # where the WHERE of a DELETE WHERE stands
    for token in tokens(text):
        if token.kind in ("open", "close"):
            depth += 1 if token.kind == "open" else -1
            has_template = True
            if short is not None and depth == 0:
                yield short, text[short + len("WHERE") : token.start + 1]
                short = None
        elif depth == 0 and token.text == ";":
            has_template = False
        elif depth == 0 and token.kind == "word":
            word = token.text.upper()
            if word in ("USING", "WITH"):
                raise ProtocolError(
                    "the request names a dataset, and so does the update, by USING or WITH"
                )
            if word == "WHERE" and has_template:
                yield token.start, ""
            elif word == "WHERE":
                short = token.start


def difference_of_write(store: pyoxigraph.Store, write: GraphWrite) -> tuple[Difference, bool]:
    """Return what a write to a graph changes, and whether the graph was there before.

    Raises ProtocolError for content that cannot be read, UnknownNameError for a graph to delete
    that is not there.
    """
    graph: NamedNode | DefaultGraph = _DEFAULT
    if write.graph is not None:
        graph = _graph_node(write.graph)
    existed = isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)
    if write.method == "delete" and not existed:
        raise UnknownNameError("there is no such graph")
    new = {
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for content, media_type in write.documents
        for triple in read_triples(content, media_type, write.base)
    }
    old = set() if write.method == "post" else set(store.quads_for_pattern(None, None, None, graph))
    here = {quad for quad in new if quad in store}
    named = frozenset[GraphName]() if isinstance(graph, DefaultGraph) else frozenset([graph])
    return (
        Difference(
            # The store may hold a literal in another form than that which was sent.
            frozenset(old.difference(each_as_stored(new)) if old else ()),
            frozenset(new - here),
            named if write.method == "delete" else frozenset(),
            named if write.method != "delete" and not existed else frozenset(),
        ),
        existed,
    )


def _graph_node(name: str) -> NamedNode:
    try:
        return NamedNode(name)
    except ValueError as error:
        raise ProtocolError(f"the name of a graph is not an absolute IRI: {error}") from error


def _complaint(text: str, base: str | None) -> str | None:
    try:
        text = without_service(text)
        guard.check_update(text)
        pyoxigraph.Store().update(text, base_iri=base)
    except SyntaxError as error:
        return str(error)
    except (RuntimeError, ValueError, OSError, SorafenibKGError):
        return None
    return None
