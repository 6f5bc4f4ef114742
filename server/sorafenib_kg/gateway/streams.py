"""Bodies that are sent while the client reads them: no more than some at a time.

Each holds a thread of the web server for as long as the client takes, so that slow readers could
take all of them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from sorafenib_kg.errors import BusyError
from sorafenib_kg.store import File


class Streams:
    """The places for such bodies."""

    def __init__(self, most: int) -> None:
        """Give so many places, a quarter of them to one client."""
        self._most = most
        self._most_of_a_client = max(1, most // 4)
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def open(self, body: File, client: str) -> Stream:
        """Return the pieces of a body, to be closed; raise BusyError if there is no place."""
        with self._lock:
            mine = self._taken[client]
            if mine >= self._most_of_a_client or self._taken.total() >= self._most:
                body.file.close()
                raise BusyError("too many large answers are being sent already")
            self._taken[client] += 1
        return Stream(body, client, self)

    def leave(self, client: str) -> None:
        """Give a place back."""
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]


class Stream:
    """The content of a file, which is closed even if nobody reads it to the end."""

    def __init__(self, body: File, client: str, streams: Streams) -> None:
        """Hold a place of these."""
        self._body = body
        self._chunks = body.chunks()
        self._client = client
        self._streams: Streams | None = streams

    def __iter__(self) -> Iterator[bytes]:
        """Return the stream itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece."""
        return next(self._chunks)

    def close(self) -> None:
        """Close the file, and give the place back."""
        self._body.file.close()
        if self._streams is not None:
            self._streams.leave(self._client)
            self._streams = None

    def __del__(self) -> None:
        """Close it."""
        self.close()
