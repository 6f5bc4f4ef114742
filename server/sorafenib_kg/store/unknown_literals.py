"""Texts of a query that the data do not have, where they stand as objects of patterns."""

from collections.abc import Iterator, Sequence
from itertools import islice

import pyoxigraph

from sorafenib_kg.store.lexer import Token, closing, tokens

_MOST_TOLD = 3


def unknown_literals(store: pyoxigraph.Store, query: str) -> str | None:
    """Return in words which texts of the query the data do not have, as they are written there."""
    missing = (text for text in literals(query) if not _occurs(store, text))
    told = (f"{text} does not occur in the data" for text in islice(missing, _MOST_TOLD))
    return "; ".join(told) or None


def literals(query: str) -> Iterator[str]:
    """Give the plain texts of a query, with their languages, once each.

    Those in parentheses belong to expressions, and those of VALUES may be for one.
    """
    has_quotes = '"' in query or "'" in query
    # What an escape of a codepoint stands for may be a quote.
    if not has_quotes or "\\u" in query or "\\U" in query:
        return
    found = _without_template(list(tokens(query)))
    seen: set[str] = set()
    around: list[str] = []  # the open brackets, with the word before those of VALUES
    values = False
    for number, token in enumerate(found):
        if token.kind == "open":
            around.append("VALUES" if values and token.text == "{" else token.text)
            values = values and token.text != "{"
        elif token.kind == "close":
            del around[-1:]
        elif token.kind == "word":
            values = token.text.upper() == "VALUES"
        elif token.kind == "string" and not {"(", "VALUES"}.intersection(around):
            text = token.text + _language(found, number + 1)
            is_typed = [after.text for after in found[number + 1 : number + 3]] == ["^", "^"]
            if not is_typed and text not in seen:
                seen.add(text)
                yield text


def _without_template(found: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens without the template of CONSTRUCT, which may have any text."""
    for number, token in enumerate(found[:-1]):
        if token.text.upper() == "CONSTRUCT" and found[number + 1].text == "{":
            last = closing(found, number + 1)
            return found if last is None else found[last + 1 :]
    return found


def _language(found: Sequence[Token], at: int) -> str:
    """Return the language that begins at a token, with its @; nothing if none does."""
    end = at
    if end < len(found) and found[end].text.startswith("@"):
        end += 1
        while end + 1 < len(found) and found[end].text == "-":
            # Two of them stand before a direction.
            end += 1 if found[end + 1].text == "-" else 2
    return "".join(token.text for token in found[at:end])


def _occurs(store: pyoxigraph.Store, text: str) -> bool:
    pattern = f"?s ?p {text}"
    try:
        return bool(store.query(f"ASK {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }}"))
    except SyntaxError:
        # It was not read rightly here.
        return True
