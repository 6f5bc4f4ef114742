"""A worker that an event loop asks, and the questions in front of it."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sorafenib_kg.errors import SorafenibKGError
from sorafenib_kg.processes.lanes import Ticket
from sorafenib_kg.processes.pool import Outcome
from sorafenib_kg.processes.register import Running
from sorafenib_kg.processes.wire import Ask, ReplyReader

# Of a kind that takes less, several wait in front of one worker.
SMALL_SECONDS = 0.002

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
