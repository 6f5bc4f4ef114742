"""Which axioms are likely to matter for a question: those near its names, by rare names first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from math import log2

from pyoxigraph import NamedNode

from sorafenib_kg.reasoning.dl.axioms import Axiom, names_of


def by_relevance(axioms: Sequence[Axiom], start: Iterable[NamedNode]) -> list[int]:
    """Return the places of all axioms, ordered by their distance from the names.

    A step from an axiom to the next leads over a name that both share, and is the longer the
    more axioms share it: a property that thousands of statements use tells little.
    """
    names = [names_of(axiom) for axiom in axioms]
    users: dict[NamedNode, list[int]] = {}
    for place, found in enumerate(names):
        for name in found:
            users.setdefault(name, []).append(place)
    length = {name: log2(1 + len(places)) for name, places in users.items()}
    order: dict[int, None] = {}
    reached: set[NamedNode] = set()
    waiting = [(length[name], name.value) for name in start if name in users]
    heapq.heapify(waiting)
    while waiting:
        distance, value = heapq.heappop(waiting)
        name = NamedNode(value)
        if name in reached:
            continue
        reached.add(name)
        for place in users[name]:
            if place in order:
                continue
            order[place] = None
            for other in names[place] - reached:
                heapq.heappush(waiting, (distance + length[other], other.value))
    return [*order, *(place for place in range(len(axioms)) if place not in order)]
