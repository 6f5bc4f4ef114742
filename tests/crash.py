"""Kill a server that is written to, again and again, and look whether it kept its word.

    python tests/crash.py 200

Each update adds two triples. After a kill at a random moment both must be there or neither, and
those of every update that was acknowledged.
"""

import json
import os
import random
import signal
import sys
import tempfile
import threading
from collections import Counter
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

from serving import TOKEN, Server, serving

_LATEST_KILL = 0.5  # seconds
_QUERY = "SELECT ?n (COUNT(*) AS ?found) { ?s ?p ?n } GROUP BY ?n"


def kill_while_writing(server: Server, first: int, seconds: float) -> int:
    """Write until the server is killed; return the number of the last acknowledged update."""
    killed = threading.Event()

    def kill() -> None:
        os.kill(server.process.pid, signal.SIGKILL)
        killed.set()

    threading.Timer(seconds, kill).start()
    acknowledged = first - 1
    number = first
    with suppress(OSError, HTTPException):
        while not killed.is_set():
            text = f"INSERT DATA {{ <http://e/> <http://e/a> {number} ; <http://e/b> {number} }}"
            answer = server.update(text)
            if answer.status == 204:
                acknowledged = number
            number += 1
    killed.wait()
    return acknowledged


def found(server: Server) -> Counter[int]:
    """Return how many triples there are of each update."""
    rows = json.loads(server.ask("GET", f"/sparql?query={quote(_QUERY)}").body)
    return Counter(
        {
            int(row["n"]["value"]): int(row["found"]["value"])
            for row in rows["results"]["bindings"]
            if "n" in row
        }
    )


def check(folder: Path, rounds: int, seed: int) -> int:
    """Kill so many times; return how many updates were acknowledged; raise AssertionError."""
    moments = random.Random(seed)  # noqa: S311 - any moment will do
    arguments = ["--empty", "--writable", "--journal", folder, "--access-log", "none"]
    acknowledged: set[int] = set()
    following = 1
    for _ in range(rounds + 1):
        with (
            suppress(ServerWasKilledError),
            serving(*arguments, SORAFENIB_KG_TOKEN=TOKEN) as server,
        ):
            seen = found(server)
            assert set(seen.values()) <= {2}, "half an update is there"
            assert acknowledged <= set(seen), "an acknowledged update is not there"
            following = max([following, *(number + 1 for number in seen)])
            last = kill_while_writing(server, following, moments.uniform(0, _LATEST_KILL))
            acknowledged |= set(range(following, last + 1))
            raise ServerWasKilledError
    return len(acknowledged)


class ServerWasKilledError(Exception):
    """The end of a round."""


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
        kept = check(Path(temporary), count, seed=0)
        print(f"{count} kills; {kept} acknowledged updates, all there, none half")
