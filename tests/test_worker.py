"""What a worker does between its questions and its answers."""

import signal
import socket
import threading
import time
from time import monotonic

import pytest

from sorafenib_kg.errors import FaultError, MemoryLimitError, QueryRefusedError, TimeLimitError
from sorafenib_kg.processes.control import reason_of_death
from sorafenib_kg.processes.wire import Ask, ReplyReader, pack_ask
from sorafenib_kg.processes.worker import MEMORY_EXIT, Stopwatch, serve
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.coding import Output
from sorafenib_kg.store.interface import Written

FAR = 60.0


class Slow(MemoryStore):
    """A store whose answers come from elsewhere, and take their time."""

    def write(self, query: str, output: Output, **how: object) -> Written:
        time.sleep(0.1)
        return super().write(query, output)


def empty(kind: type[MemoryStore]) -> MemoryStore:
    return kind((), version="1")


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the times that the process has set for its end, of which none is kept."""
    found: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda which, seconds: found.append(seconds))
    return found


def messages(store: MemoryStore, deadlines: list[float]) -> list[list[tuple[bytes, float]]]:
    """Return bodies and seconds of replies to questions that came together, read by read."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ask = Ask("answer", "ASK {}", formats=("text/csv", "text/csv", "text/turtle"))
        now = monotonic()
        ours.sendall(b"".join(pack_ask(ask, now + deadline) for deadline in deadlines))
        worker = threading.Thread(target=serve, args=(theirs, store))
        worker.start()
        reader, found = ReplyReader(ours), []
        while sum(map(len, found)) < len(deadlines):
            found.append([(reply.body, reply.cpu) for reply in reader.read() or []])
        ours.shutdown(socket.SHUT_WR)
        worker.join(10)
        assert not worker.is_alive()
    return found


def test_small_replies_go_together_and_under_one_timer(timers):
    found = messages(empty(MemoryStore), [FAR, FAR + 0.001, FAR + 0.002])
    assert [[body for body, _ in message] for message in found] == [[b"true"] * 3]
    first, last = timers
    assert FAR - 5 < first <= FAR
    assert last == 0


def test_a_later_deadline_sets_the_timer_anew(timers):
    messages(empty(MemoryStore), [FAR, 2 * FAR])
    assert [round(seconds / FAR) for seconds in timers] == [1, 2, 0]


def test_an_earlier_deadline_sets_the_timer_anew(timers):
    messages(empty(MemoryStore), [2 * FAR, FAR])
    assert [round(seconds / FAR) for seconds in timers] == [2, 1, 0]


def test_who_waits_for_others_takes_as_long_as_that(timers):
    # It goes out at once then, for the next one may take as long.
    found = messages(empty(Slow), [FAR, FAR])
    assert [len(message) for message in found] == [1, 1]
    assert all(seconds >= 0.1 for message in found for _, seconds in message)


def test_the_processor_is_asked_about_longer_questions_only(monkeypatch: pytest.MonkeyPatch):
    looks = iter([10.0, 10.31, 10.82])
    monkeypatch.setattr("sorafenib_kg.processes.worker.thread_time", lambda: next(looks))
    stopwatch = Stopwatch()
    assert stopwatch.seconds(0.0002) == 0.0002
    assert stopwatch.seconds(0.0008) == 0.0008
    # A longer one has worked for what the small ones before it have not.
    assert stopwatch.seconds(0.32) == pytest.approx(0.309)
    # One that has waited for a processor is no dearer for that, unless it was for long.
    assert stopwatch.seconds(0.525) == pytest.approx(0.51)
    assert next(looks, None) is None


def test_a_question_that_has_waited_for_another_server_counts_by_the_clock(
    monkeypatch: pytest.MonkeyPatch,
):
    looks = iter([10.0, 10.01, 20.0, 20.01])
    monkeypatch.setattr("sorafenib_kg.processes.worker.thread_time", lambda: next(looks))
    stopwatch = Stopwatch()
    assert stopwatch.seconds(0.5) == 0.5
    stopwatch.forget()
    assert stopwatch.seconds(0.015) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (signal.SIGALRM, TimeLimitError),
        (signal.SIGSEGV, QueryRefusedError),
        # The engine ends so when it gets no memory, and the system when it has none.
        (signal.SIGABRT, MemoryLimitError),
        (signal.SIGKILL, MemoryLimitError),
        (MEMORY_EXIT << 8, MemoryLimitError),
        (1 << 8, FaultError),
    ],
)
def test_how_a_worker_has_ended_tells_why(status: int, error: type[Exception]):
    assert type(reason_of_death(status, 5)) is error
