"""The pattern that the fewest triples have, put first.

The engine knows patterns by what is constant in them, or has a value before they are evaluated,
as from VALUES; among equals it takes the first that is written. So of

    VALUES (?d ?g) { (:d1 :g1) } ?e :drug ?d . ?e :gene ?g

it begins with all triples of :d1, be there ever so many. The order of triple patterns next to
each other means nothing (section 18.3), and the index tells which of two patterns has fewer
triples: the one whose triples come to an end first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from sorafenib_kg.store.lexer import Edit, Token, is_closed
from sorafenib_kg.store.prologue import Prologue
from sorafenib_kg.store.rewrites.groups import Element, Group
from sorafenib_kg.store.rewrites.patterns import TriplePattern, triple_patterns

_ROWS = 4  # of VALUES that are looked at
_STEP = 32
_LONGEST = 512  # triples of a pattern that are looked at
_Constant = NamedNode | Literal
_Values = dict[str, list[_Constant]]


@dataclass(slots=True)
class _Racer:
    """The triples of a pattern, as far as they were looked at."""

    place: int  # of the pattern
    triples: Iterator[Quad]


def ordered(
    query: str, found: Sequence[Token], group: Group, store: pyoxigraph.Store
) -> Iterator[Edit]:
    """Give what puts the pattern with the fewest triples first, in each run of triples."""
    prologue = Prologue.of(found)
    for inner in group.walk():
        values: _Values = {}
        for element in inner.elements:
            if element.kind == "values":
                values |= _values(found[element.first : element.last + 1], prologue)
        for element in inner.elements:
            if element.kind == "triples":
                yield from _ordered(query, found, element, values, prologue, store)


def _ordered(
    query: str,
    found: Sequence[Token],
    element: Element,
    values: _Values,
    prologue: Prologue,
    store: pyoxigraph.Store,
) -> Iterator[Edit]:
    tokens = found[element.first : element.last + 1]
    patterns = triple_patterns(tokens)
    if patterns is None or len(patterns) < 2:
        return
    racers = []
    for place, pattern in enumerate(patterns):
        objects = _objects(pattern, values, prologue)
        predicate = prologue.node(pattern.verb[0]) if len(pattern.verb) == 1 else None
        subject = pattern.subject[0]
        if predicate is None or not objects:
            continue
        if subject.kind != "variable" or subject.text[1:] in values:
            # The engine begins with this one anyway.
            return
        racers.append(_Racer(place, _triples(store, predicate, objects)))
    if len(racers) < 2:
        return
    best = _first_to_end(racers)
    if best is None or best == racers[0].place:
        return
    rest = patterns[:best] + patterns[best + 1 :]
    texts = [" ".join(_text(query, part) for part in p.parts) for p in (patterns[best], *rest)]
    last = tokens[-1]
    yield tokens[0].start, last.start + len(last.text), " . ".join(texts) + " . "


def _objects(pattern: TriplePattern, values: _Values, prologue: Prologue) -> list[_Constant]:
    """Return what the object may be; nothing if it may be anything."""
    name = pattern.object[0]
    if name.kind == "variable":
        return values.get(name.text[1:], [])
    constant = _constant(pattern.object, prologue)
    return [] if constant is None else [constant]


def _constant(term: Sequence[Token], prologue: Prologue) -> _Constant | None:
    first = term[0]
    if len(term) > 1:
        return None
    if first.kind == "string":
        plain = is_closed(first.text) and "\\" not in first.text and first.text[:3] != '"""'
        return Literal(first.text[1:-1]) if plain and first.text[:3] != "'''" else None
    if first.kind == "word" and first.text.isdecimal():
        return Literal(int(first.text))
    return prologue.node(first)


def _values(found: Sequence[Token], prologue: Prologue) -> _Values:
    """Return the first few values of each variable of a VALUES clause; none for one with UNDEF."""
    brace = next(i for i, token in enumerate(found) if token.text == "{")
    names = [token.text[1:] for token in found[:brace] if token.kind == "variable"]
    data = [token for token in found[brace + 1 : -1] if token.text not in "()"]
    size = len(names)
    values: _Values = {name: [] for name in names}
    if not size or len(data) % size:
        return {}
    for row in range(min(_ROWS, len(data) // size)):
        for name, token in zip(names, data[row * size :], strict=False):
            constant = _constant([token], prologue)
            if constant is None:
                return {}
            values[name].append(constant)
    return values


def _triples(
    store: pyoxigraph.Store, predicate: NamedNode, objects: Sequence[_Constant]
) -> Iterator[Quad]:
    for value in objects:
        yield from store.quads_for_pattern(None, predicate, value, None)


def _first_to_end(racers: Sequence[_Racer]) -> int | None:
    """Return the place of the pattern that has the fewest triples; None if all have many."""
    for _ in range(0, _LONGEST, _STEP):
        steps = [(sum(1 for _ in islice(racer.triples, _STEP)), racer.place) for racer in racers]
        fewest, place = min(steps)
        if fewest < _STEP:
            return place
    return None


def _text(query: str, part: Sequence[Token]) -> str:
    last = part[-1]
    return query[part[0].start : last.start + len(last.text)]
