"""What a process takes of the processors, and its priority among those that want the same ones."""

import os
from contextlib import suppress
from pathlib import Path
from time import clock_gettime

_STEPS = 5
_LOWEST = 19
_OF_PROCESS = 2  # CPUCLOCK_SCHED, for all of its threads


def processors() -> int:
    """Return how many processors there are for this process."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def cpu_seconds(pid: int) -> float | None:
    """Return how many seconds of CPU a process has used; None where nobody can tell.

    Linux has a clock for each process, whose number is made from that of the process.
    """
    try:
        return clock_gettime(~pid << 3 | _OF_PROCESS)
    except (OSError, OverflowError):
        return None


def lower(pid: int) -> None:
    """Let a worker run when others do not want to, with all of its threads, for good.

    So light queries and pages get three times as much of a processor as what runs for long. On
    Linux niceness belongs to a thread; elsewhere nothing is done.
    """
    niceness = min(_LOWEST, os.getpriority(os.PRIO_PROCESS, 0) + _STEPS)
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), niceness)
