"""Shortest paths over the triples of one property."""

from __future__ import annotations

import numpy as np

from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints, expand, member, merge, unique


def shortest_path(edges: Ints, start: int, end: int) -> list[int]:
    """Return the nodes of a shortest path of at least one edge (two if it ends where it began)."""
    levels: list[tuple[Ints, Ints]] = []  # of each level: its nodes, and the node before each
    visited = np.array([], np.int64)
    frontier = np.array([start], np.int64)
    while len(frontier):
        rows, found = expand(frontier, edges)
        keys = unique((found << SHIFT) | frontier[rows])
        nodes, before = keys >> SHIFT, keys & MASK
        fresh = np.ones(len(nodes), np.bool_)
        fresh[1:] = nodes[1:] != nodes[:-1]
        fresh &= ~member(nodes, visited)
        nodes, before = nodes[fresh], before[fresh]
        levels.append((nodes, before))
        if member(np.array([end]), nodes)[0]:
            break
        visited = merge(visited, nodes)
        frontier = nodes
    else:
        raise RuntimeError("no run of steps leads from subject to object")
    path = [end]
    for nodes, before in reversed(levels):
        path.append(int(before[np.searchsorted(nodes, path[-1])]))
    return path[::-1]
