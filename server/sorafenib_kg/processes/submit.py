"""The web process's way to have the data changed."""

import socket
import tempfile
from typing import Any

from sorafenib_kg.processes.control import Control
from sorafenib_kg.processes.wire import pack_operation, unpack_error
from sorafenib_kg.store.updates import Operation


class Submitter:
    """Asks the data process for changes, one at a time."""

    def __init__(self, line: socket.socket) -> None:
        """Ask over a line of its own, so that queries do not wait for changes."""
        self._control = Control(line)

    def __call__(
        self, operation: Operation, *, client: str, request_id: str, force: bool
    ) -> tuple[Any, ...]:
        """Return the new version, and of a graph whether it was there; raise its error."""
        head, content = pack_operation(operation)
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            message = ("update", request_id, client, force, head)
            said, _ = self._control.ask(message, (file.fileno(),))
        if said[0] == "error":
            raise unpack_error(said[1])
        return tuple(said[1:])
