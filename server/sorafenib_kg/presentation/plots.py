"""Plots of results as rows on an axis: hazard ratios, times by arm, rates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from sorafenib_kg.presentation.drawing import LINE, wrap
from sorafenib_kg.presentation.trials import (
    UNITS,
    Comparison,
    EndpointResults,
    Result,
    Study,
)

_LABELS = 300.0  # of the labels on the left
_AXIS = 380.0
_PRINTED = 260.0  # of the figures as printed, on the right
_PADDING = 12.0
_HEAD = 30.0
_FOOT = 40.0
_NO_DIFFERENCE = 1.0  # of a ratio

Mark = OneOf["experimental", "comparator", "single"]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at its place on the axis."""

    x: float
    mark: Mark
    title: str


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A row: its label in lines, its points, an interval, the figures as printed."""

    y: float
    height: float
    lines: tuple[str, ...]
    href: str | None
    points: tuple[Point, ...]
    interval: tuple[float, float] | None
    printed: tuple[str, ...]
    heading: bool = False

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its axis, from ``left`` to ``right``; ``reference`` is a line to compare with."""

    name: str
    title: str
    axis: str
    width: float
    height: float
    left: float
    right: float
    ticks: tuple[tuple[float, str], ...]
    reference: float | None
    rows: tuple[PlotRow, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row before it has its place."""

    label: str
    href: str | None
    values: tuple[tuple[float, Mark, str], ...]
    interval: tuple[float, float] | None
    printed: str
    heading: bool = False


def plots(studies: Sequence[Study]) -> tuple[Plot, ...]:
    """Return the plots that the results of some studies make, those that have any rows."""
    found = [_forest(studies)]
    units = dict.fromkeys(
        result.quantity.unit
        for study in studies
        for part in study.endpoints
        for result in part.results
        if result.quantity is not None
    )
    for unit in units:
        if unit in UNITS:
            found.append(_by_arm(studies, unit))
    return tuple(plot for plot in found if plot is not None)


def _forest(studies: Sequence[Study]) -> Plot | None:
    """Return the hazard ratios with their intervals on a logarithmic axis."""
    entries = [
        _Entry(
            f"{study.name.text}: {part.endpoint.text}",
            comparison.name.href,
            ((comparison.hazard_ratio, "single", _ratio_title(comparison)),),
            comparison.interval,
            comparison.printed or "",
        )
        for study in studies
        for part in study.endpoints
        for comparison in part.comparisons
        if comparison.hazard_ratio is not None
    ]
    if not entries:
        return None
    every = [value for entry in entries for value, _, _ in entry.values]
    every += [end for entry in entries for end in entry.interval or ()]
    low, high = min(*every, 0.5), max(*every, 2.0)
    scale = _Scale(math.log(low / 1.1), math.log(high * 1.1))
    ticks = [t for t in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if low <= t <= high]
    return _plot(
        "hazard-ratios",
        "Hazard ratios with their intervals",
        "hazard ratio, logarithmic; above 1 the comparator does better",
        entries,
        scale,
        [(math.log(tick), f"{tick:g}") for tick in ticks],
        logarithmic=True,
        reference=math.log(_NO_DIFFERENCE),
    )


def _by_arm(studies: Sequence[Study], unit: str) -> Plot | None:
    """Return the values of one unit by endpoint, both arms of a study on one row."""
    rows: dict[str, list[_Entry]] = {}
    for study in studies:
        for part in study.endpoints:
            entry = _entry(study, part, unit)
            if entry is not None:
                rows.setdefault(part.endpoint.text, []).append(entry)
    entries = [
        entry
        for endpoint, found in rows.items()
        for entry in (_Entry(endpoint, None, (), None, "", heading=True), *found)
    ]
    values = [value for entry in entries for value, _, _ in entry.values]
    if not values:
        return None
    word = UNITS[unit]
    high = 100.0 if unit == "%" else _round_up(max(values))
    step = _step(high)
    ticks = [(n * step, f"{n * step:g}") for n in range(int(high / step) + 1)]
    title = "Rates, in percent" if unit == "%" else f"{word.capitalize()} by arm"
    return _plot(
        {"%": "rates"}.get(unit, word.replace(" ", "-")),
        title,
        word,
        entries,
        _Scale(0.0, high),
        ticks,
    )


def _entry(study: Study, part: EndpointResults, unit: str) -> _Entry | None:
    compared = {c.experimental for c in part.comparisons}, {c.comparator for c in part.comparisons}
    values = []
    printed: dict[str, None] = {}
    for result in part.results:
        if result.quantity is None or result.quantity.unit != unit:
            continue
        values.append(
            (result.quantity.number, _mark(result, *compared), _value_title(study, result))
        )
        printed[result.quantity.printed or result.quantity.text] = None
    if not values:
        return None
    tests = [c.p for c in part.comparisons if c.p is not None]
    figures = "; ".join([*printed, *tests])
    label = f"{study.name.text}, {part.when}" if part.when else study.name.text
    return _Entry(label, study.name.href, tuple(values), None, figures)


def _mark(result: Result, experimental: Iterable[object], comparator: Iterable[object]) -> Mark:
    if result.arm in comparator:
        return "comparator"
    return "experimental" if result.arm in experimental else "single"


def _value_title(study: Study, result: Result) -> str:
    arm = study.arm(result.arm)
    statistic = f"{result.statistic} " if result.statistic else ""
    value = result.quantity.text if result.quantity is not None else ""
    return f"{arm.short if arm else result.name.text}: {statistic}{value}"


def _ratio_title(comparison: Comparison) -> str:
    return f"{comparison.name.text}: hazard ratio {comparison.hazard_ratio:g}"


# --- From entries to places ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a value, or its logarithm, to a place on the axis."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        return _LABELS + _AXIS * (value - self.low) / (self.high - self.low)


def _plot(
    name: str,
    title: str,
    axis: str,
    entries: Iterable[_Entry],
    scale: _Scale,
    ticks: Iterable[tuple[float, str]],
    logarithmic: bool = False,
    reference: float | None = None,
) -> Plot:
    """Place the rows below each other; ticks and reference are as the scale takes them."""
    rows = tuple(_rows(entries, scale, logarithmic))
    bottom = rows[-1].y + rows[-1].height
    return Plot(
        name,
        title,
        axis,
        _LABELS + _AXIS + _PRINTED,
        bottom + _FOOT,
        _LABELS,
        _LABELS + _AXIS,
        tuple((scale(value), text) for value, text in ticks),
        scale(reference) if reference is not None else None,
        rows,
    )


def _rows(entries: Iterable[_Entry], scale: _Scale, logarithmic: bool) -> Iterator[PlotRow]:
    y = _HEAD
    for entry in entries:
        lines = wrap(entry.label, _LABELS)
        printed = wrap(entry.printed, _PRINTED) if entry.printed else ()
        height = max(len(lines), len(printed), 1) * LINE + _PADDING

        def at(value: float) -> float:
            return scale(math.log(value) if logarithmic else value)

        interval = entry.interval
        yield PlotRow(
            y,
            height,
            lines,
            entry.href,
            tuple(Point(at(value), mark, title) for value, mark, title in entry.values),
            (at(interval[0]), at(interval[1])) if interval is not None else None,
            printed,
            entry.heading,
        )
        y += height


def _round_up(value: float) -> float:
    step = _step(value)
    return math.ceil(value / step) * step


def _step(high: float) -> float:
    """Return the distance of ticks: 1, 2 or 5 times a power of ten, at most eight of them."""
    rough = high / 8
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
