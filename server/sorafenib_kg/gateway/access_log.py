"""The access log: a line of JSON for each request, without anything secret.

Of a request it has neither the part of the address behind the question mark, nor a header, nor
the body: there may be tokens in them, and queries tell what somebody works on. Of a query it has
the length and a hash, by which the same query is known again.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from time import time

from sorafenib_kg.gateway.ledger import Exchange, clock
from sorafenib_kg.gateway.requests import Asked

NOWHERE = "none"
STANDARD_ERROR = "-"
_STANDARD_ERROR_FILE = 2
_LONG = 2000  # characters of a query
_HASH_BYTES = 8
_KEPT = {True: "hit", False: "miss"}
# By hand: json.dumps of the whole takes several times as long. The ids are made of letters and
# figures, and of signs that JSON takes as they are.
_LINE = '{"time": "%s.%06dZ", "request": "%s", %s, "status": %s, "bytes": %d, "seconds": %.6f%s}\n'


class AccessLog:
    """Writes exchanges to a file, in one write for as many as are given at a time."""

    def __init__(self, write: Callable[[bytes], None], *, with_queries: bool = False) -> None:
        """Write by a function; with the text of queries only if that is asked for."""
        self._write = write
        self._with_queries = with_queries

    def __call__(self, exchanges: Sequence[Exchange]) -> None:
        """Write the lines of some exchanges; a full disk loses them, and no request."""
        since = time() - clock()
        lines = []
        for began, ended, request_id, client, method, path, status, size, asked in exchanges:
            moment = since + began
            second = int(moment)
            request = _of_request(client, method, path)
            query = "" if asked is None else self._of_query(asked)
            time_of_day = _second(second), int((moment - second) * 1e6)
            told = request_id, request, status[:3], size, ended - began, query
            lines.append(_LINE % (*time_of_day, *told))
        with suppress(OSError):
            self._write("".join(lines).encode("utf-8", "surrogatepass"))

    def _of_query(self, asked: Asked) -> str:
        query, version, query_id, kept = asked
        if kept and len(query) < _LONG and not self._with_queries:
            return _of_kept_query(query, version)
        told = _of_query(query, version, kept)
        if query_id is not None:
            told += f', "query_id": "{query_id}"'
        return f'{told}, "query": {json.dumps(query)}' if self._with_queries else told


# What is asked often is made into text once.


@lru_cache(1000)
def _of_request(client: str, method: str, path: str) -> str:
    quoted = json.dumps(client), json.dumps(method), json.dumps(path)
    return '"client": {}, "method": {}, "path": {}'.format(*quoted)


@lru_cache(4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").removesuffix("+00:00")


@lru_cache(1000)
def _of_kept_query(query: str, version: str) -> str:
    return _of_query(query, version, True)


def _of_query(query: str, version: str, kept: bool) -> str:
    return (
        f', "version": "{version}", "cache": "{_KEPT[kept]}", '
        f'"query_hash": "{hash_of(query)}", "query_length": {len(query)}'
    )


def hash_of(query: str) -> str:
    """Return the hash of a query by which the log names it, BLAKE2b of its UTF-8."""
    content = query.encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=_HASH_BYTES).hexdigest()


def opened(place: str) -> Callable[[bytes], None] | None:
    """Return what writes to the place that the setting names, None if it is nowhere."""
    if place == NOWHERE:
        return None
    if place == STANDARD_ERROR:
        return lambda content: _write_all(_STANDARD_ERROR_FILE, content)
    return _File(Path(place)).write


class _File:
    """A file that is opened again when somebody has moved it away, to keep or to pack it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def write(self, content: bytes) -> None:
        if self._file is not None and not self._is_in_place(self._file):
            os.close(self._file)
            self._file = None
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            # Addresses of clients are nobody else's affair.
            self._file = os.open(self._path, flags, 0o640)
        _write_all(self._file, content)

    def _is_in_place(self, file: int) -> bool:
        with suppress(OSError):
            return os.path.samestat(os.fstat(file), self._path.stat())
        return False


def _write_all(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]
