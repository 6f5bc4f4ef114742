"""Queries written so that the engine gives the answer that SPARQL 1.1 asks for.

Each repair is for one known fault of the engine, works on tokens, and leaves alone what it does
not recognise. A test names W3C's test for each, and fails when the engine no longer needs it.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import NamedNode

from sorafenib_kg.store.fresh_nodes import fresh_for_each_solution
from sorafenib_kg.store.lexer import Edit, Token, closing, replaced, tokens

# Behind a step of a path, and before what it leads to.
_ANY_LENGTH = re.compile(r"[*?](?<=[\w>)].)\s*[\w<:?$]")
_OWN = ("SELECT", "MINUS", "VALUES", "BIND", "EXISTS")
_LARGEST = 200_000


def repair(query: str, graphs: Callable[[], Sequence[NamedNode] | None]) -> str:
    """Return the query, changed where the engine would be wrong about it.

    ``graphs`` gives the named graphs of the dataset; None if they cannot all be named.
    """
    upper = query.upper()
    if not (
        "GRAPH" in upper or "GROUP_CONCAT" in upper or "BNODE" in upper or _ANY_LENGTH.search(query)
    ):
        return query
    if "\\u" in query or "\\U" in query:
        return query
    found = list(tokens(query))
    edits = [
        *_plain_group_concats(found),
        *_zero_length_paths(query, found),
        *fresh_for_each_solution(query, found),
    ]
    query = replaced(query, edits)
    return _scoped_graphs(query, graphs, 0)


def _plain_group_concats(found: Sequence[Token]) -> Iterator[Edit]:
    """GROUP_CONCAT gives a simple literal (18.5.1.7); the engine keeps a shared language."""
    for index, token in enumerate(found[:-1]):
        if token.kind == "word" and token.text.upper() == "GROUP_CONCAT":
            last = closing(found, index + 1)
            if last is not None:
                yield token.start, token.start, "STR("
                end = found[last].start + 1
                yield end, end, ")"


def _zero_length_paths(query: str, found: Sequence[Token]) -> Iterator[Edit]:
    """A path of length zero leads from a constant to itself, in the graph or not (18.4)."""
    number = 0
    for index, token in enumerate(found):
        if token.text not in ("{", ".", "}") or index + 4 >= len(found):
            continue
        start, end_of_path = found[index + 1], _end_of_path(found, index + 2)
        if end_of_path is None or end_of_path + 2 >= len(found):
            continue
        end, behind = found[end_of_path + 1], found[end_of_path + 2]
        ends = {start.kind, end.kind}
        if behind.text not in (".", "}") or "variable" not in ends or not ends & {"iri", "name"}:
            continue
        variable, constant = (start, end) if start.kind == "variable" else (end, start)
        number += 1
        p, o = f"?zeroLength{number}p", f"?zeroLength{number}o"
        stop = end.start + len(end.text)
        yield (
            start.start,
            stop,
            f"{{ {query[start.start : stop]} }} UNION {{ VALUES {variable.text} "
            f"{{ {constant.text} }} FILTER NOT EXISTS {{ {{ {constant.text} {p} {o} }} UNION "
            f"{{ {o} {p} {constant.text} }} }} }} ",
        )


def _end_of_path(found: Sequence[Token], index: int) -> int | None:
    """Return where a path ends that is one step, or a group, any number of times or at most once.

    None for any other path.
    """
    last = index
    if found[index].text == "(":
        end = closing(found, index)
        if end is None:
            return None
        last = end
    elif found[index].kind not in ("iri", "name") and found[index].text != "a":
        return None
    if last + 1 < len(found) and found[last + 1].text in ("*", "?"):
        return last + 1
    return None


def _scoped_graphs(
    query: str, graphs: Callable[[], Sequence[NamedNode] | None], number: int
) -> str:
    """The variable of GRAPH is joined with what is inside after that was evaluated (18.6).

    The engine gives it to the inside beforehand, and to sub-queries not at all. Where that makes a
    difference each graph is asked by its name.
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
            f"{{ GRAPH {name} {{ {_with_fresh_nodes(content, copy)} }} "
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
