"""What the data process tells of itself and of its children, for those who watch the server."""

import os
import signal
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from sorafenib_kg.processes.worker import MEMORY_EXIT

_REASONS = {
    signal.SIGALRM: "time",
    signal.SIGABRT: "memory",
    signal.SIGSEGV: "nesting",
    signal.SIGBUS: "nesting",
    # By the web process: cancelled, or to begin again when it is its turn.
    signal.SIGKILL: "stopped",
}
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Facts(NamedTuple):
    """The state of the data process."""

    workers: int  # processes now
    started: int  # ever
    ended: dict[str, int]  # by what has ended them, where they were not to end
    web_starts: int
    quads: int
    journal_bytes: int | None
    resident: dict[str, int]  # bytes


@dataclass(slots=True)
class Tally:
    """The children that were started, and what became of them."""

    started: int = 0
    web_starts: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    def count_end(self, status: int) -> None:
        """Count a child that has ended with a status, of those that `os.waitpid` gives."""
        if status:
            self.ended[_reason(status)] += 1


def _reason(status: int) -> str:
    if os.WIFSIGNALED(status):
        return _REASONS.get(signal.Signals(os.WTERMSIG(status)), "fault")
    return "memory" if os.WEXITSTATUS(status) == MEMORY_EXIT else "fault"


def resident(pid: int) -> int:
    """Return how much memory a process uses, in bytes; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
