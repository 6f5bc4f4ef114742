"""The endpoints that are measured, with the same data in each: this project's and its peers'.

Beside them stands this project's web server with an application that does nothing.

Oxigraph's server comes with the test dependencies. wrk and Virtuoso are installed from Debian where
they are not there, and rdflib-endpoint into an environment of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines import HERE, WORK

# The servers of the tests are those that are measured.
sys.path.insert(0, str(HERE.parent / "tests"))

from serving import serving
from store_servers import ISQL, OXIGRAPH, VIRTUOSO, oxigraph_server, virtuoso_server

RDFLIB_ENDPOINT = ("rdflib-endpoint[cli]==0.6.3", "rdflib==7.6.0")
_GRAPH = "http://example.org/evidence/"
_BUFFERS = 170_000  # of Virtuoso: more than what a million triples take
_LONGEST_START = 120.0  # seconds
_LONGEST_RUN = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class Running:
    """An endpoint that answers, and the process that it and all its processes are below."""

    url: str
    pid: int


Start = Callable[[Path, Path], AbstractContextManager[Running]]


@contextmanager
def own(data: Path, folder: Path) -> Iterator[Running]:
    """Run this project's server as it is by default, but for the data."""
    options = ("--data", data, "--entailment", "none", "--access-log", folder / "access.log")
    # It is ended by whoever measures, who may wait for others.
    with serving(*options, seconds=_LONGEST_RUN) as server:
        yield Running(f"{server.url}/sparql", server.process.pid)


@contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[Running]:
    """Run Oxigraph's server in memory, with N-Triples, or N-Quads by the file's name."""
    quads = data.suffix == ".nq"
    with oxigraph_server(folder) as server:
        query = server.store.query_url
        request = urllib.request.Request(  # noqa: S310 - on this machine
            f"{query.removesuffix('query')}store{'' if quads else '?default'}",
            data=data.read_bytes(),
            headers={"Content-Type": "application/n-quads" if quads else "application/n-triples"},
        )
        with urllib.request.urlopen(request, timeout=600):  # noqa: S310
            yield Running(query, server.pid)


@contextmanager
def virtuoso(data: Path, folder: Path) -> Iterator[Running]:
    """Run Virtuoso, with enough memory for all of the data."""
    with virtuoso_server(folder, _BUFFERS) as server:
        shutil.copy(data, folder / "data.nt")
        source = f"file_to_string_output('{folder / 'data.nt'}')"
        server.sql(f"DB.DBA.TTLP_MT({source}, '', '{_GRAPH}', 0)")
        yield Running(server.store.query_url.removesuffix("-auth"), server.pid)


@contextmanager
def rdflib_endpoint(data: Path, folder: Path) -> Iterator[Running]:
    """Run rdflib-endpoint over rdflib's store in memory."""
    program, port = _environment() / "bin" / "rdflib-endpoint", _free_port()
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), data]
    with _running(command, port, folder) as pid:
        # At the root; its address /sparql is not there.
        yield Running(f"http://127.0.0.1:{port}/", pid)


@contextmanager
def web_server_alone(data: Path, folder: Path) -> Iterator[Running]:
    """Run the web server of this project, with an application that does nothing."""
    port = _free_port()
    command = [sys.executable, HERE / "drivers" / "empty_application.py", str(port)]
    with _running(command, port, folder) as pid:
        yield Running(f"http://127.0.0.1:{port}/sparql", pid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _running(command: Sequence[str | Path], port: int, folder: Path) -> Iterator[int]:
    """Run a server that listens on a port; give its process."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own words
            command, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_for(process, port, log)
            yield process.pid
        finally:
            process.terminate()
            process.wait()


def _environment() -> Path:
    folder = WORK / "environments" / "rdflib-endpoint-0.6.3"
    if not (folder / "bin" / "rdflib-endpoint").exists():
        print(f"installing {' '.join(RDFLIB_ENDPOINT)}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *RDFLIB_ENDPOINT]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
    return folder


def wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when a server takes connections; raise RuntimeError with its log if it never does."""
    deadline = time.monotonic() + _LONGEST_START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from error
            time.sleep(0.1)


OWN, OX, VIRT, RDFLIB = "this project", "Oxigraph", "Virtuoso", "rdflib-endpoint"
ALONE = "the web server alone"
SERVERS: dict[str, Start] = {
    OWN: own,
    OX: oxigraph,
    VIRT: virtuoso,
    RDFLIB: rdflib_endpoint,
    ALONE: web_server_alone,
}
# Who is measured at a million triples: rdflib would take minutes for a query.
AT_A_MILLION = (OWN, OX, VIRT)


def install() -> None:
    """Install what measuring takes and is not there: wrk and Virtuoso, from Debian.

    Raises SystemExit with what is to be done where that cannot be done from here.
    """
    if not OXIGRAPH.exists():
        sys.exit("to be installed first: pip install --editable '.[test]'")
    packages = {"wrk": ("wrk",), "virtuoso-opensource-7-bin": (VIRTUOSO, ISQL)}
    lacking = [name for name, programs in packages.items() if not all(map(shutil.which, programs))]
    if not lacking:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *lacking]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(f"to be installed first, as root: {' '.join(command)}")
    print(f"installing {' '.join(lacking)}", file=sys.stderr)
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 - our own words
