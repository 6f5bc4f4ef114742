"""Paths of length zero from constants, which lead to themselves in the graph or not (18.4).

The engine looks for them among the nodes of the graph. A pattern with a path that may be of length
zero, and a constant at an end of it, gets a branch for the case that the constant is none of these.
The steps of a sequence are all taken to begin at the constant, as other engines have it: by the
letter of 18.4 there are variables between them, which only nodes of the graph can be.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from sorafenib_kg.store.lexer import Edit, Token
from sorafenib_kg.store.rewrites.groups import Element, Group, group_at, read
from sorafenib_kg.store.runs import Pattern, patterns

# Behind a step of a path; or behind a blank, before what it leads to or goes on with.
_MARK = re.compile(r"""[*?](?:(?<=[\w>)].)|(?<=\s.)\s*(?:[?$<"'/|)\[]|[\w.\-]*:))""")
_NAME = "zeroLength"
_MOST_WAYS = 8

_Place = tuple[Element, str]  # a run of triples, and the name of the graph that it is about


def may_have_zero_length(query: str) -> bool:
    """Say, at little cost, whether a query may have a path that may be of length zero."""
    return _MARK.search(query) is not None


def zero_length_paths(query: str, found: Sequence[Token]) -> Iterator[Edit]:
    """Give what makes constants reach themselves."""
    if not may_have_zero_length(query) or _NAME in query:
        return
    labels = [token.text for token in found if token.kind == "blank"]
    here, remote = _here(found)
    number = 0
    for run, graph in _Runs(here, remote).of_query():
        blocks = patterns(query, here[run.first : run.last + 1])
        kept: list[str] = []
        branched: list[str] = []
        for block in blocks or ():
            mended = [pattern for pattern in block.patterns if _is_missed(pattern, labels)]
            if not mended or (block.subject.kind in ("blank", "other") and len(block.patterns) > 1):
                kept.append(block.text)
                continue
            kept += [pattern.text for pattern in block.patterns if pattern not in mended]
            for pattern in mended:
                number += 1
                branched.append(_with_branches(pattern, graph, number))
        if branched:
            last = here[run.last]
            instead = " ".join([" . ".join(kept), *branched, ""])
            yield here[run.first].start, last.start + len(last.text), instead


def _here(found: Sequence[Token]) -> tuple[Sequence[Token], frozenset[int]]:
    """Return the tokens without the names of servers, and where braces of SERVICE then stand."""
    kept: list[Token] = []
    remote: set[int] = set()
    index = 0
    while index < len(found):
        if found[index].kind == "word" and found[index].text.upper() == "SERVICE":
            index += 1
            index += found[index : index + 1] != [] and found[index].text.upper() == "SILENT"
            index += 1
            remote.add(len(kept))
        else:
            kept.append(found[index])
            index += 1
    return kept, frozenset(remote)


def _is_missed(pattern: Pattern, labels: Sequence[str]) -> bool:
    """Say whether the engine may miss a solution of a pattern that can be written anew."""
    ends = (pattern.subject, pattern.object)
    return (
        0 < pattern.ways <= _MOST_WAYS
        and any(end.kind == "constant" for end in ends)
        and all(end.kind != "other" for end in ends)
        # A label stands for one node in one run of triples, and must not be in two.
        and all(labels.count(end.text) < 2 for end in ends)
    )


def _with_branches(pattern: Pattern, graph: str, number: int) -> str:
    """Return a pattern as a union, with a branch for each way in which it has length zero."""
    ends = (pattern.subject, pattern.object)
    constant = next(end.text for end in ends if end.kind == "constant")
    other = pattern.object if pattern.subject.kind == "constant" else pattern.subject
    match other.kind:
        case "variable":
            same = f"VALUES {other.text} {{ {constant} }} "
        case "constant":
            same = f"FILTER(SAMETERM({constant}, {other.text})) "
        case _:
            same = ""
    # Of a graph that is not there nothing is a solution.
    there = f"GRAPH {graph} {{}} " if graph else ""
    p, o = f"?{_NAME}{number}p", f"?{_NAME}{number}o"
    branch = (
        f"{{ {there}{same}FILTER NOT EXISTS {{ {{ {constant} {p} {o} }} UNION "
        f"{{ {o} {p} {constant} }} }} }}"
    )
    return " UNION ".join([f"{{ {pattern.text} }}", *[branch] * pattern.ways])


class _Runs:
    """Finds the runs of triples that the engine itself evaluates."""

    def __init__(self, found: Sequence[Token], remote: Collection[int]) -> None:
        self._found = found
        self._remote = remote

    def of_query(self) -> Iterator[_Place]:
        """Give the runs of a whole query; none if not all of it is understood."""
        group = read(self._found)
        if group is not None:
            yield from self._around((0, len(self._found)), group, "")

    def _around(self, places: tuple[int, int], group: Group, graph: str) -> Iterator[_Place]:
        """Give those of a query's group, and of the conditions in front of it and behind it."""
        yield from self._of_conditions(places[0], group.first, graph)
        yield from self._inside(group, graph)
        yield from self._of_conditions(group.last + 1, places[1], graph)

    def _inside(self, group: Group, graph: str) -> Iterator[_Place]:
        if group.first in self._remote:
            return
        if group.query is not None:
            # The variable of GRAPH is another one in a sub-query.
            inside = "" if graph[:1] in ("?", "$") else graph
            yield from self._around((group.first + 1, group.last), group.query, inside)
        for element in group.elements:
            if element.kind == "triples":
                yield element, graph
            inside = self._found[element.first + 1].text if element.kind == "graph" else graph
            for inner in element.groups:
                yield from self._inside(inner, inside)
            if element.kind in ("filter", "bind"):
                yield from self._of_conditions(element.first, element.last + 1, graph)

    def _of_conditions(self, start: int, stop: int, graph: str) -> Iterator[_Place]:
        """Give those inside each EXISTS between two places."""
        index = start + 1
        while index < stop:
            is_group = self._found[index].text == "{"
            if is_group and self._found[index - 1].text.upper() == "EXISTS":
                group = group_at(self._found, index)
                if group is not None:
                    yield from self._inside(group, graph)
                    index = group.last
            index += 1
