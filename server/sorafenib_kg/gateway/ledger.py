"""What requests came to, written down behind the backs of those who wait for answers.

A request only appends to a list. A thread empties it from time to time, so that the log costs a
write for many requests, and counting needs no lock.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter, sleep

from sorafenib_kg.gateway.requests import Asked

clock = perf_counter
_SECONDS_BETWEEN = 0.1
# Where whoever reads the log does not keep up, requests go on and exchanges are lost.
_MOST_WAITING = 20_000


# A request, and what came of it. Not a class, for making an instance takes longer than all else
# that is done here while a client waits.
Exchange = tuple[
    float,  # when it began, by `clock`
    float,  # when it ended
    str,  # its id
    str,  # the client
    str,  # the method
    str,  # the path
    str,  # the status, as a number and perhaps its name
    int,  # bytes of the body
    Asked | None,
]
Writer = Callable[[Sequence[Exchange]], None]


class Ledger:
    """The exchanges that are not yet written down."""

    def __init__(self, *writers: Writer, most_waiting: int = _MOST_WAITING) -> None:
        """Give the exchanges to each of the writers, many at a time, in the order they ended."""
        self._writers = writers
        self._most_waiting = most_waiting
        self._waiting: deque[Exchange] = deque()
        self._writing = threading.Lock()
        self._woken = threading.Event()
        self._asleep = True
        self._started = False
        self.lost = 0

    def enter(self, exchange: Exchange) -> None:
        """Take an exchange, to be written down soon."""
        if len(self._waiting) >= self._most_waiting:
            self.lost += 1
            return
        self._waiting.append(exchange)
        if self._asleep:
            self._asleep = False
            self._woken.set()

    def start(self) -> None:
        """Write down from now on what is entered, in a thread of its own."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="ledger", daemon=True).start()

    def flush(self) -> None:
        """Write down what has been entered."""
        with self._writing:
            batch = []
            while self._waiting:
                batch.append(self._waiting.popleft())
            if batch:
                for write in self._writers:
                    write(batch)

    def _run(self) -> None:
        while True:
            self._woken.wait()
            sleep(_SECONDS_BETWEEN)
            # First asleep, then emptied: what is entered in between is not forgotten.
            self._woken.clear()
            self._asleep = True
            self.flush()
