"""The application as the listener calls it: queries in the event loop, the rest in threads.

Nothing that waits holds a thread here: neither a query that waits for a worker, nor a client that
reads slowly.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http import HTTPStatus
from typing import Any

from sorafenib_kg.errors import BusyError, RequestError, SorafenibKGError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.bridge import Call, Stream
from sorafenib_kg.gateway.clients import client_of
from sorafenib_kg.gateway.endpoint import Endpoint, Question
from sorafenib_kg.gateway.front import Front, problem_of_fault
from sorafenib_kg.gateway.ledger import clock
from sorafenib_kg.gateway.requests import LARGEST_REQUEST, Reply, Request
from sorafenib_kg.gateway.wsgi import id_of_query
from sorafenib_kg.listener import BODILESS, Exchange, Hung, lines_of
from sorafenib_kg.processes.pipelines import Pipelines
from sorafenib_kg.processes.pool import Outcome
from sorafenib_kg.processes.remote import answer_of, question
from sorafenib_kg.store import File

_STATUSES = {status: str(status.value) for status in HTTPStatus}
_PATH = "/sparql"


class AsyncGateway:
    """An application for the listener around one for WSGI."""

    def __init__(
        self,
        endpoint: Endpoint,
        pipelines: Pipelines,
        front: Front,
        threads: int,
        *,
        workers_know: bool = True,
    ) -> None:
        """Answer queries by the pipelines, and all else by the application in so many threads.

        Unless the workers know of which version their answers are, it is that of the question.
        """
        self._endpoint = endpoint
        self._pipelines = pipelines
        self._front = front
        self._workers_know = workers_know
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="requests")
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, exchange: Exchange) -> None:
        """Answer a request."""
        accept = exchange.headers.get("accept") or ""
        if exchange.path != _PATH or "html" in accept:
            self._spawn(self._call_behind(exchange))
        elif exchange.method == "GET" and b"query=" in exchange.query_string:
            self._answer(exchange, accept, b"")
        elif exchange.method == "POST":
            if exchange.is_complete:
                self._answer(exchange, accept, exchange.content())
            else:
                self._spawn(self._read(exchange, accept))
        else:
            self._spawn(self._call_behind(exchange))

    def refused(self, status: int, reason: str, remote: str) -> tuple[int, str, bytes]:
        """Return what to send to somebody who has sent what is no proper request."""
        began = clock()
        front = self._front
        request_id = front.name(None)
        reply = front.told(problems.Problem(HTTPStatus(status), reason), None)
        assert isinstance(reply.body, bytes)  # noqa: S101 - problems are short
        front.enter(began, request_id, client_of(remote), "-", "-", str(status), reply.size, None)
        return status, _lines(front, reply, request_id), reply.body

    # --- Queries

    async def _read(self, exchange: Exchange, accept: str) -> None:
        """Answer when the body is there as far as any may be; `Request.body` tells if not all."""
        said = exchange.headers.get("content-length")
        parts = bytearray()
        if said is None or not said.isdecimal() or int(said) <= LARGEST_REQUEST:
            try:
                while piece := await exchange.read():
                    parts += piece
                    if len(parts) > LARGEST_REQUEST:
                        break
            except Hung:
                return
        self._answer(exchange, accept, bytes(parts))

    def _answer(self, exchange: Exchange, accept: str, body: bytes) -> None:
        front = self._front
        headers = exchange.headers
        began = clock()
        request_id = front.name(headers.get("x-request-id"))
        remote = exchange.remote
        address = front.address(remote, headers.get("x-forwarded-for"))
        client = client_of(address)
        waiting = _Waiting(self, exchange, began, request_id, client, accept)
        try:
            front.admit(address, client, began)
            host = exchange.authority
            name = None
            if exchange.method == "GET":
                name = (exchange.query_string, accept, headers.get("accept-encoding"), host)
                entry = self._endpoint.known(name)
                if (
                    entry is not None
                    and "if-none-match" not in headers
                    and "if-modified-since" not in headers
                ):
                    lines = f"{entry.lines}X-Request-Id: {request_id}\r\n"
                    size = exchange.respond(200, lines, entry.body)
                    front.enter(began, request_id, client, "GET", _PATH, "200", size, entry.asked)
                    return
            request = waiting.request = Request(
                exchange.method,
                _PATH,
                exchange.query_string,
                f"http://{host}{_PATH}",
                headers,
                lambda size: body[:size],
                client,
                remote,
                request_id,
            )
            found = self._endpoint.begin(request, name)
            if isinstance(found, Reply):
                waiting.send(found)
                return
            waiting.question = found
            asked = self._pipelines.ask(
                question(
                    found.query,
                    found.default_graphs,
                    found.named_graphs,
                    found.formats,
                    found.base,
                    found.coding,
                ),
                client,
                waiting.found,
                id_of_query(headers.get("x-query-id")),
            )
            exchange.when_hung_up(partial(self._pipelines.hang_up, asked))
        except SorafenibKGError as error:
            waiting.refuse(error)
        except Exception:
            waiting.send(front.told(problem_of_fault(request_id), accept))

    # --- All else

    def _spawn(self, body: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(body)
        # The loop itself would forget it.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call_behind(self, exchange: Exchange) -> None:
        """Answer by the application for WSGI, in a thread."""
        loop = asyncio.get_running_loop()
        call = Call(self._front, exchange, loop)
        try:
            answered = await loop.run_in_executor(self._threads, call.run)
            if not isinstance(answered, Stream):
                status, pairs, body = answered
                exchange.respond(status, lines_of(_sized(status, pairs, body)), body)
                return
        except Exception:
            # The application has handed over an answer that cannot be sent: without this one, the
            # client would wait for ever.
            self._send_fault(exchange)
            return
        is_whole = False
        piece: bytes | None = answered.start
        try:
            exchange.start(
                answered.status, lines_of(answered.headers), is_sized=_has_size(answered.headers)
            )
            while piece is not None:
                await exchange.send(piece)
                piece = await loop.run_in_executor(self._threads, answered.next)
            is_whole = True
        except Hung:
            return
        finally:
            exchange.finish(is_whole=is_whole)
            await loop.run_in_executor(self._threads, answered.close)

    def _send_fault(self, exchange: Exchange) -> None:
        """Answer that the server made a mistake, and tell its keeper of the exception at hand."""
        request_id = self._front.name(exchange.headers.get("x-request-id"))
        accept = exchange.headers.get("accept")
        reply = self._front.told(problem_of_fault(request_id), accept)
        assert isinstance(reply.body, bytes)  # noqa: S101 - problems are short
        lines = _lines(self._front, reply, request_id)
        exchange.respond(reply.status, lines, reply.body)


class _Waiting:
    """A request about a query, and how its reply is sent."""

    __slots__ = (
        "_accept",
        "_began",
        "_client",
        "_exchange",
        "_gateway",
        "_request_id",
        "question",
        "request",
    )

    def __init__(
        self,
        gateway: AsyncGateway,
        exchange: Exchange,
        began: float,
        request_id: str,
        client: str,
        accept: str,
    ) -> None:
        self._gateway = gateway
        self._exchange = exchange
        self._began = began
        self._request_id = request_id
        self._client = client
        self._accept = accept
        self.request: Request | None = None
        self.question: Question | None = None

    def found(self, outcome: Outcome | SorafenibKGError) -> None:
        """Send what a worker has replied, or why none has."""
        gateway = self._gateway
        if isinstance(outcome, SorafenibKGError):
            self.refuse(outcome)
            return
        asked, request = self.question, self.request
        assert asked is not None and request is not None  # noqa: S101 - it was asked
        try:
            answer = answer_of(outcome, None if gateway._workers_know else asked.version)
            self.send(gateway._endpoint.finish(asked, answer, request))
        except SorafenibKGError as error:
            self.refuse(error)
        except Exception:
            self._fail()

    def refuse(self, error: SorafenibKGError) -> None:
        """Send what an error comes to."""
        if isinstance(error, RequestError) and self.question is not None:
            error.query = self.question.query
        try:
            if self.request is None:
                # It came to nothing that is about a query.
                reply = self._gateway._front.told(problems.of_error(error), self._accept)
            else:
                reply = self._gateway._endpoint.refuse(error, self.request)
        except Exception:
            self._fail()
        else:
            self.send(reply)

    def send(self, reply: Reply) -> None:
        """Send a reply."""
        body = reply.body
        if isinstance(body, File):
            self._gateway._spawn(self._stream(reply, body))
            return
        lines = _lines(self._gateway._front, reply, self._request_id)
        self._enter(reply, self._exchange.respond(reply.status, lines, body))

    async def _stream(self, reply: Reply, body: File) -> None:
        """Send a body that is in a file, as the client reads it."""
        try:
            pieces = self._gateway._endpoint.streams.open(body, self._client)
        except BusyError as error:
            self.send(self._gateway._front.told(problems.of_error(error), self._accept))
            return
        exchange = self._exchange
        lines = _lines(self._gateway._front, reply, self._request_id)
        size = 0
        with closing(pieces):
            try:
                exchange.start(reply.status, lines, is_sized=True)
                for piece in pieces:
                    await exchange.send(piece)
                    size += len(piece)
            except Hung:
                pass
            finally:
                exchange.finish(is_whole=size == body.size)
        self._enter(reply, size)

    def _fail(self) -> None:
        """Tell of the exception at hand: all in the log, to the client that there is one."""
        front = self._gateway._front
        self.send(front.told(problem_of_fault(self._request_id), self._accept))

    def _enter(self, reply: Reply, size: int) -> None:
        self._gateway._front.enter(
            self._began,
            self._request_id,
            self._client,
            self._exchange.method,
            _PATH,
            _STATUSES[reply.status],
            size,
            reply.asked,
        )


def _lines(front: Front, reply: Reply, request_id: str) -> str:
    if reply.lines is None:
        return lines_of(front.marked(reply.pairs, request_id))
    # Those of an answer, which say of which version it is.
    return f"{reply.lines}X-Request-Id: {request_id}\r\n"


def _has_size(pairs: list[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-length" for name, _ in pairs)


def _sized(status: int, pairs: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    """Return headers that say how long the body is, if there may be one."""
    if status in BODILESS or _has_size(pairs):
        return pairs
    return [*pairs, ("Content-Length", str(len(body)))]
