"""The data process's line to the reasoner, which is a process of its own."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress

from sorafenib_kg.errors import BusyError, SorafenibKGError
from sorafenib_kg.processes.facts import resident
from sorafenib_kg.processes.wire import receive_message, send_message, unpack_error
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.difference import Difference, from_bytes, to_bytes

_Then = Callable[[Difference | SorafenibKGError], None]


class Reasoner:
    """Asks the reasoner for one change at a time; starts it when it is not there."""

    def __init__(
        self,
        store: MemoryStore,
        selector: selectors.BaseSelector,
        *,
        is_merge: bool,
        infers: bool,
        beside: Sequence[str],
        shapes: str | None,
    ) -> None:
        """Reason over what the store holds; answers come by way of the selector.

        ``is_merge`` says that the default graph is the merge of the others, ``infers`` whether
        anything is to be inferred, ``beside`` into which more graphs, ``shapes`` which file the
        data have to agree with.
        """
        self._is_merge = is_merge
        self._infers = infers
        self._beside = tuple(beside)
        self._shapes = shapes
        self._store = store
        self._selector = selector
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._then: _Then | None = None

    @property
    def line(self) -> socket.socket | None:
        """Return the connection, which children must close."""
        return self._line

    @property
    def resident(self) -> int:
        """Return how much memory the reasoner uses, in bytes, 0 if there is none."""
        return 0 if self._process is None else resident(self._process.pid)

    def maintain(self, difference: Difference, then: _Then, *, force: bool) -> None:
        """Find out what a difference means for the inferred graphs; tell it later."""
        self._then = then
        try:
            line = self._line or self._start()
            with tempfile.TemporaryFile() as file:
                file.write(to_bytes(difference))
                file.seek(0)
                send_message(line, ("maintain", force), [file.fileno()])
        except OSError:
            self._gone()

    def commit(self) -> None:
        """Tell the reasoner that the change which it was asked for last was made."""
        if self._line is not None:
            with suppress(OSError):
                send_message(self._line, ("commit",))

    def close(self) -> None:
        """End the reasoner."""
        if self._line is not None:
            self._selector.unregister(self._line)
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            with suppress(ChildProcessError):
                os.waitpid(self._process.pid, 0)
            # The data process waits for all of its children itself.
            self._process.returncode = -signal.SIGKILL
            self._process = None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-m", "sorafenib_kg.maintenance", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
            )
        self._line = ours
        self._selector.register(ours, selectors.EVENT_READ, self._answered)
        with tempfile.TemporaryFile() as file:
            self._store.dump_to(file)
            file.flush()
            file.seek(0)
            message = ("begin", self._is_merge, self._infers, self._beside, self._shapes)
            send_message(ours, message, [file.fileno()])
        return ours

    def _answered(self, line: socket.socket) -> None:
        received = receive_message(line)
        if received is None:
            self._gone()
            return
        message, files = received
        if message[0] == "error":
            self._tell(unpack_error(message[1]))
            return
        with open(files[0], "rb") as file:  # noqa: PTH123 - a descriptor
            self._tell(from_bytes(file.read()))

    def _gone(self) -> None:
        self.close()
        self._tell(BusyError("the reasoner has ended; nothing was changed"))

    def _tell(self, found: Difference | SorafenibKGError) -> None:
        then, self._then = self._then, None
        if then is not None:
            then(found)
