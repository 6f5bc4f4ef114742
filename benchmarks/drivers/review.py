"""The review, from its Turtle files to a store that answers: ``review.py``."""

from clock import Clock

from sorafenib_kg.graph import open_graph
from sorafenib_kg.settings import Settings

clock = Clock()
laps: list[str] = []


def step(name: str) -> None:
    """End the lap of the step before."""
    if laps:
        clock.lap(laps[-1])
    laps.append(name.lower())


graph = open_graph(Settings(), step)
clock.lap(laps[-1])
clock.report(triples=len(graph.closure or ()), quads=len(graph.dataset.quads))
