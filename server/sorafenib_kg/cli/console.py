"""What the commands write with: results to standard output, all else to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click
from pyoxigraph import NamedNode

from sorafenib_kg.descriptions import Term
from sorafenib_kg.errors import SettingsError, UnknownNameError
from sorafenib_kg.namespaces import shorten
from sorafenib_kg.settings import Settings
from sorafenib_kg.source_text import read_text

if TYPE_CHECKING:
    from rich.console import Console

    from sorafenib_kg.graph import KnowledgeGraph
    from sorafenib_kg.reasoning import Clash, Closure

_MOST_CLASHES = 3


class Step(Protocol):
    """Takes what a long work is doing, and how much of it is done if that is known."""

    def __call__(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Show it."""


@cache
def messages() -> Console:
    """Return what writes to standard error, with colours where somebody looks at them."""
    from rich.console import Console

    return Console(stderr=True)


@cache
def results() -> Console:
    """Return what writes tables to standard output."""
    from rich.console import Console

    return Console()


@contextmanager
def progress() -> Iterator[Step]:
    """Show the step that a long work is at, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda step, done=0, total=None: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

    columns = SpinnerColumn(), TextColumn("{task.description} …"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, console=messages(), transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(step: str, done: int = 0, total: int | None = None) -> None:
            bars.update(task, description=step, completed=done, total=total)

        yield show


def warn(text: str) -> None:
    """Write a line for the user's attention beside the results."""
    messages().print(
        f"Warning: {text}", style="yellow", markup=False, highlight=False, soft_wrap=True
    )


def write(text: str) -> None:
    """Write a result as it is, without colours or wrapping."""
    click.echo(text, nl=not text.endswith("\n"))


def opened(settings: Settings, *, classify: bool = True) -> KnowledgeGraph:
    """Open the graph that the settings name, and say on standard error if it contradicts itself."""
    from sorafenib_kg.graph import open_graph

    with progress() as step:
        graph = open_graph(settings, step, classify=classify)
    warn_of_clashes(graph.closure)
    return graph


def warn_of_clashes(closure: Closure | None) -> None:
    """Say where the data contradict themselves, if they do."""
    warn_of(closure.clashes if closure is not None else ())


def warn_of(clashes: Sequence[Clash]) -> None:
    """Say what contradicts what."""
    for clash in clashes[:_MOST_CLASHES]:
        warn(f"the data contradict themselves: {clash_as_text(clash)}")
    if len(clashes) > _MOST_CLASHES:
        warn(f"and in {len(clashes) - _MOST_CLASHES} more places, which sorafenib-kg check names")


def clash_as_text(clash: Clash) -> str:
    """Return a contradiction in one line: its rule, and what fulfils it."""
    premises = "; ".join(" ".join(map(_shown, premise)) for premise in clash.told)
    return f"clash by {clash.rule}: {premises}"


def _shown(term: Term) -> str:
    return shorten(term) if isinstance(term, NamedNode) else str(term)


def tell_findings(
    clashes: Sequence[Clash], uncovered: Mapping[str, int], more: Sequence[str] = ()
) -> None:
    """Write contradictions and what the rules do not cover to standard error.

    ``more`` are rules with more contradictions than these.
    """
    for clash in clashes:
        click.echo(clash_as_text(clash), err=True)
    for rule in more:
        told = sum(clash.rule == rule for clash in clashes)
        warn(f"there are more than {told:,} clashes by {rule}")
    for construct, count in uncovered.items():
        warn(f"the rules do not cover {construct} ({count} triples)")


def write_file(path: Path, content: bytes) -> None:
    """Write a result to a file, whole or not at all; raise SettingsError."""
    from sorafenib_kg.reasoning import replacing

    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror or error}") from error


def write_figures(path: Path, figures: Mapping[str, object]) -> None:
    """Write figures of a run as JSON."""
    write_file(path, json.dumps(figures, indent=2).encode() + b"\n")


def read_query(name: str) -> str:
    """Return the text of a query: standard input for ``-``, a bundled query, or a file."""
    from sorafenib_kg.catalogue import read_catalogue

    if name == "-":
        return sys.stdin.read()
    catalogue = read_catalogue()
    if name in catalogue:
        return catalogue[name].text
    path = Path(name)
    if path.is_file():
        return read_text(path) or ""
    similar = _similar(name, [query.name for query in catalogue])
    raise UnknownNameError(
        f"{name}: neither a query of the catalogue nor a file{similar}"
        f"{os.linesep}sorafenib-kg query --list shows the queries"
    )


def _similar(name: str, names: list[str]) -> str:
    import difflib

    matches = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {matches[0]}?" if matches else ""
