"""How the data process begins: from the plan that it is given to the data that it serves."""

import gc
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

import pyoxigraph

from sorafenib_kg.fetching import Allowed
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.journal import Journal
from sorafenib_kg.places import Address, Folder, Memory, place_of
from sorafenib_kg.processes.data import DataProcess, Limits
from sorafenib_kg.processes.plan import VERSION_FILE, Plan
from sorafenib_kg.processes.snapshot import read_snapshot
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.processes.web_server import WebServer
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.forms import Forms
from sorafenib_kg.store.interface import Backend

_LARGE = 8 * 2**20  # bytes of a snapshot


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
            SharedVersion.open(folder / VERSION_FILE, writable=True),
            socket.socket(fileno=plan.listener),
            Limits(plan.memory, plan.seconds),
            is_merge=plan.is_merge,
            infers=plan.infers,
            beside=plan.beside,
            shapes=plan.shapes,
            journal=_resumed(plan),
            opened=_opener(plan, allowed),
        )
        _calm_collector()
        return data.run(WebServer(plan), lambda: print(plan.greeting, flush=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _calm_collector() -> None:
    """Have the garbage collector leave alone what stays to the end, and come less often.

    Terms and quads hold no others that Python knows of, so that sets of them are no cycles, and
    what it marks is copied for each worker.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _opener(plan: Plan, allowed: Allowed) -> Callable[[], Backend] | None:
    """Return what opens the store in a worker; None if the data process holds it."""
    match place_of(plan.store):
        case Folder(path):
            from sorafenib_kg.store import disk

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
