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
# with its line, or with the text, so that a missing quote cannot hide the rest of a query.
_TOKEN = re.compile(
    r'''
    (?P<comment>\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>
        """(?:"{0,2}(?:[^"\\]|\\.))*(?:"""|\Z)
      | \'\'\'(?:\'{0,2}(?:[^\'\\]|\\.))*(?:\'\'\'|\Z)
      | "(?:[^"\\\n\r]|\\.)*"?
      | '(?:[^'\\\n\r]|\\.)*'?
    )
  | (?P<open><<|[({\[])
  | (?P<close>>>|[)}\]])
  | (?P<variable>[?$@][\w·]+)
  # A dot at the end of a name ends the triple, and so does one at its beginning.
  | (?P<blank>_:\w(?:[\w.\-·]*[\w\-·])?)
  | (?P<name>(?:[^\W\d_][\w.\-]{0,63})?:
        (?:(?:[\w:%]|\\.)(?:(?:[\w:.\-%·]|\\.)*(?:[\w:\-%·]|\\.))?)?)
  | (?P<number>\d+\.(?=\d))
  # A number with letters behind it is two tokens to the engine: 1e1SERVICE.
  | (?P<word>[A-Za-z_0-9]+)
  | (?P<op>[.;,+*/|!^=&<>?-])
    ''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a text without its comments; characters that are none are skipped."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "comment":
            yield Token(kind, match[0], match.start())  # type: ignore[arg-type]


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
