"""What SELECT names although a query groups its solutions (section 11 of SPARQL 1.1 Query)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sorafenib_kg.store.lexer import Token, closing

AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_CLAUSES = {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


@dataclass(slots=True)
class _Select:
    """A SELECT from its word to the bracket that closes the group around it, or to the end."""

    items: list[list[Token]] = field(default_factory=list)
    modifiers: list[Token] = field(default_factory=list)
    end: int | None = None  # where that bracket stands


def first_fault_of_grouping(found: Sequence[Token], until: int | None) -> tuple[Token, str] | None:
    """Return what a SELECT may not name, and what to say of it.

    ``until`` is where the engine has stopped, None if it has read all: it judges a SELECT at its
    end, and so those that end there or before.
    """
    for index, token in enumerate(found):
        if _is(token, "SELECT"):
            select = _read(found, index)
            if until is None or (select.end is not None and select.end <= until):
                fault = _fault(select)
                if fault is not None:
                    return fault
    return None


def _read(found: Sequence[Token], index: int) -> _Select:
    select = _Select()
    at = index + 1
    while at < len(found) and found[at].text != "{":
        end = closing(found, at) if found[at].text == "(" else at
        if end is None:
            return select
        select.items.append(list(found[at : end + 1]))
        at = end + 1
    end = closing(found, at) if at < len(found) else None
    if end is None:
        return select
    stop = end + 1
    while stop < len(found) and found[stop].kind != "close":
        stop = (closing(found, stop) or len(found)) if found[stop].kind == "open" else stop
        stop += 1
    select.modifiers = list(found[end + 1 : stop])
    # Behind VALUES the engine has stopped at its bracket.
    last = found[stop : stop + 1] or select.modifiers[-1:]
    select.end = next((token.start for token in last if token.kind == "close"), None)
    return select


def _fault(select: _Select) -> tuple[Token, str] | None:
    words = {token.text.upper() for token in select.modifiers if token.kind == "word"}
    if not words & {"GROUP", "HAVING"} and not any(map(_aggregates, select.items)):
        return None
    known = set(_grouped(select.modifiers))
    for item in select.items:
        first = item[0]
        if first.text == "*":
            return first, "SELECT * cannot stand with GROUP BY or HAVING: name the variables"
        for token in item if first.kind == "variable" else _used(item):
            if token.text[1:] not in known:
                return token, f"{token.text} is neither grouped by nor aggregated"
    return None


def _grouped(modifiers: Sequence[Token]) -> Iterator[str]:
    """Give the variables that GROUP BY names or gives values to, and those of VALUES behind it."""
    word = ""
    at = 0
    while at < len(modifiers):
        token = modifiers[at]
        if token.kind == "word" and token.text.upper() in _CLAUSES:
            word = token.text.upper()
        elif word == "VALUES" or (word == "GROUP" and token.kind == "variable"):
            yield token.text[1:]
        elif token.kind == "open":
            before = modifiers[at - 1]
            is_call = before.kind in ("word", "iri", "name") and not _is(before, "BY")
            start, end = at + 1, closing(modifiers, at)
            if end is None:
                return
            at = end
            if word == "GROUP" and not is_call:
                # To the engine (?a AS ?b) groups by ?a, too.
                ends = (modifiers[start], modifiers[at - 1])
                is_renamed = at - start == 3 and _is(modifiers[start + 1], "AS")
                named = ends if is_renamed else ends[1:]
                yield from (token.text[1:] for token in named if token.kind == "variable")
        at += 1


def _aggregates(item: Sequence[Token]) -> bool:
    return any(token.text.upper() in AGGREGATES for token in item if token.kind == "word")


def _used(item: Sequence[Token]) -> Iterator[Token]:
    """Give the variables of an expression, up to its AS, that are not inside of an aggregate.

    What is called by an IRI may be one, and EXISTS has variables of its own.
    """
    at = 1
    while at < len(item) and not _is(item[at], "AS"):
        token, before = item[at], item[at - 1]
        is_call = before.text.upper() in AGGREGATES or before.kind in ("iri", "name")
        if token.text == "{" or (token.text == "(" and is_call):
            at = closing(item, at) or len(item)
        elif token.kind == "variable" and token.text[0] != "@":
            yield token
        at += 1


def _is(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word
