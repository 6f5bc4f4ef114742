"""BNODE of a string, which is one node for each solution (section 17.4.2.9).

The engine takes the string for the label of the node: equal strings in different solutions give
the same node, and a string that is no label gives none. Each solution is given a random text
beforehand, and the label is the hash of that text and the string.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sorafenib_kg.store.lexer import Edit, Token, closing
from sorafenib_kg.store.rewrites.groups import Group, read

_STRING = "<http://www.w3.org/2001/XMLSchema#string>"
# With these the solutions of SELECT are not those of its pattern.
_GROUPING = frozenset(
    {"GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "VALUES"}
)


def fresh_for_each_solution(query: str, found: Sequence[Token]) -> Iterator[Edit]:
    """Give what makes BNODE of a string a new node for each solution.

    That is in BIND, and in the expressions of SELECT. A query of all variables is left alone, since
    the texts would be among them.
    """
    calls = [index for index in range(len(found) - 2) if _is_call(found[index : index + 3])]
    group = read(found) if calls else None
    if group is None or _shows_all(found, group) or _is_shared(found, calls, group):
        return
    number = 0
    for inner in group.walk():
        fresh: str | None = None
        for element in inner.elements:
            if element.kind not in ("bind", "filter"):
                fresh = None
            inside = [index for index in calls if element.first < index < element.last]
            if element.kind != "bind" or not inside:
                continue
            if fresh is None:
                number += 1
                fresh = f"?solutionOfBnode{number}"
                start = found[element.first].start
                yield start, start, f"BIND(STRUUID() AS {fresh}) "
            yield from _calls(query, found, inside, fresh)
    yield from _of_select(query, found, calls, group, (0, len(found)), "?solutionOfBnode")
    for outer in group.walk():
        if outer.query is not None:
            number += 1
            around = (outer.first + 1, outer.last)
            fresh = f"?solutionOfBnode{number}"
            yield from _of_select(query, found, calls, outer.query, around, fresh)


def _of_select(
    query: str,
    found: Sequence[Token],
    calls: Sequence[int],
    group: Group,
    around: tuple[int, int],
    fresh: str,
) -> Iterator[Edit]:
    """Give the same for the expressions of SELECT in front of a group."""
    of_select = [index for index in calls if around[0] <= index < group.first]
    outside = [*found[around[0] : group.first], *found[group.last + 1 : around[1]]]
    if of_select and _GROUPING.isdisjoint(token.text.upper() for token in outside):
        yield found[group.first].start, found[group.first].start, "{ "
        end = found[group.last].start + 1
        yield end, end, f" BIND(STRUUID() AS {fresh}) }}"
        yield from _calls(query, found, of_select, fresh)


def _is_call(ahead: Sequence[Token]) -> bool:
    name, opening, argument = (token.text for token in ahead)
    return ahead[0].kind == "word" and name.upper() == "BNODE" and opening == "(" != argument != ")"


def _is_shared(found: Sequence[Token], calls: Sequence[int], group: Group) -> bool:
    """Say whether there are calls inside each other, or inside BIND and elsewhere too.

    Those elsewhere may have to give the same node.
    """
    ends = [closing(found, call + 1) or call for call in calls]
    binds = [e for inner in group.walk() for e in inner.elements if e.kind == "bind"]
    bound = {call for call in calls if any(e.first < call < e.last for e in binds)}
    return any(later < end for end, later in zip(ends, calls[1:], strict=False)) or (
        bool(bound) and len(bound) < len(calls)
    )


def _shows_all(found: Sequence[Token], group: Group) -> bool:
    """Say whether a query gives, or tells apart, solutions by all variables of its group.

    Beyond a sub-query the texts are in nobody's way.
    """
    start = found[group.first].start
    before_star = [(before, star.start) for before, star in pairwise(found) if star.text == "*"]
    return any(
        before.text.upper() in ("DISTINCT", "REDUCED")
        or (before.text.upper() in ("SELECT", "DESCRIBE") and place < start)
        for before, place in before_star
    )


def _calls(query: str, found: Sequence[Token], calls: Sequence[int], fresh: str) -> Iterator[Edit]:
    for index in calls:
        last = closing(found, index + 1)
        if last is None:
            continue
        start, end = found[index + 1].start + 1, found[last].start
        text = query[start:end]
        # A string of another datatype, or with a language, is an error, and stays one.
        label = f"SHA256(CONCAT({fresh}, {text}))"
        yield start, end, f"IF(DATATYPE({text}) = {_STRING}, {label}, {text})"
