"""The data process: holds the store, forks query workers, and watches the web server.

It has one thread, for only then is a fork safe; what needs numpy or other libraries that start
threads happens in other processes.
"""

import os
import selectors
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, time
from typing import Any, NoReturn

from sorafenib_kg.errors import UnknownNameError
from sorafenib_kg.journal import Journal
from sorafenib_kg.processes.changes import LastChanges
from sorafenib_kg.processes.facts import Facts, Tally, resident
from sorafenib_kg.processes.plan import ENDING, SECONDS_TO_FINISH
from sorafenib_kg.processes.reasoner import Reasoner
from sorafenib_kg.processes.spool import INLINE
from sorafenib_kg.processes.state import SharedVersion, version_name
from sorafenib_kg.processes.web_server import WebServer
from sorafenib_kg.processes.wire import receive_message, send_message, unpack_operation
from sorafenib_kg.processes.worker import limit_memory, run_in_thread, serve
from sorafenib_kg.processes.writes import (
    Author,
    Change,
    Writes,
    maintain_nothing,
)
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.difference import Difference
from sorafenib_kg.store.interface import Backend

_ENDS_KEPT = 1000
_IDLE_SECONDS = 0.5
_PART_KEPT = 8  # of the memory for a query, that a worker may keep behind one


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use beyond what it has at its start."""

    memory: int  # bytes
    seconds: float  # of an update; queries bring theirs


# The version of data that somebody else may change at any time.
ELSEWHERE = "elsewhere"


def _reply(line: socket.socket, said: tuple[Any, ...]) -> None:
    with suppress(OSError):
        send_message(line, said)


class DataProcess:
    """The one owner of the data; everything in it happens in `run`."""

    def __init__(
        self,
        store: MemoryStore,
        shared: SharedVersion,
        listener: socket.socket,
        limits: Limits,
        *,
        is_merge: bool,
        infers: bool,
        beside: Sequence[str] = (),
        shapes: str | None = None,
        journal: Journal | None = None,
        opened: Callable[[], Backend] | None = None,
    ) -> None:
        """Serve the store; the web process connects to the listener.

        ``is_merge`` says that the default graph is the merge of the others, ``infers`` that one of
        them holds what follows, ``beside`` names more that do. ``shapes`` is a file of shapes that
        changes must not violate. The changes of the journal are in the store already. Where
        ``opened`` is given, it opens in each worker what that asks; the store then only has the
        version.
        """
        self._store = store
        self._shared = shared
        self._listener = listener
        self._limits = limits
        self._opened = opened
        self._lines: set[socket.socket] = set()  # to the web process
        self._children: set[int] = set()
        self._tally = Tally()
        self._quads: int | None = None  # unknown until somebody asks
        self._ends: dict[int, int] = {}  # how workers ended that did not end well
        self._killed: set[int] = set()  # those that were told to end and have not yet
        self._selector = selectors.DefaultSelector()
        self._web: WebServer | None = None
        self._web_status: int | None = None
        self._stopping = self._at_once = self._ready = False
        # How long to wait before the store is parted, while nobody waits for that.
        self._patience = None if store.is_parted else _IDLE_SECONDS
        self._base_version = store.version
        self._journal = journal
        self._changes = LastChanges()
        # Counted here once, and not by each worker.
        store.figures()
        before = 0 if journal is None else journal.content.last
        store.rename(version_name(self._base_version, before + 1))
        self._reasoner = Reasoner(
            store,
            self._selector,
            is_merge=is_merge,
            infers=infers,
            beside=beside,
            shapes=shapes,
        )
        maintain = self._reasoner.maintain if infers or shapes else maintain_nothing
        self._writes = Writes(
            store,
            self._fork,
            self._commit,
            maintain,
            self._difference_of,
            limits.seconds,
            is_merge=is_merge,
        )
        shared.advance(before + 1, time())

    def run(self, web: WebServer, announce: Callable[[], None]) -> int:
        """Serve until a signal comes, or a web server cannot be had.

        ``announce`` is called when the first one is ready. Returns the exit code of the program.
        """
        self._web = web
        self._children.add(web.pid)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wakeups(), selectors.EVENT_READ, self._wake)
        # The web server may have ended before anybody listened for that.
        self._reap()
        announced = False
        while not self._stopping:
            is_idle = not self._step(self._patience)
            if self._ready and not announced:
                announced = True
                announce()
            elif is_idle and self._patience is not None:
                self._patience = None
                self._store.part()
                self._shared.renew()
        return self._stop()

    def _step(self, timeout: float | None) -> bool:
        """Do what there is to do within some seconds; False if there was nothing."""
        ready = self._selector.select(timeout)
        for key, _ in ready:
            key.data(key.fileobj)
        return bool(ready)

    def _wakeups(self) -> int:
        """Return a pipe that becomes readable at a signal."""
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        self._wakeup_ends = (read_end, write_end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (*ENDING, signal.SIGHUP):
            # Whoever has started it by nohup wants it to go on.
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._signalled)
        # They were held back while the command line became this process.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return read_end

    def _signalled(self, number: int, frame: object) -> None:
        self._at_once = self._stopping
        self._stopping = True

    def _wake(self, read_end: int) -> None:
        with suppress(BlockingIOError):
            os.read(read_end, 512)
        self._reap()

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._ended(pid, status)

    def _ended(self, pid: int, status: int) -> None:
        self._children.discard(pid)
        if self._web is not None and pid == self._web.pid:
            self._web_ended(self._web, status)
            return
        self._tally.count_end(status)
        if pid == self._writes.child:
            self._writes.child_ended(status)
        elif pid in self._killed:
            self._killed.discard(pid)
        elif status:
            self._ends[pid] = status
            while len(self._ends) > _ENDS_KEPT:
                del self._ends[next(iter(self._ends))]

    def _web_ended(self, web: WebServer, status: int) -> None:
        if self._stopping or not self._ready:
            # One that has not even got ready would not do so the next time.
            self._web_status = status
            self._stopping = True
            return
        self._ready = False
        web.start_again()
        self._children.add(web.pid)

    @property
    def _workers(self) -> set[int]:
        """Return all children but the web server."""
        return self._children - {self._web.pid if self._web else 0}

    def _accept(self, listener: socket.socket) -> None:
        line, _ = listener.accept()
        self._lines.add(line)
        self._selector.register(line, selectors.EVENT_READ, self._answer)

    def _answer(self, line: socket.socket) -> None:
        received = receive_message(line)
        if received is None:
            self._selector.unregister(line)
            self._lines.discard(line)
            line.close()
            return
        message, files = received
        with suppress(OSError):
            self._do(line, message, files)

    def _do(self, line: socket.socket, message: tuple[Any, ...], files: list[int]) -> None:
        match message:
            case ("worker",):
                self._fork_worker(line)
            case ("status", pid):
                send_message(line, (self._status(pid),))
            case ("withdraw", change_id):
                self._writes.withdraw(change_id)
                send_message(line, ())
            case ("end", pid):
                if pid in self._workers:
                    self._killed.add(pid)
                    os.kill(pid, signal.SIGKILL)
                send_message(line, ())
            case ("update", change_id, request_id, client, force, operation):
                self._writes.ask(
                    Change(
                        change_id,
                        unpack_operation(operation, files[0]),
                        Author(client, request_id, force),
                        lambda said: _reply(line, said),
                    )
                )
            case ("ready",):
                self._ready = True
                self._tally.web_starts += 1
                send_message(line, ())
            case ("changes", number):
                now = self._shared.number
                send_message(line, (now, self._changes.between(number, now)))
            case ("facts",):
                send_message(line, tuple(self._facts()))
            case _:
                send_message(line, (self._base_version,))

    def _status(self, pid: int) -> int:
        """Return how a worker ended whose connection has ended: well, if it was told to."""
        if pid in self._workers:
            _, status = os.waitpid(pid, 0)
            self._ended(pid, status)
        return self._ends.pop(pid, 0)

    def _facts(self) -> Facts:
        if self._quads is None:
            self._quads = len(self._store.engine)
        workers = self._workers
        return Facts(
            len(workers),
            self._tally.started,
            dict(self._tally.ended),
            self._tally.web_starts,
            self._quads,
            None if self._journal is None else self._journal.size,
            {
                "data": resident(os.getpid()),
                "workers": sum(map(resident, workers)),
                "reasoner": self._reasoner.resident,
            },
        )

    def _fork_worker(self, line: socket.socket) -> None:
        ours, theirs = socket.socketpair()
        # An answer that fits, as far as the system allows, waits for nobody to read it.
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * INLINE)
        most_kept = self._limits.memory // _PART_KEPT

        def answer() -> None:
            ours.close()
            serve(theirs, self._store, most_kept)

        def open_and_answer() -> None:
            ours.close()
            assert self._opened is not None  # noqa: S101 - else it is not called
            store = self._opened()
            # Only now, so that what an open store takes does not count.
            limit_memory(self._limits.memory)
            serve(theirs, store, most_kept)

        if self._opened is None:
            pid = self._fork(answer)
        else:
            pid = self._fork(open_and_answer, is_limited=False)
        theirs.close()
        with ours:
            message = (pid, self._shared.generation, self._store.version)
            send_message(line, message, [ours.fileno()])

    def _fork(self, body: Callable[[], None], *, is_limited: bool = True) -> int:
        """Run a function in a child, under the limits of one, and return its pid."""
        pid = os.fork()
        if not pid:
            self._be_child(body, self._limits.memory if is_limited else None)
        self._children.add(pid)
        self._tally.started += 1
        return pid

    def _be_child(self, body: Callable[[], None], memory: int | None) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            # A terminal sends them to all; whoever has asked is to get the answer.
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            # With any of these open in a child, nobody would ever see an end of file.
            for inherited in (*self._lines, self._listener, self._reasoner.line):
                if inherited is not None:
                    inherited.close()
            if self._web is not None:
                self._web.let_go()
            self._selector.close()
            for end in self._wakeup_ends:
                os.close(end)
            run_in_thread(body, memory)
        finally:
            os._exit(1)

    def _commit(self, asserted: Difference, whole: Difference, author: Author) -> str:
        """Move on to the version with a difference; return its name.

        Raises JournalError, and then changes nothing.
        """
        if self._journal is not None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._journal.append(
                asserted,
                time=now,
                client=author.client,
                request_id=author.request_id,
                forced=author.force,
            )
        number = self._shared.number + 1
        version = version_name(self._base_version, number)
        self._store.change(whole, version)
        if self._quads is not None:
            self._quads += len(whole.added) - len(whole.removed)
        self._shared.advance(number, time())
        self._reasoner.commit()
        self._changes.add(number, asserted)
        return version

    def _difference_of(self, number: int) -> Difference:
        """Return a change of the journal; raise UnknownNameError."""
        if self._journal is None:
            raise UnknownNameError("there is no journal, so no change can be undone")
        entry = self._journal.entry(number)
        if entry is None:
            raise UnknownNameError(f"the journal has no change {number}")
        return entry.difference

    def _stop(self) -> int:
        """Let the web server finish what it is answering, then end everything.

        It takes no new requests meanwhile. A second signal ends it at once.
        """
        ended_by_itself = self._web_status is not None
        if not ended_by_itself:
            if self._web is not None:
                self._web.stop()
            end = monotonic() + self._limits.seconds + 2 * SECONDS_TO_FINISH
            while self._web_status is None and not self._at_once and monotonic() < end:
                self._step(0.1)
                self._reap()
        finished = self._web_status is not None and not ended_by_itself
        self._reasoner.close()
        for pid in self._children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in self._children:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        return 0 if finished else 1
