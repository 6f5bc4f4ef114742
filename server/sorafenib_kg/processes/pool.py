"""The web process's query workers: borrowed for one question, replaced when they are dead or old.

Known to no web framework. The time limit is kept by the worker itself; here is only told what
became of it.
"""

import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from sorafenib_kg.errors import RequestError, SorafenibKGError
from sorafenib_kg.processes.control import (
    Control,
    cancelled,
    gone,
    reason_of_death,
    too_slow,
)
from sorafenib_kg.processes.lanes import Lanes, Ticket, no_worker
from sorafenib_kg.processes.priority import lower
from sorafenib_kg.processes.register import Register, Running
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.processes.wire import Ask, Reply, pack_ask, receive_reply, unpack_error

# A query that runs for longer is a heavy one.
LIGHT_SECONDS = 0.2
# A worker ends itself at its limit; only if it cannot is it ended from here.
GRACE_SECONDS = 1.0


@dataclass(eq=False, slots=True)
class Worker:
    """A worker, and the version of the data that it has."""

    connection: socket.socket
    pid: int
    generation: int
    version: str
    waits: float | None = None  # seconds that a read of the connection waits for

    def is_alive(self) -> bool:
        """Say whether a worker that has nothing to do is still there."""
        try:
            return bool(self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except ConnectionError:
            return False

    def wait_at_most(self, seconds: float) -> None:
        """Set for how long a read waits, by the kernel: then it stays one system call."""
        if seconds != self.waits:
            whole = int(seconds)
            packed = struct.pack("ll", whole, int((seconds - whole) * 1e6))
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, packed)
            self.waits = seconds


class Outcome(NamedTuple):
    """What a worker replied, from which version of the data."""

    reply: Reply
    version: str
    query_id: str


class Pool:
    """Asks workers, no more than there are places for."""

    def __init__(
        self,
        control: Control,
        shared: SharedVersion,
        lanes: Lanes,
        register: Register,
        seconds: float,
    ) -> None:
        """Have no workers yet; each query may take so many seconds, waiting included."""
        self._control = control
        self._shared = shared
        self._seconds = seconds
        self._lanes = lanes
        self._register = register
        self._idle: deque[Worker] = deque()  # append and pop are atomic; the warm one first

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
        entry = self._register.open(client, ask.query, chosen_id)
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
            self._register.close(entry)

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
            raise cancelled()
        worker = self._borrow()
        entry.pid = worker.pid
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
        if ticket.heavy:
            # It may have grown, and its priority stays; a new one costs a millisecond.
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
        if monotonic() >= deadline:
            raise no_worker()
        worker.wait_at_most(LIGHT_SECONDS)
        reply = None
        try:
            worker.connection.sendall(pack_ask(ask, deadline))
            while True:
                try:
                    reply = receive_reply(worker.connection)
                    break
                except BlockingIOError:
                    self._look_after(worker, ticket, deadline, is_gone)
        except ConnectionError:
            pass
        if reply is None:
            raise self._reason(worker, entry)
        return reply

    def _look_after(
        self, worker: Worker, ticket: Ticket, deadline: float, is_gone: Callable[[], bool] | None
    ) -> None:
        """Do what is due while a query runs for longer than a moment."""
        if not ticket.heavy and not self._lanes.promote(ticket):
            raise _MustWaitError
        lower(worker.pid)
        if is_gone is not None and is_gone():
            raise gone()
        if monotonic() > deadline + GRACE_SECONDS:
            raise too_slow(self._seconds)

    def _borrow(self) -> Worker:
        """Return a worker that has the present version."""
        while True:
            try:
                worker = self._idle.pop()
            except IndexError:
                return self._new_worker()
            if worker.generation == self._shared.generation and worker.is_alive():
                return worker
            worker.connection.close()

    def _new_worker(self) -> Worker:
        (pid, generation, version), files = self._control.ask(("worker",))
        return Worker(socket.socket(fileno=files[0]), pid, generation, version)

    def _end(self, worker: Worker) -> None:
        worker.connection.close()
        # The end of the connection would do, but not for one that is busy. Its parent does it,
        # who knows whether the number still is that of this worker.
        self._control.ask(("end", worker.pid))

    def _reason(self, worker: Worker, entry: Running) -> SorafenibKGError:
        """Return why a worker has died."""
        worker.connection.close()
        if entry.cancelled:
            return cancelled()
        (status,), _ = self._control.ask(("status", worker.pid))
        return reason_of_death(status, self._seconds)


class _MustWaitError(Exception):
    """A query must give up its place."""
