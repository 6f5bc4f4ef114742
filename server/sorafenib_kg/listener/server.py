"""All connections of a listening socket, from its first one to the last answer."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from time import monotonic
from typing import Protocol

from sorafenib_kg.listener.connection import Connection
from sorafenib_kg.listener.exchange import Exchange

_BACKLOG = 1024
_TICK = 1.0
# Descriptors that are for others: workers, files, the log.
_OTHER_FILES = 200
_LEAST_CONNECTIONS = 50


class Application(Protocol):
    """Whoever answers requests."""

    def begin(self, exchange: Exchange) -> None:
        """Answer a request, now or later; called in the loop, and raises nothing."""

    def refused(self, status: int, reason: str, remote: str) -> tuple[int, str, bytes]:
        """Return status, lines of headers and body for what is no proper request."""


@dataclass(frozen=True, slots=True)
class Limits:
    """For how long connections may do what takes them; seconds but for rates and sizes."""

    idle: float = 60.0  # between requests
    head: float = 20.0  # until the head of a request is there
    patience: float = 30.0  # until a body has to come, or an answer to be read, at the least rate
    least_rate: float = 1024.0  # bytes a second
    lingering: float = 5.0  # behind the last answer, for what the client still sends
    lingering_bytes: int = 64 * 2**20
    connections: int = 10_000


class Server:
    """Answers what comes over a socket that listens."""

    def __init__(self, application: Application, limits: Limits | None = None) -> None:
        """Give all requests to an application."""
        self.application = application
        self.limits = limits or Limits()
        self.now = monotonic()
        self._connections: dict[Connection, None] = {}
        self._is_stopping = False
        self._ended: asyncio.Event | None = None
        self._most = max(_LEAST_CONNECTIONS, min(self.limits.connections, _most_files()))

    def run(self, listening: socket.socket) -> None:
        """Serve until SIGTERM comes and all is answered."""

        async def serve() -> None:
            stop = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
            await self.serve(listening, stop)

        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve())

    async def serve(self, listening: socket.socket, stop: asyncio.Event) -> None:
        """Serve until an event comes and all is answered."""
        loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        # It may be another process's too, and then goes on listening when this one closes its own.
        mine = listening.dup()
        server = await loop.create_server(lambda: Connection(self), sock=mine, backlog=_BACKLOG)
        watch = loop.create_task(self._look_after())
        await stop.wait()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        server.close()
        self._is_stopping = True
        for connection in list(self._connections):
            connection.finish()
        if self._connections:
            await self._ended.wait()
        watch.cancel()

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self.now = now = monotonic()
            for connection in list(self._connections):
                connection.look_after(now)

    def add(self, connection: Connection) -> None:
        """Take a connection; where there are too many, the longest idle one has to go."""
        if len(self._connections) >= self._most:
            idle = (other for other in self._connections if other.is_idle)
            oldest = min(idle, key=lambda other: other.since, default=None)
            (oldest or connection).abort()
        self._connections[connection] = None

    def remove(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.pop(connection, None)
        if self._is_stopping and not self._connections and self._ended is not None:
            self._ended.set()

    def __len__(self) -> int:
        """Return how many connections there are."""
        return len(self._connections)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop: uvloop where it is installed."""
    if find_spec("uvloop") is None:
        return None
    import uvloop

    return uvloop.new_event_loop


def _most_files() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 10**6 if soft == resource.RLIM_INFINITY else soft - _OTHER_FILES
