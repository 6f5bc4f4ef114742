"""Drawings as boxes and lines at their places, for a template to write as SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

# Of the font that drawings are set in: how wide a character is on average, in units of the
# drawing. A little too much, so that no text runs out of its box where the font is another.
CHARACTER = 7.2
LINE = 17.0
PADDING = 8.0


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its upper left corner and size, its text in lines, where it leads."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    title: str = ""
    href: str | None = None
    style: str = ""  # class names

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Return where it ends on the right."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as the data of an SVG path, with its label and where that stands."""

    path: str
    style: str = ""
    label: str = ""
    x: float = 0.0
    y: float = 0.0
    href: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of a size, in units of one pixel at full scale."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def wrap(text: str, width: float, most: int = 3) -> tuple[str, ...]:
    """Return a text in lines that fit a box of a width, cut after the last of ``most``."""
    characters = max(4, int((width - 2 * PADDING) / CHARACTER))
    lines = textwrap.wrap(text, characters, max_lines=most, placeholder=" …")
    return tuple(lines) or ("",)


def height_of(lines: Sequence[str]) -> float:
    """Return how high the box of some lines is."""
    return len(lines) * LINE + PADDING


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a path that leaves one point and reaches the other sideways."""
    middle = (x1 + x2) / 2
    return f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
