"""The groups of a query (section 5.2) as a tree over its tokens, as far as rewrites need it.

Whatever is not understood makes the whole query so: `read` returns None then. Expressions and
what stands in EXISTS stay unread; of them only the variables are known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sorafenib_kg.store.lexer import Token, closing

Kind = Literal["triples", "groups", "optional", "minus", "graph", "filter", "bind", "values"]

_FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_BEFORE_GROUP: dict[str, Kind] = {"OPTIONAL": "optional", "MINUS": "minus"}
# The engine wants no blank behind a keyword: GRAPHa:b is GRAPH a:b to it.
_GLUED = re.compile(
    r"(?:GRAPH|SERVICE|SILENT|SELECT|WHERE|OPTIONAL|MINUS|UNION|FILTER|EXISTS|VALUES|BIND|FROM|NAMED)"
    r"|AS$",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_NUMBER = re.compile(r"\d+(?:[eE]\d*)?")


class _UnreadError(Exception):
    """The query has something that is not read here."""


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a group, from one token to another, both included."""

    kind: Kind
    first: int
    last: int
    groups: tuple["Group", ...] = ()  # several are the branches of a UNION
    variables: frozenset[str] = frozenset()  # all that it mentions, without their marks


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between braces; of a sub-query, nothing but that it is one and its own group."""

    first: int
    last: int
    elements: tuple[Element, ...] = ()
    query: "Group | None" = field(default=None)

    def walk(self) -> Iterator["Group"]:
        """Give this group and all inside it, the outer before the inner."""
        yield self
        if self.query is not None:
            yield from self.query.walk()
        for element in self.elements:
            for group in element.groups:
                yield from group.walk()


def read(found: Sequence[Token]) -> Group | None:
    """Return the outermost group of a query; None if not all of the query is understood."""
    try:
        for token in found:
            _check(token)
        form = next(i for i, token in enumerate(found) if _word(token) in _FORMS)
        start = form + 1
        if _word(found[form]) == "CONSTRUCT" and found[start].text == "{":
            start = _closed(found, start) + 1
        group = _group(found, _first_brace(found, start))
    except (_UnreadError, StopIteration, IndexError):
        return None
    return group


def group_at(found: Sequence[Token], index: int) -> Group | None:
    """Return the group of which the first brace stands there; None if it is not understood."""
    try:
        return _group(found, index)
    except (_UnreadError, IndexError):
        return None


def variables(found: Sequence[Token]) -> frozenset[str]:
    """Return the variables among tokens, without their marks; ?x and $x are the same."""
    return frozenset(t.text[1:] for t in found if t.kind == "variable" and t.text[0] != "@")


def _check(token: Token) -> None:
    if token.kind == "name" and _GLUED.match(token.text.partition(":")[0]):
        raise _UnreadError
    # In an expression, ?a<?b&&?c>?d has the look of an IRI inside.
    if token.kind == "iri" and ("?" in token.text or "$" in token.text):
        if not _SCHEME.match(token.text):
            raise _UnreadError
    elif token.kind == "open" and token.text == "<<":
        raise _UnreadError


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def _closed(found: Sequence[Token], index: int) -> int:
    end = closing(found, index)
    if end is None:
        raise _UnreadError
    return end


def _first_brace(found: Sequence[Token], index: int) -> int:
    while found[index].text != "{":
        index = _closed(found, index) + 1 if found[index].kind == "open" else index + 1
        if found[index].text == "}":
            raise _UnreadError
    return index


def _group(found: Sequence[Token], first: int) -> Group:
    last = _closed(found, first)
    if found[last].text != "}":
        raise _UnreadError
    index = first + 1
    if _word(found[index]) == "SELECT":
        return Group(first, last, query=_group(found, _first_brace(found, index)))
    elements: list[Element] = []
    while index < last:
        element = _element(found, index, last)
        elements.append(element)
        index = element.last + 1
        if element.kind != "triples" and found[index].text == ".":
            index += 1
    return Group(first, last, tuple(elements))


def _element(found: Sequence[Token], index: int, end: int) -> Element:
    token = found[index]
    word = _word(token)
    groups: list[Group] = []
    if token.text == "{":
        groups.append(_group(found, index))
        last = groups[0].last
        while _word(found[last + 1]) == "UNION":
            groups.append(_group(found, _brace(found, last + 2)))
            last = groups[-1].last
        kind: Kind = "groups"
    elif word in _BEFORE_GROUP:
        groups.append(_group(found, _brace(found, index + 1)))
        kind, last = _BEFORE_GROUP[word], groups[0].last
    elif word == "GRAPH":
        groups.append(_group(found, _brace(found, index + 2)))
        kind, last = "graph", groups[0].last
    elif word == "FILTER":
        kind, last = "filter", _end_of_filter(found, index + 1)
    elif word == "BIND":
        kind, last = "bind", _closed(found, index + 1)
    elif word == "VALUES":
        kind, last = "values", _end_of_values(found, index + 1)
    else:
        kind, last = "triples", _end_of_triples(found, index, end)
    return Element(kind, index, last, tuple(groups), variables(found[index : last + 1]))


def _brace(found: Sequence[Token], index: int) -> int:
    if found[index].text != "{":
        raise _UnreadError
    return index


def _end_of_filter(found: Sequence[Token], index: int) -> int:
    if _word(found[index]) == "NOT":
        index += 1
    if _word(found[index]) == "EXISTS":
        return _closed(found, _brace(found, index + 1))
    if found[index].text != "(":
        # A function stands without parentheses around it.
        index += 1
    if found[index].text != "(":
        raise _UnreadError
    return _closed(found, index)


def _end_of_values(found: Sequence[Token], index: int) -> int:
    index = _closed(found, index) + 1 if found[index].text == "(" else index + 1
    return _closed(found, _brace(found, index))


def _end_of_triples(found: Sequence[Token], index: int, end: int) -> int:
    """Return where a run of triples ends; the dot behind it belongs to it."""
    start = index
    while index < end:
        token = found[index]
        if token.kind == "open":
            if token.text == "{":
                break
            index = _closed(found, index)
        elif token.kind == "word" and not _is_term(token):
            if token.text.upper() not in (*_BEFORE_GROUP, "GRAPH", "FILTER", "BIND", "VALUES"):
                raise _UnreadError
            break
        elif token.kind == "close":
            raise _UnreadError
        index += 1
    if index == start:
        raise _UnreadError
    return index - 1


def _is_term(token: Token) -> bool:
    return (
        token.text == "a"
        or token.text.lower() in ("true", "false")
        or _NUMBER.fullmatch(token.text) is not None
    )
