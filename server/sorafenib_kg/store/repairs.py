"""Queries written so that the engine gives the answer that SPARQL 1.1 asks for.

Each repair is for one known fault of the engine, works on tokens, and leaves alone what it does
not recognise. A test names W3C's test for each, and fails when the engine no longer needs it.
"""

from collections.abc import Callable, Iterator, Sequence

import pyoxigraph
from pyoxigraph import NamedNode

from sorafenib_kg.store.fresh_nodes import fresh_for_each_solution
from sorafenib_kg.store.lexer import Edit, Token, closing, replaced, tokens
from sorafenib_kg.store.zero_length import may_have_zero_length, zero_length_paths

_OWN = ("SELECT", "MINUS", "VALUES", "BIND", "EXISTS")
_LARGEST = 200_000


def repair(query: str, graphs: Callable[[], Sequence[NamedNode] | None]) -> str:
    """Return the query, changed where the engine would be wrong about it.

    ``graphs`` gives the named graphs of the dataset; None if they cannot all be named.
    """
    upper = query.upper()
    if "\\u" in query or "\\U" in query:
        return query
    # First, since what the others insert would look like something with a scope of its own.
    query = _scoped_graphs(query, graphs, 0)
    if may_have_zero_length(query):
        query = _mended(query, zero_length_paths)
    if "GROUP_CONCAT" in upper:
        query = _mended(query, _plain_group_concats)
    if "BNODE" in upper:
        query = _mended(query, fresh_for_each_solution)
    return query


def named_graphs(store: pyoxigraph.Store) -> list[NamedNode] | None:
    """Return the named graphs; None if one of them has a blank node as its name."""
    found = list(store.named_graphs())
    named = [graph for graph in found if isinstance(graph, NamedNode)]
    return named if len(named) == len(found) else None


def _mended(query: str, mend: Callable[[str, Sequence[Token]], Iterator[Edit]]) -> str:
    return replaced(query, mend(query, list(tokens(query))))


def _plain_group_concats(query: str, found: Sequence[Token]) -> Iterator[Edit]:
    """GROUP_CONCAT gives a simple literal (18.5.1.7); the engine keeps a shared language."""
    for index, token in enumerate(found[:-1]):
        if token.kind == "word" and token.text.upper() == "GROUP_CONCAT":
            last = closing(found, index + 1)
            if last is not None:
                yield token.start, token.start, "STR("
                end = found[last].start + 1
                yield end, end, ")"


def _scoped_graphs(
    query: str, graphs: Callable[[], Sequence[NamedNode] | None], number: int
) -> str:
    """The variable of GRAPH is joined with what is inside after that was evaluated (18.6).

    The engine gives it to the inside beforehand, and to sub-queries not at all. Where that makes a
    difference each graph is asked by its name, if the dataset has it.
    """
    if "GRAPH" not in query.upper():
        return query
    found = list(tokens(query))
    for index, token in enumerate(found[:-3]):
        variable = found[index + 1]
        if token.text.upper() != "GRAPH" or token.kind != "word" or variable.kind != "variable":
            continue
        if found[index + 2].text != "{" or (last := closing(found, index + 2)) is None:
            continue
        inside = found[index + 3 : last]
        if not _has_own_scope(inside, variable.text):
            continue
        names = graphs()
        content = query[found[index + 2].start + 1 : found[last].start]
        if names is None or len(names) * len(content) > _LARGEST or number > 8:
            return query
        asked = " UNION ".join(
            f"{{ GRAPH {name} {{}} GRAPH {name} {{ {_with_fresh_nodes(content, copy)} }} "
            f"VALUES {variable.text} {{ {name} }} }}"
            for copy, name in enumerate(names)
        )
        instead = f" {{ {asked or f'VALUES {variable.text} {{ }}'} }} "
        end = found[last].start + 1
        rest = _scoped_graphs(query[end:], graphs, number + 1)
        return query[: token.start] + instead + rest
    return query


def _has_own_scope(inside: Sequence[Token], variable: str) -> bool:
    name = variable[1:]
    return any(
        (token.kind == "word" and token.text.upper() in _OWN)
        or (token.kind == "variable" and token.text[1:] == name)
        for token in inside
    )


def _with_fresh_nodes(text: str, copy: int) -> str:
    """Rename the blank nodes: two groups must not have the same."""
    edits = [
        (token.start, token.start + len(token.text), f"{token.text}Copy{copy}")
        for token in tokens(text)
        if token.kind == "blank"
    ]
    return replaced(text, edits)
