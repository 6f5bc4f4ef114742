"""Why a query has no rows, where that can be told at once: terms that do not occur in the data."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode

from sorafenib_kg.store.figures import Figures
from sorafenib_kg.store.lexer import Token, tokens, unescape

_MOST_TOLD = 3
_CANDIDATES = 5000
# Quads up to which all of them are looked at for names, which takes the engine 1.4 s a million.
_FEW = 50_000
_TYPES = 200_000
# Gives terms of the data that begin with a namespace.
Names = Callable[[str], Sequence[NamedNode]]
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def is_empty(media_type: str, start: bytes, size: int) -> bool:
    """Say whether the solutions that were written down are none, by how they begin."""
    if size != len(start):
        return False
    if media_type.endswith("json"):
        return b'"bindings":[]' in start
    if media_type.endswith("xml"):
        return b"<results></results>" in start or b"<results/>" in start
    return start.count(b"\n") <= 1


def unknown_terms(store: pyoxigraph.Store, query: str, names: Names) -> str | None:
    """Return in words which IRIs of the query the data do not have, and which may be meant.

    ``names`` gives those of a namespace that may be.
    """
    return told_unknown((node for node in iris(query) if not _occurs(store, node)), cache(names))


def names_in(store: pyoxigraph.Store, figures: Callable[[], Figures]) -> Names:
    """Return what gives terms of a store by their namespace, in little time.

    These are all its terms if it is small, and predicates and classes of a large one.
    """

    def names(namespace: str) -> Sequence[NamedNode]:
        counted = figures()
        if counted.size <= _FEW:
            return list(_terms(store, namespace))
        predicates = counted.predicates(DefaultGraph()) | counted.predicates(None)
        known = chain(predicates, _classes(store))
        return [node for node in known if node.value.startswith(namespace)][:_CANDIDATES]

    return names


def told_unknown(missing: Iterable[NamedNode], names: Names) -> str | None:
    """Return in words that the first few of some IRIs do not occur, and which may be meant."""
    return "; ".join(_told(names, node) for node in islice(missing, _MOST_TOLD)) or None


def _told(names: Names, node: NamedNode) -> str:
    near = _nearest(names, node)
    hint = f", did you mean {near}?" if near is not None else ""
    return f"{node} does not occur in the data{hint}"


def _occurs(store: pyoxigraph.Store, node: NamedNode) -> bool:
    patterns = (
        (node, None, None, None),
        (None, node, None, None),
        (None, None, node, None),
        (None, None, None, node),
    )
    return any(
        next(iter(store.quads_for_pattern(*pattern)), None) is not None for pattern in patterns
    )


def _nearest(names: Names, node: NamedNode) -> NamedNode | None:
    """Return the term of the data in the same namespace whose name is most like this one."""
    namespace, local = _split(node.value)
    locals_ = {known.value.removeprefix(namespace): known for known in names(namespace)}
    lowered = {name.lower(): name for name in locals_}
    near = difflib.get_close_matches(local.lower(), lowered, n=1)
    return locals_[lowered[near[0]]] if near else None


def _terms(store: pyoxigraph.Store, namespace: str) -> Iterator[NamedNode]:
    """Give terms of the data that begin with a namespace."""
    found = store.query(
        "SELECT DISTINCT ?x { { ?x ?p ?o } UNION { ?s ?x ?o } UNION { ?s ?p ?x } "
        f'FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{namespace}")) }} LIMIT {_CANDIDATES}'
    )
    assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
    return (row["x"] for row in found)


def _classes(store: pyoxigraph.Store) -> Iterator[NamedNode]:
    found = store.query(
        f"SELECT DISTINCT ?x {{ {{ SELECT ?x {{ ?s {_RDF_TYPE} ?x }} LIMIT {_TYPES} }} }}"
    )
    assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
    return (row["x"] for row in found if isinstance(row["x"], NamedNode))


def _split(iri: str) -> tuple[str, str]:
    end = max(iri.rfind("#"), iri.rfind("/")) + 1 or iri.rfind(":") + 1
    return iri[:end], iri[end:]


def iris(query: str) -> Iterator[NamedNode]:
    """Give the IRIs of a query once each, but those of its prologue and of data types."""
    seen: set[str] = set()
    prefixes: dict[str, str] = {}
    before: list[Token] = []
    for token in tokens(unescape(query)):
        iri = None
        words = [earlier.text.upper() for earlier in before[-2:]]
        if token.kind == "iri" and words[:1] == ["PREFIX"]:
            prefixes[before[-1].text.rstrip(":")] = token.text[1:-1]
        elif token.kind == "iri" and words[-1:] != ["BASE"]:
            iri = token.text[1:-1]
        elif token.kind == "name" and words[-1:] != ["PREFIX"]:
            iri = _expanded(token.text, prefixes)
        is_datatype = words == ["^", "^"]
        if iri and ":" in iri and not is_datatype and iri not in seen:
            seen.add(iri)
            try:
                node = NamedNode(iri)
            except ValueError:
                continue
            if node != _RDF_TYPE:
                yield node
        before = [*before[-1:], token]


def _expanded(name: str, prefixes: Mapping[str, str]) -> str | None:
    prefix, _, local = name.partition(":")
    return prefixes[prefix] + local.replace("\\", "") if prefix in prefixes else None
