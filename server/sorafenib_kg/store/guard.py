"""A look at a query before the engine sees it: what could harm the process is refused.

The engine parses and plans by recursion on the stack of the thread, so that deep nesting ends
the whole process; it plans a group of a few hundred patterns for minutes; and it would send a
SERVICE clause out to the network. The limits were measured: all of them can be reached at once
without harm on a stack of 8 MiB.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sorafenib_kg.errors import QueryRefusedError, RequestTooLargeError, SwitchedOffError
from sorafenib_kg.store.lexer import Token, tokens, unescape


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a query may be."""

    characters: int = 200_000
    depth: int = 50  # brackets inside brackets
    # Triples, steps of paths and groups, all of which the planner puts in order: 130 that share
    # one variable take it about a second, 200 take 8 seconds.
    patterns: int = 130
    parentheses: int = 1000
    operators: int = 1000
    top_level: int = 1000  # tokens outside all brackets: lists of variables, IRIs to describe


LIMITS = Limits()
# Of an update, whose data blocks cost no planning.
UPDATE_LIMITS = Limits(characters=8_000_000)
# Texts below these sizes offend by SERVICE only.
_SHORT = 2000
_FEW_BRACKETS = 40
# Nothing else than an IRI: no expression has two strokes side by side.
_PLAIN_IRI = re.compile(r"<https?://[\w.\-/#]*>")
_HIDING = re.compile(r"^<(?![A-Za-z][A-Za-z0-9+.\-]*://).*['#)]")


@dataclass(slots=True)
class _Sizes:
    deepest: int = 0
    patterns: int = 0
    parentheses: int = 0
    operators: int = 0
    top_level: int = 0
    service: bool = False
    load: bool = False
    ambiguous: str | None = None


def check(query: str, limits: Limits = LIMITS, *, outside: bool = False) -> None:
    """Raise an error for what the engine must not see.

    That is QueryRefusedError, SwitchedOffError or RequestTooLargeError. With ``outside`` a query
    may ask other servers.
    """
    if len(query) > limits.characters:
        raise RequestTooLargeError(
            f"the query has {len(query):,} characters; at most {limits.characters:,} are read"
        )
    if _is_harmless(query):
        return
    for reading in {query, unescape(query)}:
        _judge(_measure(reading), limits, outside=outside)


def check_update(
    update: str, limits: Limits = UPDATE_LIMITS, *, outside: bool = False, load: bool = False
) -> None:
    """Raise an error for an update that must not be run, as `check` does for a query."""
    if len(update) > limits.characters:
        raise RequestTooLargeError(
            f"the update has {len(update):,} characters; at most {limits.characters:,} are read"
        )
    for reading in {update, unescape(update)}:
        sizes = _measure(reading)
        _judge(sizes, limits, outside=outside)
        if sizes.load and not load:
            raise SwitchedOffError("LOAD is switched off: this server fetches nothing")


def _is_harmless(query: str) -> bool:
    """Say whether a text is too short to offend, so that no tokens are needed."""
    if len(query) > _SHORT:
        return False
    if _marks(query) > _FEW_BRACKETS and _marks(_PLAIN_IRI.sub("", query)) > _FEW_BRACKETS:
        return False
    lowered = query.lower()
    return "service" not in lowered and "\\u" not in lowered


def _marks(query: str) -> int:
    return sum(map(query.count, "{([<.;,/"))


def _judge(sizes: _Sizes, limits: Limits, *, outside: bool) -> None:
    if sizes.ambiguous is not None:
        raise QueryRefusedError(
            f"'{sizes.ambiguous}' may be less-than or the beginning of an IRI; write a blank "
            "behind '<', or the IRI as a prefixed name"
        )
    for size, limit, what in (
        (sizes.deepest, limits.depth, "brackets inside brackets"),
        (sizes.patterns, limits.patterns, "triple patterns, path steps and groups"),
        (sizes.parentheses, limits.parentheses, "parentheses"),
        (sizes.operators, limits.operators, "operators"),
        (sizes.top_level, limits.top_level, "words outside brackets"),
    ):
        if size > limit:
            raise QueryRefusedError(f"the query has more than {limit:,} {what}")
    if sizes.service and not outside:
        raise SwitchedOffError("SERVICE is switched off: this server asks no other one")


def _measure(query: str) -> _Sizes:
    sizes = _Sizes()
    stack: list[str] = []
    data_block = 0  # depth of the brackets of VALUES, whose contents cost no planning
    after_values = False
    previous: Token | None = None
    previous_is_term = False
    for token in tokens(query):
        kind, text, _ = token
        is_term = False
        sizes.service = sizes.service or _is_service(previous, token)
        sizes.load = sizes.load or _is_load(previous, token, inside=bool(stack))
        if stack and stack[-1] == "(" and not data_block and _is_ambiguous(previous, text):
            sizes.ambiguous = sizes.ambiguous or text
        previous = token
        if kind == "open":
            stack.append(text)
            sizes.deepest = max(sizes.deepest, len(stack))
            if after_values and text == "{":
                data_block = len(stack)
                after_values = False
                sizes.patterns += 1
            elif not (data_block or after_values):
                _count_bracket(text, sizes)
        elif kind == "close":
            if data_block and len(stack) == data_block:
                data_block = 0
            if stack:
                stack.pop()
        elif data_block or after_values:
            continue
        elif kind == "op":
            _count_operator(text, stack, sizes)
        else:
            is_term = _is_term(token)
            # Behind INSERT DATA and DELETE DATA stand data, as behind VALUES.
            after_values = text.upper() in ("VALUES", "DATA")
            if not stack:
                sizes.top_level += 1
            elif is_term and previous_is_term and stack[-1] == "(":
                # Terms side by side are items of a collection, of two triples each.
                sizes.patterns += 2
        previous_is_term = is_term
    return sizes


def _is_service(previous: Token | None, token: Token) -> bool:
    if token.text == "{" and previous is not None and previous.kind == "name":
        # The engine wants no blank behind a keyword: in SERVICEa:b{} it reads SERVICE a:b {}.
        return "SERVICE" in previous.text.partition(":")[0].upper()
    return token.kind == "word" and "SERVICE" in token.text.upper()


def _is_load(previous: Token | None, token: Token, *, inside: bool) -> bool:
    if token.kind == "name" and not inside:
        # Likewise LOADa:b, where an operation may begin: first, behind another or the prologue.
        begins = previous is None or previous.text == ";" or previous.kind == "iri"
        return begins and token.text.upper().startswith("LOAD")
    return token.kind == "word" and "LOAD" in token.text.upper()


def asks_outside(found: Sequence[Token]) -> Iterator[tuple[int, Literal["SERVICE", "LOAD"]]]:
    """Give where tokens would make the engine ask another server, and by which word."""
    previous: Token | None = None
    depth = 0
    for index, token in enumerate(found):
        if _is_service(previous, token):
            # The name before a brace tells of itself only behind it.
            yield index - (token.text == "{"), "SERVICE"
        elif _is_load(previous, token, inside=depth > 0):
            yield index, "LOAD"
        depth = max(0, depth + (token.kind == "open") - (token.kind == "close"))
        previous = token


def _is_ambiguous(previous: Token | None, text: str) -> bool:
    """Say whether what looks like an IRI may be less-than, and then hides something.

    Less-than stands inside parentheses, behind an operand; only a parser knows it from an IRI
    in a collection. Taken for one another, they leave the reader inside a string, a comment or
    parentheses where the engine is outside: ``1<'>'``. What has a scheme and ``//`` is an IRI.
    """
    if previous is None or previous.kind == "open" or previous.kind == "op":
        return False
    if text == "<<":
        return True
    return text.startswith("<") and _HIDING.search(text) is not None


def _is_term(token: Token) -> bool:
    if token.kind == "word":
        return token.text.isdecimal() or token.text.lower() in ("true", "false")
    return token.kind != "number" and not token.text.startswith("@")


def _count_bracket(text: str, sizes: _Sizes) -> None:
    if text == "(":
        sizes.parentheses += 1
    else:
        sizes.patterns += 1


def _count_operator(text: str, stack: list[str], sizes: _Sizes) -> None:
    in_parentheses = bool(stack) and stack[-1] == "("
    # A dot, semicolon or comma between triples; a comma between arguments costs nothing. A path
    # in parentheses looks like a division, so a stroke always counts.
    if text == "/" or (text in ".;," and not in_parentheses):
        sizes.patterns += 1
    elif text != ",":
        sizes.operators += 1


def first_fault_of_brackets(query: str) -> tuple[Token, str] | None:
    """Return the first bracket that is never closed or never opened, and what to say of it."""
    pairs = {"}": "{", ")": "(", "]": "["}
    stack: list[Token] = []
    for token in _brackets(query):
        if token.kind == "open":
            stack.append(token)
        elif stack and stack[-1].text == pairs[token.text]:
            stack.pop()
        elif stack:
            return token, f"'{token.text}' stands where '{stack[-1].text}' has to be closed"
        else:
            return token, f"'{token.text}' closes nothing"
    return (stack[-1], f"'{stack[-1].text}' is never closed") if stack else None


def _brackets(query: str) -> Iterator[Token]:
    return (
        token
        for token in tokens(query)
        if token.kind in ("open", "close") and token.text not in ("<<", ">>")
    )
