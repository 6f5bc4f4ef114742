"""The web process's way to have the data changed."""

import socket
import tempfile
import threading
from collections.abc import Callable
from typing import NamedTuple

from sorafenib_kg.errors import RequestError
from sorafenib_kg.processes.control import LOOK_SECONDS, Control, cancelled, gone
from sorafenib_kg.processes.register import Register, Running
from sorafenib_kg.processes.remote import chosen_id, is_gone
from sorafenib_kg.processes.wire import pack_operation, unpack_error
from sorafenib_kg.store.updates import GraphWrite, Operation, Undo, Update


class Made(NamedTuple):
    """A change that was made."""

    version: str  # to which it has led
    existed: bool  # of a write of a graph, whether that was there before
    id: str


class Submitter:
    """Asks the data process for changes, one at a time.

    Like a query each is in the register, can be cancelled, and is given up when its client has
    gone; not so once it is known what it changes.
    """

    def __init__(self, line: socket.socket, control: Control, register: Register) -> None:
        """Ask over a line of its own, so that queries do not wait for changes.

        Over the common one is told that a change is to be given up.
        """
        self._line = Control(line)
        self._control = control
        self._register = register
        self._turn = threading.Lock()

    def __call__(self, operation: Operation, *, client: str, request_id: str, force: bool) -> Made:
        """Make a change; raise its error."""
        entry = self._register.open(client, _told(operation), chosen_id.get())
        has_gone = is_gone.get() or (lambda: False)
        try:
            while not self._turn.acquire(timeout=LOOK_SECONDS):
                if entry.cancelled:
                    raise cancelled("update")
                if has_gone():
                    raise gone()
            try:
                return self._made(operation, entry, has_gone, (request_id, client, force))
            finally:
                self._turn.release()
        except RequestError as error:
            error.query_id = entry.id
            raise
        finally:
            self._register.close(entry)

    def _made(
        self,
        operation: Operation,
        entry: Running,
        has_gone: Callable[[], bool],
        author: tuple[str, str, bool],
    ) -> Made:
        def look() -> None:
            if entry.cancelled or has_gone():
                # Again each time: it may come before the change does, over another line.
                self._control.ask(("withdraw", entry.id))

        head, content = pack_operation(operation)
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            message = ("update", entry.id, *author, head)
            said, _ = self._line.ask(message, (file.fileno(),), look)
        if said[0] == "error":
            raise unpack_error(said[1])
        _, version, *existed = said
        return Made(version, bool(existed and existed[0]), entry.id)


def _told(operation: Operation) -> str:
    """Return what others may see of an operation."""
    match operation:
        case Update():
            return operation.text
        case GraphWrite():
            graph = "the default graph" if operation.graph is None else f"<{operation.graph}>"
            return f"{operation.method.upper()} {graph}"
        case Undo(number):
            return f"undo of change {number}"
