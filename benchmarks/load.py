"""Putting load on an endpoint by wrk, and counting what it costs the server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import time
from typing import Literal
from urllib.parse import quote, urlsplit

from query_mix import Query

_TICKS = os.sysconf("SC_CLK_TCK")
_DONE = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'FOUND{"requests":%d,"microseconds":%d,"median":%d,"p99":%d,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
"""
# What makes each text a query that nobody has asked before.
New = Literal["", "limit", "comment"]
_BEHIND = {"": "", "limit": "%20LIMIT%20", "comment": "%20%23%20"}
_run = count(int(time()) % 10**7 * 100)


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured: how many requests, in which time, at what cost."""

    requests: int
    seconds: float
    cpu: float  # seconds of all processes of the server
    median: float  # seconds until the whole answer was there
    p99: float
    failures: int  # other statuses than 2xx, and broken connections

    @property
    def per_cpu_second(self) -> float:
        """Return the requests for a second of CPU."""
        return self.requests / self.cpu if self.cpu else float("inf")

    @property
    def per_second(self) -> float:
        """Return the requests for a second of the clock."""
        return self.requests / self.seconds


def put(
    url: str, pid: int, queries: Sequence[Query], new: New, seconds: int, connections: int
) -> Load:
    """Ask the queries in turn over so many connections; ``new`` makes each text a new one."""
    parts = urlsplit(url)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(parts.path, queries, new) + _DONE)
        script.flush()
        # fmt: off
        command = [
            "wrk", "--threads", "1", "--connections", str(connections),
            "--duration", f"{seconds}s", "--timeout", "60s", "--script", script.name,
            f"{parts.scheme}://{parts.netloc}/",
        ]
        # fmt: on
        before = cpu_of_tree(pid)
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        cpu = cpu_of_tree(pid) - before
    match = re.search(r"FOUND(\{.*\})", done.stdout)
    if match is None:
        sys.exit(f"wrk did not tell what it found: {done.stdout}{done.stderr}")
    found = json.loads(match[1])
    return Load(
        found["requests"],
        found["microseconds"] / 1e6,
        cpu,
        found["median"] / 1e6,
        found["p99"] / 1e6,
        found["refused"] + found["broken"],
    )


def _script(path: str, queries: Sequence[Query], new: New) -> str:
    paths = ",".join(json.dumps(f"{path}?query={quote(q.text, safe='')}") for q in queries)
    accepts = ",".join(json.dumps(q.accept) for q in queries)
    number = f" .. string.format('%d', {next(_run)}0000000 + i)" if new else ""
    return (
        f"local paths = {{{paths}}}\nlocal accepts = {{{accepts}}}\nlocal i = 0\n"
        "request = function()\n  local at = (i % #paths) + 1\n  i = i + 1\n"
        f"  return wrk.format('GET', paths[at] .. '{_BEHIND[new]}'{number}, "
        "{ Accept = accepts[at] })\nend\n"
    )


def cpu_of_tree(root: int) -> float:
    """Return the CPU seconds of a process and all below it, those that have ended included."""
    ticks: dict[int, int] = {}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # utime, stime, and those of children that somebody has waited for
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
            children[int(fields[1])].append(int(entry.name))
    waiting, total = [root], 0
    while waiting:
        pid = waiting.pop()
        total += ticks.get(pid, 0)
        waiting += children[pid]
    return total / _TICKS
