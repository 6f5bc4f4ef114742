"""Transitive closure of one relation, all pairs at once.

The nodes are gone through from the sinks upwards, all nodes of one level together, so that each
pair is formed once for each edge that leads to it. Cycles are first drawn together into one node
each (strongly connected components); a graph without cycles, the usual case, is recognised by
peeling alone and never pays for that.
"""

import numpy as np

from sorafenib_kg.reasoning.arrays import (
    EMPTY,
    MASK,
    SHIFT,
    Ints,
    expand,
    find,
    member,
    merge,
    pack,
    spread,
    swap,
    unique,
)


def transitive_closure(edges: Ints) -> Ints:
    """Return the keys of all pairs that one or more edges connect; edges and result sorted."""
    if not len(edges):
        return EMPTY
    nodes = unique(np.concatenate([edges >> SHIFT, edges & MASK]))
    first = find(edges >> SHIFT, nodes)[0]
    second = find(edges & MASK, nodes)[0]
    labels = _components(len(nodes), first, second)
    count = int(labels.max()) + 1
    looped = np.zeros(count, np.bool_)
    inside = labels[first] == labels[second]
    looped[labels[first][inside]] = True
    pairs = _closure_by_level(
        count, unique(pack(labels[first][~inside], labels[second][~inside])), looped
    )
    return _unfold(pairs, labels, nodes, count)


def extend_closure(closed: Ints, new: Ints) -> Ints:
    """Return the pairs that come to a transitively closed relation by new edges, these included.

    Arrays of keys, sorted; ``new`` has none of ``closed``. It pays while ``new`` is small.
    """
    everything = merge(closed, new)
    backward = np.sort(swap(everything))
    found, fresh = new, new
    while len(fresh):
        rows, ends = expand(fresh & MASK, everything)
        after = pack((fresh >> SHIFT)[rows], ends)
        rows, starts = expand(fresh >> SHIFT, backward)
        before = pack(starts, (fresh & MASK)[rows])
        fresh = unique(np.concatenate([after, before]))
        fresh = fresh[~member(fresh, everything)]
        everything = merge(everything, fresh)
        backward = merge(backward, np.sort(swap(fresh)))
        found = merge(found, fresh)
    return found


def _closure_by_level(count: int, edges: Ints, looped: np.ndarray) -> Ints:
    """Close a relation without cycles over nodes 0 to count - 1; looped nodes reach themselves."""
    sources, targets = edges >> SHIFT, edges & MASK
    successors = np.searchsorted(sources, np.arange(count + 1))
    backward = np.sort(swap(edges))
    waiting = np.diff(successors)
    starts, ends = np.zeros(count, np.int64), np.zeros(count, np.int64)
    reached = np.empty(max(1024, 4 * len(edges)), np.int64)
    used = 0
    done: list[Ints] = []
    level: Ints = np.flatnonzero(waiting == 0)
    while len(level):
        rows, places = spread(successors[level], successors[level + 1])
        source, target = level[rows], targets[places]
        rows, places = spread(starts[target], ends[target])
        circular = level[looped[level]]
        pairs = unique(
            np.concatenate(
                [
                    pack(source, target),
                    pack(source[rows], reached[places]),
                    pack(circular, circular),
                ]
            )
        )
        if used + len(pairs) > len(reached):
            room = np.empty(max(used, 2 * len(pairs)), np.int64)
            reached = np.concatenate([reached[:used], room])
        reached[used : used + len(pairs)] = pairs & MASK
        firsts = pairs >> SHIFT
        starts[level] = used + np.searchsorted(firsts, level)
        ends[level] = used + np.searchsorted(firsts, level, side="right")
        used += len(pairs)
        done.append(pairs)
        _, before = expand(level, backward)
        np.subtract.at(waiting, before, 1)
        before = unique(before)
        level = before[waiting[before] == 0]
    return np.concatenate(done)


def _unfold(pairs: Ints, labels: Ints, nodes: Ints, count: int) -> Ints:
    """Turn pairs of components into pairs of all their members."""
    order = np.argsort(labels, kind="stable")
    if count == len(nodes):  # no cycles of two or more: each component is one node
        single = nodes[order]
        return np.sort(pack(single[pairs >> SHIFT], single[pairs & MASK]))
    bounds = np.searchsorted(labels[order], np.arange(count + 1))
    members = nodes[order]
    firsts, seconds = pairs >> SHIFT, pairs & MASK
    rows, places = spread(bounds[firsts], bounds[firsts + 1])
    heads, seconds = members[places], seconds[rows]
    rows, places = spread(bounds[seconds], bounds[seconds + 1])
    return unique(pack(heads[rows], members[places]))


def _components(count: int, first: Ints, second: Ints) -> Ints:
    """Return the number of the strongly connected component of each node."""
    core = _cyclic_core(count, first, second)
    labels = np.full(count, -1, np.int64)
    labels[~core] = np.arange(int((~core).sum()))
    if core.any():
        inner = core[first] & core[second]
        found = _tarjan(count, first[inner], second[inner], np.flatnonzero(core).tolist())
        labels[core] = found[core] + int((~core).sum())
    return labels


def _cyclic_core(count: int, first: Ints, second: Ints) -> np.ndarray:
    """Mark the nodes that are left when sinks and sources are taken away again and again."""
    core = np.ones(count, np.bool_)
    for sources, targets in ((first, second), (second, first)):
        alive = core[sources] & core[targets]
        backward = unique(pack(targets[alive], sources[alive]))
        degree = np.bincount(backward & MASK, minlength=count)
        level = np.flatnonzero(core & (degree == 0))
        while len(level):
            core[level] = False
            _, before = expand(level, backward)
            np.subtract.at(degree, before, 1)
            before = unique(before)
            level = before[(degree[before] == 0) & core[before]]
    return core


def _tarjan(count: int, first: Ints, second: Ints, roots: list[int]) -> Ints:
    """Return component numbers of the nodes reached from the roots (Tarjan 1972, no recursion)."""
    edges = unique(pack(first, second))
    bounds = np.searchsorted(edges, np.arange(count + 1) << SHIFT).tolist()
    targets = (edges & MASK).tolist()
    index = [-1] * count
    low = [0] * count
    label = [-1] * count
    stack: list[int] = []
    clock = components = 0
    for root in roots:
        if index[root] >= 0:
            continue
        index[root] = low[root] = clock
        clock += 1
        stack.append(root)
        work = [(root, bounds[root])]
        while work:
            node, place = work.pop()
            if place < bounds[node + 1]:
                work.append((node, place + 1))
                other = targets[place]
                if index[other] < 0:
                    index[other] = low[other] = clock
                    clock += 1
                    stack.append(other)
                    work.append((other, bounds[other]))
                elif label[other] < 0:
                    low[node] = min(low[node], index[other])
                continue
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                while True:
                    other = stack.pop()
                    label[other] = components
                    if other == node:
                        break
                components += 1
    return np.array(label, np.int64)
