"""When a part of a group may be evaluated earlier than it stands there.

A group is a sequence of joins, in which the places do not matter, and of parts that look at what
stands before them (section 18.2.2): OPTIONAL, MINUS and BIND, and FILTER, which looks at the
whole group. For a part P, and a part E of that kind behind which, or outside of whose group, P
stands,

    E(before) ⋈ P  =  E(before ⋈ P)

holds if each variable that E mentions and P may bind has a value from a triple pattern before E
already: then what E sees of it is the same on either side. And E must not make something new for
each solution, of which there may be more on the right.
"""

from collections.abc import Sequence

from sorafenib_kg.store.lexer import Token
from sorafenib_kg.store.rewrites.groups import Element, Group, variables

_NEW_EACH_TIME = frozenset({"BNODE", "RAND", "STRUUID", "UUID"})


def moves_into(group: Group, bound: frozenset[str], found: Sequence[Token]) -> bool:
    """Say whether what may bind these variables, joined with a group, may stand at its start."""
    in_triples: frozenset[str] = frozenset().union(
        *(element.variables for element in group.elements if element.kind == "triples")
    )
    before: frozenset[str] = frozenset()
    for element in group.elements:
        if element.kind == "triples":
            before |= element.variables
        elif element.kind == "filter":
            if element.variables & bound - in_triples or _makes_new(element, found):
                return False
        elif not moves_before(element, bound, before, found):
            return False
    return True


def moves_before(
    element: Element, bound: frozenset[str], before: frozenset[str], found: Sequence[Token]
) -> bool:
    """Say whether what stands behind an element and may bind variables may stand before it.

    ``before`` are the variables of the triple patterns before the element.
    """
    if element.kind not in ("optional", "minus", "bind"):
        return True
    if element.kind == "bind" and variables(found[element.last - 1 : element.last]) & bound:
        # The name, which stands last, behind AS, may have no value before.
        return False
    return not element.variables & bound - before and not _makes_new(element, found)


def _makes_new(element: Element, found: Sequence[Token]) -> bool:
    words = (token.text.upper() for token in found[element.first : element.last + 1])
    return not _NEW_EACH_TIME.isdisjoint(words)
