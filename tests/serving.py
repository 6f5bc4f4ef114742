"""A server as users run it, for tests: its own processes, on a port of its own."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote, urlencode

PACKAGE = Path(__file__).parents[1] / "server"
TOKEN = "the-token"  # noqa: S105 - of the servers of tests
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What the server sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    greeting: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rest_of_greeting(self) -> str:
        """Return the line that a server which can be written to prints behind its address."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            return read(connection.getresponse())
        finally:
            connection.close()

    def query(self, query: str, **headers: str) -> Answer:
        return self.ask("GET", f"/sparql?query={quote(query, safe='')}", **headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        return self.ask("POST", path, urlencode(fields).encode(), **headers)

    def update(self, text: str, path: str = "/update", **headers: str) -> Answer:
        """Send an update to a server that was started with the token."""
        headers = {"Content_Type": "application/sparql-update", **AUTHORIZED, **headers}
        return self.ask("POST", path, text.encode(), **headers)

    def children(self) -> set[int]:
        """Return the processes that the data process has started; Linux only."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in text.split()}


def read(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def wait_until(holds: Callable[[], object]) -> None:
    """Wait for what comes about in other processes, which need the processor for it."""
    while not holds():
        time.sleep(0.01)


_HIDES_HTTPTOOLS = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "httptools" else find(name, *rest)
sys.modules["httptools"] = None
"""


def hiding_httptools(folder: Path) -> dict[str, str]:
    """Return an environment in which a server finds waitress only, by a file in a folder."""
    (folder / "sitecustomize.py").write_text(_HIDES_HTTPTOOLS, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(PACKAGE)])}


@contextmanager
def serving(
    *arguments: str | Path, seconds: float = _SECONDS, **environment: str
) -> Iterator[Server]:
    """Run a server until the end of the block; its exit code must then be 0.

    It is killed after so many seconds, so that no test waits for ever.
    """
    command = [sys.executable, "-m", "sorafenib_kg", "serve", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(PACKAGE), "PYTHONUNBUFFERED": "1", **environment},
    )
    stop = threading.Timer(seconds, process.kill)
    stop.start()
    try:
        assert process.stdout is not None
        greeting = ""
        for line in process.stdout:
            greeting += line
            address = re.search(r"http://\S+:(\d+)/", line)
            if address is not None:
                yield Server(process, int(address[1]), greeting)
                break
        else:
            raise AssertionError(f"the server did not start: {greeting}")
    finally:
        process.terminate()
        process.communicate()
        stop.cancel()
    # Only if the block has come to its end.
    assert process.returncode == 0
