"""A WSGI application called in a thread for a request that has come to an event loop."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sorafenib_kg.gateway.wsgi import Application, Environ

if TYPE_CHECKING:
    from sorafenib_kg.gateway.rsgi import Exchange, Pairs, Scope

# Bodies up to this size are sent at once.
_SMALL_BODY = 2**20
_SECONDS_FOR_A_PIECE = 60.0


@dataclass(slots=True)
class Stream:
    """An answer that is too large to be sent at once."""

    status: int
    headers: Pairs
    start: bytes
    rest: Iterator[bytes]
    body: Any

    def next(self) -> bytes | None:
        """Return the next piece, None behind the last one."""
        return next(self.rest, None)

    def close(self) -> None:
        """Tell the application that nothing more of the answer is wanted."""
        close = getattr(self.body, "close", None)
        if close is not None:
            close()


class Call:
    """A request on its way to a WSGI application."""

    def __init__(
        self,
        application: Application,
        scope: Scope,
        headers: Mapping[str, str],
        exchange: Exchange,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Note what will be asked of whom."""
        self._application = application
        self._environ = _environ_of(scope, headers)
        self._environ["wsgi.input"] = io.BufferedReader(_Input(exchange, loop))

    def run(self) -> tuple[int, Pairs, bytes] | Stream:
        """Return status, headers and body of the answer; to be called in a thread."""
        status = 500
        headers: Pairs = []

        def start_response(line: str, pairs: Pairs, exc_info: Any = None) -> None:
            nonlocal status, headers
            status, headers = int(line.split(" ", 1)[0]), pairs

        body = self._application(self._environ, start_response)
        if isinstance(body, list):
            return status, headers, b"".join(body)
        parts = iter(body)
        start = bytearray()
        for part in parts:
            start += part
            if len(start) > _SMALL_BODY:
                return Stream(status, headers, bytes(start), parts, body)
        Stream(status, headers, b"", parts, body).close()
        return status, headers, bytes(start)


def _environ_of(scope: Scope, headers: Mapping[str, str]) -> Environ:
    """Return the environment of WSGI (PEP 3333) for a request."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        **os.environ,
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_latin(scope.path),
        "QUERY_STRING": _as_latin(scope.query_string),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = _as_latin(value)
    if scope.authority is not None:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def _as_latin(text: str) -> str:
    """Return the bytes of a text as WSGI has them: one character each."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


class _Input(io.RawIOBase):
    """The body of a request, read from the loop piece by piece as the thread wants it."""

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        self._exchange = exchange
        self._loop = loop
        self._pieces: AsyncIterator[bytes] | None = None
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            reading = asyncio.run_coroutine_threadsafe(self._next(), self._loop)
            self._rest = reading.result(_SECONDS_FOR_A_PIECE)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    async def _next(self) -> bytes:
        if self._pieces is None:
            self._pieces = aiter(self._exchange)
        try:
            return await anext(self._pieces)
        except StopAsyncIteration:
            self._ended = True
            return b""
