"""Query workers as an event loop asks them: no thread waits, and small questions go in batches.

A worker that is at work on a question of a kind that takes next to no time is sent the next one of
that kind already, so that it need not be woken for each, and its replies come together. All else is
as in `pool`: the places, the limits, who is ended when. If one of several questions takes longer
than it should have, nobody can tell which, so each is asked anew, alone; since none changes
anything, it does no harm if two workers answer one.
"""

import asyncio
import os
import socket
from functools import partial
from time import monotonic
from typing import Any

from sorafenib_kg.errors import BusyError, CancelledError, RequestError, SorafenibKGError
from sorafenib_kg.processes.control import Control, reason_of_death, too_slow
from sorafenib_kg.processes.costs import Costs
from sorafenib_kg.processes.errands import Errands, call_in
from sorafenib_kg.processes.lanes import Lanes, Ticket, no_worker, turned_away
from sorafenib_kg.processes.pipeline import Gone, Pipeline, Question
from sorafenib_kg.processes.pool import GRACE_SECONDS, LIGHT_SECONDS, Outcome
from sorafenib_kg.processes.priority import cpu_seconds, lower
from sorafenib_kg.processes.register import Register
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.processes.wire import (
    Ask,
    Reply,
    pack_ask,
    receive_part,
    unpack_error,
    unpack_reply,
)

_MOST_PENDING = 0.002  # seconds of work in front of one worker
_MOST_SENT = 16
# A query that has to wait for a processor stays a light one, but not for longer than this.
_LONGEST_LIGHT = 1.0
# How long several small questions may take one worker together; on a busy machine they wait, too.
_PATIENCE = 0.2
_TICK = 0.01
# The first look comes up to two ticks late.
_LIGHT_CPU = LIGHT_SECONDS - 2 * _TICK


class Pipelines:
    """Asks workers from one event loop; all of it happens there."""

    def __init__(
        self,
        control: Control,
        shared: SharedVersion,
        lanes: Lanes,
        register: Register,
        seconds: float,
    ) -> None:
        """Have no workers yet; each query may take so many seconds, waiting included."""
        self._shared = shared
        self._lanes = lanes
        self._register = register
        self._seconds = seconds
        self._costs = Costs()
        self._idle: list[Pipeline] = []
        self._idle_lowered: list[Pipeline] = []
        self._busy: list[Pipeline] = []
        self._unsent: list[Pipeline] = []
        self._ticking = False
        self._errands = Errands(control)

    async def ask(
        self,
        ask: Ask,
        client: str = "",
        gone: Gone | None = None,
        chosen_id: str | None = None,
    ) -> Outcome:
        """Return what a worker replies to the question; raise its error, or that of a limit.

        ``gone`` returns when the client has hung up. The query goes by the id that the client has
        chosen, unless another one goes by it now.
        """
        loop = asyncio.get_running_loop()
        deadline = monotonic() + self._seconds
        entry = self._register.open(client, ask.query, chosen_id)
        shape = self._costs.shape(ask.query)
        question = Question(
            ask,
            entry,
            deadline,
            loop.create_future(),
            shape,
            self._costs.expected(shape),
            gone,
        )
        try:
            self._begin(question)
            return await question.reply
        except RequestError as error:
            error.query_id = entry.id
            raise
        finally:
            self._register.close(entry)
            if question.watch is not None:
                question.watch.cancel()

    # --- Finding a worker

    def _begin(self, question: Question) -> None:
        if question.is_small and not self._lanes.waiting:
            for pipeline in self._busy:
                if self._has_room(pipeline):
                    self._send(pipeline, question)
                    return
        loop = question.reply.get_loop()
        expected = question.expected
        ticket = self._lanes.apply(
            question.entry.client,
            lambda: call_in(loop, self._turn, question),
            heavy=expected is not None and expected > LIGHT_SECONDS,
        )
        question.ticket = ticket
        if ticket.placed:
            self._start(question)
        else:
            self._wait(question)

    def _has_room(self, pipeline: Pipeline) -> bool:
        return (
            pipeline.is_small
            and not pipeline.is_lowered
            and pipeline.pending < _MOST_PENDING
            and len(pipeline.sent) < _MOST_SENT
            and pipeline.generation == self._shared.generation
        )

    def _wait(self, question: Question) -> None:
        self._watch(question)
        loop = question.reply.get_loop()
        seconds = max(0.0, question.deadline - monotonic())
        question.timer = loop.call_later(seconds, self._expire, question)

    def _expire(self, question: Question) -> None:
        if question.ticket is not None and self._lanes.withdraw(question.ticket):
            _fail(question, no_worker())

    def _turn(self, question: Question) -> None:
        """Go on with a question whose ticket was called."""
        ticket = question.ticket
        assert ticket is not None  # noqa: S101 - it was waited for
        if question.timer is not None:
            question.timer.cancel()
        if ticket.turned_away:
            _fail(question, turned_away())
        elif question.entry.cancelled:
            self._lanes.leave(ticket)
            _fail(question, _cancelled())
        else:
            self._start(question)

    def _start(self, question: Question) -> None:
        """Ask a worker that has nothing to do; the question has a place.

        A heavy question goes to one that has answered such before, for its priority is low, and it
        has its own copies of the memory that the engine writes to.
        """
        is_heavy = question.ticket is not None and question.ticket.heavy
        idle = self._idle_lowered if is_heavy else self._idle
        while idle:
            pipeline = idle.pop()
            if pipeline.generation == self._shared.generation:
                break
            self._drop(pipeline)
        else:
            pipeline = Pipeline()
            loop = question.reply.get_loop()
            connected = partial(self._connected, pipeline)
            self._errands.run(loop, ("worker",), connected, partial(self._lost, pipeline))
        pipeline.ticket = question.ticket
        self._busy.append(pipeline)
        self._send(pipeline, question)

    def _connected(self, pipeline: Pipeline, said: Any, files: list[int]) -> None:
        pipeline.pid, pipeline.generation, pipeline.version = said
        connection = socket.socket(fileno=files[0])
        connection.setblocking(False)
        pipeline.connection = connection
        pipeline.since = monotonic()
        if pipeline.sent:
            pipeline.sent[0].entry.pid = pipeline.pid
        asyncio.get_running_loop().add_reader(connection.fileno(), self._readable, pipeline)
        self._flush_one(pipeline)

    # --- Sending

    def _send(self, pipeline: Pipeline, question: Question) -> None:
        sent = pipeline.sent
        if not sent:
            pipeline.since = monotonic()
            pipeline.cpu = None
            pipeline.pending = 0.0
            pipeline.is_small = True
            question.entry.pid = pipeline.pid or None
        sent.append(question)
        if question.is_small:
            pipeline.pending += question.expected or 0.0
        else:
            pipeline.is_small = False
        if not pipeline.out and pipeline.connection is not None:
            if not self._unsent:
                # Those that come in this turn of the loop go out together.
                question.reply.get_loop().call_soon(self._flush)
            self._unsent.append(pipeline)
        pipeline.out.append(pack_ask(question.ask, question.deadline))
        if not self._ticking:
            self._ticking = True
            question.reply.get_loop().call_later(_TICK, self._tick)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        for pipeline in unsent:
            self._flush_one(pipeline)

    def _flush_one(self, pipeline: Pipeline) -> None:
        connection = pipeline.connection
        if connection is None or not pipeline.out:
            return
        data = pipeline.out[0] if len(pipeline.out) == 1 else b"".join(pipeline.out)
        try:
            size = connection.send(data)
        except BlockingIOError:
            size = 0
        except ConnectionError:
            # The end of it will be read.
            pipeline.out.clear()
            return
        if size == len(data):
            pipeline.out.clear()
            if pipeline.is_full:
                pipeline.is_full = False
                asyncio.get_running_loop().remove_writer(connection.fileno())
        else:
            pipeline.out[:] = [data[size:]]
            if not pipeline.is_full:
                pipeline.is_full = True
                loop = asyncio.get_running_loop()
                loop.add_writer(connection.fileno(), self._flush_one, pipeline)

    # --- Receiving

    def _readable(self, pipeline: Pipeline) -> None:
        connection = pipeline.connection
        if connection is None:
            return
        try:
            data: bytes | bytearray
            data, files = receive_part(connection)
        except BlockingIOError:
            return
        except ConnectionError:
            data, files = b"", []
        if not data:
            self._died(pipeline)
            return
        pipeline.files += files
        if pipeline.data:
            data = pipeline.data = bytearray(pipeline.data) + data
        at = 0
        while pipeline.sent and (found := unpack_reply(data, at, pipeline.files)) is not None:
            reply, at = found
            self._replied(pipeline, reply)
        pipeline.data = data[at:] if at < len(data) else b""

    def _replied(self, pipeline: Pipeline, reply: Reply) -> None:
        question = pipeline.sent.popleft()
        now = monotonic()
        # Not the time that has passed, in which the machine may have done something else.
        self._costs.learn(question.shape, reply.cpu)
        pipeline.since = now
        pipeline.cpu = None
        question.entry.pid = None
        if question.reply.done():
            _close(reply)
        elif question.entry.cancelled:
            _close(reply)
            question.reply.set_exception(_cancelled())
        elif reply.said[0] == "error":
            question.reply.set_exception(unpack_error(reply.said[1]))
        else:
            question.reply.set_result(Outcome(reply, pipeline.version, question.entry.id))
        if pipeline.sent:
            pipeline.pending -= question.expected or 0.0
            pipeline.sent[0].entry.pid = pipeline.pid
            return
        self._busy.remove(pipeline)
        if not pipeline.is_lowered:
            self._idle.append(pipeline)
        elif len(self._idle_lowered) < self._lanes.most_heavy:
            self._idle_lowered.append(pipeline)
        else:
            self._end(pipeline)
        self._leave(pipeline)

    def _leave(self, pipeline: Pipeline) -> None:
        ticket, pipeline.ticket = pipeline.ticket, None
        if ticket is not None:
            self._lanes.leave(ticket)

    # --- What takes longer

    def _tick(self) -> None:
        """Look after the workers that have been at one question for a while."""
        now = monotonic()
        for pipeline in self._busy.copy():
            if pipeline.sent and pipeline.connection is not None:
                self._look_after(pipeline, now)
        if self._busy:
            asyncio.get_running_loop().call_later(_TICK, self._tick)
        else:
            self._ticking = False

    def _look_after(self, pipeline: Pipeline, now: float) -> None:
        first = pipeline.sent[0]
        age = now - pipeline.since
        if age > _PATIENCE and pipeline.is_small and len(pipeline.sent) > 1:
            self._ask_each_alone(pipeline)
            return
        ticket = pipeline.ticket
        if now > first.deadline + GRACE_SECONDS:
            self._give_up(pipeline, too_slow(self._seconds))
        elif ticket is not None and self._is_heavy(pipeline, age):
            if not ticket.heavy:
                self._costs.learn(first.shape, age)
            self._watch(first)
            if not ticket.heavy and not self._lanes.promote(ticket):
                self._start_again(pipeline, first, ticket)
            elif not pipeline.is_lowered:
                pipeline.is_lowered = True
                lower(pipeline.pid)

    def _is_heavy(self, pipeline: Pipeline, age: float) -> bool:
        """Say whether a worker has worked for longer than light queries take.

        That is told by its seconds of CPU, which count from the first look at it.
        """
        if age > _LONGEST_LIGHT:
            return True
        if age <= LIGHT_SECONDS and pipeline.cpu is not None:
            return False
        used = cpu_seconds(pipeline.pid)
        if pipeline.cpu is None:
            pipeline.cpu = used
        if age <= LIGHT_SECONDS:
            return False
        # One of a kind that is known to be light is given longer: a worker that is new copies the
        # memory that the engine writes to while it reads.
        most = _LIGHT_CPU + 2 * (pipeline.sent[0].expected or 0.0)
        return used is None or pipeline.cpu is None or used - pipeline.cpu > most

    def _ask_each_alone(self, pipeline: Pipeline) -> None:
        """End a worker, and have each of its questions answered by one of its own."""
        questions = list(pipeline.sent)
        pipeline.sent.clear()
        self._busy.remove(pipeline)
        self._end(pipeline)
        self._leave(pipeline)
        for question in questions:
            question.entry.pid = None
            self._begin_alone(question)

    def _begin_alone(self, question: Question) -> None:
        question.expected = None
        if question.reply.done():
            return
        if question.entry.cancelled:
            _fail(question, _cancelled())
            return
        try:
            self._begin(question)
        except BusyError as error:
            _fail(question, error)

    def _start_again(self, pipeline: Pipeline, question: Question, ticket: Ticket) -> None:
        """Let a question give up its place, and begin again as a heavy one when it may."""
        pipeline.sent.clear()
        pipeline.ticket = None
        self._busy.remove(pipeline)
        self._end(pipeline)
        question.entry.pid = None
        question.ticket = ticket
        loop = question.reply.get_loop()
        try:
            self._lanes.apply_as_heavy(ticket, lambda: call_in(loop, self._turn, question))
        except BusyError as error:
            _fail(question, error)
            return
        self._wait(question)

    def _watch(self, question: Question) -> None:
        """Give a question up when its client hangs up, whether it waits or is worked on."""
        gone = question.gone
        if gone is None or question.watch is not None:
            return

        async def watch() -> None:
            await gone()
            error = CancelledError("the client has gone")
            if question.ticket is not None and self._lanes.withdraw(question.ticket):
                if question.timer is not None:
                    question.timer.cancel()
                _fail(question, error)
            for pipeline in self._busy:
                if pipeline.sent and pipeline.sent[0] is question:
                    self._give_up(pipeline, error)
                    break

        question.watch = question.reply.get_loop().create_task(watch())

    def _give_up(self, pipeline: Pipeline, error: SorafenibKGError) -> None:
        """End a worker for the one question that it is at."""
        _fail(pipeline.sent.popleft(), error)
        pipeline.sent.clear()
        self._busy.remove(pipeline)
        self._end(pipeline)
        self._leave(pipeline)

    # --- The end of workers

    def _died(self, pipeline: Pipeline) -> None:
        self._close(pipeline)
        questions = list(pipeline.sent)
        pipeline.sent.clear()
        for idle in (self._idle, self._idle_lowered):
            if pipeline in idle:
                idle.remove(pipeline)
        if pipeline not in self._busy:
            return
        self._busy.remove(pipeline)

        def buried(said: Any, files: list[int]) -> None:
            self._leave(pipeline)
            if len(questions) > 1 or not said[0]:
                # Which of them it was shows when each is asked alone; one that has ended well was
                # at none of them yet.
                for question in questions:
                    self._begin_alone(question)
            elif questions and questions[0].entry.cancelled:
                _fail(questions[0], _cancelled())
            elif questions:
                _fail(questions[0], reason_of_death(said[0], self._seconds))

        def lost(error: SorafenibKGError) -> None:
            self._leave(pipeline)
            for question in questions:
                _fail(question, error)

        loop = asyncio.get_running_loop()
        self._errands.run(loop, ("status", pipeline.pid), buried, lost)

    def _lost(self, pipeline: Pipeline, error: SorafenibKGError) -> None:
        """Tell that no worker could be had."""
        self._busy.remove(pipeline)
        self._leave(pipeline)
        for question in pipeline.sent:
            _fail(question, error)

    def _end(self, pipeline: Pipeline) -> None:
        """End a worker that may be busy: its parent knows whether its number still is its own."""
        self._close(pipeline)
        loop = asyncio.get_running_loop()
        self._errands.run(loop, ("end", pipeline.pid), lambda said, files: None, lambda error: None)

    def _drop(self, pipeline: Pipeline) -> None:
        """Let a worker end that has nothing to do."""
        self._close(pipeline)

    def _close(self, pipeline: Pipeline) -> None:
        connection, pipeline.connection = pipeline.connection, None
        if connection is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(connection.fileno())
            loop.remove_writer(connection.fileno())
            connection.close()


def _cancelled() -> CancelledError:
    return CancelledError("the query was cancelled")


def _fail(question: Question, error: SorafenibKGError) -> None:
    if not question.reply.done():
        question.reply.set_exception(error)


def _close(reply: Reply) -> None:
    if reply.file is not None:
        os.close(reply.file)
