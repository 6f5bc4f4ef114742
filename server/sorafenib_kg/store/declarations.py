"""Declarations in front of operations, and the IRIs of names behind them, by the engine itself."""

from collections.abc import Sequence

import pyoxigraph
from pyoxigraph import NamedNode

from sorafenib_kg.errors import QueryRefusedError
from sorafenib_kg.store.lexer import Token


def prologue_of(found: Sequence[Token]) -> str:
    """Return the declarations among some tokens, one behind the other."""
    parts = []
    for index, token in enumerate(found):
        size = length_of_declaration(found, index)
        if size:
            parts.append(
                f"{token.text} {' '.join(t.text for t in found[index + 1 : index + size])}"
            )
    return "\n".join(parts)


def length_of_declaration(found: Sequence[Token], index: int) -> int:
    """Return how many tokens a declaration has that begins there; 0 if none does."""
    if found[index].kind == "word":
        kinds = [token.kind for token in found[index + 1 : index + 3]]
        if found[index].text.upper() == "BASE" and kinds[:1] == ["iri"]:
            return 2
        if found[index].text.upper() == "PREFIX" and kinds == ["name", "iri"]:
            return 3
    return 0


def iri_of(name: str, prologue: str, base: str | None) -> str:
    """Return the IRI that a name stands for; raise QueryRefusedError if it is none."""
    query = f"{prologue} SELECT ({name} AS ?iri) {{}}"
    try:
        results = pyoxigraph.Store().query(query, base_iri=base)
    except (SyntaxError, ValueError) as error:
        raise QueryRefusedError(f"{name} stands for no IRI") from error
    assert isinstance(results, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
    found = next(results)["iri"]
    if not isinstance(found, NamedNode):
        raise QueryRefusedError(f"{name} stands for no IRI")
    return found.value
