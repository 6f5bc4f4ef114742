"""The web process's line to the data process, and what that says of dead workers."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from select import select
from typing import Any

from sorafenib_kg.errors import (
    BusyError,
    CancelledError,
    FaultError,
    MemoryLimitError,
    NotReadyError,
    QueryRefusedError,
    SorafenibKGError,
    TimeLimitError,
)
from sorafenib_kg.processes.wire import receive_message, send_message
from sorafenib_kg.processes.worker import MEMORY_EXIT, NOT_READY_EXIT

# How often those look who wait for a change.
LOOK_SECONDS = 0.25


class Control:
    """The line to the data process; one request at a time."""

    def __init__(self, connection: socket.socket) -> None:
        """Ask over this connection."""
        self._connection = connection
        self._lock = threading.Lock()

    def ask(
        self,
        message: tuple[Any, ...],
        files: tuple[int, ...] = (),
        meanwhile: Callable[[], None] | None = None,
    ) -> tuple[Any, list[int]]:
        """Return the answer of the data process; raise BusyError if it is gone.

        What is to be done ``meanwhile`` is done a few times a second until the answer comes.
        """
        with self._lock:
            try:
                send_message(self._connection, message, files)
            except OSError as error:
                raise BusyError("the server is stopping") from error
            while meanwhile is not None and not select([self._connection], [], [], LOOK_SECONDS)[0]:
                meanwhile()
            answer = receive_message(self._connection)
        if answer is None:
            raise BusyError("the server is stopping")
        return answer


def reason_of_death(status: int, seconds: float) -> SorafenibKGError:
    """Return why a worker has died, by its status, that had so many seconds for a query."""
    if os.WIFSIGNALED(status):
        match os.WTERMSIG(status):
            case signal.SIGALRM:
                return too_slow(seconds)
            case signal.SIGSEGV | signal.SIGBUS:
                return QueryRefusedError("the query is nested too deeply")
    elif os.WEXITSTATUS(status) == NOT_READY_EXIT:
        return NotReadyError("the store of this server cannot be opened")
    elif os.WEXITSTATUS(status) not in (0, MEMORY_EXIT):
        return FaultError("the server has failed at this query; why is in its log")
    return MemoryLimitError("the query needed more memory than queries may take here")


def cancelled(what: str = "query") -> CancelledError:
    """Return the error of a query, or of an update, that somebody has ended."""
    return CancelledError(f"the {what} was cancelled")


def gone() -> CancelledError:
    """Return the error of a query whose client has hung up."""
    return CancelledError("the client has gone")


def too_slow(seconds: float) -> TimeLimitError:
    """Return the error of a query that came to the limit of so many seconds."""
    return TimeLimitError(f"the query took longer than {seconds:g} s")
