"""Prefixes that are used without being declared, and the lines that declare them."""

import difflib
from collections.abc import Callable, Mapping, Sequence

from sorafenib_kg.store.lexer import Token

_MOST = 10  # prefixes that the engine is asked about


def undeclared(found: Sequence[Token]) -> list[Token]:
    """Return, for each prefix that is not declared before it, the first name that has it."""
    seen: set[str] = set()
    names: list[Token] = []
    before: Token | None = None
    for token in found:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            is_declaration = before is not None and before.text.upper() == "PREFIX"
            if prefix not in seen and not is_declaration:
                names.append(token)
            seen.add(prefix)
        before = token
    return names


def first_undeclared(
    found: Sequence[Token], text: str, place: int, place_in: Callable[[str], int | None]
) -> Token | None:
    """Return the name whose prefix would have to be declared for the engine to read on.

    ``place`` is where the engine stops in the text, and ``place_in`` tells that of another text,
    None if it reads all. The engine wants no blank behind a keyword, so that what looks like a
    name need not be one.
    """
    for token in undeclared(found)[:_MOST]:
        declaration = f"PREFIX {token.text.partition(':')[0]}: <urn:x:> "
        further = place_in(declaration + text)
        if further is None or further > place + len(declaration):
            return token
    return None


def hint_for(prefix: str, found: Sequence[Token], prefixes: Mapping[str, str]) -> str:
    """Return the line that declares a prefix, or which other one may be meant."""
    if prefix in prefixes:
        return f"add the line: PREFIX {prefix}: <{prefixes[prefix]}>"
    missing = {token.text.partition(":")[0] for token in undeclared(found)}
    names = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    near = difflib.get_close_matches(prefix, [*sorted(names - missing), *prefixes], n=1)
    if near and near[0] in names - missing:
        return f"did you mean {near[0]}: ?"
    if near:
        return f"did you mean {near[0]}: ? Its line is: PREFIX {near[0]}: <{prefixes[near[0]]}>"
    return f"add a line: PREFIX {prefix}: <…>"
