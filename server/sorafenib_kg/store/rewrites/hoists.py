"""Patterns with constants that stand behind OPTIONAL, taken before it.

In

    ?b a :B . OPTIONAL { ?b :c ?c } ?b :p :constant

the engine finds the optional part of each ?b and then drops most of them.
"""

from collections.abc import Iterator, Sequence

from sorafenib_kg.store.lexer import Edit, Token
from sorafenib_kg.store.rewrites.groups import Element, Group, variables
from sorafenib_kg.store.rewrites.moves import moves_before
from sorafenib_kg.store.rewrites.patterns import triple_patterns


def hoisted(query: str, found: Sequence[Token], group: Group) -> Iterator[Edit]:
    """Give what takes patterns before the OPTIONALs that they stand behind."""
    for inner in group.walk():
        yield from _hoisted(query, found, inner.elements)


def _hoisted(query: str, found: Sequence[Token], elements: Sequence[Element]) -> Iterator[Edit]:
    for place, element in enumerate(elements):
        before = elements[:place]
        behind = [other.kind for other in before]
        if element.kind != "triples" or "optional" not in behind or "triples" not in behind:
            continue
        first = behind.index("optional")
        if _is_selective(found, element) and _moves_to(first, elements, place, found):
            start = found[element.first].start
            last = found[element.last]
            end = last.start + len(last.text)
            to = found[elements[first].first].start
            yield start, end, " "
            dot = "" if last.text == "." else " ."
            # Behind what is no triple a dot may stand already.
            parts = first > 0 and elements[first - 1].kind == "triples"
            gap = " . " if parts and found[elements[first - 1].last].text != "." else " "
            yield to, to, f"{gap}{query[start:end]}{dot} "


def _moves_to(first: int, elements: Sequence[Element], place: int, found: Sequence[Token]) -> bool:
    bound = elements[place].variables
    seen: frozenset[str] = frozenset()
    for number, element in enumerate(elements[:place]):
        if number >= first and not moves_before(element, bound, seen, found):
            return False
        if element.kind == "triples":
            seen |= element.variables
    return True


def _is_selective(found: Sequence[Token], element: Element) -> bool:
    """Say whether the triples have a constant as subject or object, and no blank node."""
    tokens = found[element.first : element.last + 1]
    patterns = triple_patterns(tokens)
    if patterns is None or any(token.kind == "blank" for token in tokens):
        return False
    return any(not variables(p.subject) or not variables(p.object) for p in patterns)
