"""Real SPARQL servers for tests: started on free loopback ports, stopped when done."""

import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.reasoning.backends.store.remote import Credentials, RemoteStore

LONGEST_START = 60  # seconds

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
VIRTUOSO = "virtuoso-t"
ISQL = "isql-vt"


@dataclass(frozen=True)
class Server:
    """A running store, and how a file of N-Triples gets into one of its graphs."""

    name: str
    store: RemoteStore
    folder: Path
    pid: int
    sql_port: int | None = None

    def load(self, graph: str, triples: Sequence[Triple]) -> None:
        """Put triples into a graph, in the server's own way."""
        content = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
        if self.sql_port is None:
            _request(
                f"{self.store.query_url.removesuffix('query')}store?graph={graph}",
                content,
                "application/n-triples",
            )
            return
        file = self.folder / "data.nt"
        file.write_bytes(content)
        self.sql(f"DB.DBA.TTLP_MT(file_to_string_output('{file}'), '', '{graph}', 0)")

    def sql(self, statement: str) -> None:
        """Have Virtuoso carry out a statement of SQL."""
        done = subprocess.run(  # noqa: S603 - Virtuoso's own client
            [ISQL, f"127.0.0.1:{self.sql_port}", "dba", "dba", f"EXEC={statement};"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Error" not in done.stdout + done.stderr, done.stdout + done.stderr

    def triples(self, graph: str) -> set[Triple]:
        """Return the triples of a graph; blank nodes have the names of this answer."""
        rows = self.store.select(f"SELECT * WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return {Triple(row["s"], row["p"], row["o"]) for row in rows}


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[Server]:
    """Run Oxigraph's server in memory."""
    port = _free_port()
    command = [str(OXIGRAPH), "serve", "--bind", f"127.0.0.1:{port}"]
    address = f"http://127.0.0.1:{port}"
    with _running(command, folder, f"{address}/") as pid:
        store = RemoteStore(f"{address}/query", f"{address}/update", timeout=300)
        yield Server("Oxigraph", store, folder, pid)


@contextmanager
def virtuoso_server(folder: Path, buffers: int = 40000) -> Iterator[Server]:
    """Run Virtuoso with an empty database, in its own folder, and so many buffers of 8 kB."""
    sql_port, port = _free_port(), _free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(
        f"""[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {buffers // 2}

[HTTPServer]
ServerPort = 127.0.0.1:{port}

[SPARQL]
ResultSetMaxRows = 10000000
"""
    )
    address = f"http://127.0.0.1:{port}"
    command = [VIRTUOSO, "+foreground", "+configfile", str(settings)]
    probe = f"{address}/sparql?query=SELECT%20*%20%7B%7D"
    with _running(command, folder, probe) as pid:
        store = RemoteStore(
            f"{address}/sparql-auth",
            credentials=Credentials(user="dba", password="dba"),  # noqa: S106 - as shipped
            timeout=300,
        )
        yield Server("Virtuoso", store, folder, pid, sql_port)


SERVERS = {"Oxigraph": oxigraph_server, "Virtuoso": virtuoso_server}


def missing(name: str) -> str | None:
    """Return why a server cannot be started here, or None if it can."""
    if name == "Oxigraph":
        return None if OXIGRAPH.exists() else "the package oxigraph is not installed"
    found = all(map(shutil.which, (VIRTUOSO, ISQL)))
    return None if found else "virtuoso-opensource-7-bin is not installed"


@contextmanager
def _running(command: list[str], folder: Path, probe: str) -> Iterator[int]:
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603 - a server that we know
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(server, probe, log)
            yield server.pid
        finally:
            server.terminate()
            server.wait()


def _wait(server: subprocess.Popen[bytes], probe: str, log: Path) -> None:
    import time

    deadline = time.monotonic() + LONGEST_START
    while True:
        try:
            _request(probe)
            return
        except OSError as error:
            late = time.monotonic() > deadline
            if server.poll() is not None or late:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from error
            time.sleep(0.1)


def _request(url: str, content: bytes | None = None, media_type: str = "text/plain") -> None:
    request = urllib.request.Request(  # noqa: S310 - an address on this machine
        url, data=content, headers={"Content-Type": media_type}
    )
    with urllib.request.urlopen(request, timeout=300) as response:  # noqa: S310
        response.read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
