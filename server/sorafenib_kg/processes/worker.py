"""A query worker: a process with a snapshot of the data, which answers one question at a time.

It ends itself at its limits: SIGALRM keeps its default action, and an allocation beyond the limit
of memory ends in SIGABRT. Whoever waits for the answer sees the end of the connection.
"""

import os
import resource
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from time import monotonic, thread_time

from sorafenib_kg.errors import NotReadyError, ResultTooLargeError, SorafenibKGError
from sorafenib_kg.processes.spool import Spool
from sorafenib_kg.processes.wire import Ask, Replies, Reply, pack_error, pack_term, receive_asks
from sorafenib_kg.store import Formats
from sorafenib_kg.store.coding import CodedOutput
from sorafenib_kg.store.interface import Backend
from sorafenib_kg.store.output import LARGEST_RESULT

# The engine parses and plans by recursion.
_STACK = 256 * 2**20
# What the allocator reserves for a thread, beside what it uses.
_RESERVED = 128 * 2**20
# A timer of no time at all would be none.
_LEAST_SECONDS = 1e-4
# Of two deadlines that are so near one another, the earlier one does for both.
_NEAR = 0.01  # seconds
_MOMENT = 0.001
# Whatever waits for longer than it works waits for another server, not for a processor.
_LONG_WAIT = 0.02
# Of CPU: what takes less keeps next to nothing.
_LARGE_SECONDS = 0.05
MEMORY_EXIT = 71
NOT_READY_EXIT = 72
FAULT_EXIT = 70


def run_in_thread(body: Callable[[], None], memory: int | None) -> None:
    """Run the body of a worker under its limits, then end the process.

    Without ``memory`` the body limits that itself, once it holds what does not count.

    A fresh thread has a stack of its own size, and a random generator of its own: the engine's
    belongs to a thread and is copied by fork, so that all workers would make the same UUIDs and
    blank nodes in their first threads.
    """
    if memory is not None:
        limit_memory(_STACK + memory)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * LARGEST_RESULT, 2 * LARGEST_RESULT))
    # Beyond the size of a file a write then fails, and is told in words.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def run() -> None:
        try:
            body()
        except MemoryError:
            os._exit(MEMORY_EXIT)
        except NotReadyError as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(NOT_READY_EXIT)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(FAULT_EXIT)

    threading.stack_size(_STACK)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join()
    os._exit(0)


def limit_memory(memory: int) -> None:
    """Let this process have so many bytes of memory more than it has now."""
    used = _address_space()
    if used is not None:
        largest = used + _RESERVED + memory
        resource.setrlimit(resource.RLIMIT_AS, (largest, largest))


def _address_space() -> int | None:
    """Return how many bytes of addresses this process has; None where the system has no limit."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - on the way of every fork
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def serve(connection: socket.socket, store: Backend, most_kept: int | None = None) -> None:
    """Answer questions until the other side closes.

    A worker that keeps more than so many bytes behind a large query ends, so that the next one has
    all of the memory that a query may take.
    """
    begun_with = _address_space()
    replies = Replies(connection)
    spool = Spool()
    ends_at = 0.0  # when this process ends itself, on the monotonic clock; 0 for never
    stopwatch = Stopwatch()
    for deadline, ask, more in receive_asks(connection):
        if deadline < ends_at or deadline > ends_at + _NEAR:
            ends_at = deadline
            signal.setitimer(signal.ITIMER_REAL, max(_LEAST_SECONDS, deadline - monotonic()))
        began = monotonic()
        said = _work(ask, store, spool)
        seconds = stopwatch.seconds(monotonic() - began)
        is_due = replies.add(Reply(said, spool.body, spool.file(), spool.size, seconds))
        if is_due or not more:
            # To wait until somebody reads is not to work.
            signal.setitimer(signal.ITIMER_REAL, 0)
            ends_at = 0.0
            try:
                replies.flush()
            except BrokenPipeError:
                # Whoever asked has given the question up meanwhile.
                return
            stopwatch.forget()
        spool.clear()
        if seconds > _LARGE_SECONDS and most_kept is not None and begun_with is not None:
            used = _address_space()
            if used is not None and used > begun_with + most_kept:
                return


class Stopwatch:
    """Tells how many seconds of CPU questions took, with a look at that clock for few of them.

    It costs as much as a hundredth of a small question.
    """

    def __init__(self) -> None:
        """Begin."""
        self.forget()

    def forget(self) -> None:
        """Begin anew: what has been done until now was for no question."""
        self._before = thread_time()
        self._guessed = 0.0  # seconds since then that were taken for work without a look

    def seconds(self, passed: float) -> float:
        """Return how long a question took, for which so many seconds have passed."""
        if passed < _MOMENT:
            # There is no time in it to wait for a processor, or for anybody else.
            self._guessed += passed
            return passed
        now = thread_time()
        worked = max(0.0, now - self._before - self._guessed)
        self._before, self._guessed = now, 0.0
        return worked if passed < worked + _LONG_WAIT else passed


def _work(ask: Ask, store: Backend, spool: Spool) -> tuple[object, ...]:
    try:
        match ask.what:
            case "answer":
                return _answer(ask, store, spool)
            case "table":
                return _table(ask, store)
            case _:
                store.dump_to(spool)
                return ("dump",)
    except SorafenibKGError as error:
        refused = error
    except OSError:
        refused = ResultTooLargeError("there is no room to write the answer down")
    # What was written so far is nothing now.
    spool.clear()
    return ("error", pack_error(refused))


def _answer(ask: Ask, store: Backend, spool: Spool) -> tuple[object, ...]:
    coded = None if ask.coding is None else CodedOutput(spool, ask.coding)
    written = store.write(
        ask.query,
        coded or spool,
        default_graphs=ask.default_graphs,
        named_graphs=ask.named_graphs,
        formats=Formats(*ask.formats),
        base=ask.base,
    )
    coding = None if coded is None else coded.finish()
    return ("answer", written.kind, written.media_type, written.rows, coding, written.diagnosis)


def _table(ask: Ask, store: Backend) -> tuple[object, ...]:
    table = store.table(
        ask.query,
        limit=ask.limit,
        offset=ask.offset,
        default_graphs=ask.default_graphs,
        named_graphs=ask.named_graphs,
        base=ask.base,
    )
    rows = tuple(tuple(pack_term(term) for term in row) for row in table.rows)
    return ("table", table.kind, table.variables, rows, table.total, table.boolean)
