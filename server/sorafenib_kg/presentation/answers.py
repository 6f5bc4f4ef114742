"""Answers as people read them: labels for IRIs, words for columns, badges and links for values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.namespaces import ID
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.notes import Level, level
from sorafenib_kg.results import Cell, local_path
from sorafenib_kg.store import Table, Term

Role = OneOf["plain", "number", "certainty", "evidence", "polarity", "truth", "printed"]

_LABEL = "Label"
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LOCATOR = re.compile(r"S\d\d (?:P|Fig|Tab)\d+(?: s\d+)?")
_LEVELS: Mapping[str, Role] = {
    "certainty": "certainty",
    "evidence": "evidence",
    "polarity": "polarity",
}
# The words of the queries for which pages have others.
_WORDS = {"locator": "place", "locators": "places"}
_AS_PRINTED = ("hedge", "printed", "qualifiers", "qualifier")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in words, and what its values are."""

    variable: str
    heading: str
    role: Role


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a cell: pieces of text, each with where it leads; or a level."""

    pieces: tuple[Cell, ...]
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class ReadableAnswer:
    """A table of an answer: columns, and rows with a value for each of them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def readable(index: GraphIndex, table: Table) -> ReadableAnswer:
    """Return a table of solutions as people read it.

    A column ``x`` with IRIs and ``xLabel`` beside it become one. Places and references lead to
    their pages.
    """
    kept = [n for n, name in enumerate(table.variables) if not _is_label(name, table.variables)]
    columns = tuple(_column(index, table, number) for number in kept)
    return ReadableAnswer(
        columns,
        tuple(
            tuple(
                _value(index, column, row[number], _label_of(table, row, number))
                for column, number in zip(columns, kept, strict=True)
            )
            for row in table.rows
        ),
    )


def _is_label(name: str, names: tuple[str, ...]) -> bool:
    return name.endswith(_LABEL) and name.removesuffix(_LABEL) in names


def _label_of(table: Table, row: tuple[Term | None, ...], number: int) -> str | None:
    name = table.variables[number] + _LABEL
    if name not in table.variables:
        return None
    label = row[table.variables.index(name)]
    return label.value if isinstance(label, Literal) else None


def heading_of(variable: str) -> str:
    """Return the name of a variable in words: ``to sorafenib`` for ``toSorafenib``."""
    words = _HUMPS.sub(" ", variable.removesuffix(_LABEL) or variable).lower().split()
    return " ".join(_WORDS.get(word, word) for word in words)


def _column(index: GraphIndex, table: Table, number: int) -> Column:
    name = table.variables[number]
    values = [row[number] for row in table.rows if row[number] is not None]
    cells = [index.cell(value) for value in values]
    role: Role = "plain"
    if name in _LEVELS:
        role = _LEVELS[name]
    elif name in _AS_PRINTED:
        role = "printed"
    elif cells and all(cell.kind == "number" for cell in cells):
        role = "number"
    elif values and all(isinstance(v, Literal) and v.value in ("true", "false") for v in values):
        role = "truth"
    return Column(name, heading_of(name), role)


def _value(index: GraphIndex, column: Column, term: Term | None, label: str | None) -> Value:
    if term is None:
        return Value(())
    if column.role in ("certainty", "evidence", "polarity"):
        found = _level(index, term)
        if found is not None:
            return Value((index.cell(term),), found)
    if isinstance(term, Literal) and column.heading.rsplit(" ", 1)[-1] in ("place", "places"):
        return Value(tuple(_places(index, term.value)))
    if isinstance(term, Literal) and column.heading in ("reference", "references"):
        return Value(tuple(_references(index, term.value)))
    cell = index.cell(term)
    if label is not None and cell.kind == "iri":
        return Value((Cell("iri", label, cell.href, cell.title),))
    return Value((cell,))


def _level(index: GraphIndex, term: Term) -> Level | None:
    """Return the level that a value stands for, by its IRI or by its label."""
    if isinstance(term, NamedNode):
        return level(index, term)
    if isinstance(term, Literal):
        node = index.levels.get(term.value)
        return level(index, node) if node is not None else None
    return None


def _places(index: GraphIndex, text: str) -> Iterator[Cell]:
    for locator in text.split(", "):
        node = NamedNode(ID + locator.replace(" ", "-")) if _LOCATOR.fullmatch(locator) else None
        known = node is not None and node in index.about
        # A place is read as one word.
        unbroken = locator.replace(" ", "\N{NO-BREAK SPACE}")
        href = local_path(node) if node is not None and known else None
        yield Cell("iri" if known else "text", unbroken if known else locator, href)


def _references(index: GraphIndex, text: str) -> Iterator[Cell]:
    for number in text.split(", "):
        node = NamedNode(f"{ID}ref-{number}") if number.isdecimal() else None
        if node is not None and node in index.about:
            shown = index.cell(node)
            yield Cell("iri", number, shown.href, shown.title)
        else:
            yield Cell("text", number)
