"""Whose query runs next."""

import threading
from collections.abc import Callable
from time import monotonic

import pytest

from sorafenib_kg.errors import BusyError
from sorafenib_kg.processes.lanes import Lanes, Places, Ticket, Use, places

NOW = 0.0  # a deadline that has passed


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no client have had a place for longer than another, unless a test says so."""
    monkeypatch.setattr("sorafenib_kg.processes.lanes.monotonic", lambda: 0.0)


def far() -> float:
    return monotonic() + 60


class Waiter:
    """A thread that waits for a place."""

    def __init__(
        self,
        lanes: Lanes,
        wait: Callable[[], Ticket | None],
        has_begun: Callable[[], bool] | None = None,
    ):
        self.ticket: Ticket | None = None
        self.refused = False
        before = lanes.waiting

        def run() -> None:
            try:
                self.ticket = wait()
            except BusyError:
                self.refused = True

        self.thread = threading.Thread(target=run)
        self.thread.start()
        has_begun = has_begun or (lambda: lanes.waiting > before)
        while not has_begun() and self.thread.is_alive():
            pass

    def join(self) -> Ticket | None:
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.ticket


def enter(lanes: Lanes, client: str) -> Waiter:
    return Waiter(lanes, lambda: lanes.enter(client, far()))


def test_as_many_run_as_there_are_places():
    lanes = Lanes(Places(running=2, heavy=1, waiting=2, of_a_client=4))
    lanes.enter("a", NOW)
    lanes.enter("a", NOW)
    with pytest.raises(BusyError):
        lanes.enter("a", NOW)
    assert (lanes.running, lanes.waiting) == (2, 0)


def test_half_of_the_places_are_kept_for_light_queries():
    assert [places(workers, 8).heavy for workers in (2, 3, 4, 8)] == [1, 1, 2, 4]


def test_a_heavy_query_beyond_their_places_must_begin_again():
    lanes = Lanes(Places(running=4, heavy=1, waiting=4, of_a_client=4))
    first, second = lanes.enter("a", NOW), lanes.enter("b", NOW)
    assert lanes.promote(first)
    assert not lanes.promote(second)
    waiting = Waiter(lanes, lambda: lanes.wait_as_heavy(second, far()))
    assert (lanes.running, lanes.waiting) == (1, 1)
    lanes.leave(first)
    waiting.join()
    assert second.placed
    assert not waiting.refused


def test_of_light_queries_those_of_who_has_no_heavy_one_waiting_come_first():
    lanes = Lanes(Places(running=2, heavy=1, waiting=8, of_a_client=8))
    heavy, second = lanes.enter("another", NOW), lanes.enter("greedy", NOW)
    assert lanes.promote(heavy)
    waiting = Waiter(lanes, lambda: lanes.wait_as_heavy(second, far()))
    light = lanes.enter("another", far())
    more = enter(lanes, "greedy")
    modest = enter(lanes, "modest")
    lanes.leave(light)
    placed = modest.join()
    assert placed is not None
    assert more.ticket is None
    for ticket in (placed, heavy):
        lanes.leave(ticket)
    assert more.join() is not None
    waiting.join()


def test_what_a_client_has_had_of_late_counts_less_and_less():
    use = Use(most_clients=2)
    use.add("a", 4.0, 100.0)
    assert use.of("a", 100.0) == 4.0
    assert use.of("a", 110.0) == 2.0
    use.add("a", 1.0, 110.0)
    assert use.of("a", 120.0) == 1.5
    assert use.of("b", 120.0) == 0
    for name in ("b", "c"):
        use.add(name, 1.0, 120.0)
    assert use.of("a", 120.0) == 0


def test_of_clients_with_nothing_running_the_one_comes_first_that_has_had_less(
    monkeypatch: pytest.MonkeyPatch,
):
    now = 100.0
    monkeypatch.setattr("sorafenib_kg.processes.lanes.monotonic", lambda: now)
    lanes = Lanes(Places(running=1, heavy=1, waiting=8, of_a_client=8))
    for _ in range(3):
        ticket = lanes.enter("hangs up", now)
        now += 0.2
        lanes.leave(ticket)
    woken = []
    holder = lanes.enter("another", now)
    for client in ("hangs up", "modest"):
        lanes.apply(client, lambda client=client: woken.append(client))
    lanes.leave(holder)
    assert woken == ["modest"]


def test_a_light_query_passes_the_heavy_ones_that_wait():
    lanes = Lanes(Places(running=2, heavy=1, waiting=4, of_a_client=4))
    first, second = lanes.enter("a", NOW), lanes.enter("a", NOW)
    assert lanes.promote(first)
    waiting = Waiter(lanes, lambda: lanes.wait_as_heavy(second, far()))
    light = lanes.enter("b", far())
    assert light.placed
    lanes.leave(light)
    assert not second.placed
    lanes.leave(first)
    waiting.join()


def test_who_is_placed_at_once_is_not_woken_too():
    lanes = Lanes(Places(running=2, heavy=1, waiting=4, of_a_client=4))
    woken: list[str] = []
    first, second = lanes.apply("a", lambda: None), lanes.apply("a", lambda: None)
    assert lanes.promote(first)
    lanes.apply_as_heavy(second, lambda: woken.append("second"))
    assert (second.placed, woken) == (False, [])
    # It passes the heavy one that waits; a second start would ask its question twice.
    light = lanes.apply("b", lambda: woken.append("light"))
    assert light.placed
    assert (woken, lanes.running, lanes.waiting) == ([], 2, 1)
    lanes.leave(light)
    lanes.leave(first)
    assert (woken, lanes.running, lanes.waiting) == (["second"], 1, 0)


def test_the_client_with_fewer_running_queries_comes_first():
    lanes = Lanes(Places(running=2, heavy=2, waiting=4, of_a_client=4))
    running = [lanes.enter("many", NOW), lanes.enter("many", NOW)]
    again, other = enter(lanes, "many"), enter(lanes, "one")
    lanes.leave(running[0])
    assert other.join() is not None
    assert again.ticket is None
    lanes.leave(running[1])
    assert again.join() is not None


def test_a_client_may_not_take_all_places_to_wait():
    lanes = Lanes(Places(running=1, heavy=1, waiting=10, of_a_client=2))
    held = lanes.enter("many", NOW)
    waiting = enter(lanes, "many")
    with pytest.raises(BusyError, match="your queries"):
        lanes.enter("many", far())
    other = enter(lanes, "one")
    lanes.leave(held)
    for waiter in (waiting, other):
        ticket = waiter.join()
        assert ticket is not None
        lanes.leave(ticket)


def test_who_waits_most_makes_room_for_who_waits_not_at_all():
    lanes = Lanes(Places(running=1, heavy=1, waiting=2, of_a_client=9))
    held = lanes.enter("many", NOW)
    earlier, later = enter(lanes, "many"), enter(lanes, "many")
    with pytest.raises(BusyError):
        lanes.enter("many", far())
    other = Waiter(lanes, lambda: lanes.enter("one", far()), lambda: later.refused)
    later.join()
    assert later.refused
    lanes.leave(held)
    for waiter in (earlier, other):
        ticket = waiter.join()
        assert ticket is not None
        lanes.leave(ticket)
    assert lanes.running == 0


def test_leaving_twice_frees_one_place():
    lanes = Lanes(Places(running=2, heavy=1, waiting=2, of_a_client=2))
    lanes.enter("b", NOW)
    ticket = lanes.enter("a", NOW)
    lanes.leave(ticket)
    lanes.leave(ticket)
    assert lanes.running == 1


def test_whose_turn_is_next_may_share_a_place():
    lanes = Lanes(Places(running=1, heavy=1, waiting=8, of_a_client=3))
    held = lanes.enter("a", NOW)
    woken: list[str] = []
    first = lanes.apply("b", lambda: woken.append("first"), subject="first")
    lanes.apply("b", lambda: woken.append("second"), subject="second")
    assert lanes.take_along() is first
    assert (lanes.running, lanes.waiting, woken) == (1, 1, [])
    assert not lanes.withdraw(first)
    # It counts as running, so that others come before its client's next one.
    other = lanes.apply("c", lambda: woken.append("other"), subject="other")
    assert lanes.take_along() is other
    lanes.leave(first)
    lanes.leave(other)
    lanes.leave(held)
    assert woken == ["second"]
    assert (lanes.running, lanes.waiting) == (1, 0)
    assert lanes.take_along() is None


def test_nobody_is_passed_by_those_that_share_a_place():
    lanes = Lanes(Places(running=2, heavy=1, waiting=8, of_a_client=8))
    held, heavy = lanes.enter("a", NOW), lanes.enter("b", NOW)
    unknown = lanes.apply("c", lambda: None)
    known = lanes.apply("d", lambda: None, subject="known")
    assert lanes.take_along() is None
    assert lanes.withdraw(unknown)
    lanes.apply_as_heavy(heavy, lambda: None)
    assert (heavy.placed, lanes.waiting) == (True, 1)
    lanes.leave(held)
    assert known.placed
    waits_as_heavy = lanes.apply("c", lambda: None, heavy=True)
    also_known = lanes.apply("d", lambda: None, subject="known")
    # The heavy place is taken: light ones pass the heavy one that waits.
    assert lanes.take_along() is also_known
    lanes.leave(also_known)
    lanes.leave(heavy)
    assert waits_as_heavy.placed


def test_one_that_must_begin_again_comes_before_those_that_came_later():
    lanes = Lanes(Places(running=3, heavy=1, waiting=8, of_a_client=8))
    early, heavy, later = (lanes.enter("a", NOW) for _ in range(3))
    assert lanes.promote(heavy)
    turns: list[str] = []
    lanes.apply_as_heavy(later, lambda: turns.append("later"))
    lanes.apply_as_heavy(early, lambda: turns.append("early"))
    lanes.leave(heavy)
    assert turns == ["early"]
