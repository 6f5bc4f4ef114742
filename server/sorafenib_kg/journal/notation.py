"""How changes are written down: text, in which a last change that is not whole can be told.

The first line names the base, the data that the changes are changes of; then come the changes,
each between a line with its size and checksum and a line that commits it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad

from sorafenib_kg.errors import JournalError
from sorafenib_kg.store.difference import Difference, PatchError, from_bytes, to_bytes

_FORMAT = 1
_BEGIN, _COMMIT = b"TX ", b"TC "


@dataclass(frozen=True, slots=True)
class Base:
    """What a journal's changes are changes of."""

    data: str  # the sha256 of the asserted quads
    program: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: its number, who asked for it and when, what it changed, and despite checks."""

    number: int
    time: str
    client: str
    request_id: str
    difference: Difference
    forced: bool = False  # asked for with force, so that no check could refuse it


@dataclass(frozen=True, slots=True)
class Content:
    """What a journal holds: its base, how many changes came before, and the changes."""

    base: Base
    before: int
    entries: tuple[Entry, ...]
    length: int  # bytes up to the last committed change
    torn: int  # bytes behind it

    @property
    def last(self) -> int:
        """Return the number of the last change."""
        return self.entries[-1].number if self.entries else self.before

    def net(self) -> Difference:
        """Return what all changes come to together."""
        total = Difference()
        for entry in self.entries:
            total = total.then(entry.difference)
        return total


def parse(text: bytes, path: Path) -> Content:
    """Read the content of a journal; a last change that is not complete counts as torn."""
    end = text.find(b"\n") + 1
    try:
        head = json.loads(text[:end])
        base = Base(head["base"], head["program"])
        before = int(head["before"])
        if head["format"] != _FORMAT:
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise JournalError(f"{path}: is no journal of this program") from error
    entries: list[Entry] = []
    while end < len(text):
        found = _entry_at(text, end)
        if found is None:
            if _follows(text, end):
                raise JournalError(
                    f"{path}: the change behind number {before + len(entries)} is damaged, and "
                    "changes follow it; restore a backup"
                )
            break
        entry, end = found
        expected = (entries[-1].number if entries else before) + 1
        if entry.number != expected:
            raise JournalError(f"{path}: change {expected} is missing")
        entries.append(entry)
    return Content(base, before, tuple(entries), end, len(text) - end)


def _follows(text: bytes, start: int) -> bool:
    """Say whether a whole change stands anywhere behind a place."""
    at = text.find(b"\n" + _BEGIN, start)
    while at >= 0:
        if _entry_at(text, at + 1) is not None:
            return True
        at = text.find(b"\n" + _BEGIN, at + 1)
    return False


def _entry_at(text: bytes, start: int) -> tuple[Entry, int] | None:
    """Return the change that begins at a place, and where it ends; None if it is not whole."""
    line_end = text.find(b"\n", start)
    if not text.startswith(_BEGIN, start) or line_end < 0:
        return None
    try:
        head: dict[str, Any] = json.loads(text[start + len(_BEGIN) : line_end])
        patch_end = line_end + 1 + head["bytes"]
        patch = text[line_end + 1 : patch_end]
        commit = _COMMIT + str(head["number"]).encode() + b"\n"
        if not text.startswith(commit, patch_end) or _checksum(patch) != head["sha256"]:
            return None
        entry = Entry(
            head["number"],
            head["time"],
            head["client"],
            head["request"],
            from_bytes(patch),
            head.get("forced", False),
        )
    except (ValueError, KeyError, TypeError, PatchError):
        return None
    return entry, patch_end + len(commit)


def _checksum(patch: bytes) -> str:
    return hashlib.sha256(patch).hexdigest()


def packed_entry(entry: Entry) -> bytes:
    """Return a change as it stands in the file."""
    patch = to_bytes(entry.difference)
    head = {
        "number": entry.number,
        "time": entry.time,
        "client": entry.client,
        "request": entry.request_id,
        "bytes": len(patch),
        "sha256": _checksum(patch),
        **({"forced": True} if entry.forced else {}),
    }
    line = json.dumps(head).encode()
    return b"".join([_BEGIN, line, b"\n", patch, _COMMIT, str(entry.number).encode(), b"\n"])


def packed(content: Content) -> bytes:
    """Return a journal as it stands in its file."""
    head = {"format": _FORMAT, **asdict(content.base), "before": content.before}
    head["base"] = head.pop("data")
    return json.dumps(head).encode() + b"\n" + b"".join(map(packed_entry, content.entries))


def compacted(content: Content, time: str) -> Content:
    """Return a journal with one change in place of all; its number is that of the last."""
    net = content.net()
    if not net:
        return Content(content.base, content.last, (), 0, 0)
    forced = any(entry.forced for entry in content.entries)
    entry = Entry(content.last, time, "", "compaction", net, forced)
    return Content(content.base, content.last - 1, (entry,), 0, 0)


_BASE_NODE = "c14n"


def names_base_node(quad: Quad) -> bool:
    """Say whether a quad is about a node without a name of the data as they were loaded."""
    return any(
        isinstance(term, BlankNode) and term.value.startswith(_BASE_NODE)
        for term in (quad.subject, quad.object, quad.graph_name)
    )


def with_lasting_names(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    """Give the nodes without names such as they will have whenever the data are loaded again."""
    named, unnamed = [], Dataset()
    for quad in quads:
        if any(isinstance(t, BlankNode) for t in (quad.subject, quad.object, quad.graph_name)):
            unnamed.add(quad)
        else:
            named.append(quad)
    unnamed.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return (*named, *unnamed)


def replayed(quads: Iterable[Quad], entries: Iterable[Entry]) -> Iterator[Quad]:
    """Give the quads as the changes have left them."""
    state = dict.fromkeys(quads)
    for entry in entries:
        for quad in entry.difference.removed:
            state.pop(quad, None)
        state.update(dict.fromkeys(entry.difference.added))
    yield from state
