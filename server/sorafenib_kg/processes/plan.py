"""What the command line tells the process that it becomes."""

import json
import signal
import sys
from dataclasses import asdict, dataclass
from typing import Self

# Beyond its time limit, what a query takes at most to be answered and sent.
SECONDS_TO_FINISH = 5.0
VERSION_FILE = "version"  # in the folder of a server
ENDING = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the data process is told: open files by their descriptors, and its limits."""

    folder: str
    store: str  # as the setting has it
    listener: int
    snapshot: int | None  # of the data, where the store is in memory
    merged: int  # bytes of it that the default graph is the merge of
    web: int  # the process of the web server
    listening: int  # the socket that it answers at
    threads: int
    version: str
    is_merge: bool
    infers: bool
    beside: tuple[str, ...]
    shapes: str | None
    memory: int
    seconds: int
    greeting: str
    journal: str | None
    journal_files: tuple[int, ...]
    allow_service: tuple[str, ...]
    allow_load: tuple[str, ...]
    allow_private: bool

    def to_text(self) -> str:
        """Return the plan as an argument."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the plan that an argument holds."""
        return cls(**json.loads(text))


def web_command(listening: int, threads: int) -> list[str]:
    """Return the command that starts the web server, on a socket that it inherits."""
    return [sys.executable, "-m", "sorafenib_kg.web", str(listening), str(threads)]
