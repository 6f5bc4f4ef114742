"""The priority of a process among those that want the same processors."""

import os
from contextlib import suppress
from pathlib import Path

_STEPS = 5
_LOWEST = 19


def lower(pid: int) -> None:
    """Let a worker run when others do not want to, with all of its threads, for good.

    So light queries and pages get three times as much of a processor as what runs for long. On
    Linux niceness belongs to a thread; elsewhere nothing is done.
    """
    niceness = min(_LOWEST, os.getpriority(os.PRIO_PROCESS, 0) + _STEPS)
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), niceness)
