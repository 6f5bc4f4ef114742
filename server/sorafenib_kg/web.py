"""The web server: the gateway and what lies behind it, on a socket that listens already."""

import gc
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import sleep, time
from typing import Any, NamedTuple

from sorafenib_kg import listener
from sorafenib_kg.errors import BusyError
from sorafenib_kg.gateway import access_log
from sorafenib_kg.gateway.access import Access
from sorafenib_kg.gateway.access_log import AccessLog
from sorafenib_kg.gateway.asynchronous import AsyncGateway
from sorafenib_kg.gateway.cache import ResultCache
from sorafenib_kg.gateway.counts import Counts
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.headers import DIAGNOSIS
from sorafenib_kg.gateway.ledger import Ledger
from sorafenib_kg.gateway.metrics import PATH as METRICS
from sorafenib_kg.gateway.metrics import Engine, Metrics
from sorafenib_kg.gateway.rates import Rates
from sorafenib_kg.gateway.running import PATH as RUNNING
from sorafenib_kg.gateway.running import RunningQueries
from sorafenib_kg.gateway.stack import Deferred, stacked
from sorafenib_kg.gateway.writing import GraphStore, UpdateEndpoint
from sorafenib_kg.gateway.wsgi import Application
from sorafenib_kg.manifest import entailment_of
from sorafenib_kg.namespaces import GRAPH
from sorafenib_kg.processes import launch
from sorafenib_kg.processes.changes import ChangesSince
from sorafenib_kg.processes.control import Control
from sorafenib_kg.processes.data import ELSEWHERE
from sorafenib_kg.processes.facts import Facts, resident
from sorafenib_kg.processes.lanes import Lanes, places
from sorafenib_kg.processes.pipelines import Pipelines
from sorafenib_kg.processes.pool import Pool
from sorafenib_kg.processes.register import Register
from sorafenib_kg.processes.remote import WorkerStore
from sorafenib_kg.processes.state import SharedVersion, version_name
from sorafenib_kg.processes.submit import Submitter
from sorafenib_kg.settings import TOKEN_VARIABLE, Settings, from_environment

# So many requests may wait or run; the threads beyond are for what the cache and pages answer.
_SHARE_OF_QUERIES = 0.75
_SECONDS_BETWEEN_LOOKS = 0.05
_HEAD_START = 0.2  # seconds


class Made(NamedTuple):
    """What answers requests: in an event loop, or in threads."""

    asynchronous: AsyncGateway
    front: Application
    finish: Callable[[], None]  # to be called at the end


def create() -> Made:
    """Return the application; waits until the data process has its data."""
    settings = from_environment()
    folder = Path(os.environ[launch.FOLDER_VARIABLE])
    try:
        control = Control(launch.connect(folder))
        shared = launch.shared_version(folder)
        _watch(launch.connect(folder), folder)
        (base,), _ = control.ask(("version",))
    except (BusyError, OSError):
        # Whoever loads the data has ended meanwhile.
        _end(folder)
        raise

    def version() -> str:
        return version_name(base, shared.number)

    lanes = Lanes(
        places(settings.workers, int(settings.threads * _SHARE_OF_QUERIES) - settings.workers)
    )
    register = Register(control)
    pool = Pool(control, shared, lanes, register, settings.timeout)
    if base == ELSEWHERE:
        seconds = settings.store_cache
        store = WorkerStore(pool, partial(version_elsewhere, seconds), workers_know=False)
        # Data that may have changed at this very moment have no date.
        changed, cache = time, ResultCache() if seconds else ResultCache(0)
    else:
        store = WorkerStore(pool, version)
        changed, cache = lambda: shared.changed, ResultCache()
    endpoint = Endpoint(
        store,
        cache=cache,
        changed=changed,
        cors=settings.cors,
        entailment=entailment_of(settings),
        federated=bool(settings.allow_service),
        streams=max(2, settings.threads // 4),
        public_url=settings.public_url,
    )
    access = Access(os.environ.get(TOKEN_VARIABLE), settings.allowed_host)
    rates = Rates(settings.rate_limit, settings.rate_burst) if settings.rate_limit else None
    counts = Counts()
    ledger = Ledger(*_logs(settings), counts)

    def engine() -> Engine:
        return _engine(control, lanes, shared, version())

    running = RunningQueries(register.running, register.cancel, access)
    line = launch.connect(folder) if settings.writable else None
    submit = None if line is None else Submitter(line, control, register)
    others = {
        RUNNING: running.respond,
        METRICS: Metrics(ledger, counts, endpoint.cache, engine, access, rates).respond,
        "/update": UpdateEndpoint(submit, access).respond,
        "/graph-store": GraphStore(endpoint, submit, access, "/graph-store", "").respond,
        "/graph": GraphStore(endpoint, submit, access, "/graph", GRAPH).respond,
    }

    def make_site() -> Application:
        # Pages take three times as long to import as all else.
        from sorafenib_kg.app import SITE, create_site, routes_of
        from sorafenib_kg.served import served

        data = served(settings, store, ChangesSince(control.ask, base))
        app = create_site(settings, data.graph, data.catalogue, endpoint, data.describe)
        counts.know({*others, DIAGNOSIS, *routes_of(app)})
        if data.graph.is_read:
            # What pages and explanations need is read and indexed while nobody waits for it.
            site = app.extensions[SITE]
            threading.Thread(target=lambda: site.reading.prepare(), daemon=True).start()
        return app.wsgi_app

    deferred = Deferred(make_site)
    front = stacked(settings, endpoint, deferred, others, ledger, rates)
    counts.know({*others, DIAGNOSIS})
    ledger.start()
    _calm_collector()
    control.ask(("ready",))
    threading.Thread(target=_prepare, args=(deferred,), daemon=True).start()
    pipelines = Pipelines(control, shared, lanes, register, settings.timeout)
    gateway = AsyncGateway(
        endpoint, pipelines, front, settings.threads, workers_know=base != ELSEWHERE
    )
    return Made(gateway, front, ledger.flush)


def _prepare(site: Deferred) -> None:
    """Make the pages; the first queries need not share the interpreter with that."""
    sleep(_HEAD_START)
    site.prepare()
    _calm_collector()


def _calm_collector() -> None:
    """Have the garbage collector look at what requests leave behind only, and less often.

    They leave hardly any cycles, and what was made at the start stays to the end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def version_elsewhere(seconds: int) -> str:
    """Return a name for the version of data that may change unseen.

    With ``seconds`` it is another one after so many, so that no answer is kept for longer.
    """
    if not seconds:
        return ELSEWHERE
    begun = datetime.fromtimestamp(time() // seconds * seconds, UTC)
    return f"{ELSEWHERE}-{begun:%Y%m%dT%H%M%SZ}"


def _logs(settings: Settings) -> list[AccessLog]:
    write = access_log.opened(settings.access_log or access_log.NOWHERE)
    return [] if write is None else [AccessLog(write, with_queries=settings.log_queries)]


def _engine(control: Control, lanes: Lanes, shared: SharedVersion, version: str) -> Engine:
    """Return how it goes behind the web process."""
    said, _ = control.ask(("facts",))
    facts = Facts(*said)
    return Engine(
        version=version,
        changed=shared.changed,
        running=lanes.running,
        waiting=lanes.waiting,
        workers=facts.workers,
        workers_started=facts.started,
        workers_ended=facts.ended,
        web_starts=facts.web_starts,
        quads=facts.quads,
        journal_bytes=facts.journal_bytes,
        resident={**facts.resident, "web": resident(os.getpid())},
    )


def _watch(line: socket.socket, folder: Path) -> None:
    """End this process when the data process has ended, however that came.

    If it was killed, nobody else is left to remove its folder.
    """

    def wait() -> None:
        with suppress(OSError):
            line.recv(1)
        _end(folder)

    threading.Thread(target=wait, daemon=True).start()


def _end(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)


def main(descriptor: int, threads: int) -> None:
    """Serve at a socket that was inherited."""
    # A terminal sends it to all; the data process tells when to end.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    listening = socket.socket(fileno=descriptor)
    made = create()
    try:
        if listener.is_available():
            from sorafenib_kg.listener.server import Server

            Server(made.asynchronous).run(listening)
        else:
            _serve_by_waitress(made.front, listening, threads)
    finally:
        made.finish()


def _serve_by_waitress(application: Application, listening: socket.socket, threads: int) -> None:
    from waitress.server import BaseWSGIServer, create_server

    server = create_server(
        application,
        sockets=[listening],
        threads=threads,
        ident=None,
        channel_request_lookahead=1,
        max_request_body_size=2**30,
    )

    assert isinstance(server, BaseWSGIServer)  # noqa: S101 - as there is one socket
    channels: dict[int, Any] = server.active_channels  # type: ignore[assignment]

    def finish() -> None:
        tasks = server.task_dispatcher
        while (
            tasks.queue
            or tasks.active_count
            or any(channel.total_outbufs_len for channel in channels.values())
        ):
            sleep(_SECONDS_BETWEEN_LOOKS)
        # To the thread of the loop, which alone can end it.
        os.kill(os.getpid(), signal.SIGUSR1)

    def stop(number: int, frame: object) -> None:
        """Take no more connections, and end when all is answered and sent."""
        if server.accepting:
            server.accepting = False
            listening.shutdown(socket.SHUT_RDWR)
            threading.Thread(target=finish, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGUSR1, lambda number, frame: sys.exit(0))
    server.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
