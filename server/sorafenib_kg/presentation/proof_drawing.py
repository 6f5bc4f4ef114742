"""A proof drawn: the conclusion on the left, what each step rests on to the right of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sorafenib_kg.presentation.drawing import Box, Drawing, Line, curve, height_of, wrap
from sorafenib_kg.presentation.proof_trees import Node
from sorafenib_kg.results import local_path

_WIDTH = 220.0
_GAP = 70.0
_SPACE = 12.0
_MARGIN = 2.0
_MOST_LINES = 5


@dataclass(slots=True)
class _Sheet:
    """What was drawn so far, and where the next leaf goes."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    bottom: float = _MARGIN


def draw_proof(root: Node) -> Drawing | None:
    """Return the drawing of a proof; None for what was only asserted."""
    if not root.premises:
        return None
    sheet = _Sheet()
    _place(sheet, root, 0)
    width = max(box.right for box in sheet.boxes) + _MARGIN
    return Drawing(width, sheet.bottom, tuple(sheet.boxes), tuple(sheet.lines))


def _place(sheet: _Sheet, node: Node, depth: int) -> Box:
    """Draw a step at its depth in the middle of its premises, and those below each other."""
    lines = wrap(node.step.text, _WIDTH, _MOST_LINES)
    high = height_of(lines)
    x = _MARGIN + depth * (_WIDTH + _GAP)
    below = [_place(sheet, premise, depth + 1) for premise in node.premises]
    if below:
        y = max((below[0].middle + below[-1].middle - high) / 2, _MARGIN)
    else:
        y = sheet.bottom
        sheet.bottom = y + high + _SPACE
    box = Box(x, y, _WIDTH, high, lines, _title(node), _href(node), _style(node, depth))
    # A box that is higher than what stands to its right makes room for itself.
    sheet.bottom = max(sheet.bottom, y + high + _SPACE)
    sheet.boxes.append(box)
    for premise in below:
        path = curve(premise.x, premise.middle, box.right + 2, box.middle)
        sheet.lines.append(Line(path, "edge", title=node.step.words or ""))
    if below and node.step.rule:
        sheet.lines.append(_rule(box, node.step.rule))
    return box


def _rule(box: Box, rule: str) -> Line:
    return Line("", "rule", rule, box.right + 6, box.y + box.height + 10)


def _title(node: Node) -> str:
    grounds = [ground.text for ground in node.step.grounds if ground.kind == "claim"]
    return "; ".join([node.step.text, *grounds])


def _href(node: Node) -> str | None:
    """Return the page of what a step rests on: the first of its claims, if it has any."""
    for ground in node.step.grounds:
        if ground.kind == "claim" and ground.source is not None:
            return local_path(ground.source)
    return None


def _style(node: Node, depth: int) -> str:
    if depth == 0:
        return "centre"
    return "inferred" if node.step.rule is not None else "asserted"
