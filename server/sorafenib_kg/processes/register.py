"""The queries that wait or run, as others may see and end them."""

import secrets
from dataclasses import dataclass, field
from itertools import count
from time import time

from sorafenib_kg.processes.control import Control


@dataclass(eq=False, slots=True)
class Running:
    """A query that waits or runs."""

    id: str
    client: str
    query: str
    since: float = field(default_factory=time)
    pid: int | None = None  # of the worker that works on it
    cancelled: bool = False
    chosen: bool = False  # whether the client made up the id


class Register:
    """All of them, by their ids."""

    def __init__(self, control: Control) -> None:
        """Have none yet; who is to end a worker is asked over the line."""
        self._control = control
        self._entries: dict[str, Running] = {}
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    def open(self, client: str, query: str, chosen_id: str | None = None) -> Running:
        """Return an entry for a query, with the id that its client has chosen, or one of its own.

        It has one of its own if another query goes by that which was chosen.
        """
        if chosen_id is not None:
            entry = Running(chosen_id, client, query, chosen=True)
            # In one step, as two threads may come with the same id.
            if self._entries.setdefault(chosen_id, entry) is entry:
                return entry
        entry = Running(f"{self._prefix}-{next(self._numbers):x}", client, query)
        self._entries[entry.id] = entry
        return entry

    def close(self, entry: Running) -> None:
        """Forget a query."""
        del self._entries[entry.id]

    def running(self) -> list[Running]:
        """Return the queries that wait or run, the oldest first."""
        return sorted(self._entries.copy().values(), key=lambda entry: entry.since)

    def cancel(self, query_id: str) -> bool:
        """End a query; False if none has that id."""
        entry = self._entries.get(query_id)
        if entry is None:
            return False
        entry.cancelled = True
        pid = entry.pid
        if pid is not None:
            self._control.ask(("end", pid))
        return True
