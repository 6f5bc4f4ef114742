"""The web server's application, as `processes.launch` starts it."""

import os
import shutil
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from sorafenib_kg.app import create_app
from sorafenib_kg.gateway.access import Access
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.running import PATH as RUNNING
from sorafenib_kg.gateway.running import RunningQueries
from sorafenib_kg.gateway.writing import GraphStore, UpdateEndpoint
from sorafenib_kg.graph import GraphOfStore
from sorafenib_kg.namespaces import GRAPH
from sorafenib_kg.processes import launch
from sorafenib_kg.processes.data import version_name
from sorafenib_kg.processes.lanes import places
from sorafenib_kg.processes.pool import Control, Pool
from sorafenib_kg.processes.remote import WorkerStore
from sorafenib_kg.processes.submit import Submitter
from sorafenib_kg.settings import TOKEN_VARIABLE, from_environment

# So many requests may wait or run; the threads beyond are for what the cache and pages answer.
_SHARE_OF_QUERIES = 0.75


def create() -> Any:
    """Return the application; waits until the data process has its data."""
    settings = from_environment()
    folder = Path(os.environ[launch.FOLDER_VARIABLE])
    control = Control(launch.connect(folder))
    shared = launch.shared_version(folder)
    _watch(launch.connect(folder), folder)
    (base,), _ = control.ask(("version",))

    def version() -> str:
        return version_name(base, shared.number)

    pool = Pool(
        control,
        shared,
        places(settings.workers, int(settings.threads * _SHARE_OF_QUERIES) - settings.workers),
        settings.timeout,
    )
    store = WorkerStore(pool, version)
    graph = GraphOfStore(store, settings.entailment)
    endpoint = Endpoint(
        store,
        changed=lambda: shared.changed,
        cors=settings.cors,
        entailment=settings.entailment,
        federated=bool(settings.allow_service),
        streams=max(2, settings.threads // 4),
    )
    access = Access(os.environ.get(TOKEN_VARIABLE), settings.allowed_host)
    running = RunningQueries(pool.running, pool.cancel, access)
    submit = Submitter(launch.connect(folder)) if settings.writable else None
    others = {
        RUNNING: running.respond,
        "/update": UpdateEndpoint(submit, access).respond,
        "/graph-store": GraphStore(endpoint, submit, access, "/graph-store", "").respond,
        "/graph": GraphStore(endpoint, submit, access, "/graph", GRAPH).respond,
    }
    application = create_app(settings, graph, endpoint=endpoint, others=others)
    # What the explanations need is read while nobody waits for it.
    threading.Thread(target=lambda: graph.current, daemon=True).start()
    control.ask(("ready",))
    return application


def _watch(line: socket.socket, folder: Path) -> None:
    """End the web server when the data process has ended, however that came.

    If it was killed, nobody else is left to remove its folder.
    """

    def wait() -> None:
        with suppress(OSError):
            line.recv(1)
        shutil.rmtree(folder, ignore_errors=True)
        os.kill(os.getppid() if _is_below_granian() else os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _is_below_granian() -> bool:
    return "granian" in sys.modules


def main(host: str, port: int, threads: int) -> None:
    """Serve by waitress."""
    import waitress

    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind)
    # On Linux the port is kept for this program by a socket that has the same option.
    option = socket.SO_REUSEPORT if sys.platform == "linux" else socket.SO_REUSEADDR
    listening.setsockopt(socket.SOL_SOCKET, option, 1)
    listening.bind(address)
    waitress.serve(
        create(),
        sockets=[listening],
        threads=threads,
        ident=None,
        channel_request_lookahead=1,
        max_request_body_size=2**30,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
