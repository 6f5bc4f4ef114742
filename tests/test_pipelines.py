"""Which worker a question goes to, as an event loop asks them."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sorafenib_kg.processes.lanes import Lanes, Places
from sorafenib_kg.processes.pipelines import Pipelines
from sorafenib_kg.processes.pool import Outcome
from sorafenib_kg.processes.register import Register
from sorafenib_kg.processes.wire import Ask, Replies, Reply, receive_asks

PROCESSORS = 2


class Control:
    """The line to a data process whose workers answer when the test wants it."""

    def __init__(self) -> None:
        self.workers: list[socket.socket] = []

    def ask(self, message: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int]]:
        if message != ("worker",):
            return (0,), []
        ours, theirs = socket.socketpair()
        self.workers.append(theirs)
        return (len(self.workers), 1, "version"), [ours.detach()]


class Shared:
    generation = 1


class Scene:
    """Pipelines with such workers, and what became of the questions."""

    def __init__(self, places: Places) -> None:
        self.control = Control()
        self.lanes = Lanes(places)
        self.register = Register(self.control)  # type: ignore[arg-type]
        self.pipelines = Pipelines(
            self.control,  # type: ignore[arg-type]
            Shared(),  # type: ignore[arg-type]
            self.lanes,
            self.register,
            seconds=30,
        )
        self.answered: list[str] = []

    def ask(self, query: str, client: str = "a") -> None:
        def done(outcome: object) -> None:
            assert isinstance(outcome, Outcome)
            self.answered.append(outcome.reply.said[1])

        self.pipelines.ask(Ask("answer", query), client, done)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.001)

    async def workers(self, count: int) -> None:
        """Wait until there are so many."""
        await self.until(lambda: len(self.control.workers) == count)
        # They are told of in the loop, and what waits for them goes out then.
        await asyncio.sleep(0.02)

    def reply(self, worker: int, seconds: float) -> list[str]:
        """Have a worker answer what it was sent, and return that."""
        connection = self.control.workers[worker]
        connection.setblocking(False)
        replies, asked = Replies(connection), []
        try:
            for _, ask, _ in receive_asks(connection):
                replies.add(Reply(("answer", ask.query), cpu=seconds))
                asked.append(ask.query)
        except BlockingIOError:
            pass
        if asked:
            replies.flush()
        return asked


def played(scene: Scene, play: Coroutine[Any, Any, None]) -> None:
    async def whole() -> None:
        try:
            await play
        finally:
            for worker in scene.control.workers:
                worker.close()
            # Their ends are seen, and the connections to them closed.
            await asyncio.sleep(0.05)

    asyncio.run(whole())


@pytest.fixture(autouse=True)
def _processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sorafenib_kg.processes.pipelines._processors", lambda: PROCESSORS)


def test_questions_of_which_nothing_is_known_have_a_worker_each():
    scene = Scene(Places(running=4, heavy=2, waiting=9, of_a_client=20))

    async def play() -> None:
        for name in "abcd":
            scene.ask(f"SELECT * {{ ?{name} ?p ?o }}")
        await scene.workers(4)
        assert [len(scene.reply(worker, 0.001)) for worker in range(4)] == [1, 1, 1, 1]
        await scene.until(lambda: len(scene.answered) == 4)
        assert scene.register.running() == []

    played(scene, play())


def test_small_questions_take_no_more_workers_than_there_are_processors():
    scene = Scene(Places(running=4, heavy=2, waiting=9, of_a_client=20))

    async def play() -> None:
        scene.ask("ASK { ?s ?p 0 }")
        await scene.workers(1)
        # By this answer it is known what the others will take.
        scene.reply(0, 0.0015)
        await scene.until(lambda: len(scene.answered) == 1)
        for number in range(1, 7):
            scene.ask(f"ASK {{ ?s ?p {number} }}")
        await scene.workers(PROCESSORS)
        assert [len(scene.reply(worker, 0.0015)) for worker in range(2)] == [3, 3]
        await scene.until(lambda: len(scene.answered) == 7)
        assert (scene.lanes.running, scene.lanes.waiting) == (0, 0)

    played(scene, play())


def test_small_questions_that_wait_are_taken_along_by_one_that_begins():
    scene = Scene(Places(running=1, heavy=1, waiting=20, of_a_client=20))

    async def play() -> None:
        scene.ask("ASK { ?s ?p 0 }")
        await scene.workers(1)
        scene.reply(0, 0.0005)
        await scene.until(lambda: len(scene.answered) == 1)
        scene.ask("SELECT * { ?s ?p ?o }")
        for number in range(1, 4):
            scene.ask(f"ASK {{ ?s ?p {number} }}")
        scene.ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        scene.ask("ASK { ?s ?p 4 }", client="b")
        await asyncio.sleep(0.02)
        assert (scene.lanes.running, scene.lanes.waiting) == (1, 5)
        assert len(scene.reply(0, 0.0005)) == 1
        await asyncio.sleep(0.02)
        # Whoever has had no place yet comes first; the unknown one is passed by nobody.
        assert scene.reply(0, 0.0005) == [f"ASK {{ ?s ?p {number} }}" for number in (4, 1, 2, 3)]
        await asyncio.sleep(0.02)
        assert scene.reply(0, 0.0005) == ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"]
        await scene.until(lambda: len(scene.answered) == 7)
        assert (scene.lanes.running, scene.lanes.waiting) == (0, 0)

    played(scene, play())
