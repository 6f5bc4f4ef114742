"""How a server ends: what was asked is answered, and no process is left, whichever is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from serving import PACKAGE, TOKEN, Answer, Server, hiding_httptools, serving, wait_until

TRIPLES = "".join(f"<http://s/{n}> <http://p/> {n} .\n" for n in range(300))
PRODUCT = "?a ?p ?o . ?b ?q ?u . ?c ?r ?v . ?d ?s ?w"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"
pytestmark = [
    pytest.mark.slow,  # servers are started
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc"),
]


def children(pid: int) -> set[int]:
    """Return the processes below a process, at any depth."""
    found: set[int] = set()
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found |= {child} | children(child)
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended meanwhile
    return found


def is_there(pid: int) -> bool:
    """Say whether a process has not ended; one that only waits to be looked at has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def data_file(folder: Path) -> Path:
    path = folder / "data.ttl"
    path.write_text(TRIPLES, encoding="utf-8")
    return path


def running(server: Server) -> list[str]:
    return [entry["id"] for entry in json.loads(server.ask("GET", "/running").body)["running"]]


@pytest.fixture(params=["listener", "waitress"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    return hiding_httptools(tmp_path) if request.param == "waitress" else {}


def test_a_signal_lets_running_queries_finish_and_takes_no_new_ones(
    tmp_path: Path, environment: dict[str, str]
):
    arguments = ["--data", data_file(tmp_path), "--entailment", "none", "--timeout", "3"]
    # The block ends by looking at the exit code, which must be 0.
    with serving(*arguments, **environment) as server:
        answers: list[Answer] = []
        asking = threading.Thread(target=lambda: answers.append(server.query(ENDLESS)))
        asking.start()
        wait_until(lambda: running(server) != [])
        processes = children(server.process.pid)
        server.process.terminate()

        def is_refused() -> bool:
            try:
                with socket.create_connection(("127.0.0.1", server.port), 1):
                    return False
            except ConnectionRefusedError:
                return True
            except OSError:  # the queue of connections is full, or was just closed
                return False

        wait_until(is_refused)
        asking.join()
        assert [answer.status for answer in answers] == [504]
        assert "took longer than 3 s" in answers[0].text
        server.process.wait()
        wait_until(lambda: not any(map(is_there, processes)))


def test_a_second_signal_ends_the_server_at_once(tmp_path: Path):
    arguments = ["--data", data_file(tmp_path), "--entailment", "none", "--timeout", "600"]
    with pytest.raises(AssertionError), serving(*arguments) as server:
        connection = server.connect()
        connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
        wait_until(lambda: running(server) != [])
        processes = children(server.process.pid)
        server.process.terminate()
        # Two signals of one kind may become one before they are seen.
        server.process.send_signal(signal.SIGINT)
        server.process.wait()
        wait_until(lambda: not any(map(is_there, processes)))
        connection.close()
    assert server.process.returncode == 1


@pytest.fixture
def writable(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """Run a server with all processes that there can be, which need not end well."""
    arguments = ["--data", data_file(tmp_path), "--writable", "--timeout", "3"]
    with (
        pytest.raises(EndOfTestError),
        serving(*arguments, SORAFENIB_KG_TOKEN=TOKEN) as server,
    ):
        answer = server.update("INSERT DATA { <http://a> <http://b> <http://c> }")
        assert answer.status == 204
        assert server.query("ASK {}").status == 200
        yield server, tmp_path
        raise EndOfTestError


class EndOfTestError(Exception):
    """The end of a test whose server may have ended before."""


def by_role(server: Server) -> dict[str, int]:
    """Return one process of each role."""
    roles = {}
    for pid in sorted(children(server.process.pid)):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        is_first = pid in server.children()
        if b"sorafenib_kg.web" in command:
            roles["web process"] = pid
        elif b"maintenance" in command:
            roles["reasoner"] = pid
        elif is_first:
            roles["query worker"] = pid
    return roles


def folder_of(server: Server) -> Path:
    command = Path(f"/proc/{server.process.pid}/cmdline").read_text(encoding="utf-8")
    return Path(json.loads(command.split("\0")[3])["folder"])


def test_nothing_is_left_when_the_data_process_is_killed(writable: tuple[Server, Path]):
    server, _ = writable
    processes = children(server.process.pid) | {server.process.pid}
    folder = folder_of(server)
    assert len(by_role(server)) == 3
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    wait_until(lambda: not any(map(is_there, processes)))
    assert not folder.exists()


@pytest.mark.parametrize("role", ["web process", "query worker", "reasoner"])
def test_the_server_goes_on_when_another_process_is_killed(
    writable: tuple[Server, Path], role: str
):
    server, _ = writable
    killed = by_role(server)[role]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_there(killed))

    def answers() -> bool:
        try:
            return server.query("SELECT (COUNT(*) AS ?n) { ?s <http://p/> ?o }").status == 200
        except OSError:  # before a new web process listens
            return False

    wait_until(answers)
    changed = server.update("INSERT DATA { <http://a> <http://b> <http://d> }")
    # What keeps inferences in step is begun anew with the next change.
    assert changed.status in ((204, 503) if role == "reasoner" else (204,))
    assert server.query("ASK { <http://a> ?p <http://d> }").status == 200
    assert killed not in children(server.process.pid)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_nothing_is_left_when_loading_is_ended(tmp_path: Path, number: int, code: int):
    pipe = tmp_path / "data.nt"
    os.mkfifo(pipe)
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "sorafenib_kg", "serve", "--port", "0", "--data", str(pipe)],
        env={"PYTHONPATH": str(PACKAGE), "TMPDIR": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    # The reader of the pipe waits for data until this end is closed.
    with pipe.open("wb"):
        wait_until(lambda: len(children(process.pid)) >= 1)
        processes = children(process.pid)
        process.send_signal(number)
        assert process.wait() == code
        wait_until(lambda: not any(map(is_there, processes)))
    assert list(tmp_path.glob("sorafenib-kg-*")) == []
