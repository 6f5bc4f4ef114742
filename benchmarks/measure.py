"""Running drivers in fresh processes, within limits, again and again, and keeping the best."""

from __future__ import annotations

import fcntl
import json
import math
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 10  # how many times the CPU seconds of a run may go by on the clock


@dataclass(frozen=True, slots=True)
class Result:
    """What a driver reported: seconds by lap, and bytes at the peak."""

    wall: dict[str, float]
    cpu: dict[str, float]
    peak_memory: int
    triples: int
    more: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result, in a few words."""

    reason: str


def run(command: Sequence[str | Path], seconds: float, memory: int) -> Result | Failure:
    """Run a driver once, for so many seconds of CPU and with so many bytes of data at the most.

    CPU seconds, rounded up, as the clock goes on while others use the machine.
    """
    most = math.ceil(seconds)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))

    try:
        done = subprocess.run(  # noqa: S603 - drivers of this folder
            [str(part) for part in command],
            capture_output=True,
            text=True,
            timeout=PATIENCE * most,
            preexec_fn=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Failure(f"over {seconds:g} s")
    if done.returncode == -signal.SIGXCPU:
        return Failure(f"over {seconds:g} s")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        out_of_memory = done.returncode < 0 or "emory" in last
        return Failure(f"over {memory / 2**30:g} GB" if out_of_memory else f"failed: {last[:60]}")
    report = json.loads(done.stdout.splitlines()[-1])
    laps = report.pop("laps")
    return Result(
        {name: lap["wall"] for name, lap in laps.items()},
        {name: lap["cpu"] for name, lap in laps.items()},
        report.pop("peak_memory"),
        report.pop("triples"),
        report,
    )


def best(results: Sequence[Result]) -> Result:
    """Return the least seconds of each lap, and the least memory."""
    laps = results[0].wall
    return Result(
        {lap: min(result.wall[lap] for result in results) for lap in laps},
        {lap: min(result.cpu[lap] for result in results) for lap in laps},
        min(result.peak_memory for result in results),
        results[-1].triples,
        results[-1].more,
    )


@contextmanager
def held(lock: Path | None) -> Iterator[None]:
    """Hold a lock on a file, if one is given, until the end of the block."""
    if lock is None:
        yield
        return
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Turns:
    """Holds a lock on a file for several short things, and lets others have it now and then."""

    def __init__(self, lock: Path | None, seconds: float) -> None:
        """Begin without the lock; after so many seconds with it, it is given away."""
        self._lock = lock
        self._seconds = seconds
        self._held = ExitStack()
        self._since: float | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock until the end of the block, and longer if it is not yet time."""
        if self._since is None:
            self._held.enter_context(held(self._lock))
            self._since = time.monotonic()
        yield
        if time.monotonic() - self._since > self._seconds:
            self.end()

    def end(self) -> None:
        """Give the lock away."""
        self._held.close()
        self._since = None


def alternate(
    runs: dict[str, Callable[[], Result | Failure]],
    times: int,
    long: float,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> dict[str, Result | Failure]:
    """Run several things in turn, so many times, and return the best of each.

    What fails, or takes longer than ``long`` seconds, is not run again. Each run is within a
    ``turn``.
    """
    found: dict[str, list[Result]] = {name: [] for name in runs}
    failed: dict[str, Result | Failure] = {}
    for _ in range(times):
        for name, once in runs.items():
            earlier = found[name]
            if name in failed or (earlier and sum(earlier[-1].wall.values()) > long):
                continue
            with turn():
                result = once()
            if isinstance(result, Failure):
                failed[name] = result
            else:
                earlier.append(result)
    return {name: failed.get(name) or best(found[name]) for name in runs}
