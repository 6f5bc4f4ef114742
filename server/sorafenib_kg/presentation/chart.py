"""A bar chart of an answer that has numbers: one bar a row, as lengths on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sorafenib_kg.results import Row
from sorafenib_kg.store import Table

_LABELS = 220.0  # units for the labels on the left
_BARS = 360.0
_NUMBERS = 70.0
ROW = 24.0
_MOST_CHARACTERS = 30
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its label, its number as printed, and where the bar begins and how long it is."""

    label: str
    whole_label: str
    number: str
    y: float
    x: float
    length: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a column; ``zero`` is the place from which they go right, or left below it."""

    column: str
    labels: str | None
    bars: tuple[Bar, ...]
    zero: float
    width: float = _LABELS + _BARS + _NUMBERS

    @property
    def height(self) -> float:
        """Return the height of all bars."""
        return ROW * len(self.bars)


def chart_of(table: Table, rows: Sequence[Row]) -> Chart | None:
    """Return a chart of the last column that has only numbers, None where there is none.

    The labels are those of the first column with anything else. A graph has no chart.
    """
    if table.kind != "solutions" or len(rows) < _FEWEST_ROWS:
        return None
    columns = range(len(table.variables))
    numeric = [column for column in columns if _numbers(rows, column) is not None]
    if not numeric:
        return None
    shown = numeric[-1]
    naming = next((column for column in columns if column not in numeric), None)
    numbers = _numbers(rows, shown) or []
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    scale = _BARS / (high - low) if high > low else 0.0
    zero = _LABELS - low * scale
    bars = []
    for position, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        label = str(position + 1) if naming is None else row.cells[naming].text
        length = abs(number) * scale
        x = zero if number >= 0 else zero - length
        bars.append(
            Bar(_cut(label), label, row.cells[shown].text, position * ROW, round(x, 2), length)
        )
    names = None if naming is None else table.variables[naming]
    return Chart(table.variables[shown], names, tuple(bars), round(zero, 2))


def _numbers(rows: Sequence[Row], column: int) -> list[float] | None:
    """Return the numbers of a column, None if anything in it is no number or not finite."""
    found = []
    for row in rows:
        cell = row.cells[column]
        if cell.kind != "number":
            return None
        number = float(cell.text)
        if not math.isfinite(number):
            return None
        found.append(number)
    return found


def _cut(label: str) -> str:
    return label if len(label) <= _MOST_CHARACTERS else f"{label[: _MOST_CHARACTERS - 1]}…"
