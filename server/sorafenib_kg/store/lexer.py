"""SPARQL's tokens: enough of them to know what a query contains, without parsing it.

The text may be anything, so no expression here takes more than linear time: each repetition
stops at the first character that cannot belong to it, and prefixes have a longest length.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

TokenKind = Literal[
    "comment", "iri", "string", "open", "close", "variable", "blank", "name", "number", "word", "op"
]


class Token(NamedTuple):
    """A token, and where it begins, in characters from the start."""

    kind: TokenKind
    text: str
    start: int


Edit = tuple[int, int, str]  # from, to, and the text instead

# Comments, IRIs and strings come first, so that nothing inside them counts. An open string ends
# with its line, or with the text, so that a missing quote cannot hide the rest of a query. Every
# character is in some piece, and the kind of a piece shows in its characters: with a group for
# each kind the search would take three times as long.
_PIECE = re.compile(
    r'''
    [ \t\n\r]+
  | [?$@][\w·]+
  | \#[^\n\r]*
  | <[^<>"{}|^`\\\x00-\x20]*>
  | """(?:"{0,2}(?:[^"\\]|\\.))*(?:"""|\Z)
  | \'\'\'(?:\'{0,2}(?:[^\'\\]|\\.))*(?:\'\'\'|\Z)
  | "(?:[^"\\\n\r]|\\.)*"?
  | '(?:[^'\\\n\r]|\\.)*'?
  | << | >>
  # A dot at the end of a name ends the triple, and so does one at its beginning.
  | _:\w(?:[\w.\-·]*[\w\-·])?
  | (?:[^\W\d_][\w.\-]{0,63})?:(?:(?:[\w:%]|\\.)(?:(?:[\w:.\-%·]|\\.)*(?:[\w:\-%·]|\\.))?)?
  | \d+\.(?=\d)
  # A number with letters behind it is two tokens to the engine: 1e1SERVICE.
  | [A-Za-z_0-9]+
  | .
    ''',
    re.VERBOSE | re.DOTALL,
)
# By the first character; where it does not tell, `_kind` does.
_KINDS: dict[str, TokenKind | None] = {
    **dict.fromkeys("([{", "open"),
    **dict.fromkeys(")]}", "close"),
    **dict.fromkeys("\"'", "string"),
    **dict.fromkeys(".;,+*/|!^=&-", "op"),
    **dict.fromkeys(" \t\n\r#", None),
}
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a text without its comments; characters that are none are skipped."""
    start = 0
    for piece in _PIECE.findall(text):
        first = piece[0]
        kind = _KINDS[first] if first in _KINDS else _kind(piece, first)
        if kind is not None:
            yield Token(kind, piece, start)
        start += len(piece)


def _kind(piece: str, first: str) -> TokenKind | None:
    if first in "?$@":
        return "variable" if len(piece) > 1 else "op" if first == "?" else None
    if first == "<":
        return "op" if len(piece) == 1 else "open" if piece == "<<" else "iri"
    if first == ">":
        return "op" if len(piece) == 1 else "close"
    if ":" in piece:
        return "blank" if first == "_" else "name"
    if piece[-1] == ".":
        return "number"
    return "word" if first in _WORD else None


def closing(found: Sequence[Token], index: int) -> int | None:
    """Return where the bracket at an index is closed; None if it never is."""
    depth = 0
    for at in range(index, len(found)):
        if found[at].kind == "open":
            depth += 1
        elif found[at].kind == "close":
            depth -= 1
            if depth == 0:
                return at
    return None


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with each edit made; they must not overlap."""
    parts = []
    end = 0
    for start, stop, instead in sorted(edits):
        parts += [text[end:start], instead]
        end = stop
    return "".join([*parts, text[end:]])


def unescape(text: str) -> str:
    r"""Return the text with its codepoint escapes replaced (section 19.2).

    They count anywhere in a query and before anything else, so ``\u0053ERVICE`` is a keyword.
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    codepoint = int(match[1] or match[2], 16)
    return chr(codepoint) if codepoint <= 0x10FFFF else match[0]


def is_closed(string: str) -> bool:
    """Say whether the text of a string token ends with the quotes that it began with."""
    quotes = string[0] * 3 if string.startswith(string[0] * 3) else string[0]
    return len(string) >= 2 * len(quotes) and string.endswith(quotes)
