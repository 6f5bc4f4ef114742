"""How a server comes up: from the command line to a data process with a web server below it.

The web server is started first, so that it and the loading of the data share the time. The
command line then becomes the data process, by exec, which leaves numpy and its threads behind.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, NoReturn, Self, cast

import pyoxigraph
from pyoxigraph import Literal, Quad, RdfFormat, Triple

from sorafenib_kg.errors import SettingsError
from sorafenib_kg.fetching import Allowed
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.journal import Journal
from sorafenib_kg.namespaces import graph_name
from sorafenib_kg.processes.data import ENDING, SECONDS_TO_FINISH, DataProcess, Limits
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.resources import folder
from sorafenib_kg.settings import TOKEN_VARIABLE, Settings
from sorafenib_kg.sources import shapes_of
from sorafenib_kg.store import MemoryStore, disk
from sorafenib_kg.store.forms import Forms
from sorafenib_kg.store.interface import Backend
from sorafenib_kg.store.places import Address, Folder, Memory, place_of

FOLDER_VARIABLE = "_SORAFENIB_KG_FOLDER"
_CONTROL, _VERSION = "control", "version"
_BACKLOG = 16
_LARGE = 8 * 2**20  # bytes of a snapshot
_LONGEST_STOP = 1800  # seconds; granian can be told no more


@dataclass(frozen=True, slots=True)
class Plan:
    """What the data process is told: open files by their descriptors, and its limits."""

    folder: str
    store: str  # as the setting has it
    listener: int
    snapshot: int | None  # of the data, where the store is in memory
    merged: int  # bytes of it that the default graph is the merge of
    web: int
    host: str
    port: int
    version: str
    is_merge: bool
    infers: bool
    beside: tuple[str, ...]
    shapes: str | None
    memory: int
    seconds: int
    greeting: str
    journal: str | None
    journal_files: tuple[int, ...]
    allow_service: tuple[str, ...]
    allow_load: tuple[str, ...]
    allow_private: bool

    def to_text(self) -> str:
        """Return the plan as an argument."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the plan that an argument holds."""
        return cls(**json.loads(text))


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
        self.port, self._reserved = _take_port(settings.host, settings.port)
        self._folder = Path(tempfile.mkdtemp(prefix="sorafenib-kg-"))
        SharedVersion.create(self._folder / _VERSION)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / _CONTROL))
        self._listener.listen(_BACKLOG)
        self.made_token = None
        if settings.writable and not os.environ.get(TOKEN_VARIABLE):
            self.made_token = secrets.token_urlsafe(24)
        environment = {
            **os.environ,
            **settings.as_environment(),
            FOLDER_VARIABLE: str(self._folder),
            **({TOKEN_VARIABLE: self.made_token} if self.made_token else {}),
        }
        # While data are loaded there is nothing to finish, only something to be taken back.
        self._old_handler = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        self._web = subprocess.Popen(  # noqa: S603 - our own interpreter
            web_command(settings.host, self.port, settings.threads, settings.timeout),
            env=environment,
        )

    def close(self) -> None:
        """Stop the web server and remove the folder."""
        self._web.kill()
        self._web.wait()
        self._listener.close()
        if self._reserved is not None:
            self._reserved.close()
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
        for inherited in (snapshot, self._listener, self._reserved):
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
            self._settings.host,
            self.port,
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
        # Forks of large stores are six times faster with huge pages; where there are none, this
        # does nothing.
        environment = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", **os.environ}
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


def web_command(host: str, port: int, threads: int, seconds: int) -> list[str]:
    """Return the command that starts the web server: granian, or waitress where it is not.

    When it is to end, it has some time beyond that of a query to answer what it was asked.
    """
    if find_spec("granian") is None:
        return [sys.executable, "-m", "sorafenib_kg.web", host, str(port), str(threads)]
    # fmt: off
    return [
        sys.executable, "-m", "granian", "--interface", "rsgi", "--factory",
        "--host", host, "--port", str(port), "--workers", "1",
        "--respawn-failed-workers", "--no-ws",
        "--workers-kill-timeout", str(min(_LONGEST_STOP, int(seconds + SECONDS_TO_FINISH))),
        "--log-level", "error", "--no-access-log",
        "sorafenib_kg.web:create",
    ]
    # fmt: on


def write_snapshot(
    file: IO[bytes], quads: Sequence[Quad], inferred: Sequence[Triple], beside: Sequence[Quad]
) -> int:
    """Write quads, inferred triples in their graph, and then what is beside the merge of these.

    Returns how many bytes those before it take.
    """
    graph = graph_name("inferred")
    pyoxigraph.serialize(quads, file, RdfFormat.N_QUADS)
    pyoxigraph.serialize(
        (Quad(t.subject, t.predicate, t.object, graph) for t in inferred), file, RdfFormat.N_QUADS
    )
    merged = file.tell()
    pyoxigraph.serialize(beside, file, RdfFormat.N_QUADS)
    file.flush()
    file.seek(0)
    return merged


def read_snapshot(file: IO[bytes], merged: int, *, merge: bool) -> tuple[pyoxigraph.Store, Forms]:
    """Return a store with the quads that were written, and the forms of their literals.

    With ``merge`` its default graph is the merge of the first part of them.
    """
    store, forms = pyoxigraph.Store(), Forms()

    def holds(literal: Literal) -> bool:
        return any(True for _ in store.quads_for_pattern(None, None, literal))

    # parse keeps the names of blank nodes, where loading would change them.
    store.extend(forms.learning(pyoxigraph.parse(file.read(merged), RdfFormat.N_QUADS)))
    if merge:
        # The engine copies a graph in a fraction of the time that reading it takes.
        store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
    store.extend(forms.learning(pyoxigraph.parse(file.read(), RdfFormat.N_QUADS), holds))
    return store, forms


def be_data_process(text: str) -> int:
    """Serve as the plan says; return the exit code of the program."""
    plan = Plan.from_text(text)
    folder = Path(plan.folder)
    allowed = Allowed.of(plan.allow_service, plan.allow_load, private=plan.allow_private)
    try:
        held, forms = pyoxigraph.Store(), Forms()
        is_large = False
        if plan.snapshot is not None:
            with open(plan.snapshot, "rb") as file:  # noqa: PTH123 - a descriptor
                is_large = os.fstat(file.fileno()).st_size > _LARGE
                held, forms = read_snapshot(cast(IO[bytes], file), plan.merged, merge=plan.is_merge)
        store = MemoryStore.over(held, plan.version, allowed=allowed, forms=forms)
        if is_large:
            # Later it would keep changes and new workers waiting for seconds.
            store.part()
        data = DataProcess(
            store,
            SharedVersion.open(folder / _VERSION, writable=True),
            socket.socket(fileno=plan.listener),
            Limits(plan.memory, plan.seconds),
            is_merge=plan.is_merge,
            infers=plan.infers,
            beside=plan.beside,
            shapes=plan.shapes,
            journal=_resumed(plan),
            opened=_opener(plan, allowed),
        )

        def announce() -> bool:
            with suppress(OSError), socket.create_connection((plan.host, plan.port), 1):
                print(plan.greeting, flush=True)
                return True
            return False

        return data.run(plan.web, announce)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _opener(plan: Plan, allowed: Allowed) -> Callable[[], Backend] | None:
    """Return what opens the store in a worker; None if the data process holds it."""
    match place_of(plan.store):
        case Folder(path):
            # Here, so that workers share them.
            forms = disk.kept_forms(path)
            return lambda: disk.opened(path, plan.version, allowed=allowed, forms=forms)
        case Address(url):
            # Here, so that workers find it imported.
            from sorafenib_kg.store.remote import RemoteStore

            credentials = Credentials.from_environment()
            return lambda: RemoteStore(url, credentials)
        case Memory():
            return None


def _resumed(plan: Plan) -> Journal | None:
    if plan.journal is None:
        return None
    file, lock = plan.journal_files
    return Journal.resume(Path(plan.journal), (file, lock))


def _shapes(settings: Settings) -> str | None:
    """Return the file of the shapes that changes must not violate; None if there is none."""
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
    return SharedVersion.open(folder / _VERSION)


def _take_port(host: str, port: int) -> tuple[int, socket.socket | None]:
    """Return the number of a free port, and a socket that keeps it for this program on Linux.

    The socket does not listen; the web server binds the port again, which SO_REUSEPORT allows to
    the same user.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Without that option first: another server of ours must not share the port unnoticed.
        with socket.create_server(address[:2], family=family) as probe:
            number = probe.getsockname()[1]
        if sys.platform != "linux":
            return number, None
        reserved = socket.socket(family, kind)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind((address[0], number, *address[2:]))
        return number, reserved
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"cannot listen on {host} port {port}: {reason}") from error
