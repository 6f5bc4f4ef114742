"""Answers for the workbench: sorted, timed, and where they are empty, explained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic, perf_counter

from flask import request

from sorafenib_kg.errors import ProtocolError, RequestError, TimeLimitError
from sorafenib_kg.presentation.chart import Chart, chart_of
from sorafenib_kg.results import cell, labels_of, rows_of
from sorafenib_kg.store import Store, Table, Term, formats_of
from sorafenib_kg.store.zero_rows import Finding, find
from sorafenib_kg.views.answers import ROWS_OF_A_PAGE, Shown, page_number, show

# More rows are sorted by ORDER BY only, for all of them would have to be read and named.
MOST_SORTED = 2000
_SECONDS_TO_EXPLAIN = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """A page of an answer: by which column it is sorted, how long it took, why it is empty."""

    shown: Shown
    sort: str | None
    milliseconds: int
    diagnosis: str | None
    finding: Finding | None
    chart: Chart | None

    @property
    def may_sort(self) -> bool:
        """Say whether the rows are few enough to be sorted here."""
        total = self.shown.table.total
        return total is not None and 1 < total <= MOST_SORTED

    def next_sort(self, variable: str) -> str:
        """Return how the heading of a column sorts: upwards, and the second time downwards."""
        return f"-{variable}" if self.sort == variable else variable

    def order(self, variable: str) -> str | None:
        """Return the direction in which a column is sorted, in the words of ARIA."""
        return {variable: "ascending", f"-{variable}": "descending"}.get(self.sort or "")


def show_timed(store: Store, query: str) -> Timed:
    """Evaluate a query, sorted by the column that the parameter ``sort`` names.

    Raise ProtocolError if there is no such column, or if there are too many rows.
    """
    sort = request.args.get("sort") or None
    began = perf_counter()
    shown = show(store, query) if sort is None else _sorted(store, query, sort)
    milliseconds = round((perf_counter() - began) * 1000)
    diagnosis, finding = None, None
    if shown.table.kind == "solutions" and not shown.rows and shown.page == 1:
        diagnosis, finding = _diagnosis(store, query), _finding(store, query)
    chart = chart_of(shown.table, shown.rows)
    return Timed(shown, sort, milliseconds, diagnosis, finding, chart)


def _sorted(store: Store, query: str, sort: str) -> Shown:
    table = store.table(query, limit=MOST_SORTED, base=request.base_url)
    variable = sort.removeprefix("-")
    if variable not in table.variables:
        raise ProtocolError(f"the answer has no column {variable} to be sorted by")
    if table.total is None or table.total > len(table.rows):
        raise ProtocolError(f"more than {MOST_SORTED:,} rows are sorted by ORDER BY only")
    page = page_number()
    first = (page - 1) * ROWS_OF_A_PAGE
    rows = _in_order(store, table, table.variables.index(variable), sort.startswith("-"))
    part = replace(table, rows=tuple(rows[first : first + ROWS_OF_A_PAGE]))
    return Shown(part, rows_of(part, store), page, formats_of(table.kind))


def _in_order(
    store: Store, table: Table, column: int, downwards: bool
) -> list[tuple[Term | None, ...]]:
    """Return the rows by what is shown in a column; those without a value come last."""
    labels = labels_of(store, (row[column] for row in table.rows))

    def key(row: Sequence[Term | None]) -> tuple[int, float, str]:
        shown = cell(row[column], labels)
        if shown.kind == "number" and (number := _number(shown.text)) is not None:
            return (0, number, "")
        return (1, 0.0, shown.text.casefold())

    with_value = [row for row in table.rows if row[column] is not None]
    without = [row for row in table.rows if row[column] is None]
    return sorted(with_value, key=key, reverse=downwards) + without


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _diagnosis(store: Store, query: str) -> str | None:
    """Return which terms of a query that has no rows are unknown, as far as there are any."""
    try:
        return store.answer(query, base=request.base_url).diagnosis
    except RequestError:
        # The answer itself was there; only what explains it took too long.
        return None


def _finding(store: Store, query: str) -> Finding | None:
    """Return which part of a query leaves no rows, as far as that is soon found."""
    end = monotonic() + _SECONDS_TO_EXPLAIN

    def ask(text: str) -> bool:
        if monotonic() > end:
            raise TimeLimitError("explaining took too long")
        return store.table(text, base=request.base_url).boolean is True

    try:
        return find(query, ask)
    except RequestError:
        return None
