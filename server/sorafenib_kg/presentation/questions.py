"""The example queries as questions with parameters: which there are, and the query with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from sorafenib_kg.errors import ProtocolError
from sorafenib_kg.namespaces import ID, SKG, shorten
from sorafenib_kg.presentation.answers import heading_of
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.store import Table

_MOST_CHOICES = 150
_COMPUTED = re.compile(r"\bAS\s+[?$](\w+)", re.IGNORECASE)
_OWN_PREFIX = re.compile(rf"PREFIX\s+id:\s*<{re.escape(ID)}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a parameter may have, and how many rows it leaves."""

    curie: str
    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that can be held to one of its values."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def parameters(index: GraphIndex, query: str, table: Table) -> tuple[Parameter, ...]:
    """Return the parameters of a query, by its whole answer.

    They are the variables that hold things which have a page, different ones in different rows.
    What a SELECT clause computes cannot be held, nor what names a claim, of which each row has
    its own.
    """
    if table.kind != "solutions" or table.total != len(table.rows):
        return ()
    computed = set(_COMPUTED.findall(query))
    found = []
    for number, name in enumerate(table.variables):
        values = [row[number] for row in table.rows if row[number] is not None]
        counts = Counter(value for value in values if isinstance(value, NamedNode))
        if (
            name not in computed
            and len(counts) > 1
            and len(counts) <= _MOST_CHOICES
            # An unbound value would agree with every other one.
            and counts.total() == len(table.rows)
            and all(_has_page(index, node) for node in counts)
        ):
            choices = (Choice(shorten(n), index.labels(n), rows) for n, rows in counts.items())
            ordered = sorted(choices, key=lambda choice: choice.label.casefold())
            found.append(Parameter(name, heading_of(name), tuple(ordered)))
    return tuple(found)


def _has_page(index: GraphIndex, node: NamedNode) -> bool:
    return node.value.startswith(ID) and index.kind(node) != SKG.Claim


def chosen_values(
    parameters: tuple[Parameter, ...], arguments: Mapping[str, str]
) -> dict[str, str]:
    """Return the parameters that a request holds, with their values as CURIEs.

    Raises ProtocolError for a parameter that there is not, and for a value that does not occur.
    """
    names = [parameter.name for parameter in parameters]
    for name in arguments:
        if name not in names:
            there = f"there are {', '.join(names)}" if names else "this question has none"
            raise ProtocolError(f"there is no parameter {name}: {there}")
    chosen = {}
    for parameter in parameters:
        wanted = arguments.get(parameter.name, "").strip()
        if not wanted:
            continue
        if wanted not in {choice.curie for choice in parameter.choices}:
            near = ", ".join(choice.curie for choice in parameter.choices[:5])
            raise ProtocolError(
                f"the parameter {parameter.name} has a value that does not occur in the answer: "
                f"{wanted}; there are {near} and more"
            )
        chosen[parameter.name] = wanted
    return chosen


def narrowed(query: str, chosen: Mapping[str, str]) -> str:
    """Return a query whose variables are held to values, given as CURIEs of things."""
    if not chosen:
        return query
    short = _OWN_PREFIX.search(query) is not None

    def written(curie: str) -> str:
        return curie if short else f"<{ID}{curie.removeprefix('id:')}>"

    if len(chosen) == 1:
        ((name, curie),) = chosen.items()
        return f"{query.rstrip()}\nVALUES ?{name} {{ {written(curie)} }}\n"
    names = " ".join(f"?{name}" for name in chosen)
    values = " ".join(map(written, chosen.values()))
    return f"{query.rstrip()}\nVALUES ({names}) {{ ({values}) }}\n"
