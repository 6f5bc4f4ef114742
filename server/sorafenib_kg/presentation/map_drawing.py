"""The map drawn in columns, with as few crossings as a few sweeps over them find."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from statistics import fmean

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import SKG
from sorafenib_kg.presentation.drawing import Box, Drawing, Line, curve, height_of, wrap
from sorafenib_kg.presentation.resistance_map import (
    COLUMNS,
    MECHANISM,
    MapEdge,
    MapNode,
    ResistanceMap,
)

_BOX = 168.0
_GAP = 46.0  # between columns, for the lines
_SPACE = 8.0  # between boxes
_HEAD = 34.0
_MARGIN = 2.0
_SWEEPS = 8
_SENSITIVITY = ("increasesSensitivityTo", "decreasesSensitivityTo")
_RESISTANCE = ("confersResistanceTo", "involvedInResistanceTo")


def draw(map_: ResistanceMap) -> Drawing:
    """Return the map as boxes in columns, and lines whose style says sign and standing.

    What a mechanism resists is told in its box, for most resist the same: lines to that would
    cover all others. For the same reason what makes cells more or less sensitive to it is left
    to its page.
    """
    resisted = _resisted(map_)
    common = commonly_resisted(map_)
    edges = tuple(edge for edge in map_.edges if not _is_told_otherwise(edge, common))
    tied = {node for edge in edges for node in (edge.source, edge.target)}
    tied |= {node.node for node in map_.nodes if node.column == MECHANISM}
    map_ = ResistanceMap(tuple(node for node in map_.nodes if node.node in tied), edges)
    columns = _ordered(map_)
    texts = {node.node: wrap(_text(node, resisted), _BOX, 6) for node in map_.nodes}
    numbers = [number for number in range(len(COLUMNS)) if columns[number]]
    place = {number: _MARGIN + n * (_BOX + _GAP) for n, number in enumerate(numbers)}
    tops = _placed(columns, texts, edges)
    boxes: dict[NamedNode, Box] = {}
    heads = []
    for number in numbers:
        heads.append(Box(place[number], 0, _BOX, 24, (COLUMNS[number],), style="column"))
        for node in columns[number]:
            lines = texts[node.node]
            boxes[node.node] = Box(
                place[number], tops[node.node], _BOX, height_of(lines), lines,
                f"{node.cell.text} ({node.kind})", node.cell.href, f"node column-{number}",
            )  # fmt: skip
    bottom = max((box.y + box.height for box in boxes.values()), default=_HEAD)
    lines_ = tuple(_line(edge, boxes[edge.source], boxes[edge.target]) for edge in map_.edges)
    width = _MARGIN * 2 + len(numbers) * _BOX + max(0, len(numbers) - 1) * _GAP
    return Drawing(max(width, _BOX), bottom + _MARGIN, (*heads, *boxes.values()), lines_)


def _placed(
    columns: Mapping[int, Sequence[MapNode]],
    texts: Mapping[NamedNode, Sequence[str]],
    edges: Sequence[MapEdge],
) -> dict[NamedNode, float]:
    """Return the top of each box: near the middle of what it is tied to, and none on another.

    The fullest column is packed; the others follow it in a few rounds.
    """
    height = {node: height_of(lines) for node, lines in texts.items()}
    tied: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for edge in edges:
        tied[edge.source].append(edge.target)
        tied[edge.target].append(edge.source)
    tops: dict[NamedNode, float] = {}
    for nodes in columns.values():
        y = _HEAD
        for node in nodes:
            tops[node.node] = y
            y += height[node.node] + _SPACE
    fullest = max(
        columns, key=lambda number: sum(height[n.node] for n in columns[number]), default=0
    )
    for _ in range(_SWEEPS):
        for number, nodes in columns.items():
            if number == fullest:
                continue
            names = [node.node for node in nodes]
            wanted = [
                fmean([tops[n] + height[n] / 2 for n in tied[name]] or [tops[name]])
                - height[name] / 2
                for name in names
            ]
            sizes = [height[name] + _SPACE for name in names]
            tops |= dict(zip(names, _apart(wanted, sizes), strict=True))
    least = min(tops.values(), default=_HEAD)
    return {name: top - least + _HEAD for name, top in tops.items()}


def _apart(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return places in the order given, each its size before the next, near those wanted.

    The squares of the distances are least: pool adjacent violators (Barlow et al 1972).
    """
    offsets = [0.0, *accumulate(sizes)]
    blocks: list[tuple[float, int]] = []  # mean of what is wanted, less the offset; how many
    for number, place in enumerate(wanted):
        mean, count = place - offsets[number], 1
        while blocks and blocks[-1][0] > mean:
            before, many = blocks.pop()
            mean = (before * many + mean * count) / (many + count)
            count += many
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _is_told_otherwise(edge: MapEdge, common: MapNode | None) -> bool:
    """Tell whether an edge is not drawn, as the box of its mechanism or a page tells of it."""
    name = edge.triple.predicate.value.removeprefix(SKG.NAMESPACE)
    is_common = common is not None and edge.target == common.node
    return name in _RESISTANCE or (name in _SENSITIVITY and is_common)


def _is_resistance(edge: MapEdge) -> bool:
    return edge.triple.predicate.value.removeprefix(SKG.NAMESPACE) in _RESISTANCE


def commonly_resisted(map_: ResistanceMap) -> MapNode | None:
    """Return what most mechanisms resist; None without any."""
    counts = Counter(edge.target for edge in map_.edges if _is_resistance(edge))
    ((node, _),) = counts.most_common(1) or ((None, 0),)
    return map_.node(node) if node is not None else None


def _resisted(map_: ResistanceMap) -> Mapping[NamedNode, str]:
    """Return what each mechanism resists besides, or instead of, what most of them do."""
    names = {node.node: node.cell.text for node in map_.nodes}
    common = commonly_resisted(map_)
    found: dict[NamedNode, dict[NamedNode, None]] = defaultdict(dict)
    for edge in map_.edges:
        if _is_resistance(edge):
            found[edge.source][edge.target] = None
    told = {}
    for node, targets in found.items():
        others = [names[t] for t in targets if common is None or t != common.node]
        if others:
            told[node] = f"{'and ' if len(others) < len(targets) else ''}to {', '.join(others)}"
    return told


def _text(node: MapNode, resisted: Mapping[NamedNode, str]) -> str:
    told = resisted.get(node.node)
    return f"{node.cell.text} ({told})" if told else node.cell.text


def _ordered(map_: ResistanceMap) -> Mapping[int, list[MapNode]]:
    """Return the nodes by column, each near the middle of what it is tied to (Sugiyama 1981)."""
    columns: dict[int, list[MapNode]] = defaultdict(list)
    for node in map_.nodes:
        columns[node.column].append(node)
    tied: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for edge in map_.edges:
        tied[edge.source].append(edge.target)
        tied[edge.target].append(edge.source)
    rank: dict[NamedNode, float] = {}

    def number_off(nodes: Sequence[MapNode]) -> None:
        for at, node in enumerate(nodes):
            rank[node.node] = (at + 0.5) / len(nodes)

    for nodes in columns.values():
        number_off(nodes)
    for sweep in range(_SWEEPS):
        for number in sorted(columns, reverse=bool(sweep % 2)):
            columns[number].sort(
                key=lambda node: fmean([rank[n] for n in tied[node.node]] or [rank[node.node]])
            )
            number_off(columns[number])
    return columns


def _line(edge: MapEdge, source: Box, target: Box) -> Line:
    style = " ".join(filter(None, ("edge", edge.sign, edge.standing)))
    title = f"{source.title}, {edge.relation.text}, {target.title}; {edge.standing}"
    if source.x == target.x:
        path = _bow(source, target)
    elif source.x < target.x:
        path = curve(source.right, source.middle, target.x - 2, target.middle)
    else:
        path = curve(source.x, source.middle, target.right + 2, target.middle)
    return Line(path, style, title=title)


def _bow(source: Box, target: Box) -> str:
    """Return a path between two boxes of one column, around its right side."""
    out = min(_GAP * 0.7, 14 + abs(target.middle - source.middle) / 10)
    x = source.right
    return (
        f"M{x:.1f} {source.middle:.1f}C{x + out:.1f} {source.middle:.1f} "
        f"{x + out:.1f} {target.middle:.1f} {x + 2:.1f} {target.middle:.1f}"
    )
