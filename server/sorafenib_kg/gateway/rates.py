"""How often a client may ask: so many times a second, and for a moment more than that."""

import threading
from collections import OrderedDict
from math import ceil

from sorafenib_kg.errors import TooManyRequestsError

_MOST_CLIENTS = 20_000


class Rates:
    """A bucket of tokens for each client.

    Instead of the tokens it keeps the moment at which the bucket will be full again (the generic
    cell rate algorithm), which is the same with one number. Who has not asked for long enough has
    a full bucket, and is forgotten first.
    """

    def __init__(self, per_second: float, burst: int, most_clients: int = _MOST_CLIENTS) -> None:
        """Fill each bucket with so many tokens a second, up to ``burst`` of them."""
        self._seconds = 1 / per_second
        self._burst = burst
        self._most_clients = most_clients
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self.refused = 0

    def take(self, client: str, now: float) -> None:
        """Take a token; raise TooManyRequestsError, which knows when there will be one."""
        with self._lock:
            full_at = max(now, self._full_at.get(client, now))
            wait = full_at - now - (self._burst - 1) * self._seconds
            # Sums of such steps are a little off; a millionth of a token is none.
            if wait > self._seconds * 1e-6:
                self.refused += 1
                error = TooManyRequestsError("you ask more often than clients may here")
                error.retry_after = max(1, ceil(wait))
                raise error
            self._full_at[client] = full_at + self._seconds
            self._full_at.move_to_end(client)
            if len(self._full_at) > self._most_clients:
                self._full_at.popitem(last=False)

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._full_at)
