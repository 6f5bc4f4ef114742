"""The surroundings of a thing, drawn: what leads to it on the left, where it leads on the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sorafenib_kg.presentation.drawing import LINE, Box, Drawing, Line, curve, height_of, wrap
from sorafenib_kg.presentation.statements import Fact, Group, Topic

_WIDTH = 960.0
_SIDE = 300.0
_MARGIN = 1.0  # half of the widest frame
_MOST_GROUPS = 8
_MOST_FACTS = 5
_GAP = 14.0
# What speaks of the text rather than of things.
_NOT_DRAWN = ("claim", "other")


@dataclass(frozen=True, slots=True)
class _Stack:
    """The boxes of one group, from the top of its side."""

    boxes: tuple[Box, ...]
    height: float


def neighbourhood(label: str, topics: Iterable[Topic]) -> Drawing | None:
    """Return a drawing of a thing among those that it is tied to; None if there are none."""
    groups = [group for topic in topics if topic.name not in _NOT_DRAWN for group in topic.groups]
    drawn = [group for group in groups if any(map(_is_drawn, group.facts))]
    left = _side([group for group in drawn if not group.is_outgoing], _MARGIN)
    right = _side([g for g in drawn if g.is_outgoing], _WIDTH - _SIDE - _MARGIN)
    if not left and not right:
        return None
    heights = [_height(side) for side in (left, right) if side]
    centre = _centre(label, min(heights))
    height = max(*heights, centre.y + centre.height) + 2 * _MARGIN
    boxes = [centre]
    lines: list[Line] = []
    for stacks, is_right in ((left, False), (right, True)):
        # From the top, so that one who sees one side at a time finds it at once.
        top = _MARGIN
        for stack in stacks:
            placed = [replace(box, y=box.y + top) for box in stack.boxes]
            boxes += placed
            lines += _tie(centre, placed[0], is_right)
            top += stack.height + _GAP
    return Drawing(_WIDTH, height, tuple(boxes), tuple(lines))


def _is_drawn(fact: Fact) -> bool:
    return fact.other.kind == "iri" and not fact.is_general


def _side(groups: list[Group], x: float) -> list[_Stack]:
    ordered = sorted(groups, key=lambda group: (not group.said, -len(group.facts)))
    return [_stack(group, x) for group in ordered[:_MOST_GROUPS]]


def _stack(group: Group, x: float) -> _Stack:
    """Return a group as its predicate with the other ends below, as many as there is room for."""
    facts = [fact for fact in group.facts if _is_drawn(fact)]
    boxes = [Box(x, 0.0, _SIDE, LINE + 4, (group.predicate.text,), group.predicate.title or "",
                 group.predicate.href, "relation")]  # fmt: skip
    y = LINE + 6
    for box in _boxes(facts[:_MOST_FACTS], x):
        boxes.append(replace(box, y=y))
        y += box.height + 3
    if len(facts) > _MOST_FACTS:
        boxes.append(
            Box(x, y, _SIDE, LINE, (f"and {len(facts) - _MOST_FACTS} more",), style="more")
        )
        y += LINE
    return _Stack(tuple(boxes), y)


def _boxes(facts: Iterable[Fact], x: float) -> Iterator[Box]:
    for fact in facts:
        lines = wrap(fact.other.text, _SIDE, 2)
        title = f"{fact.other.text} ({fact.standing})"
        yield Box(x, 0.0, _SIDE, height_of(lines), lines, title, fact.other.href, fact.standing)


def _centre(label: str, height: float) -> Box:
    """Return the box of the thing itself, in the middle of so much height if that holds it."""
    width = 220.0
    # Its letters are bold, and wider than others.
    lines = wrap(label, width * 0.85, 5)
    high = height_of(lines) + 8
    top = max(_MARGIN, (height - high) / 2)
    return Box((_WIDTH - width) / 2, top, width, high, lines, label, style="centre")


def _tie(centre: Box, head: Box, is_right: bool) -> Iterator[Line]:
    if is_right:
        yield Line(curve(centre.right, centre.middle, head.x, head.middle), "tie out")
    else:
        yield Line(curve(head.right, head.middle, centre.x, centre.middle), "tie in")


def _height(stacks: list[_Stack]) -> float:
    return sum(stack.height for stack in stacks) + _GAP * max(0, len(stacks) - 1)
