"""What the commands write with: results to standard output, all else to standard error."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from sorafenib_kg.errors import SettingsError, UnknownNameError

# Spinners and colours come only where somebody looks at them.
messages = Console(stderr=True)
results = Console()


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show the step that a long work is at, on a terminal only."""
    if not messages.is_terminal:
        yield lambda step: None
        return
    with messages.status("") as status:
        yield lambda step: status.update(f"{step} …")


def write(text: str) -> None:
    """Write a result as it is, without colours or wrapping."""
    click.echo(text, nl=not text.endswith("\n"))


def read_text(path: Path | None) -> str | None:
    """Return the source text, with its line ends as they are; None for no path."""
    if path is None:
        return None
    try:
        # newline="" keeps offsets as they are in the file.
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 (byte {error.start})") from error


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
