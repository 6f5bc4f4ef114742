"""How a server comes up: from the command line to a data process with a web server below it.

The web server is started first, so that it and the loading of the data share the time. The
command line then becomes the data process, by exec, which leaves numpy and its threads behind.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from sorafenib_kg.errors import SettingsError
from sorafenib_kg.processes.plan import ENDING, VERSION_FILE, Plan, web_command
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.settings import TOKEN_VARIABLE, Settings

if TYPE_CHECKING:
    # While these are imported, the web server could come up already.
    from pyoxigraph import Quad, Triple

    from sorafenib_kg.journal import Journal

FOLDER_VARIABLE = "_SORAFENIB_KG_FOLDER"
_CONTROL = "control"
_BACKLOG = 16
_CONNECTIONS_AHEAD = 1024
# Forks of large stores are six times faster with huge pages; and for each query the engine takes
# some dozens of small pieces of equal size, of which a thread keeps no more than seven by itself.
# Where these are unknown, they do nothing.
_ALLOCATOR = "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=120"


class Launch:
    """A server that is coming up; `close` takes back what was begun."""

    def __init__(self, settings: Settings) -> None:
        """Take the port and start the web server; raise SettingsError."""
        if not hasattr(os, "fork"):
            raise SettingsError(
                "serve needs a system that can fork processes, such as Linux or macOS (on Windows: "
                "WSL); query, explain, check, reason and export work here too"
            )
        self._settings = settings
        _check_log(settings.access_log)
        self._listening = _listening(settings.host, settings.port)
        self.port: int = self._listening.getsockname()[1]
        self._folder = Path(tempfile.mkdtemp(prefix="sorafenib-kg-"))
        SharedVersion.create(self._folder / VERSION_FILE)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / _CONTROL))
        self._listener.listen(_BACKLOG)
        self.made_token = None
        if settings.writable and not os.environ.get(TOKEN_VARIABLE):
            self.made_token = secrets.token_urlsafe(24)
        self._environment = {
            **os.environ,
            **settings.as_environment(),
            FOLDER_VARIABLE: str(self._folder),
            **({TOKEN_VARIABLE: self.made_token} if self.made_token else {}),
        }
        # While data are loaded there is nothing to finish, only something to be taken back.
        self._old_handler = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        listening = self._listening.fileno()
        self._web = subprocess.Popen(  # noqa: S603 - our own interpreter
            web_command(listening, settings.threads), env=self._environment, pass_fds=[listening]
        )

    def close(self) -> None:
        """Stop the web server and remove the folder."""
        self._web.kill()
        self._web.wait()
        self._listener.close()
        self._listening.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        signal.signal(signal.SIGTERM, self._old_handler)

    def become_data_process(
        self,
        quads: Sequence[Quad],
        inferred: Sequence[Triple],
        beside: Sequence[Quad],
        version: str,
        greeting: str,
        journal: Journal | None = None,
    ) -> NoReturn:
        """Go on as the data process, with these data; what is ``beside`` is in no merge."""
        from sorafenib_kg.processes.snapshot import write_snapshot

        snapshot = tempfile.TemporaryFile()  # noqa: SIM115 - the data process reads and closes it
        merged = write_snapshot(snapshot, quads, inferred, beside)
        self._become(version, greeting, snapshot, journal, merged)

    def become_gateway_process(self, version: str, greeting: str) -> NoReturn:
        """Go on as a data process without data: its workers ask the store that is set."""
        self._become(version, greeting, None, None)

    def _become(
        self,
        version: str,
        greeting: str,
        snapshot: IO[bytes] | None,
        journal: Journal | None,
        merged: int = 0,
    ) -> NoReturn:
        for inherited in (snapshot, self._listener, self._listening):
            if inherited is not None:
                os.set_inheritable(inherited.fileno(), True)
        for descriptor in journal.descriptors if journal is not None else ():
            os.set_inheritable(descriptor, True)
        plan = Plan(
            str(self._folder),
            self._settings.store,
            self._listener.fileno(),
            None if snapshot is None else snapshot.fileno(),
            merged,
            self._web.pid,
            self._listening.fileno(),
            self._settings.threads,
            version,
            is_merge=self._settings.is_merge,
            infers=self._settings.infers,
            beside=self._settings.beside,
            shapes=_shapes(self._settings),
            memory=self._settings.memory_limit * 2**20,
            seconds=self._settings.timeout,
            greeting=greeting,
            journal=None if journal is None else str(journal.folder),
            journal_files=() if journal is None else journal.descriptors,
            allow_service=self._settings.allow_service,
            allow_load=self._settings.allow_load,
            allow_private=self._settings.allow_private,
        )
        environment = {"GLIBC_TUNABLES": _ALLOCATOR, **self._environment}
        command = [sys.executable, "-m", "sorafenib_kg.processes", plan.to_text()]
        sys.stdout.flush()
        # A signal that comes now is for the program that this process becomes.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter


def _check_log(place: str | None) -> None:
    """Raise SettingsError if the access log is a file that cannot be written to.

    The web server opens it, but could only end over it again and again.
    """
    if place in (None, "-", "none"):
        return
    try:
        with Path(place).open("ab"):
            pass
    except OSError as error:
        raise SettingsError(f"--access-log: cannot write to {place}: {error.strerror}") from error


def _shapes(settings: Settings) -> str | None:
    """Return the file of the shapes that changes must not violate; None if there is none."""
    from sorafenib_kg.resources import folder
    from sorafenib_kg.sources import shapes_of

    if settings.empty:
        return None
    files = shapes_of(settings.data or (folder("ontology"),))
    return str(files[0].resolve()) if files else None


def connect(folder: Path) -> socket.socket:
    """Return a line from the web process to the data process."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(folder / _CONTROL))
    return line


def shared_version(folder: Path) -> SharedVersion:
    """Return the version of the data as the web process sees it."""
    return SharedVersion.open(folder / VERSION_FILE)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; who connects is answered when the web server is up.

    Were it only bound meanwhile, another server of the same user could take the port.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_CONNECTIONS_AHEAD)
        except OSError:
            listening.close()
            raise
        return listening
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"cannot listen on {host} port {port}: {reason}") from error
