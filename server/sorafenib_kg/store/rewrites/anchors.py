"""Patterns beside a UNION, taken into its branches.

In

    ?t a :T . { ?a :p ?t ; a :A } UNION { ?b :q ?t ; a :B }

the engine evaluates a branch anew for each ?t, and plans it as if ?t had no value. A join
distributes over a union, so the patterns can stand in each branch, where they are planned with
the others. The same goes for a group in braces of its own.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sorafenib_kg.store.lexer import Edit, Token
from sorafenib_kg.store.rewrites.groups import Element, Group
from sorafenib_kg.store.rewrites.moves import moves_into

# Characters of a query; copies make it longer.
_LONGEST = 20_000
_ONE_PATTERN = 3  # tokens after the first: a triple and its dot
_JOINED = ("triples", "values", "groups", "graph")


def anchored(query: str, found: Sequence[Token], group: Group) -> Iterator[Edit]:
    """Give what takes anchors into the branches beside them, for the outermost groups that can."""
    for run in _joined_runs(group):
        edits = list(_distributed(query, found, run))
        if edits:
            yield from edits
            return
    if group.query is not None:
        yield from anchored(query, found, group.query)
    for element in group.elements:
        for inner in element.groups:
            yield from anchored(query, found, inner)


def _joined_runs(group: Group) -> Iterator[list[Element]]:
    """Give the elements that are joined with each other, in any order."""
    elements = [element for element in group.elements if element.kind != "filter"]
    for is_joined, run in groupby(elements, key=lambda element: element.kind in _JOINED):
        if is_joined:
            yield list(run)


def _distributed(query: str, found: Sequence[Token], run: Sequence[Element]) -> Iterator[Edit]:
    anchors = [element for element in run if element.kind in ("triples", "values")]
    branching = [element for element in run if element.kind == "groups"]
    if len(branching) != 1 or not any(element.kind == "triples" for element in anchors):
        return
    branches = branching[0].groups
    bound: frozenset[str] = frozenset().union(*(element.variables for element in anchors))
    has_blank = any(
        token.kind == "blank"
        for element in anchors
        for token in found[element.first : element.last + 1]
    )
    copied = " ".join(_text(query, found, element) for element in anchors) + " "
    if (
        has_blank
        or any(branch.query is not None for branch in branches)
        or len(query) + len(branches) * len(copied) > _LONGEST
        or not any(_is_worth_it(branch, alone=len(branches) == 1) for branch in branches)
        or not all(
            bound & _mentioned(branch) and moves_into(branch, bound, found) for branch in branches
        )
    ):
        return
    for element in anchors:
        start, end = _span(found, element)
        behind = found[element.last + 1]
        # The dot that may stand behind VALUES.
        yield start, end if behind.text != "." else behind.start + 1, " "
    for branch in branches:
        inside = found[branch.first].start + 1
        yield inside, inside, f" {copied}"


def _mentioned(branch: Group) -> frozenset[str]:
    return frozenset().union(*(element.variables for element in branch.elements))


def _is_worth_it(branch: Group, *, alone: bool) -> bool:
    """Say whether there is something in a branch to be planned.

    One pattern is not; and triples in braces of their own are planned with what is beside them.
    """
    return any(
        element.kind not in ("triples", "values")
        or (not alone and element.last - element.first > _ONE_PATTERN)
        for element in branch.elements
    )


def _span(found: Sequence[Token], element: Element) -> tuple[int, int]:
    last = found[element.last]
    return found[element.first].start, last.start + len(last.text)


def _text(query: str, found: Sequence[Token], element: Element) -> str:
    start, end = _span(found, element)
    dot = " ." if element.kind == "triples" and found[element.last].text != "." else ""
    return query[start:end] + dot
