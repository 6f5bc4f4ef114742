"""What would make the engine ask other servers, taken out of a text, so that it can be checked."""

from collections.abc import Iterator, Sequence

from sorafenib_kg.store.lexer import Edit, Token, replaced, tokens, unescape

# A graph that nobody has: to clear it does nothing.
_NOTHING = "CLEAR SILENT GRAPH <urn:x-sorafenib-kg:nothing>"


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
