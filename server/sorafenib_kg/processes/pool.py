"""The web process's query workers: borrowed for one question, replaced when they are dead or old.

Known to no web framework. The time limit is kept by the worker itself; here is only told what
became of it.
"""

import os
import secrets
import signal
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import monotonic, time
from typing import Any

from sorafenib_kg.errors import (
    BusyError,
    CancelledError,
    MemoryLimitError,
    NotReadyError,
    QueryRefusedError,
    RequestError,
    SorafenibKGError,
    TimeLimitError,
)
from sorafenib_kg.processes.lanes import Lanes, Places, Ticket
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.processes.wire import (
    Ask,
    Reply,
    pack_ask,
    receive_message,
    receive_reply,
    send_message,
    unpack_error,
)
from sorafenib_kg.processes.worker import NOT_READY_EXIT

# A query that runs for longer is a heavy one.
_LIGHT_SECONDS = 0.2
# A worker ends itself at its limit; only if it cannot is it ended from here.
_GRACE_SECONDS = 1.0


class Control:
    """The line to the data process; one request at a time."""

    def __init__(self, connection: socket.socket) -> None:
        """Ask over this connection."""
        self._connection = connection
        self._lock = threading.Lock()

    def ask(self, message: tuple[Any, ...], files: tuple[int, ...] = ()) -> tuple[Any, list[int]]:
        """Return the answer of the data process; raise BusyError if it is gone."""
        with self._lock:
            try:
                send_message(self._connection, message, files)
            except OSError as error:
                raise BusyError("the server is stopping") from error
            answer = receive_message(self._connection)
        if answer is None:
            raise BusyError("the server is stopping")
        return answer


@dataclass(eq=False, slots=True)
class Worker:
    """A worker, and the version of the data that it has."""

    connection: socket.socket
    pid: int
    number: int
    version: str
    waits: float | None = None  # seconds that a read of the connection waits for

    def wait_at_most(self, seconds: float) -> None:
        """Set for how long a read waits, by the kernel: then it stays one system call."""
        if seconds != self.waits:
            whole = int(seconds)
            packed = struct.pack("ll", whole, int((seconds - whole) * 1e6))
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, packed)
            self.waits = seconds


@dataclass(eq=False, slots=True)
class Running:
    """A query that waits or runs, as others may see it."""

    id: str
    client: str
    query: str
    since: float = field(default_factory=time)
    pid: int | None = None
    cancelled: bool = False
    chosen: bool = False  # whether the client made up the id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a worker replied, from which version of the data."""

    reply: Reply
    version: str
    query_id: str


class Pool:
    """Asks workers, no more than there are places for."""

    def __init__(
        self, control: Control, shared: SharedVersion, places: Places, seconds: float
    ) -> None:
        """Have no workers yet; each query may take so many seconds, waiting included."""
        self._control = control
        self._shared = shared
        self._seconds = seconds
        self._lanes = Lanes(places)
        self._idle: deque[Worker] = deque()  # append and pop are atomic; the warm one first
        self._running: dict[str, Running] = {}
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    @property
    def lanes(self) -> Lanes:
        """Return the places, to be looked at."""
        return self._lanes

    def running(self) -> list[Running]:
        """Return the queries that wait or run, the oldest first."""
        return sorted(self._running.copy().values(), key=lambda entry: entry.since)

    def cancel(self, query_id: str) -> bool:
        """End a query; False if none has that id."""
        entry = self._running.get(query_id)
        if entry is None:
            return False
        entry.cancelled = True
        pid = entry.pid
        if pid is not None:
            self._control.ask(("end", pid))
        return True

    def ask(
        self,
        ask: Ask,
        client: str = "",
        is_gone: Callable[[], bool] | None = None,
        chosen_id: str | None = None,
    ) -> Outcome:
        """Return what a worker replies to the question; raise its error, or that of a limit.

        ``is_gone`` says whether the client has hung up, where the server can tell. The query goes
        by the id that the client has chosen, unless another one goes by it now.
        """
        deadline = monotonic() + self._seconds
        entry = self._enter(ask.query, client, chosen_id)
        ticket = None
        try:
            ticket = self._lanes.enter(client, deadline)
            while True:
                outcome = self._attempt(ask, entry, ticket, deadline, is_gone)
                if outcome is not None:
                    return outcome
                self._lanes.wait_as_heavy(ticket, deadline)
        except RequestError as error:
            error.query_id = entry.id
            raise
        finally:
            if ticket is not None:
                self._lanes.leave(ticket)
            del self._running[entry.id]

    def _enter(self, query: str, client: str, chosen_id: str | None) -> Running:
        """List a query as one that waits or runs."""
        if chosen_id is not None:
            entry = Running(chosen_id, client, query, chosen=True)
            # In one step, as two threads may come with the same id.
            if self._running.setdefault(chosen_id, entry) is entry:
                return entry
        entry = Running(f"{self._prefix}-{next(self._numbers):x}", client, query)
        self._running[entry.id] = entry
        return entry

    def close(self) -> None:
        """End the workers that have nothing to do."""
        with suppress(IndexError):
            while True:
                self._idle.pop().connection.close()

    def _attempt(
        self,
        ask: Ask,
        entry: Running,
        ticket: Ticket,
        deadline: float,
        is_gone: Callable[[], bool] | None,
    ) -> Outcome | None:
        """Ask a worker; None if the query has turned out heavy and must begin again."""
        if entry.cancelled:
            raise CancelledError("the query was cancelled")
        worker = self._borrow()
        entry.pid = worker.pid
        was_light = not ticket.heavy
        try:
            reply = self._talk(worker, ask, entry, ticket, deadline, is_gone)
        except _MustWaitError:
            self._end(worker)
            return None
        except BaseException:
            self._end(worker)
            raise
        finally:
            entry.pid = None
        if was_light and ticket.heavy:
            # It may have grown; a new one costs a millisecond.
            worker.connection.close()
        else:
            self._idle.append(worker)
        if reply.said[0] == "error":
            raise unpack_error(reply.said[1])
        return Outcome(reply, worker.version, entry.id)

    def _talk(
        self,
        worker: Worker,
        ask: Ask,
        entry: Running,
        ticket: Ticket,
        deadline: float,
        is_gone: Callable[[], bool] | None,
    ) -> Reply:
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise BusyError("no query worker became free in time")
        worker.wait_at_most(_LIGHT_SECONDS)
        reply = None
        try:
            worker.connection.sendall(pack_ask(ask._replace(seconds=seconds)))
            while True:
                try:
                    reply = receive_reply(worker.connection)
                    break
                except BlockingIOError:
                    self._look_after(ticket, deadline, is_gone)
        except ConnectionError:
            pass
        if reply is None:
            raise self._reason(worker, entry)
        return reply

    def _look_after(
        self, ticket: Ticket, deadline: float, is_gone: Callable[[], bool] | None
    ) -> None:
        """Do what is due while a query runs for longer than a moment."""
        if not ticket.heavy and not self._lanes.promote(ticket):
            raise _MustWaitError
        if is_gone is not None and is_gone():
            raise CancelledError("the client has gone")
        if monotonic() > deadline + _GRACE_SECONDS:
            raise self._too_slow()

    def _borrow(self) -> Worker:
        """Return a worker that has the present version."""
        while True:
            try:
                worker = self._idle.pop()
            except IndexError:
                return self._new_worker()
            if worker.number == self._shared.number:
                return worker
            worker.connection.close()

    def _new_worker(self) -> Worker:
        (pid, number, version), files = self._control.ask(("worker",))
        return Worker(socket.socket(fileno=files[0]), pid, number, version)

    def _end(self, worker: Worker) -> None:
        worker.connection.close()
        # The end of the connection would do, but not for one that is busy. Its parent does it,
        # who knows whether the number still is that of this worker.
        self._control.ask(("end", worker.pid))

    def _reason(self, worker: Worker, entry: Running) -> SorafenibKGError:
        """Return why a worker has died."""
        worker.connection.close()
        if entry.cancelled:
            return CancelledError("the query was cancelled")
        (status,), _ = self._control.ask(("status", worker.pid))
        if os.WIFSIGNALED(status):
            match os.WTERMSIG(status):
                case signal.SIGALRM:
                    return self._too_slow()
                case signal.SIGSEGV | signal.SIGBUS:
                    return QueryRefusedError("the query is nested too deeply")
        elif os.WEXITSTATUS(status) == NOT_READY_EXIT:
            return NotReadyError("the store of this server cannot be opened")
        return MemoryLimitError("the query needed more memory than queries may take here")

    def _too_slow(self) -> TimeLimitError:
        return TimeLimitError(f"the query took longer than {self._seconds:g} s")


class _MustWaitError(Exception):
    """A query must give up its place."""
