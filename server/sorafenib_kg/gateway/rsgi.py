"""The application as granian calls it from an event loop (RSGI): queries here, the rest in threads.

Nothing that waits holds a thread here: neither a query that waits for a worker, nor a client that
reads slowly.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from typing import Protocol

from sorafenib_kg.errors import BusyError, RequestError, SorafenibKGError, TooManyRequestsError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.bridge import Call, Stream
from sorafenib_kg.gateway.clients import client_of
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.front import Front, problem_of_fault
from sorafenib_kg.gateway.ledger import clock
from sorafenib_kg.gateway.requests import LARGEST_REQUEST, Reply, Request
from sorafenib_kg.gateway.wsgi import id_of_query
from sorafenib_kg.processes.pipelines import Pipelines
from sorafenib_kg.processes.remote import answer_of, question

Pairs = list[tuple[str, str]]
_STATUSES = {status: str(status.value) for status in HTTPStatus}


class Headers(Protocol):
    """The headers of a request in RSGI."""

    def items(self) -> Pairs:
        """Return all of them, names in lower case."""


class Scope(Protocol):
    """What RSGI says of a request."""

    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    http_version: str
    server: str
    authority: str | None
    headers: Headers


class Transport(Protocol):
    """Where a body is sent piece by piece."""

    def send_bytes(self, data: bytes) -> Awaitable[None]:
        """Send a piece, when there is room for it."""


class Exchange(Protocol):
    """What RSGI lets one do with a request."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body of the request in pieces."""

    def client_disconnect(self) -> Awaitable[None]:
        """Wait until the client has hung up."""

    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None:
        """Answer."""

    def response_stream(self, status: int, headers: Pairs) -> Transport:
        """Begin an answer."""


class AsyncGateway:
    """An application for RSGI around one for WSGI."""

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

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer a request."""
        headers = headers_of(scope)
        method = scope.method
        accept = headers.get("accept") or ""
        if scope.path != "/sparql" or "html" in accept:
            await self._call_behind(scope, headers, exchange)
        elif method == "POST" or (method == "GET" and "query=" in scope.query_string):
            await self._answer(scope, exchange, headers, method, accept)
        else:
            await self._call_behind(scope, headers, exchange)

    async def _answer(
        self, scope: Scope, exchange: Exchange, headers: dict[str, str], method: str, accept: str
    ) -> None:
        began = clock()
        front = self._front
        request_id = front.name(headers.get("x-request-id"))
        remote = scope.client.rpartition(":")[0]
        address = front.address(remote, headers.get("x-forwarded-for"))
        client = client_of(address)
        try:
            front.admit(address, client, began)
            query_string = scope.query_string
            host = headers.get("host") or scope.authority or scope.server
            coding = headers.get("accept-encoding")
            name = None
            body = b""
            if method == "POST":
                body = await _content(exchange, headers)
            else:
                name = (query_string, accept, coding, host)
                entry = self._endpoint.known(name)
                if (
                    entry is not None
                    and headers.get("if-none-match") is None
                    and headers.get("if-modified-since") is None
                ):
                    pairs = [*entry.headers, ("X-Request-Id", request_id)]
                    exchange.response_bytes(200, pairs, entry.body)
                    size = len(entry.body)
                    front.enter(
                        began, request_id, client, method, "/sparql", "200", size, entry.asked
                    )
                    return
            request = Request(
                method,
                "/sparql",
                query_string.encode("latin-1", "replace"),
                f"{scope.scheme}://{host}/sparql",
                headers,
                lambda size: body[:size],
                client,
                remote,
                request_id,
            )
            reply = await self._reply(request, name, exchange)
        except TooManyRequestsError as error:
            reply = front.told(problems.of_error(error), accept)
        except Exception:
            reply = front.told(problem_of_fault(request_id), accept)
        size = await self._send(reply, exchange, request_id, client)
        status = _STATUSES[reply.status]
        front.enter(began, request_id, client, method, "/sparql", status, size, reply.asked)

    async def _reply(self, request: Request, name: object, exchange: Exchange) -> Reply:
        """Return the reply to a request, errors included."""
        endpoint = self._endpoint
        try:
            found = endpoint.begin(request, name)
            if isinstance(found, Reply):
                return found
            ask = question(
                found.query,
                found.default_graphs,
                found.named_graphs,
                found.formats,
                found.base,
                found.coding,
            )
            try:
                outcome = await self._pipelines.ask(
                    ask,
                    request.client,
                    exchange.client_disconnect,
                    id_of_query(request.header("x-query-id")),
                )
            except RequestError as error:
                error.query = found.query
                raise
            answer = answer_of(outcome, None if self._workers_know else found.version)
            return endpoint.finish(found, answer, request)
        except SorafenibKGError as error:
            return endpoint.refuse(error, request)

    async def _send(self, reply: Reply, exchange: Exchange, request_id: str, client: str) -> int:
        """Send a reply; return how many bytes of its body were sent."""
        body = reply.body
        if isinstance(body, bytes):
            pairs = [*reply.headers, ("X-Request-Id", request_id)]
            exchange.response_bytes(reply.status, pairs, body)
            return len(body)
        try:
            pieces = self._endpoint.streams.open(body, client)
        except BusyError as error:
            problem = problems.of_error(error)
            return await self._send(self._front.told(problem, None), exchange, request_id, client)
        with closing(pieces):
            pairs = [*reply.headers, ("X-Request-Id", request_id)]
            transport = exchange.response_stream(int(reply.status), pairs)
            size = 0
            for piece in pieces:
                try:
                    await transport.send_bytes(piece)
                except Exception:
                    # The client has gone.
                    break
                size += len(piece)
        return size

    async def _call_behind(self, scope: Scope, headers: dict[str, str], exchange: Exchange) -> None:
        """Answer by the application for WSGI, in a thread."""
        loop = asyncio.get_running_loop()
        call = Call(self._front, scope, headers, exchange, loop)
        answered = await loop.run_in_executor(self._threads, call.run)
        if not isinstance(answered, Stream):
            exchange.response_bytes(*answered)
            return
        transport = exchange.response_stream(answered.status, answered.headers)
        piece: bytes | None = answered.start
        try:
            while piece is not None:
                await transport.send_bytes(piece)
                piece = await loop.run_in_executor(self._threads, answered.next)
        except Exception:
            # The client has gone.
            return
        finally:
            await loop.run_in_executor(self._threads, answered.close)


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by their names; those of one name are joined."""
    pairs = scope.headers.items()
    headers = dict(pairs)
    if len(headers) < len(pairs):
        headers = {}
        for name, value in pairs:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _content(exchange: Exchange, headers: dict[str, str]) -> bytes:
    """Read the body of a request as far as any may be; `Request.body` tells if that is not all."""
    said = headers.get("content-length")
    if said is not None and said.isdecimal() and int(said) > LARGEST_REQUEST:
        return b""
    parts = bytearray()
    async for part in exchange:
        parts += part
        if len(parts) > LARGEST_REQUEST:
            break
    return bytes(parts)
