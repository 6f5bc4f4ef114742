"""Which worker a question goes to, as an event loop asks them."""

import asyncio
import signal
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sorafenib_kg.errors import CancelledError, SorafenibKGError, TimeLimitError
from sorafenib_kg.processes.lanes import Lanes, Places
from sorafenib_kg.processes.pipeline import Question
from sorafenib_kg.processes.pipelines import Pipelines
from sorafenib_kg.processes.pool import Outcome
from sorafenib_kg.processes.register import Register
from sorafenib_kg.processes.wire import Ask, Replies, Reply, receive_asks

PROCESSORS = 2
UNKNOWN = "SELECT * { ?s ?p ?o }"


def small(number: int) -> str:
    """Return a question of a kind that is known to take next to no time."""
    return f"ASK {{ ?s ?p {number} }}"


class Control:
    """The line to a data process whose workers answer when the test wants it."""

    def __init__(self) -> None:
        self.workers: list[socket.socket] = []
        self.ended: list[int] = []
        self.may_fork = threading.Event()
        self.may_fork.set()
        self.has_forked = threading.Event()
        self.generation = 1
        self.status = 0  # of workers that have died

    def ask(self, message: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int]]:
        match message:
            case ("worker",):
                ours, theirs = socket.socketpair()
                self.workers.append(theirs)
                made = (len(self.workers), self.generation, "version")
                self.has_forked.set()
                self.may_fork.wait(10)
                return made, [ours.detach()]
            case ("end", pid):
                self.ended.append(pid)
        return (self.status,), []


class Shared:
    generation = 1


class Scene:
    """Pipelines with such workers, and what became of the questions."""

    def __init__(self, places: Places, seconds: float = 30) -> None:
        self.control = Control()
        self.shared = Shared()
        self.lanes = Lanes(places)
        self.register = Register(self.control)  # type: ignore[arg-type]
        self.pipelines = Pipelines(
            self.control,  # type: ignore[arg-type]
            self.shared,  # type: ignore[arg-type]
            self.lanes,
            self.register,
            seconds,
        )
        self.answered: list[str] = []
        self.refused: list[tuple[str, type[SorafenibKGError]]] = []
        self._unanswered: defaultdict[int, list[str]] = defaultdict(list)

    def ask(self, query: str, client: str = "a") -> Question:
        def done(outcome: Outcome | SorafenibKGError) -> None:
            if isinstance(outcome, Outcome):
                self.answered.append(outcome.reply.said[1])
            else:
                self.refused.append((query, type(outcome)))

        return self.pipelines.ask(Ask("answer", query), client, done)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.001)

    async def workers(self, count: int) -> None:
        """Wait until there are so many."""
        await self.until(lambda: len(self.control.workers) == count)
        # They are told of in the loop, and what waits for them goes out then.
        await asyncio.sleep(0.02)

    async def begin(self, seconds: float = 0.0005) -> None:
        """Have one small question answered, so that it is known what others will take."""
        self.ask(small(0))
        await self.workers(1)
        self.reply(0, seconds)
        await self.until(lambda: len(self.answered) == 1)

    def sent(self, worker: int) -> list[str]:
        """Return what a worker was sent and has not answered."""
        connection = self.control.workers[worker]
        connection.setblocking(False)
        try:
            for _, ask, _ in receive_asks(connection):
                self._unanswered[worker].append(ask.query)
        except BlockingIOError:
            pass
        return self._unanswered[worker]

    def reply(self, worker: int, seconds: float = 0.0005, most: int = 99) -> list[str]:
        """Have a worker answer the first of what it was sent, and return those."""
        asked = self.sent(worker)[:most]
        del self._unanswered[worker][:most]
        replies = Replies(self.control.workers[worker])
        for query in asked:
            replies.add(Reply(("answer", query), cpu=seconds))
        if asked:
            replies.flush()
        return asked

    def die(self, worker: int, status: int) -> None:
        self.control.status = status
        self.control.workers[worker].close()


def played(scene: Scene, play: Coroutine[Any, Any, None]) -> None:
    async def whole() -> None:
        try:
            await play
        finally:
            scene.control.may_fork.set()
            await asyncio.sleep(0.02)
            for worker in scene.control.workers:
                worker.close()
            # Their ends are seen, and the connections to them closed.
            await asyncio.sleep(0.05)

    # In a thread of its own: in this one the browser's event loop may run.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, whole()).result()


@pytest.fixture(autouse=True)
def _processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sorafenib_kg.processes.pipelines.processors", lambda: PROCESSORS)


@pytest.fixture
def _all_work_is_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the workers, whose numbers are made up, be heavy after 0.2 s of the clock."""
    monkeypatch.setattr("sorafenib_kg.processes.pipeline.cpu_seconds", lambda pid: None)
    monkeypatch.setattr("sorafenib_kg.processes.pipelines.lower", lambda pid: None)


def test_questions_of_which_nothing_is_known_have_a_worker_each():
    scene = Scene(Places(running=4, heavy=2, waiting=9, of_a_client=20))

    async def play() -> None:
        for name in "abcd":
            scene.ask(f"SELECT * {{ ?{name} ?p ?o }}")
        await scene.workers(4)
        assert [len(scene.reply(worker)) for worker in range(4)] == [1, 1, 1, 1]
        await scene.until(lambda: len(scene.answered) == 4)
        assert scene.register.running() == []

    played(scene, play())


def test_small_questions_take_no_more_workers_than_there_are_processors():
    scene = Scene(Places(running=4, heavy=2, waiting=9, of_a_client=30))

    async def play() -> None:
        await scene.begin(0.0015)
        for number in range(1, 11):
            scene.ask(small(number))
        await scene.workers(PROCESSORS)
        assert [len(scene.sent(worker)) for worker in range(2)] == [5, 5]
        # Eight milliseconds stand before each now: what comes then has a worker of its own.
        for number in range(11, 14):
            scene.ask(small(number))
        await scene.workers(3)
        assert [len(scene.reply(worker, 0.0015)) for worker in range(3)] == [6, 6, 1]
        await scene.until(lambda: len(scene.answered) == 14)
        assert (scene.lanes.running, scene.lanes.waiting) == (0, 0)

    played(scene, play())


def waiting_behind_an_unknown_one(of_a_client: int = 20) -> Scene:
    return Scene(Places(running=1, heavy=1, waiting=20, of_a_client=of_a_client))


def test_small_questions_that_wait_are_taken_along_by_one_that_begins():
    scene = waiting_behind_an_unknown_one()

    async def play() -> None:
        await scene.begin()
        scene.ask(UNKNOWN)
        for number in range(1, 4):
            scene.ask(small(number))
        scene.ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        scene.ask(small(4), client="b")
        # For so long that a has had more of the places than b.
        await asyncio.sleep(0.02)
        assert (scene.lanes.running, scene.lanes.waiting) == (1, 5)
        assert scene.reply(0) == [UNKNOWN]
        # Whoever has had no place yet comes first; the unknown one is passed by nobody.
        expected = [small(number) for number in (4, 1, 2, 3)]
        await scene.until(lambda: scene.sent(0) == expected)
        scene.reply(0)
        await scene.until(lambda: scene.sent(0) == ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"])
        scene.reply(0)
        await scene.until(lambda: len(scene.answered) == 7)
        assert (scene.lanes.running, scene.lanes.waiting) == (0, 0)

    played(scene, play())


async def one_that_was_taken_along(scene: Scene) -> Question:
    """Return a question of client c that is the only one left of those a worker was sent."""
    await scene.begin()
    scene.ask(UNKNOWN)
    scene.ask(small(1), client="b")
    question = scene.ask(small(2), client="c")
    await scene.until(lambda: scene.sent(0) == [UNKNOWN])
    scene.reply(0)
    await scene.until(lambda: scene.sent(0) == [small(1), small(2)])
    scene.reply(0, most=1)
    await scene.until(lambda: len(scene.answered) == 3)
    return question


async def may_ask_twice(scene: Scene, worker: int) -> None:
    """Have c, of whom two may run and wait, ask two: none of before is to count for ever."""
    scene.ask(UNKNOWN, client="d")
    await scene.workers(worker + 1)
    for number in (8, 9):
        scene.ask(f"SELECT * {{ ?s {number} ?o }}", client="c")
    while scene.lanes.running:
        scene.reply(worker)
        await asyncio.sleep(0.01)


def test_one_that_was_taken_along_counts_no_longer_when_its_worker_has_died():
    scene = waiting_behind_an_unknown_one(of_a_client=2)

    async def play() -> None:
        await one_that_was_taken_along(scene)
        scene.die(0, signal.SIGALRM)
        await scene.until(lambda: scene.refused == [(small(2), TimeLimitError)])
        await may_ask_twice(scene, worker=1)

    played(scene, play())


@pytest.mark.usefixtures("_all_work_is_heavy")
def test_one_that_was_taken_along_counts_no_longer_when_its_client_has_gone():
    scene = waiting_behind_an_unknown_one(of_a_client=2)

    async def play() -> None:
        question = await one_that_was_taken_along(scene)
        scene.pipelines.hang_up(question)
        await scene.until(lambda: scene.refused == [(small(2), CancelledError)])
        await may_ask_twice(scene, worker=1)

    played(scene, play())


@pytest.mark.usefixtures("_all_work_is_heavy")
def test_one_that_must_begin_again_has_a_worker_to_itself():
    scene = Scene(Places(running=2, heavy=1, waiting=20, of_a_client=20))

    async def play() -> None:
        scene.ask(UNKNOWN)
        await scene.workers(1)
        # It takes the place for heavy ones, and the small one has to wait for that.
        await asyncio.sleep(0.3)
        scene.ask(small(1))
        await scene.workers(2)
        await scene.until(lambda: scene.lanes.waiting == 1)
        await scene.until(lambda: scene.control.ended == [2])
        scene.die(0, signal.SIGALRM)
        await scene.workers(3)
        scene.pipelines._costs.learn(scene.pipelines._costs.shape(small(1)), 0.0)
        scene.ask(small(2), client="b")
        await scene.workers(4)
        await scene.until(
            lambda: [scene.sent(worker) for worker in (2, 3)] == [[small(1)], [small(2)]]
        )
        for worker in (2, 3):
            scene.reply(worker)
        await scene.until(lambda: scene.answered == [small(1), small(2)])
        assert scene.refused == [(UNKNOWN, TimeLimitError)]
        assert (scene.lanes.running, scene.lanes.waiting) == (0, 0)

    played(scene, play())


def test_those_behind_one_that_is_given_up_are_asked_again():
    scene = Scene(Places(running=2, heavy=1, waiting=20, of_a_client=20))

    async def play() -> None:
        await scene.begin()
        first = scene.ask(small(1))
        scene.ask(small(2))
        await scene.until(lambda: scene.sent(0) == [small(1), small(2)])
        scene.register.cancel(first.entry.id)
        await scene.workers(2)
        await scene.until(lambda: scene.reply(1) == [small(2)])
        await scene.until(lambda: scene.answered == [small(0), small(2)])
        assert scene.refused == [(small(1), CancelledError)]
        assert scene.register.running() == []

    played(scene, play())


def test_none_of_those_that_are_asked_again_is_refused():
    scene = Scene(Places(running=1, heavy=1, waiting=2, of_a_client=2))

    async def play() -> None:
        await scene.begin(0.0001)
        asked = [small(number) for number in range(1, 7)]
        for query in asked:
            scene.ask(query)
        await scene.until(lambda: scene.sent(0) == asked)
        scene.die(0, signal.SIGABRT)
        # All but the first wait now, more than may wait otherwise.
        await scene.workers(2)
        assert scene.lanes.waiting == len(asked) - 1

        def all_are_answered() -> bool:
            scene.reply(1)
            return len(scene.answered) > len(asked)

        await scene.until(all_are_answered)
        assert sorted(scene.answered) == [small(0), *asked]
        assert scene.refused == []
        assert (scene.lanes.running, scene.lanes.waiting) == (0, 0)

    played(scene, play())


def test_one_that_was_cancelled_behind_another_ends_in_its_turn():
    scene = Scene(Places(running=1, heavy=1, waiting=20, of_a_client=20))

    async def play() -> None:
        await scene.begin()
        scene.ask(small(1))
        second = scene.ask(small(2))
        await asyncio.sleep(0)
        scene.register.cancel(second.entry.id)
        assert scene.control.ended == []
        await scene.until(lambda: scene.sent(0) == [small(1), small(2)])
        scene.reply(0, most=1)
        await scene.until(lambda: scene.refused == [(small(2), CancelledError)])
        await scene.until(lambda: 1 in scene.control.ended)
        assert scene.register.running() == []

    played(scene, play())


def test_a_worker_of_older_data_than_when_it_was_asked_is_not_asked():
    scene = Scene(Places(running=2, heavy=1, waiting=20, of_a_client=20))

    async def play() -> None:
        scene.pipelines._costs.learn(scene.pipelines._costs.shape(small(0)), 0.0005)
        scene.control.may_fork.clear()
        scene.ask(small(1))
        await scene.until(scene.control.has_forked.is_set)
        scene.shared.generation = scene.control.generation = 2
        scene.ask(small(2))
        scene.control.may_fork.set()
        await scene.workers(2)
        assert scene.control.workers[0].recv(1) == b""
        assert scene.reply(1) == [small(1), small(2)]
        await scene.until(lambda: len(scene.answered) == 2)

    played(scene, play())


def test_a_worker_that_comes_when_nobody_waits_for_it_is_let_go():
    scene = Scene(Places(running=2, heavy=1, waiting=20, of_a_client=20))

    async def play() -> None:
        scene.pipelines._costs.learn(scene.pipelines._costs.shape(UNKNOWN), 1.0)
        scene.control.may_fork.clear()
        question = scene.ask(UNKNOWN)
        await scene.until(scene.control.has_forked.is_set)
        scene.pipelines.hang_up(question)
        assert scene.refused == [(UNKNOWN, CancelledError)]
        scene.control.may_fork.set()
        await asyncio.sleep(0.05)
        assert scene.control.workers[0].recv(1) == b""
        assert (scene.control.ended, scene.lanes.running) == ([], 0)

    played(scene, play())
