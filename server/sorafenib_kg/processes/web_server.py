"""The web server as the data process sees it: a process that is put in place again when it dies."""

import os
import signal
import socket
import subprocess
from contextlib import suppress

from sorafenib_kg.processes.plan import Plan, web_command


class WebServer:
    """The process that answers at the socket; the socket is kept open here, so that none is lost.

    Connections that come while there is no such process wait for the next one.
    """

    def __init__(self, plan: Plan) -> None:
        """Take over the process that the plan names, and its socket."""
        self.pid = plan.web
        self._listening = socket.socket(fileno=plan.listening)
        self._listening.set_inheritable(False)
        self._threads = plan.threads
        self._process: subprocess.Popen[bytes] | None = None

    def start_again(self) -> None:
        """Put another process in its place."""
        descriptor = self._listening.fileno()
        # Waited for by its number, as all children are.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            web_command(descriptor, self._threads), pass_fds=[descriptor]
        )
        self.pid = self._process.pid

    def stop(self) -> None:
        """Tell the process to take no more connections, and to end when all is answered."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def let_go(self) -> None:
        """Close the socket, in a process that has nothing to do with it."""
        self._listening.close()
