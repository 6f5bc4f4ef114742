"""Whose query runs next: fair among clients, and with room for light queries at all times.

A query begins as a light one. One that is still running after a moment becomes heavy, and only
some of the places may be taken by heavy ones; if none is free, it has to give up its place and
begin again when it is its turn. So the other places are never held for longer than that moment,
and a light query finds one however many heavy ones there are. Among those that wait, the client
with the fewest running queries comes first; of light ones, heavy ones that wait count as well. Of
clients with equally many, the one comes first that has had places for the shortest time of late.
"""

import threading
from bisect import insort
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

from sorafenib_kg.errors import BusyError

_sequence = count()
_HALF_LIFE = 10.0  # seconds
_NEGLIGIBLE = 0.01


@dataclass(frozen=True, slots=True)
class Places:
    """How many queries there may be at a time."""

    running: int
    heavy: int
    waiting: int
    of_a_client: int  # waiting and running


def places(workers: int, waiting: int) -> Places:
    """Return a division of so many workers: half of them, but at least one, for light queries."""
    return Places(workers, max(1, workers // 2), waiting, max(2, waiting // 2))


@dataclass(eq=False, slots=True)
class Ticket:
    """A query that waits or runs."""

    client: str
    heavy: bool = False
    number: int = field(default_factory=_sequence.__next__)
    # Called, from any thread, when it may run or has been turned away.
    wake: Callable[[], None] | None = None
    waits: bool = False
    placed: bool = False
    rides: bool = False  # whether it shares the place of others
    since: float = 0.0  # when it was placed, on the monotonic clock
    turned_away: bool = False
    subject: Any = None  # what it is for, if that takes next to no time; whose it is knows it


class Use:
    """For how many seconds clients have had places of late: what is past counts less and less."""

    def __init__(self, most_clients: int = 1000) -> None:
        """Remember so many clients, those that have had places last."""
        self._most_clients = most_clients
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds, as of when

    def add(self, client: str, seconds: float, now: float) -> None:
        """Count a place that a client has had for so long."""
        self._used[client] = (self.of(client, now) + seconds, now)
        self._used.move_to_end(client)
        if len(self._used) > self._most_clients:
            self._used.popitem(last=False)

    def of(self, client: str, now: float) -> float:
        """Return for how long a client has had places of late."""
        seconds, then = self._used.get(client, (0.0, now))
        return float(seconds * 0.5 ** ((now - then) / _HALF_LIFE))


class _Queue:
    """The tickets of one lane that wait: those of a client in the order in which they came."""

    def __init__(self) -> None:
        self.of: dict[str, deque[Ticket]] = {}  # by client; none is empty
        self.size = 0

    def put(self, ticket: Ticket) -> None:
        ticket.waits = True
        self.size += 1
        mine = self.of.get(ticket.client)
        if mine is None:
            self.of[ticket.client] = deque((ticket,))
        elif mine[-1].number < ticket.number:
            mine.append(ticket)
        else:
            # It has had a place before, or came at the same time.
            insort(mine, ticket, key=lambda other: other.number)

    def take(self, ticket: Ticket) -> None:
        ticket.waits = False
        self.size -= 1
        mine = self.of[ticket.client]
        mine.remove(ticket)
        if not mine:
            del self.of[ticket.client]

    def count(self, client: str) -> int:
        return len(self.of.get(client, ()))


class Lanes:
    """The places, who has them, and who waits."""

    def __init__(self, places: Places) -> None:
        """Open with all places free."""
        self._places = places
        self._lock = threading.Lock()
        self._light = self._heavy = 0
        self._running: Counter[str] = Counter()
        self._use = Use()
        self._lights, self._heavies = _Queue(), _Queue()

    def enter(self, client: str, deadline: float) -> Ticket:
        """Take a place, or wait for one until the deadline, on the monotonic clock.

        Raises BusyError.
        """
        turn = threading.Event()
        ticket = self.apply(client, turn.set)
        if not ticket.placed:
            self._wait(ticket, turn, deadline)
        return ticket

    def apply(
        self,
        client: str,
        wake: Callable[[], None],
        *,
        heavy: bool = False,
        subject: Any = None,
        again: bool = False,
    ) -> Ticket:
        """Take a place, or a turn in the queue for one, without waiting; raise BusyError.

        ``wake`` is called when a ticket that was not placed is, or is turned away. One with a
        ``subject`` may be taken along by those that have a place. What was let in before, and is
        asked ``again`` for no fault of its own, is not refused.
        """
        ticket = Ticket(client, heavy, subject=subject)
        with self._lock:
            may = not heavy or self._heavy < self._places.heavy
            if not self.waiting and may and self._light + self._heavy < self._places.running:
                self._start(ticket)
            else:
                if not again:
                    self._make_room(ticket)
                self._lane(ticket).put(ticket)
                self._admit()
                # Whoever waits is woken; it may be its turn already, before those that may not.
                ticket.wake = None if ticket.placed else wake
        return ticket

    def apply_as_heavy(self, ticket: Ticket, wake: Callable[[], None]) -> None:
        """Give up the place of a light query for a turn as a heavy one; raise BusyError."""
        with self._lock:
            self._stop(ticket)
            ticket.heavy = True
            ticket.subject = None
            ticket.wake = wake
            try:
                self._make_room(ticket)
                self._lane(ticket).put(ticket)
            finally:
                # The place is somebody's, even if there is no room to wait.
                self._admit()

    def take_along(self) -> Ticket | None:
        """Return the ticket whose turn is next, to share a place that is taken, if it may.

        It waits no longer then; `leave` ends that, too. So nobody is passed.
        """
        with self._lock:
            ticket = self._next()
            if ticket is None or ticket.subject is None:
                return None
            self._lights.take(ticket)
            ticket.rides = True
            self._running[ticket.client] += 1
            return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Take a ticket out of the queue; False if it has been placed or turned away."""
        with self._lock:
            if not ticket.waits:
                return False
            self._lane(ticket).take(ticket)
            return True

    def promote(self, ticket: Ticket) -> bool:
        """Make a running query a heavy one; False if it has to give up its place for that."""
        with self._lock:
            if self._heavy >= self._places.heavy:
                return False
            ticket.heavy = True
            self._light -= 1
            self._heavy += 1
            return True

    def wait_as_heavy(self, ticket: Ticket, deadline: float) -> None:
        """Give up the place of a light query and wait for one of a heavy; raise BusyError."""
        turn = threading.Event()
        self.apply_as_heavy(ticket, turn.set)
        self._wait(ticket, turn, deadline)

    def leave(self, ticket: Ticket) -> None:
        """Give up the place, if there still is one."""
        with self._lock:
            if ticket.placed:
                self._stop(ticket)
                self._admit()
            elif ticket.rides:
                ticket.rides = False
                self._uncount(ticket.client)

    @property
    def most_running(self) -> int:
        """Return how many places there are."""
        return self._places.running

    @property
    def most_heavy(self) -> int:
        """Return how many heavy queries may run at a time."""
        return self._places.heavy

    @property
    def running(self) -> int:
        """Return how many places are taken."""
        return self._light + self._heavy

    @property
    def waiting(self) -> int:
        """Return how many queries wait."""
        return self._lights.size + self._heavies.size

    @property
    def waiting_light(self) -> int:
        """Return how many of them are light ones."""
        return self._lights.size

    def _start(self, ticket: Ticket) -> None:
        ticket.placed = True
        ticket.since = monotonic()
        self._running[ticket.client] += 1
        if ticket.heavy:
            self._heavy += 1
        else:
            self._light += 1

    def _stop(self, ticket: Ticket) -> None:
        ticket.placed = False
        now = monotonic()
        if now - ticket.since > _NEGLIGIBLE:
            self._use.add(ticket.client, now - ticket.since, now)
        self._uncount(ticket.client)
        if ticket.heavy:
            self._heavy -= 1
        else:
            self._light -= 1

    def _uncount(self, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]

    def _lane(self, ticket: Ticket) -> _Queue:
        return self._heavies if ticket.heavy else self._lights

    def _waiting_of(self, client: str) -> int:
        return self._lights.count(client) + self._heavies.count(client)

    def _make_room(self, ticket: Ticket) -> None:
        mine = self._waiting_of(ticket.client)
        if mine + self._running.get(ticket.client, 0) >= self._places.of_a_client:
            raise BusyError("too many of your queries are being answered already")
        if self.waiting >= self._places.waiting:
            clients = self._lights.of.keys() | self._heavies.of.keys()
            most = max(clients, key=self._waiting_of, default=ticket.client)
            if self._waiting_of(most) <= mine + 1:
                raise BusyError("too many queries are being answered already")
            lasts = [lane.of[most][-1] for lane in (self._lights, self._heavies) if most in lane.of]
            self._turn_away(max(lasts, key=lambda last: last.number))

    def _turn_away(self, ticket: Ticket) -> None:
        self._lane(ticket).take(ticket)
        ticket.turned_away = True
        if ticket.wake is not None:
            ticket.wake()

    def _admit(self) -> None:
        """Let those run whose turn it is."""
        while self.waiting and self._light + self._heavy < self._places.running:
            chosen = self._next()
            if chosen is None:
                return
            self._lane(chosen).take(chosen)
            self._start(chosen)
            if chosen.wake is not None:
                chosen.wake()

    def _next(self) -> Ticket | None:
        """Return the ticket whose turn it would be, were there a place; None if it is nobody's."""
        # Heavy ones first: they cannot take the places that light ones have for themselves.
        for lane in (self._heavies, self._lights):
            if not lane.of or (lane is self._heavies and self._heavy >= self._places.heavy):
                continue
            if len(lane.of) == 1:
                return next(iter(lane.of.values()))[0]
            now = monotonic()
            # A new query of who has heavy ones waiting is likely to be another of them.
            others = self._heavies if lane is self._lights else None
            return min(
                (mine[0] for mine in lane.of.values()),
                key=lambda ticket: (
                    self._running.get(ticket.client, 0)
                    + (others.count(ticket.client) if others else 0),
                    self._use.of(ticket.client, now),
                    ticket.number,
                ),
            )
        return None

    def _wait(self, ticket: Ticket, turn: threading.Event, deadline: float) -> None:
        if not turn.wait(max(0.0, deadline - monotonic())) and self.withdraw(ticket):
            raise no_worker()
        if ticket.turned_away:
            raise turned_away()


def no_worker() -> BusyError:
    """Return the error of a query that has waited for too long."""
    return BusyError("no query worker became free in time")


def turned_away() -> BusyError:
    """Return the error of a ticket that had to make room for others."""
    return BusyError("too many queries are being answered already")
