"""What would make the engine ask other servers: taken out of a text, or led by way of a relay."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sorafenib_kg.errors import QueryRefusedError
from sorafenib_kg.store.declarations import iri_of, prologue_of
from sorafenib_kg.store.guard import asks_outside
from sorafenib_kg.store.lexer import Edit, Token, replaced, tokens, unescape

What = Literal["SERVICE", "LOAD"]

# A graph that nobody has: to clear it does nothing.
_NOTHING = "CLEAR SILENT GRAPH <urn:x-sorafenib-kg:nothing>"


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a query that asks another server."""

    what: What
    iri: str
    silent: bool


def without_service(query: str) -> str:
    """Return a query of the same form that asks no other server; for its syntax only."""
    text = unescape(query)
    return replaced(text, list(_services(list(tokens(text)))))


def _services(found: Sequence[Token]) -> Iterator[Edit]:
    for index, token in enumerate(found[:-1]):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            last = found[index + 1] if found[index + 1].text.upper() == "SILENT" else token
            yield token.start, last.start + len(last.text), "GRAPH "


def without_load(update: str) -> tuple[str, bool]:
    """Return the update with nothing in place of each LOAD, and whether all were silent.

    A silent LOAD that fails is one that does nothing (SPARQL 1.1 Update, 3.1.4).
    """
    text = unescape(update)
    found = list(tokens(text))
    edits = []
    silent = True
    depth = 0
    for index, token in enumerate(found):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth or token.kind != "word" or token.text.upper() != "LOAD":
            continue
        last = index + 1
        if found[last : last + 1] and found[last].text.upper() == "SILENT":
            last += 1
        else:
            silent = False
        words = [following.text.upper() for following in found[last + 1 : last + 3]]
        if words == ["INTO", "GRAPH"]:
            last += 3
        if last < len(found) and found[last].kind in ("iri", "name"):
            edits.append((token.start, found[last].start + len(found[last].text), _NOTHING))
        else:
            # A fault of syntax, of which the engine is to tell.
            edits.append((token.start, token.start + len(token.text), "CLEAR"))
    return replaced(text, edits), silent


def by_relay(
    text: str, words: Collection[What], base: str | None, address: Callable[[Target], str]
) -> str:
    """Return the text with another address in place of each server that it names.

    ``words`` are those behind which it may name one; ``address`` gives the other one. Whatever
    the guard takes for them is either changed here or refused, by QueryRefusedError, so that the
    engine sees no other address.
    """
    text = unescape(text)
    if "\\u" in text.lower():
        raise QueryRefusedError("SERVICE and LOAD do not go together with escapes of escapes")
    found = list(tokens(text))
    edits: list[Edit] = []
    names: dict[str, str] = {}
    named = -1
    for index, what in asks_outside(found):
        if what not in words or index == named:
            continue
        token = found[index]
        at = index + 1
        silent = found[at : at + 1] != [] and found[at].text.upper() == "SILENT"
        at += silent
        if token.text.upper() != what or at >= len(found):
            raise QueryRefusedError(f"{token.text}: write a blank before and behind {what}")
        if found[at].kind == "variable":
            raise QueryRefusedError(
                f"{what} {found[at].text}: which server to ask has to be written in the query, "
                "not found by it"
            )
        if found[at].kind not in ("iri", "name"):
            raise QueryRefusedError(f"{what} {found[at].text}: this is no address of a server")
        named, name = at, found[at].text
        if name not in names:
            names[name] = iri_of(name, prologue_of(found[:index]), base)
        instead = f"<{address(Target(what, names[name], silent))}>"
        edits.append((found[at].start, found[at].start + len(name), instead))
    return replaced(text, edits)
