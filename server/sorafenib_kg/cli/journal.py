"""``journal``: look at the changes that a server has written down, and keep them safe."""

from datetime import UTC, datetime
from pathlib import Path

import click

from sorafenib_kg.cli.console import write

EXAMPLES = """\b
Examples:
  sorafenib-kg journal show changes
  sorafenib-kg journal show changes --patch
  sorafenib-kg journal backup changes changes-monday
  sorafenib-kg journal restore changes-monday changes
  sorafenib-kg journal compact changes"""

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(epilog=EXAMPLES, short_help="Show, back up, restore and compact a journal.")
def journal() -> None:
    """Look after the folder that `serve --journal` writes changes to."""


@journal.command(epilog=EXAMPLES, short_help="List the changes.")
@click.argument("folder", type=_FOLDER)
@click.option("--patch", is_flag=True, help="Write what was removed (D) and added (A), too.")
def show(folder: Path, patch: bool) -> None:
    """List the changes of a journal, one a line; also while a server writes to it."""
    from sorafenib_kg.journal import read
    from sorafenib_kg.store.difference import to_bytes

    for entry in read(folder).entries:
        removed, added = len(entry.difference.removed), len(entry.difference.added)
        write(
            f"{entry.number}\t{entry.time}\t{entry.client or '-'}\t{entry.request_id}\t"
            f"-{removed}\t+{added}" + ("\tforced" if entry.forced else "")
        )
        if patch:
            write(to_bytes(entry.difference).decode())


@journal.command(epilog=EXAMPLES, short_help="Copy a journal to a file.")
@click.argument("folder", type=_FOLDER)
@click.argument("file", type=_FILE)
def backup(folder: Path, file: Path) -> None:
    """Copy a journal to a file, whole changes only; also while a server writes to it."""
    from sorafenib_kg.journal import packed, read, replace

    content = read(folder)
    replace(file, packed(content))
    write(f"{len(content.entries)} changes, up to number {content.last}")


@journal.command(epilog=EXAMPLES, short_help="Put a copy in place of a journal.")
@click.argument("file", type=_FILE)
@click.argument("folder", type=_FOLDER)
def restore(file: Path, folder: Path) -> None:
    """Put a copy in place of the journal in a folder, which no server may be writing to."""
    from sorafenib_kg.journal import FILE, locked, packed, read_file, replace

    content = read_file(file)
    with locked(folder):
        replace(folder / FILE, packed(content))
    write(f"{len(content.entries)} changes, up to number {content.last}")


@journal.command(epilog=EXAMPLES, short_help="Make one change of all.")
@click.argument("folder", type=_FOLDER)
def compact(folder: Path) -> None:
    """Put one change in place of all, which cannot be undone one by one any more.

    No server may be writing to the journal.
    """
    from sorafenib_kg.journal import FILE, compacted, locked, packed, read, replace

    now = datetime.now(UTC).isoformat(timespec="seconds")
    with locked(folder):
        content = read(folder)
        replace(folder / FILE, packed(compacted(content, now)))
    write(f"{len(content.entries)} changes became one")
