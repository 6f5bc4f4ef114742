"""Answers that were given before, as bytes, up to so many bytes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from typing import NamedTuple

from sorafenib_kg.gateway.requests import Asked, Headers
from sorafenib_kg.listener import pairs_of

# What an entry takes beside its body and its key.
_OVERHEAD = 1000
# Up to such a part whatever comes is kept; most of what is asked once is never asked again.
_PART_OF_ALL = 8
# What has taken so many seconds of work is kept at once.
_DEAR = 0.01
_MOST_COMERS = 5000
_LONGEST_NAME = 4000
_MOST_NAMES = 2000


class Entry(NamedTuple):
    """An answer with status 200, as it is sent."""

    lines: str  # the headers, as they go through the connection
    body: bytes
    etag: str
    query: str = ""
    version: str = ""  # of the data

    @property
    def asked(self) -> Asked:
        """Return what the log tells of whoever is given it from the cache."""
        return Asked(self.query, self.version, kept=True)

    @property
    def headers(self) -> Headers:
        """Return the headers, name by name."""
        return pairs_of(self.lines)

    @property
    def weight(self) -> int:
        """Return about how many bytes it takes, with its key."""
        return len(self.body) + len(self.lines) + len(self.query) + _OVERHEAD


class ResultCache:
    """Holds answers to one version of the data; those used least recently go first.

    An answer is stored once, under what decides about its bytes; further names for it, such as
    the texts of requests, lead to it without a look at what they mean.
    """

    def __init__(self, largest: int = 64 * 2**20) -> None:
        """Hold at most so many bytes; no entry may be larger than an eighth of that."""
        self._largest = largest
        self._lock = threading.Lock()
        self._version: Hashable = None
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._names: OrderedDict[Hashable, Hashable] = OrderedDict()
        # Hashes of keys that were refused: those of late, and those before them.
        self._comers: set[int] = set()
        self._former_comers: set[int] = set()
        self._size = 0

    @property
    def size(self) -> int:
        """Return how many bytes are held."""
        return self._size

    def __len__(self) -> int:
        """Return how many answers are held."""
        return len(self._entries)

    @property
    def largest_body(self) -> int:
        """Return how large a body may be to be kept."""
        return self._largest // 8

    def named(self, version: Hashable, name: Hashable) -> Entry | None:
        """Return what a name leads to."""
        if version != self._version:
            return None
        key = self._names.get(name)
        return None if key is None else self._used(key)

    def get(self, version: Hashable, key: Hashable) -> Entry | None:
        """Return the answer that is kept under a key."""
        return self._used(key) if version == self._version else None

    def _used(self, key: Hashable) -> Entry | None:
        # Without the lock: each step alone is atomic, and an entry that goes in between is merely
        # not found.
        entry = self._entries.get(key)
        if entry is not None:
            with suppress(KeyError):
                self._entries.move_to_end(key)
        return entry

    def put(
        self, version: Hashable, key: Hashable, entry: Entry, seconds: float | None = None
    ) -> None:
        """Keep an answer that has taken so long; those to other versions are forgotten.

        Beyond a part of the room, one that was soon made has to be asked for twice, so that it
        cannot displace what is asked again and again, as in TinyLFU (Einziger, Friedman and Manes,
        ACM Transactions on Storage 13, 2017).
        """
        if len(entry.body) > self.largest_body:
            return
        is_cheap = seconds is not None and seconds < _DEAR
        is_crowded = version == self._version and self._size > self._largest // _PART_OF_ALL
        if is_cheap and is_crowded and not self._has_come_before(key):
            return
        with self._lock:
            if version != self._version:
                self._version = version
                self._entries.clear()
                self._names.clear()
                self._size = 0
            if key in self._entries:
                return
            self._entries[key] = entry
            self._size += entry.weight
            while self._size > self._largest:
                _, old = self._entries.popitem(last=False)
                self._size -= old.weight

    def _has_come_before(self, key: Hashable) -> bool:
        """Say whether a key has come of late; from now on it has."""
        comer = hash(key)
        if comer in self._comers or comer in self._former_comers:
            return True
        self._comers.add(comer)
        if len(self._comers) >= _MOST_COMERS:
            self._former_comers, self._comers = self._comers, set()
        return False

    def name(self, version: Hashable, name: Hashable, key: Hashable, length: int) -> None:
        """Let a name of so many characters lead to a key."""
        if length > _LONGEST_NAME:
            return
        with self._lock:
            if version == self._version and key in self._entries:
                self._names[name] = key
                while len(self._names) > _MOST_NAMES:
                    self._names.popitem(last=False)
