"""Changes of the data, one at a time: found out in a child, reasoned on, written down, applied.

Each step waits for another process, so that the data process goes on forking workers meanwhile.
Nothing is changed before the last step, and that step cannot fail half way.
"""

import marshal
import os
import signal
import tempfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from sorafenib_kg.errors import (
    BusyError,
    MemoryLimitError,
    OverwrittenError,
    QueryRefusedError,
    SorafenibKGError,
    TimeLimitError,
)
from sorafenib_kg.processes.control import cancelled
from sorafenib_kg.processes.wire import pack_error
from sorafenib_kg.store.claimed import with_plain_triples
from sorafenib_kg.store.difference import Difference, from_bytes, to_bytes
from sorafenib_kg.store.memory import MemoryStore
from sorafenib_kg.store.merges import merged, on_merge
from sorafenib_kg.store.updates import (
    GraphWrite,
    Operation,
    Undo,
    Update,
    difference_of_update,
    difference_of_write,
    difference_to_undo,
)

_MOST_WAITING = 32


@dataclass(frozen=True, slots=True)
class Author:
    """Who asked for a change, as the journal has it."""

    client: str
    request_id: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is asked for; `reply` is called once, with what came of it."""

    id: str
    operation: Operation
    author: Author
    reply: Callable[[tuple[Any, ...]], None]


class Maintenance(Protocol):
    """What keeps the inferred graph in step."""

    def __call__(
        self,
        difference: Difference,
        then: Callable[[Difference | SorafenibKGError], None],
        *,
        force: bool,
    ) -> None:
        """Find out what the difference of the asserted graphs changes in the inferred one.

        ``then`` is called with that difference, or with the error for which the change is to be
        refused, at once or later.
        """


def maintain_nothing(
    difference: Difference,
    then: Callable[[Difference | SorafenibKGError], None],
    *,
    force: bool,
) -> None:
    """Infer nothing."""
    then(Difference())


class Writes:
    """The changes that wait, and the one that is being made."""

    def __init__(
        self,
        store: MemoryStore,
        fork: Callable[[Callable[[], None]], int],
        commit: Callable[[Difference, Difference, Author], str],
        maintain: Maintenance,
        difference_of: Callable[[int], Difference],
        seconds: float,
        *,
        is_merge: bool,
    ) -> None:
        """Change the store.

        ``fork`` runs a function in a child and returns its pid; ``commit`` is given a difference
        of what is asserted and the whole one, writes the one down and applies the other, or raises
        an error and does neither; ``difference_of`` gives a change that was made.
        """
        self._store = store
        self._fork = fork
        self._commit = commit
        self._maintain = maintain
        self._difference_of = difference_of
        self._seconds = seconds
        self._is_merge = is_merge
        self._waiting: deque[Change] = deque()
        self._change: Change | None = None
        self._child = 0
        self._output: BinaryIO | None = None
        self._is_withdrawn = False

    @property
    def child(self) -> int:
        """Return the process that evaluates a change, 0 if there is none."""
        return self._child

    def ask(self, change: Change) -> None:
        """Make a change when it is its turn."""
        if len(self._waiting) >= _MOST_WAITING:
            change.reply(_refusal(BusyError("too many changes are waiting already")))
            return
        self._waiting.append(change)
        self._next()

    def withdraw(self, change_id: str) -> None:
        """Give a change up, unless what it changes has been found out already."""
        for change in self._waiting:
            if change.id == change_id:
                self._waiting.remove(change)
                change.reply(_refusal(cancelled("update")))
                return
        if self._child and self._change is not None and self._change.id == change_id:
            self._is_withdrawn = True
            os.kill(self._child, signal.SIGKILL)

    def child_ended(self, status: int) -> None:
        """Go on with what the child has found out."""
        output, change = self._output, self._change
        self._child, self._output = 0, None
        assert output is not None  # noqa: S101 - set with the child
        assert change is not None  # noqa: S101 - set with the child
        with output:
            output.seek(0)
            found = output.read()
        if status:
            self._refuse(self._reason(status))
            return
        said, patch = marshal.loads(found)  # noqa: S302 - our own child
        if said[0] == "error":
            self._finish(said)
            return
        wanted = from_bytes(patch)
        if not wanted:
            self._finish(("done", self._store.version, *said[1:]))
            return

        def infer(inferred: Difference | SorafenibKGError) -> None:
            if isinstance(inferred, SorafenibKGError):
                self._refuse(inferred)
                return
            whole = merged(self._store.engine, wanted, inferred) if self._is_merge else wanted
            try:
                version = self._commit(wanted, whole, change.author)
            except SorafenibKGError as error:
                self._refuse(error)
            else:
                self._finish(("done", version, *said[1:]))

        self._maintain(wanted, infer, force=change.author.force)

    def _next(self) -> None:
        if self._change is not None or not self._waiting:
            return
        self._change = change = self._waiting.popleft()
        self._is_withdrawn = False
        self._output = output = tempfile.TemporaryFile()  # noqa: SIM115 - closed at its end
        self._child = self._fork(lambda: self._evaluate(change, output))

    def _evaluate(self, change: Change, output: BinaryIO) -> None:
        """Find out in a child what a change would change, and write that to the output."""
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        engine = self._store.engine
        said: tuple[Any, ...] = ("ok",)
        patch = b""
        try:
            match change.operation:
                case Undo(number):
                    difference = difference_to_undo(engine, self._difference_of(number))
                case Update():
                    difference = difference_of_update(
                        engine, change.operation, allowed=self._store.allowed
                    )
                    if self._is_merge:
                        # The engine has made the change; whether a graph holds what is to be
                        # removed is asked of the state before it.
                        difference.inverse.apply(engine)
                        difference = on_merge(engine, difference)
                case GraphWrite():
                    difference, existed = difference_of_write(engine, change.operation)
                    if self._is_merge:
                        difference = on_merge(engine, difference)
                    said = ("ok", existed)
            if self._is_merge:
                is_update = isinstance(change.operation, Update)
                difference = with_plain_triples(engine, difference, strict=is_update)
            if isinstance(change.operation, Undo) and not difference:
                raise OverwrittenError(
                    f"nothing of change {change.operation.number} is left that could be undone: "
                    "later changes have changed all of it"
                )
            patch = to_bytes(difference)
        except SorafenibKGError as error:
            said = _refusal(error)
        output.write(marshal.dumps((said, patch)))
        output.flush()

    def _reason(self, status: int) -> SorafenibKGError:
        if self._is_withdrawn:
            return cancelled("update")
        if os.WIFSIGNALED(status):
            match os.WTERMSIG(status):
                case signal.SIGALRM:
                    return TimeLimitError(f"the update took longer than {self._seconds:g} s")
                case signal.SIGSEGV | signal.SIGBUS:
                    return QueryRefusedError("the update is nested too deeply")
        return MemoryLimitError("the update needed more memory than updates may take here")

    def _refuse(self, error: SorafenibKGError) -> None:
        self._finish(_refusal(error))

    def _finish(self, said: tuple[Any, ...]) -> None:
        change, self._change = self._change, None
        if change is not None:
            change.reply(said)
        self._next()


def _refusal(error: SorafenibKGError) -> tuple[Any, ...]:
    return ("error", pack_error(error))
