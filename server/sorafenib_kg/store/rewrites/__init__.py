"""Queries written so that the engine answers them in less time, with the same answers.

Each rewrite is for one shape that the engine is slow on, works on tokens, and leaves alone what
it does not recognise.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat

import pyoxigraph

from sorafenib_kg.store.figures import Figures
from sorafenib_kg.store.lexer import Edit, Token, replaced, tokens
from sorafenib_kg.store.rewrites.anchors import anchored
from sorafenib_kg.store.rewrites.counts import counted
from sorafenib_kg.store.rewrites.groups import Group, read
from sorafenib_kg.store.rewrites.hoists import hoisted
from sorafenib_kg.store.rewrites.orders import ordered

_LONGEST = 10_000
_DEEPEST = 8  # braces in braces into which an anchor is taken
# Quads. Below, any order of patterns takes less time than to look for the best.
LARGE = 100_000
# What a query has at least that one of the rewrites can be for.
_CLASS = re.compile(r"\sa\s+[<\w:]")
_TRIPLE_BEHIND = re.compile(r"[})]\s*\.?\s*(?:[?$<]|[\w.\-]*:)")

_Rewriting = Callable[[str, Sequence[Token], Group], Iterable[Edit]]


def rewrite(query: str, store: pyoxigraph.Store, figures: Callable[[], Figures] | None) -> str:
    """Return the query, written anew where that saves time.

    ``figures`` gives those of the store, None if the query has a dataset of its own.
    """
    if len(query) > _LONGEST or "\\u" in query or "\\U" in query:
        return query
    upper = query.upper()
    if figures is not None and "COUNT" in upper:
        query = replaced(query, counted(list(tokens(query)), figures()))
    steps = list(_promising(query, upper, store, figures))
    if not steps:
        return query
    found = list(tokens(query))
    group = read(found)
    idle = None
    for step in steps:
        if group is None or step is idle:
            continue
        edits = list(step(query, found, group))
        if edits:
            query = replaced(query, edits)
            found = list(tokens(query))
            group = read(found)
        else:
            idle = step
    return query


def _promising(
    query: str, upper: str, store: pyoxigraph.Store, figures: Callable[[], Figures] | None
) -> Iterator[_Rewriting]:
    """Give the rewrites that may be for a query, in the order in which they are tried."""
    if "UNION" in upper or "BIND" in upper:
        yield from repeat(anchored, _DEEPEST)
    if "OPTIONAL" in upper and _TRIPLE_BEHIND.search(query):
        yield hoisted
    if "VALUES" in upper or (
        figures is not None and _CLASS.search(query) and figures().size >= LARGE
    ):
        yield partial(ordered, store=store)
