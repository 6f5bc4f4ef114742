"""Query workers as an event loop asks them: no thread waits, and small questions go in batches.

A worker that is at work on questions of kinds that take next to no time is sent the next such ones
already, so that it need not be woken for each, and its replies come together. All else is
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

from sorafenib_kg.errors import BusyError, RequestError, SorafenibKGError
from sorafenib_kg.processes.control import (
    Control,
    cancelled,
    gone,
    reason_of_death,
    too_slow,
)
from sorafenib_kg.processes.costs import Costs
from sorafenib_kg.processes.errands import Errands, call_in
from sorafenib_kg.processes.lanes import Lanes, Ticket, no_worker, turned_away
from sorafenib_kg.processes.pipeline import TICK, Done, Pipeline, Question
from sorafenib_kg.processes.pool import GRACE_SECONDS, LIGHT_SECONDS, Outcome
from sorafenib_kg.processes.priority import lower, processors
from sorafenib_kg.processes.register import Register
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.processes.wire import (
    Ask,
    LostFileError,
    Reply,
    pack_ask,
    unpack_error,
)

# Seconds of work in front of a worker: up to so little another one is not begun with, and more
# than so much waits elsewhere.
_LITTLE_PENDING = 0.002
_MOST_PENDING = 0.008
_MOST_SENT = 16
# How long several small questions may take one worker together; on a busy machine they wait, too.
_PATIENCE = 0.2


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
        self._processors = processors()
        self._idle: list[Pipeline] = []
        self._idle_lowered: list[Pipeline] = []
        self._busy: list[Pipeline] = []
        self._unsent: list[Pipeline] = []
        self._ticking = False
        self._errands = Errands(control)
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask(self, ask: Ask, client: str, done: Done, chosen_id: str | None = None) -> Question:
        """Have a worker answer a question; ``done`` is given the outcome, or an error, once.

        The query goes by the id that the client has chosen, unless another one goes by it now.
        Raises BusyError.
        """
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        entry = self._register.open(client, ask.query, chosen_id)
        shape = self._costs.shape(ask.query)
        question = Question(
            ask, entry, monotonic() + self._seconds, done, shape, self._costs.expected(shape)
        )
        try:
            self._begin(question)
        except BusyError as error:
            self._register.close(entry)
            error.query_id = entry.id
            raise
        return question

    def hang_up(self, question: Question) -> None:
        """Give a question up, since its client has gone, whether it waits or is worked on.

        A light one that is worked on is finished: somebody may still read the answer.
        """
        question.has_gone = True
        if question.done is None:
            return
        if question.ticket is not None and self._lanes.withdraw(question.ticket):
            self._finish(question, gone())
            return
        for pipeline in self._busy:
            ticket = pipeline.ticket
            if ticket is not None and ticket.heavy and pipeline.sent[0] is question:
                self._give_up(pipeline, gone())
                return

    def _finish(self, question: Question, found: Outcome | SorafenibKGError) -> None:
        """Tell whoever waits what was found, if somebody still does."""
        self._alight(question)
        done, question.done = question.done, None
        if done is None:
            return
        if question.timer is not None:
            question.timer.cancel()
        self._register.close(question.entry)
        if isinstance(found, RequestError):
            found.query_id = question.entry.id
        done(found)

    @property
    def _running_loop(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None  # noqa: S101 - a question has been asked
        return self._loop

    # --- Finding a worker

    def _begin(self, question: Question, *, again: bool = False) -> None:
        if question.is_small and not self._lanes.waiting_light:
            companion = self._companion()
            if companion is not None:
                self._send(companion, question)
                return
        expected = question.expected
        ticket = self._lanes.apply(
            question.entry.client,
            partial(call_in, self._running_loop, self._turn, question),
            heavy=expected is not None and expected > LIGHT_SECONDS,
            subject=question if question.is_small else None,
            again=again,
        )
        question.ticket = ticket
        if ticket.placed:
            self._start(question)
        else:
            self._wait(question)

    def _companion(self) -> Pipeline | None:
        """Return the worker that a small question is sent to behind others.

        None if there is no room behind any, or if fewer workers are at small questions than there
        are processors: beyond that, workers would only take the caches from one another.
        """
        count = 0
        least = None
        for pipeline in self._busy:
            if not pipeline.is_small:
                continue
            count += 1
            if (least is None or pipeline.pending < least.pending) and self._has_room(pipeline):
                if pipeline.pending < _LITTLE_PENDING:
                    return pipeline
                least = pipeline
        return least if count >= self._processors else None

    def _has_room(self, pipeline: Pipeline) -> bool:
        return (
            pipeline.is_small
            and not pipeline.is_lowered
            and pipeline.pending < _MOST_PENDING
            and len(pipeline.sent) < _MOST_SENT
            # Of one that is still to come it is seen to when it has come.
            and (pipeline.connection is None or pipeline.generation == self._shared.generation)
        )

    def _wait(self, question: Question) -> None:
        seconds = max(0.0, question.deadline - monotonic())
        question.timer = self._running_loop.call_later(seconds, self._expire, question)
        if question.has_gone:
            self.hang_up(question)

    def _expire(self, question: Question) -> None:
        if question.ticket is not None and self._lanes.withdraw(question.ticket):
            self._finish(question, no_worker())

    def _turn(self, question: Question) -> None:
        """Go on with a question whose ticket was called."""
        ticket = question.ticket
        assert ticket is not None  # noqa: S101 - it was waited for
        if question.timer is not None:
            question.timer.cancel()
        if ticket.turned_away:
            self._finish(question, turned_away())
        elif question.entry.cancelled or question.has_gone:
            self._lanes.leave(ticket)
            self._finish(question, cancelled() if question.entry.cancelled else gone())
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
            pipeline.close()
        else:
            pipeline = Pipeline()
            self._connect(pipeline)
        pipeline.ticket = question.ticket
        self._busy.append(pipeline)
        self._send(pipeline, question)
        self._take_along(pipeline)

    def _take_along(self, pipeline: Pipeline) -> None:
        """Send a worker that begins its share of the small questions that wait, if it is at such.

        They are those whose turn is next. So neither has to be woken for each.
        """
        for _ in range(self._lanes.waiting_light // self._lanes.most_running):
            ticket = self._lanes.take_along() if self._has_room(pipeline) else None
            if ticket is None:
                return
            question: Question = ticket.subject
            if question.timer is not None:
                question.timer.cancel()
            self._send(pipeline, question)

    def _alight(self, question: Question) -> None:
        """Leave the place that a question has shared."""
        ticket = question.ticket
        if ticket is not None and ticket.rides:
            self._lanes.leave(ticket)

    def _connect(self, pipeline: Pipeline) -> None:
        connected = partial(self._connected, pipeline)
        lost = partial(self._lost, pipeline)
        self._errands.run(self._running_loop, ("worker",), connected, lost)

    def _connected(self, pipeline: Pipeline, said: Any, files: list[int]) -> None:
        pid, generation, version = said
        is_stale = generation < pipeline.generation
        if is_stale or pipeline not in self._busy:
            # The data have changed since it was made, or nobody waits for it any more.
            os.close(files[0])
            if is_stale and pipeline in self._busy:
                self._connect(pipeline)
            return
        pipeline.pid, pipeline.generation, pipeline.version = pid, generation, version
        pipeline.since = monotonic()
        if pipeline.sent:
            pipeline.sent[0].entry.pid = pipeline.pid
        pipeline.attach(socket.socket(fileno=files[0]), self._running_loop, self._readable)

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
        if pipeline.connection is None:
            # It has to have the data that are there now, at least.
            pipeline.generation = self._shared.generation
        elif not pipeline.out:
            if not self._unsent:
                # Those that come in this turn of the loop go out together.
                self._running_loop.call_soon(self._flush)
            self._unsent.append(pipeline)
        pipeline.out.append(pack_ask(question.ask, question.deadline))
        if not self._ticking:
            self._ticking = True
            self._running_loop.call_later(TICK, self._tick)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        for pipeline in unsent:
            pipeline.flush()

    # --- Receiving

    def _readable(self, pipeline: Pipeline) -> None:
        reader = pipeline.reader
        if pipeline.connection is None or reader is None:
            return
        try:
            replies = reader.read()
        except BlockingIOError:
            return
        except ConnectionError:
            replies = None
        except LostFileError:
            # It is told how it has ended, which has to be soon.
            self._end(pipeline)
            replies = None
        if replies is None:
            self._died(pipeline)
            return
        for reply in replies:
            if pipeline.sent:
                self._replied(pipeline, reply)
            else:
                reply.close()

    def _replied(self, pipeline: Pipeline, reply: Reply) -> None:
        question = pipeline.sent.popleft()
        now = monotonic()
        # Not the time that has passed, in which the machine may have done something else.
        self._costs.learn(question.shape, reply.cpu)
        pipeline.since = now
        pipeline.cpu = None
        question.entry.pid = None
        if pipeline.sent:
            pipeline.pending -= question.expected or 0.0
            pipeline.sent[0].entry.pid = pipeline.pid
        else:
            self._busy.remove(pipeline)
            if not pipeline.is_lowered:
                self._idle.append(pipeline)
            elif len(self._idle_lowered) < self._lanes.most_heavy:
                self._idle_lowered.append(pipeline)
            else:
                self._end(pipeline)
            self._leave(pipeline)
        if question.done is None:
            self._alight(question)
            reply.close()
        elif question.entry.cancelled:
            reply.close()
            self._finish(question, cancelled())
        elif reply.said[0] == "error":
            self._finish(question, unpack_error(reply.said[1]))
        else:
            self._finish(question, Outcome(reply, pipeline.version, question.entry.id))

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
            self._running_loop.call_later(TICK, self._tick)
        else:
            self._ticking = False

    def _look_after(self, pipeline: Pipeline, now: float) -> None:
        first = pipeline.sent[0]
        if first.entry.cancelled:
            # At that time it was behind another one.
            self._give_up(pipeline, cancelled())
            return
        age = now - pipeline.since
        if age > _PATIENCE and pipeline.is_small and len(pipeline.sent) > 1:
            self._ask_each_alone(pipeline)
            return
        ticket = pipeline.ticket
        if now > first.deadline + GRACE_SECONDS:
            self._give_up(pipeline, too_slow(self._seconds))
        elif ticket is not None and pipeline.is_heavy(age):
            if not ticket.heavy:
                self._costs.learn(first.shape, age)
            if first.has_gone:
                self._give_up(pipeline, gone())
            elif not ticket.heavy and not self._lanes.promote(ticket):
                self._start_again(pipeline, first, ticket)
            elif not pipeline.is_lowered:
                pipeline.is_lowered = True
                lower(pipeline.pid)

    def _ask_each_alone(self, pipeline: Pipeline) -> None:
        """End a worker, and have each of its questions answered by one of its own."""
        questions = list(pipeline.sent)
        pipeline.sent.clear()
        self._busy.remove(pipeline)
        self._end(pipeline)
        self._leave(pipeline)
        for question in questions:
            self._begin_alone(question)

    def _begin_alone(self, question: Question) -> None:
        question.expected = None
        self._alight(question)
        question.entry.pid = None
        if question.done is None:
            return
        if question.entry.cancelled:
            self._finish(question, cancelled())
            return
        self._begin(question, again=True)

    def _start_again(self, pipeline: Pipeline, question: Question, ticket: Ticket) -> None:
        """Let a question give up its place, and begin again as a heavy one when it may."""
        self._alight(question)
        question.expected = None
        pipeline.sent.clear()
        pipeline.ticket = None
        self._busy.remove(pipeline)
        self._end(pipeline)
        question.entry.pid = None
        question.ticket = ticket
        turn = partial(call_in, self._running_loop, self._turn, question)
        try:
            self._lanes.apply_as_heavy(ticket, turn)
        except BusyError as error:
            self._finish(question, error)
            return
        self._wait(question)

    def _give_up(self, pipeline: Pipeline, error: SorafenibKGError) -> None:
        """End a worker for the one question that it is at."""
        question, *others = pipeline.sent
        pipeline.sent.clear()
        self._busy.remove(pipeline)
        self._end(pipeline)
        self._leave(pipeline)
        self._finish(question, error)
        for other in others:
            self._begin_alone(other)

    # --- The end of workers

    def _died(self, pipeline: Pipeline) -> None:
        pipeline.close()
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
                self._finish(questions[0], cancelled())
            elif questions:
                self._finish(questions[0], reason_of_death(said[0], self._seconds))

        def lost(error: SorafenibKGError) -> None:
            self._leave(pipeline)
            for question in questions:
                self._finish(question, error)

        self._errands.run(self._running_loop, ("status", pipeline.pid), buried, lost)

    def _lost(self, pipeline: Pipeline, error: SorafenibKGError) -> None:
        """Tell that no worker could be had."""
        if pipeline not in self._busy:
            return
        self._busy.remove(pipeline)
        self._leave(pipeline)
        for question in list(pipeline.sent):
            self._finish(question, error)

    def _end(self, pipeline: Pipeline) -> None:
        """End a worker that may be busy: its parent knows whether its number still is its own."""
        pipeline.close()
        if pipeline.pid:
            ended = ("end", pipeline.pid)
            self._errands.run(self._running_loop, ended, lambda *said: None, lambda error: None)
