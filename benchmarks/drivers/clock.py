"""What every driver measures with: seconds by lap, and the peak of memory, as one line of JSON.

It needs nothing but Python, since each engine runs in an environment of its own.
"""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

_STATUS = Path("/proc/self/status")


class Clock:
    """Counts from when it is made, which is after the imports."""

    def __init__(self) -> None:
        """Begin the first lap."""
        self._laps: dict[str, dict[str, float]] = {}
        self._last = time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        """End a lap; the next begins."""
        now = time.perf_counter(), time.process_time()
        wall, cpu = (after - before for after, before in zip(now, self._last, strict=True))
        self._laps[name] = {"wall": wall, "cpu": cpu}
        self._last = time.perf_counter(), time.process_time()

    def report(self, **more: object) -> None:
        """Print what was measured: seconds, bytes, and whatever else is given."""
        print(json.dumps({"laps": self._laps, "peak_memory": _peak_memory(), **more}))


def _peak_memory() -> int:
    if _STATUS.is_file():
        # What getrusage tells on Linux includes the process that this one was forked from.
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
