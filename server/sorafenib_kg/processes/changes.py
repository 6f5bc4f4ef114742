"""The last changes, kept so that whoever knows an older version can go on from there."""

from collections import deque
from collections.abc import Callable
from typing import Any

from sorafenib_kg.processes.state import version_name
from sorafenib_kg.store.difference import Difference, from_bytes, to_bytes

_MOST = 1000
_LARGEST = 4 * 2**20  # bytes of all together

Ask = Callable[[tuple[Any, ...]], tuple[Any, list[int]]]


class LastChanges:
    """What the last changes of the asserted graphs were, as far as they are small."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: deque[tuple[int, bytes]] = deque()
        self._size = 0

    def add(self, number: int, difference: Difference) -> None:
        """Keep the change that has led to a version."""
        patch = to_bytes(difference)
        self._kept.append((number, patch))
        self._size += len(patch)
        while self._kept and (len(self._kept) > _MOST or self._size > _LARGEST):
            self._size -= len(self._kept.popleft()[1])

    def between(self, number: int, later: int) -> list[bytes] | None:
        """Return the changes from a version to a later one, None if not all of them are kept."""
        patches = [patch for made, patch in self._kept if number < made <= later]
        return patches if len(patches) == later - number else None


class ChangesSince:
    """Asks the data process what has changed since a version."""

    def __init__(self, ask: Ask, base: str) -> None:
        """Ask by a function; the versions are those of the data as they were loaded, and later."""
        self._ask = ask
        self._base = base

    def __call__(self, version: str) -> tuple[str, Difference] | None:
        """Return the present version and what has led to it; None if that is not known."""
        behind = version.removeprefix(self._base)
        number = 1 if not behind else int(behind.removeprefix(".")) + 1
        (now, patches), _ = self._ask(("changes", number))
        if patches is None:
            return None
        difference = Difference()
        for patch in patches:
            difference = difference.then(from_bytes(patch))
        return version_name(self._base, now), difference
