"""A worker that an event loop asks, and the questions in front of it."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sorafenib_kg.errors import SorafenibKGError
from sorafenib_kg.processes.lanes import Ticket
from sorafenib_kg.processes.pool import LIGHT_SECONDS, Outcome
from sorafenib_kg.processes.priority import cpu_seconds
from sorafenib_kg.processes.register import Running
from sorafenib_kg.processes.wire import Ask, ReplyReader

# Of a kind that takes less, several wait in front of one worker.
SMALL_SECONDS = 0.002
# How often workers that are at work are looked at.
TICK = 0.01
# A query that has to wait for a processor stays a light one, but not for longer than this.
_LONGEST_LIGHT = 1.0
# The first look comes up to two ticks late.
_LIGHT_CPU = LIGHT_SECONDS - 2 * TICK

Done = Callable[[Outcome | SorafenibKGError], None]


@dataclass(eq=False, slots=True)
class Question:
    """A question, and who waits for the reply."""

    ask: Ask
    entry: Running
    deadline: float
    done: Done | None  # None when it has been called
    shape: bytes
    expected: float | None  # seconds; None if nobody knows, or if it is to be asked alone
    ticket: Ticket | None = None
    timer: asyncio.TimerHandle | None = None
    has_gone: bool = False  # whether its client has hung up

    @property
    def is_small(self) -> bool:
        """Say whether it takes next to no time."""
        return self.expected is not None and self.expected < SMALL_SECONDS


@dataclass(eq=False, slots=True)
class Pipeline:
    """A worker, and the questions that it has not answered yet; the first it works on."""

    connection: socket.socket | None = None  # until there is one
    reader: ReplyReader | None = None  # of that
    pid: int = 0
    # Of workers, as `SharedVersion` counts them; until it has come, the least that will do.
    generation: int = 0
    version: str = ""
    ticket: Ticket | None = None  # its place, while it has questions
    sent: deque[Question] = field(default_factory=deque)
    since: float = 0.0  # when it began with the first
    cpu: float | None = None  # seconds that it had used shortly behind that
    pending: float = 0.0  # seconds that all are expected to take
    is_small: bool = True  # whether all are
    is_lowered: bool = False  # of lower priority than others, for good
    out: list[bytes] = field(default_factory=list)  # not yet sent
    is_full: bool = False  # the connection takes no more for now
    loop: asyncio.AbstractEventLoop | None = None  # that tells of the connection

    def is_heavy(self, age: float) -> bool:
        """Say whether the worker has been at the first for longer than light queries take.

        That is told by its seconds of CPU, which count from the first look at it; ``age`` are
        those of the clock since it began.
        """
        if age > _LONGEST_LIGHT:
            return True
        if age <= LIGHT_SECONDS and self.cpu is not None:
            return False
        used = cpu_seconds(self.pid)
        if self.cpu is None:
            self.cpu = used
        if age <= LIGHT_SECONDS:
            return False
        # One of a kind that is known to be light is given longer: a worker that is new copies the
        # memory that the engine writes to while it reads.
        most = _LIGHT_CPU + 2 * (self.sent[0].expected or 0.0)
        return used is None or self.cpu is None or used - self.cpu > most

    def attach(
        self,
        connection: socket.socket,
        loop: asyncio.AbstractEventLoop,
        readable: "Callable[[Pipeline], None]",
    ) -> None:
        """Begin to talk to the worker, which is at the other end of a connection."""
        connection.setblocking(False)
        self.connection = connection
        self.reader = ReplyReader(connection)
        self.loop = loop
        loop.add_reader(connection.fileno(), readable, self)
        self.flush()

    def flush(self) -> None:
        """Send what is not yet sent, as far as the connection takes it; the rest goes later."""
        connection, loop = self.connection, self.loop
        if connection is None or loop is None or not self.out:
            return
        data = self.out[0] if len(self.out) == 1 else b"".join(self.out)
        try:
            size = connection.send(data)
        except BlockingIOError:
            size = 0
        except ConnectionError:
            # The end of it will be read.
            self.out.clear()
            return
        if size == len(data):
            self.out.clear()
            if self.is_full:
                self.is_full = False
                loop.remove_writer(connection.fileno())
        else:
            self.out[:] = [data[size:]]
            if not self.is_full:
                self.is_full = True
                loop.add_writer(connection.fileno(), self.flush)

    def close(self) -> None:
        """Close the connection, if there is one; a worker that has nothing to do ends by that."""
        connection, self.connection = self.connection, None
        if connection is not None and self.loop is not None:
            self.loop.remove_reader(connection.fileno())
            self.loop.remove_writer(connection.fileno())
            connection.close()
        if self.reader is not None:
            self.reader.close()
