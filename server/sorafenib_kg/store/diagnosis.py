"""From the engine's complaint about a query to an error that a person can use."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sorafenib_kg.errors import QuerySyntaxError
from sorafenib_kg.store.grouping import AGGREGATES, first_fault_of_grouping
from sorafenib_kg.store.guard import first_fault_of_brackets
from sorafenib_kg.store.lexer import Token, closing, is_closed, tokens
from sorafenib_kg.store.undeclared import first_undeclared, hint_for

# The engine compares a keyword with as many characters as the keyword has, and reports the
# furthest one that it has read; so the place that it reports may lie far behind the fault. With
# more blanks between two tokens than the longest keyword has letters, the place that it reports
# always belongs to the token at fault.
_PADDING = " " * 32
_LONGEST_PADDED = 20_000
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OF_GROUPING = re.compile("SELECT contains|not authorized with GROUP BY")
_BAD_IRI = "IRI parsing failed"
# What may stand between tokens, and what may not; a stroke may begin an escape, which may be any.
_BETWEEN = re.compile(r"#[^\n\r]*|([^ \t\n\r\\])")
_NAMES = {"\0": "NUL", "\ufeff": "a byte-order mark"}
_IN_WORDS = {
    "The SELECT contains a variable that is unbound": (
        "SELECT names a variable that is neither grouped by nor aggregated"
    ),
    "The SELECT contains an expression with a variable that is unbound": (
        "SELECT computes with a variable that is neither grouped by nor aggregated"
    ),
    "Duplicated variable name in SELECT": "SELECT names a variable twice",
    "The SELECT overrides an existing variable using an expression": (
        "SELECT gives a value to a variable that the pattern binds already"
    ),
}
_SYMBOLS = {"?": "a variable", "<": "an IRI", '\\"': "a literal"} | {
    symbol: f"'{symbol}'" for symbol in "{}().;,"
}
# fmt: off
_KEYWORDS = (
    "ASK", "BASE", "BIND", "CONSTRUCT", "DESCRIBE", "DISTINCT", "EXISTS", "FILTER", "FROM",
    "GRAPH", "GROUP", "HAVING", "LIMIT", "MINUS", "NAMED", "OFFSET", "OPTIONAL", "ORDER",
    "PREFIX", "REDUCED", "SELECT", "UNION", "VALUES", "WHERE",
)
# fmt: on
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}


@dataclass(frozen=True, slots=True)
class _Fault:
    """A place in the query, and what is wrong there."""

    start: int
    message: str
    hint: str | None = None


def diagnose(
    query: str,
    complaint: str,
    complain: Callable[[str], str | None],
    prefixes: Mapping[str, str],
) -> QuerySyntaxError:
    """Return the error for a query that the engine does not take.

    ``complain`` asks the engine about another text and returns its complaint; ``prefixes`` are
    those that are worth offering.
    """
    found = list(tokens(query)) if len(query) <= _LONGEST_PADDED else []
    fault = (
        _open_string(found)
        or _first(_stray(query, found), _precise_fault(query, found, complain, prefixes))
        or _raw_fault(query, complaint)
    )
    line = query.count("\n", 0, fault.start) + 1
    line_start = query.rfind("\n", 0, fault.start) + 1
    column = fault.start - line_start + 1
    text = query[line_start:].split("\n", 1)[0].rstrip("\r")
    return QuerySyntaxError(
        fault.message, line, column, excerpt=excerpt_of(text, column), hint=fault.hint
    )


def excerpt_of(line: str, column: int, width: int = 100) -> str:
    """Return the line, or the part of it around the column, and a caret below the place."""
    start = max(0, min(column - 1 - width // 2, len(line) - width))
    shown = line[start : start + width].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def _open_string(found: list[Token]) -> _Fault | None:
    for token in found:
        if token.kind == "string" and not is_closed(token.text):
            return _Fault(token.start, "the string that begins here is never closed")
    return None


def _first(*faults: _Fault | None) -> _Fault | None:
    return min(filter(None, faults), key=lambda fault: fault.start, default=None)


def _stray(query: str, found: list[Token]) -> _Fault | None:
    """Return the first character that belongs to no token; of a text that is not too long."""
    if len(query) > _LONGEST_PADDED:
        return None
    end = 0
    for token in (*found, Token("op", "", len(query))):
        for match in _BETWEEN.finditer(query, end, token.start):
            if match[1]:
                return _Fault(match.start(), f"{_character(match[1])} is not expected here")
        end = token.start + len(token.text)
    return None


def _character(character: str) -> str:
    """Return in words a character that may not be seen, or look like another one."""
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    shown = f"'{character}', " if character.isprintable() else ""
    name = _NAMES.get(character) or unicodedata.name(character, "")
    return f"the character {shown}U+{ord(character):04X}" + (f" ({name})" if name else "")


def _raw_fault(query: str, complaint: str) -> _Fault:
    """Return the place as the engine reports it."""
    match = _PLACE.search(complaint)
    if match is None:
        return _Fault(0, "the query is not valid SPARQL")
    lines = query.split("\n")
    line = min(int(match[1]), len(lines))
    start = sum(len(text) + 1 for text in lines[: line - 1]) + int(match[2]) - 1
    return _Fault(min(start, len(query)), _describe("", match[3]))


def _precise_fault(
    query: str,
    found: list[Token],
    complain: Callable[[str], str | None],
    prefixes: Mapping[str, str],
) -> _Fault | None:
    if not found:
        return _Fault(0, "the query is empty") if not query.strip() else None
    padded, places = _pad(found)
    match = _PLACE.search(complain(padded) or "")
    if match is None:
        return None
    at = _offset(padded, match)
    expected = match[3]
    token = max((place for place in places if place[0] <= at), default=places[0])[1]

    def place_in(text: str) -> int | None:
        place = _PLACE.search(complain(text) or "")
        return None if place is None else _offset(text, place)

    name = first_undeclared(found, padded, at, place_in)
    if name is not None:
        prefix = name.text.partition(":")[0]
        return _Fault(
            name.start,
            f"the prefix {prefix}: is not declared",
            hint_for(prefix, found, prefixes),
        )
    until = None if at >= len(padded) else token.start
    fault = _fault_of_data(found, until)
    if fault is None and (until is not None or _OF_GROUPING.search(expected)):
        fault = first_fault_of_grouping(found, until)
    if fault is not None:
        return _Fault(fault[0].start, fault[1])
    if at >= len(padded):
        return _fault_at_end(query, found, expected)
    if _BAD_IRI in expected:
        iri = next((t for t in reversed(found) if t.start <= token.start and t.kind == "iri"), None)
        if iri is not None:
            return _Fault(iri.start, f"{iri.text} is not an absolute IRI, and there is no BASE")
        return _Fault(token.start, "what stands here is not an IRI")
    return _Fault(
        token.start, _describe(token.text, expected), _word_hint(token, token is found[0])
    )


def _fault_at_end(query: str, found: list[Token], expected: str) -> _Fault:
    for phrase, words in _IN_WORDS.items():
        if phrase in expected:
            return _Fault(found[0].start, words)
    bracket = first_fault_of_brackets(query)
    if bracket is not None:
        return _Fault(bracket[0].start, bracket[1])
    last = found[-1]
    wanted = _wanted(expected)
    return _Fault(
        last.start + len(last.text),
        "the query ends too early" + (f"; expected {wanted}" if wanted else ""),
    )


def _pad(found: list[Token]) -> tuple[str, list[tuple[int, Token]]]:
    """Return the text with wide gaps wherever blanks may stand, and where each token went."""
    parts: list[str] = []
    places: list[tuple[int, Token]] = []
    length = 0
    end = -1
    before = "{"
    for token in found:
        text = token.text
        if token.start > end or text in "{}()[];," or before in "{}()[];,":
            parts.append(_PADDING)
            length += len(_PADDING)
            places.append((length, token))
        parts.append(text)
        length += len(text)
        end = token.start + len(text)
        before = text
    parts.append(_PADDING)
    return "".join(parts), places


def _offset(text: str, place: re.Match[str]) -> int:
    start = 0
    for _ in range(int(place[1]) - 1):
        start = text.find("\n", start) + 1
    return start + int(place[2]) - 1


def _fault_of_data(found: list[Token], until: int | None) -> tuple[Token, str] | None:
    """Return what is no data in INSERT DATA or DELETE DATA, which the engine tells at its end."""
    what = ""
    end = None
    for index, token in enumerate(found):
        if until is not None and token.start >= until:
            return None
        words = [token.text.upper() for token in found[index : index + 2]]
        if words in (["INSERT", "DATA"], ["DELETE", "DATA"]):
            what = " ".join(words)
            end = closing(found, index + 2)
        elif end is None or index > end:
            continue
        elif token.kind == "variable" and token.text[0] != "@":
            return token, f"{token.text} is a variable, and {what} has none"
        elif what == "DELETE DATA" and (token.kind == "blank" or token.text in "[("):
            return token, f"'{token.text}' is a blank node, and {what} has none"
    return None


def _describe(text: str, expected: str) -> str:
    for phrase, words in _IN_WORDS.items():
        if phrase in expected:
            return words
    if not text:
        return "the query is not valid SPARQL here"
    shown = text if len(text) <= 40 else text[:39] + "…"
    wanted = _wanted(expected)
    return f"'{shown}' is not expected here" + (f"; {wanted} would be" if wanted else "")


def _wanted(expected: str) -> str:
    """Return what may follow, without the keywords: the engine names only the longest of them."""
    names = dict.fromkeys(_SYMBOLS.get(symbol, "") for symbol in _EXPECTED.findall(expected))
    names.pop("", None)
    *others, last = names or [""]
    return f"{', '.join(others)} or {last}" if others else last


def _word_hint(token: Token, is_first: bool) -> str | None:
    """Return what a word that the engine does not take may have been meant to be."""
    word = token.text.upper()
    if token.kind != "word" or word in _KEYWORDS:
        return None
    if is_first and word in _UPDATES:
        return "this is an update; only queries are answered here"
    if word in AGGREGATES:
        return f"name its value in parentheses: ({word}(…) AS ?name)"
    near = difflib.get_close_matches(word, _KEYWORDS, n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else None
