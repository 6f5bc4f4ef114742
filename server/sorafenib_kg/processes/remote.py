"""The store as the web process sees it: evaluated by workers, within limits."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar

from sorafenib_kg.processes.pool import Outcome, Pool
from sorafenib_kg.processes.wire import Ask, Reply, unpack_term
from sorafenib_kg.store import Answer, Dump, File, Formats, Table
from sorafenib_kg.store.interface import DEFAULT_FORMATS

# Set by whoever receives a request: for whom it is, by which id that client wants to call its
# query, and whether it has hung up.
client: ContextVar[str] = ContextVar("client", default="")
chosen_id: ContextVar[str | None] = ContextVar("chosen_id", default=None)
is_gone: ContextVar[Callable[[], bool] | None] = ContextVar("is_gone", default=None)


class WorkerStore:
    """Evaluates each query in a process that can be ended."""

    def __init__(
        self, pool: Pool, current_version: Callable[[], str], *, workers_know: bool = True
    ) -> None:
        """Ask the workers of a pool; the version is that of the next answer.

        Unless the workers know of which version their answers are, it is that of the question.
        """
        self._pool = pool
        self._current_version = current_version
        self._workers_know = workers_know

    @property
    def version(self) -> str:
        """Return the version of the data."""
        return self._current_version()

    def answer(
        self,
        query: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Formats = DEFAULT_FORMATS,
        base: str | None = None,
        coding: str | None = None,
    ) -> Answer:
        """Return the answer in bytes, or in a file if it is large."""
        asked_of = self.version
        outcome = self._ask(question(query, default_graphs, named_graphs, formats, base, coding))
        return answer_of(outcome, None if self._workers_know else asked_of)

    def table(
        self,
        query: str,
        *,
        limit: int | None = None,
        offset: int = 0,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> Table:
        """Return at most so many rows of the answer, from the offset on."""
        outcome = self._ask(
            Ask(
                "table",
                query,
                tuple(default_graphs),
                tuple(named_graphs),
                base=base,
                limit=limit,
                offset=offset,
            )
        )
        _, kind, variables, rows, total, boolean = outcome.reply.said
        terms = tuple(tuple(map(unpack_term, row)) for row in rows)
        return Table(kind, variables, terms, total, boolean)

    def dump(self) -> Dump:
        """Return all quads, those of the default graph included."""
        outcome = self._ask(Ask("dump"))
        return Dump(outcome.version, _body(outcome.reply))

    def _ask(self, ask: Ask) -> Outcome:
        return self._pool.ask(ask, client.get(), is_gone.get(), chosen_id.get())


def question(
    query: str,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
    formats: Formats,
    base: str | None,
    coding: str | None,
) -> Ask:
    """Return what a worker is asked for the answer to a query."""
    return Ask(
        "answer",
        query,
        tuple(default_graphs),
        tuple(named_graphs),
        (formats.solutions, formats.boolean, formats.graph),
        base,
        coding,
    )


def answer_of(outcome: Outcome, version: str | None = None) -> Answer:
    """Return the answer that a worker has replied, from a version if the worker knows of none."""
    reply, version_of_worker, query_id = outcome
    _, kind, media_type, rows, used, diagnosis = reply.said
    return Answer(
        kind,
        media_type,
        reply.body if reply.file is None else _body(reply),
        rows,
        version_of_worker if version is None else version,
        used,
        query_id,
        diagnosis,
        reply.cpu,
    )


def _body(reply: Reply) -> bytes | File:
    if reply.file is None:
        return reply.body
    return File(open(reply.file, "rb"), reply.size)  # noqa: PTH123 - a descriptor
