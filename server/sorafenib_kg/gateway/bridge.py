"""A WSGI application called in a thread for a request that has come to an event loop."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sorafenib_kg.errors import ProtocolError
from sorafenib_kg.gateway.wsgi import DISCONNECTED, Application, Environ
from sorafenib_kg.listener import Exchange, Hung

# Bodies up to this size are sent at once.
_SMALL_BODY = 2**20


@dataclass(slots=True)
class Stream:
    """An answer that is too large to be sent at once."""

    status: int
    headers: list[tuple[str, str]]
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
        exchange: Exchange,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Note what will be asked of whom."""
        self._application = application
        self._environ = _environ_of(exchange)
        has_gone = threading.Event()
        exchange.when_hung_up(has_gone.set)
        self._environ[DISCONNECTED] = has_gone.is_set
        self._environ["wsgi.input"] = io.BufferedReader(_Input(exchange, loop))

    def run(self) -> tuple[int, list[tuple[str, str]], bytes] | Stream:
        """Return status, headers and body of the answer; to be called in a thread."""
        status = 500
        headers: list[tuple[str, str]] = []

        def start_response(line: str, pairs: list[tuple[str, str]], exc_info: Any = None) -> None:
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


def _environ_of(exchange: Exchange) -> Environ:
    """Return the environment of WSGI (PEP 3333) for a request."""
    server, port = exchange.local
    environ: Environ = {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": "",
        # The bytes of texts, one character each.
        "PATH_INFO": exchange.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": exchange.query_string.decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{exchange.version}",
        "REMOTE_ADDR": exchange.remote,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in exchange.headers.items():
        if "_" in name:
            # It would pass for another one, which proxies look after.
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = value
    environ["HTTP_HOST"] = exchange.authority
    return environ


class _Input(io.RawIOBase):
    """The body of a request, read from the loop piece by piece as the thread wants it."""

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        self._exchange = exchange
        self._loop = loop
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and not self._ended:
            reading = asyncio.run_coroutine_threadsafe(self._exchange.read(), self._loop)
            try:
                # Who sends too slowly is given up by the listener.
                self._rest = reading.result()
            except Hung as error:
                raise ProtocolError("the body of the request broke off") from error
            self._ended = not self._rest
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
