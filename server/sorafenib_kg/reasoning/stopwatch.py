"""A stopwatch for the phases of a long work."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Seconds by phase: of the clock (``wall``), and of all threads of this process (``cpu``).

    A phase that begins within another interrupts it, so no second counts twice.
    """

    def __init__(self) -> None:
        """Start with no phase."""
        self.wall: defaultdict[str, float] = defaultdict(float)
        self.cpu: defaultdict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0, 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time until the end of the block to a phase."""
        self._turn()
        self._running.append(name)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def _turn(self) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        if self._running:
            self.wall[self._running[-1]] += wall - self._since[0]
            self.cpu[self._running[-1]] += cpu - self._since[1]
        self._since = wall, cpu
