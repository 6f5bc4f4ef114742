"""What a run over files came to, as figures for programs to read."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.stopwatch import Stopwatch

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to: ``read`` and ``written`` are triples.

    ``read`` counts a triple as often as it was read.
    """

    closure: Closure
    watch: Stopwatch
    read: int
    written: int

    def as_json(self) -> dict[str, object]:
        """Return the figures as what JSON can hold.

        Seconds are by phase, of the clock and of the processor. ``peak_memory`` is the largest
        resident set of this process so far in bytes, or None where the system does not tell.
        """
        statistics = self.closure.statistics
        return {
            "triples": {
                "read": self.read,
                "asserted": statistics.asserted,
                "inferred": statistics.inferred,
                "written": self.written,
            },
            "rounds": statistics.rounds,
            "clashes": statistics.clashes,
            "fired": dict(statistics.fired),
            "uncovered": dict(statistics.uncovered),
            "seconds": {
                phase: {"wall": round(wall, 6), "cpu": round(self.watch.cpu[phase], 6)}
                for phase, wall in self.watch.wall.items()
            },
            "peak_memory": peak_memory(),
        }


def peak_memory() -> int | None:
    """Return the largest resident set that this process has had, in bytes; None if unknown."""
    if _STATUS.is_file():
        # What getrusage tells on Linux includes the process that this one was forked from.
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024
