"""What DESCRIBE tells beside what the engine does: the triples that a thing is the object of.

The engine gives the concise bounded description of each thing: the triples that it is the subject
of, and those of the nodes without names in them. In this graph most of what is known of a gene or a
pathway is said the other way round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeGuard

import pyoxigraph
from pyoxigraph import NamedNode, Triple

from sorafenib_kg.store.lexer import Token, tokens, unescape

_TARGETS = ("iri", "name", "variable")
_Results = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
# Asks the engine a query over the dataset of the one that describes.
Ask = Callable[[str], _Results]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a query that describes, as they are written."""

    prologue: str
    names: Sequence[str]  # IRIs that are to be described
    variables: Sequence[str]  # and whose values are, with their marks; * for all
    dataset: str  # FROM
    rest: str  # the pattern and what follows


def is_description(results: _Results, query: str) -> TypeGuard[pyoxigraph.QueryTriples]:
    """Say whether results are those of a DESCRIBE."""
    return isinstance(results, pyoxigraph.QueryTriples) and "DESCRIBE" in unescape(query).upper()


def symmetric(query: str, described: Iterator[Triple], ask: Ask) -> Iterator[Triple]:
    """Give each triple once of what the engine has described, and of those in which it is object.

    ``query`` is the text of a DESCRIBE that the engine has taken.
    """
    return _once(chain(described, _incoming(_parts(query), ask)))


def _once(triples: Iterator[Triple]) -> Iterator[Triple]:
    seen: set[Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple


def _incoming(parts: _Parts | None, ask: Ask) -> Iterator[Triple]:
    if parts is None:
        return
    try:
        values = " ".join(map(str, dict.fromkeys(_things(parts, ask))))
        if not values:
            return
        found = ask(
            f"{parts.prologue} CONSTRUCT {{ ?s ?p ?o }} {parts.dataset} "
            f"WHERE {{ VALUES ?o {{ {values} }} ?s ?p ?o }}"
        )
    except SyntaxError:
        # It is written in a way that is not known here; the engine has described what it is about.
        return
    assert isinstance(found, pyoxigraph.QueryTriples)  # noqa: S101 - a CONSTRUCT of ours
    yield from found


def _things(parts: _Parts, ask: Ask) -> Iterator[NamedNode]:
    """Give what has a name of what is described."""
    # Without a solution the engine describes nothing, not even what is named.
    selected = " ".join(parts.variables) or "(1 AS ?solution)"
    solutions = _select(f"{parts.prologue} SELECT {selected} {parts.dataset} {parts.rest}", ask)
    first = next(solutions, None)
    if first is None:
        return
    rows = chain([first], solutions)
    if parts.names:
        values = " ".join(parts.names)
        named = _select(f"{parts.prologue} SELECT * {{ VALUES ?thing {{ {values} }} }}", ask)
        rows = chain(rows, named)
    yield from (term for row in rows for term in row if isinstance(term, NamedNode))


def _select(text: str, ask: Ask) -> Iterator[pyoxigraph.QuerySolution]:
    rows = ask(text)
    assert isinstance(rows, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
    return rows


def _parts(query: str) -> _Parts | None:
    found = list(tokens(query))
    form = next((i for i in range(len(found)) if _word_at(found, i) == "DESCRIBE"), None)
    if form is None:
        return None
    index = form + 1
    while index < len(found) and (found[index].kind in _TARGETS or found[index].text == "*"):
        index += 1
    targets, dataset = found[form + 1 : index], index
    while _word_at(found, index) == "FROM":
        index += 3 if _word_at(found, index + 1) == "NAMED" else 2
    rest = query[found[index].start :] if index < len(found) else ""
    if not rest.startswith("{") and _word_at(found, index) != "WHERE":
        # There is no pattern: it has one solution, in which nothing has a value.
        rest = f"{{}} {rest}"
    return _Parts(
        query[: found[form].start],
        [token.text for token in targets if token.kind in ("iri", "name")],
        [t.text for t in targets if t.kind == "variable" or t.text == "*"],
        _between(query, found, dataset, index),
        rest,
    )


def _between(query: str, found: Sequence[Token], start: int, end: int) -> str:
    if start >= end:
        return ""
    last = found[end - 1]
    return query[found[start].start : last.start + len(last.text)]


def _word_at(found: Sequence[Token], index: int) -> str:
    token = found[index] if index < len(found) else None
    return token.text.upper() if token is not None and token.kind == "word" else ""
