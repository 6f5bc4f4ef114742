"""The journal's file: one process appends to it, others may read it meanwhile."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sorafenib_kg.errors import JournalError
from sorafenib_kg.journal.notation import (
    Base,
    Content,
    Entry,
    names_base_node,
    packed,
    packed_entry,
    parse,
)
from sorafenib_kg.store.difference import Difference

FILE = "journal"
_LOCK = "lock"


def read(folder: Path) -> Content:
    """Read the journal in a folder, while it is written to or not; raise JournalError."""
    return read_file(folder / FILE)


def read_file(path: Path) -> Content:
    """Read a journal, or a copy of one; raise JournalError."""
    return parse(_bytes_of(path), path)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from error


class Journal:
    """A journal that this process alone appends to."""

    def __init__(self, folder: Path, content: Content, file: int, lock: int) -> None:
        """Append to an open file; `open` is the way to make one."""
        self.folder = folder
        self.content = content
        self._file = file
        self._lock = lock
        self._length = content.length
        self._number = content.last
        self._broken = False

    @classmethod
    def open(cls, folder: Path, base: Base, *, rebase: bool = False) -> Self:
        """Open the journal in a folder for changes of a base, a new one if there is none.

        What is torn at its end is cut off. Raises JournalError, for another base too unless that
        is to be the new one.
        """
        lock = lock_folder(folder)
        try:
            content, file = _opened(folder / FILE, base, rebase)
        except BaseException:
            os.close(lock)
            raise
        return cls(folder, content, file, lock)

    @property
    def descriptors(self) -> tuple[int, int]:
        """Return the open files, for a process that goes on with them."""
        return self._file, self._lock

    @property
    def size(self) -> int:
        """Return how many bytes are written."""
        return self._length

    @classmethod
    def resume(cls, folder: Path, descriptors: tuple[int, int]) -> Self:
        """Go on with the files that another process has opened."""
        file, lock = descriptors
        return cls(folder, read(folder), file, lock)

    def entry(self, number: int) -> Entry | None:
        """Return a change by its number, None if there is none, or none any more."""
        return next((e for e in read(self.folder).entries if e.number == number), None)

    def append(
        self,
        difference: Difference,
        *,
        time: str,
        client: str,
        request_id: str,
        forced: bool = False,
    ) -> int:
        """Write a change down for good, and return its number; raise JournalError.

        After an error nothing of it is left.
        """
        if self._broken:
            raise JournalError("the journal cannot be written to; restart the server")
        entry = Entry(self._number + 1, time, client, request_id, difference, forced)
        text = packed_entry(entry)
        try:
            written = 0
            while written < len(text):
                written += os.write(self._file, text[written:])
            os.fsync(self._file)
        except OSError as error:
            self._cut()
            raise JournalError(f"the journal cannot be written to: {error.strerror}") from error
        self._length += len(text)
        self._number = entry.number
        return entry.number

    def _cut(self) -> None:
        try:
            os.ftruncate(self._file, self._length)
            os.fsync(self._file)
        except OSError:
            # What is there beyond the last change is cut off when the journal is opened again.
            self._broken = True

    def close(self) -> None:
        """Close the files, which gives the folder free."""
        os.close(self._file)
        os.close(self._lock)


def _opened(path: Path, base: Base, rebase: bool) -> tuple[Content, int]:
    """Return what a journal holds and its open file, made if there is none."""
    if not path.exists():
        replace(path, packed(Content(base, 0, (), 0, 0)))
    content = read_file(path)
    if content.base != base:
        if not rebase:
            raise JournalError(_another_base(path, content.base, base))
        content = _rebased(path, content, base)
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND)
        if content.torn:
            os.ftruncate(file, content.length)
            os.fsync(file)
    except OSError as error:
        raise JournalError(f"{path}: cannot be written: {error.strerror}") from error
    return content, file


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder locked for a while; raise JournalError."""
    lock = lock_folder(folder)
    try:
        yield
    finally:
        os.close(lock)


def lock_folder(folder: Path) -> int:
    """Lock a folder for this process, and those that inherit the descriptor; raise JournalError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise JournalError(f"{folder}: cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise JournalError(f"{folder}: another process writes to this journal") from error
    return lock


def replace(path: Path, text: bytes) -> None:
    """Put a file in place of another, whole or not at all."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise JournalError(f"{path}: cannot be written: {error.strerror}") from error


def _another_base(path: Path, found: Base, wanted: Base) -> str:
    what = "data" if found.data != wanted.data else "version of the program"
    return (
        f"{path}: its changes are of other {what} (made by {found.program}); start with the same "
        "again, take the changes over with --rebase, or write them out: sorafenib-kg journal show"
    )


def _rebased(path: Path, content: Content, base: Base) -> Content:
    """Keep the old journal beside, and make the base of its changes another one."""
    changed = (
        quad
        for entry in content.entries
        for quad in (*entry.difference.removed, *entry.difference.added)
    )
    if base.data != content.base.data and any(map(names_base_node, changed)):
        raise JournalError(
            f"{path}: changes of nodes without names cannot be taken over to other data"
        )
    backup = path.with_name(f"{FILE}.before-{content.last}")
    replace(backup, packed(content))
    moved = Content(base, content.before, content.entries, 0, 0)
    replace(path, packed(moved))
    return read(path.parent)
