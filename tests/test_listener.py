"""HTTP/1.1 as RFC 9112 has it, with an application that says what it was asked."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest

from sorafenib_kg.gateway.asynchronous import AsyncGateway
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.front import Front
from sorafenib_kg.listener import Exchange, Hung, lines_of
from sorafenib_kg.listener.heads import head
from sorafenib_kg.listener.server import Application, Limits, Server

END = b"\r\n\r\n"
HOST = b"Host: here\r\n"


class Echo:
    """Answers by method, path, query and body; some paths do otherwise."""

    def __init__(self) -> None:
        self.hung = threading.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(self, exchange: Exchange) -> None:
        if exchange.path == "/unread":
            exchange.respond(200, "Content-Length: 2\r\n", b"ok")
            return
        if exchange.path.startswith("/none/"):
            exchange.respond(int(exchange.path[6:]), "content-length: 0\r\nX: y\r\n", b"")
            return
        if exchange.path == "/never":
            exchange.when_hung_up(lambda: self.give_up(exchange))
            return
        answer = self.in_pieces if exchange.path == "/pieces" else self.whole
        task = asyncio.get_running_loop().create_task(answer(exchange))
        self.tasks.add(task)

    def give_up(self, exchange: Exchange) -> None:
        self.hung.set()
        exchange.respond(503, "Content-Length: 0\r\n", b"")

    async def whole(self, exchange: Exchange) -> None:
        body = b""
        try:
            while piece := await exchange.read():
                body += piece
        except Hung:
            self.hung.set()
            return
        said = f"{exchange.method} {exchange.path} ".encode() + exchange.query_string + b" " + body
        exchange.respond(200, f"Content-Length: {len(said)}\r\n", said)

    async def in_pieces(self, exchange: Exchange) -> None:
        exchange.start(200, "", is_sized=False)
        try:
            for piece in (b"one", b"", b"two" * 100_000):
                await exchange.send(piece)
        except Hung:
            self.hung.set()
            return
        exchange.finish()

    def refused(self, status: int, reason: str, remote: str) -> tuple[int, str, bytes]:
        body = reason.encode()
        return status, f"Content-Length: {len(body)}\r\n", body


class Running:
    """A server in a thread, and the way to it."""

    def __init__(self, limits: Limits, application: Application | None = None) -> None:
        self.echo = Echo()
        self.server = Server(application or self.echo, limits)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self._started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.thread.start()
        self._started.wait()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._started.set()
        await self.server.serve(self.listening, self._stop)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.listening.getsockname(), 10)

    def send(self, data: bytes) -> bytes:
        """Return all that comes back until the server closes."""
        with self.connect() as connection:
            connection.sendall(data)
            return rest(connection)

    def stop(self) -> None:
        with suppress(RuntimeError):  # it has ended already
            self._loop.call_soon_threadsafe(self._stop.set)


def rest(connection: socket.socket) -> bytes:
    found = b""
    while data := connection.recv(65536):
        found += data
    return found


def statuses(found: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d\d\d) ", found)]


@contextmanager
def running(limits: Limits, application: Application | None = None) -> Iterator[Running]:
    started = Running(limits, application)
    try:
        yield started
    finally:
        started.stop()
        started.thread.join(30)
        started.listening.close()
    assert not started.thread.is_alive()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(Limits()) as started:
        yield started


@pytest.fixture
def impatient() -> Iterator[Running]:
    limits = Limits(idle=0.5, head=0.5, patience=0.5, lingering=0.5)
    with running(limits) as started:
        yield started


def request(line: bytes, *more: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([line, b"Host: here", *more]) + END + body


CLOSE = b"Connection: close"


def test_a_request_is_told_apart(server: Running):
    found = server.send(request(b"GET /a%20b%C3%A9?q=%20&r HTTP/1.1", CLOSE))
    assert found.endswith(END + "GET /a bé q=%20&r ".encode())
    assert b"\r\nConnection: close\r\n" in found
    assert re.search(rb"\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", found)


def test_an_address_as_target_counts_instead_of_the_host(server: Running):
    found = server.send(request(b"GET http://there:81/x?y HTTP/1.1", CLOSE))
    assert found.endswith(b"GET /x y ")


def test_requests_sent_ahead_are_answered_in_their_order(server: Running):
    ahead = b"".join(request(b"GET /%d HTTP/1.1" % n) for n in range(200))
    found = server.send(ahead + request(b"GET /last HTTP/1.1", CLOSE))
    assert re.findall(rb"GET /(\w+)", found) == [b"%d" % n for n in range(200)] + [b"last"]


def test_nothing_is_answered_behind_the_last_request(server: Running):
    found = server.send(request(b"GET /1 HTTP/1.1", CLOSE) + request(b"GET /2 HTTP/1.1"))
    assert statuses(found) == [200]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([b"Content-Length: 5"], b"abcde"),
        ([b"Transfer-Encoding: chunked"], b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
        ([b"Transfer-Encoding: chunked"], b"5\r\nabcde\r\n0\r\nX-Trailer: Host\r\n\r\n"),
    ],
)
def test_a_body_is_read_as_it_comes(server: Running, headers: list[bytes], body: bytes):
    raw = request(b"POST /p HTTP/1.1", CLOSE, *headers, body=body)
    assert server.send(raw).endswith(b"POST /p  abcde")
    with server.connect() as connection:
        for byte in raw:
            connection.send(bytes([byte]))
        assert rest(connection).endswith(b"POST /p  abcde")


def test_a_large_body_is_read_whole(server: Running):
    body = b"x" * 3_000_000
    raw = request(b"POST /p HTTP/1.1", CLOSE, b"Content-Length: 3000000", body=body)
    assert server.send(raw).endswith(b" " + body)


def test_a_client_that_waits_to_be_asked_for_the_body_is_asked(server: Running):
    with server.connect() as connection:
        connection.sendall(
            request(b"POST /p HTTP/1.1", CLOSE, b"Expect: 100-continue", b"Content-Length: 2")
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue" + END
        connection.sendall(b"ab")
        assert rest(connection).endswith(b"POST /p  ab")


def test_a_body_that_nobody_reads_hides_no_answer(server: Running):
    raw = request(b"POST /unread HTTP/1.1", b"Content-Length: 5000000", body=b"x" * 5_000_000)
    assert server.send(raw).endswith(END + b"ok")


def test_head_has_no_body(server: Running):
    found = server.send(request(b"HEAD /unread HTTP/1.1", CLOSE))
    assert b"Content-Length: 2\r\n" in found
    assert found.endswith(END)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_tells_no_length_and_is_followed_by_others(
    server: Running, status: int
):
    ahead = request(b"OPTIONS /none/%d HTTP/1.1" % status) * 2
    found = server.send(ahead + request(b"GET /unread HTTP/1.1", CLOSE))
    assert statuses(found) == [status, status, 200]
    first, second, last, body = found.split(END)
    for head_of_none in (first, second):
        assert b"content-length" not in head_of_none.lower()
        assert b"\r\nX: y\r\n" in head_of_none
    assert b"Content-Length: 2" in last
    assert body == b"ok"


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_an_answer_without_a_size_comes_in_chunks(server: Running, method: bytes):
    found = server.send(request(method + b" /pieces HTTP/1.1", CLOSE))
    start, _, body = found.partition(END)
    assert b"Transfer-Encoding: chunked" in start
    chunks = b"3\r\none\r\n493e0\r\n" + b"two" * 100_000 + b"\r\n0\r\n\r\n"
    assert body == (b"" if method == b"HEAD" else chunks)


def test_http_1_0_is_answered_and_closed(server: Running):
    found = server.send(b"GET /old HTTP/1.0\r\n\r\n")
    assert found.endswith(b"GET /old  ")
    found = server.send(b"GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert b"chunked" not in found
    assert found.endswith(b"one" + b"two" * 100_000)
    again = request(b"GET /1 HTTP/1.0", b"Connection: keep-alive") + b"GET /2 HTTP/1.0" + END
    assert statuses(server.send(again)) == [200, 200]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (request(b"GET / HTTP/1.1", b"Host: other"), 400),
        (b"GET / HTTP/1.1\r\nHost: a|b\r\n\r\n", 400),
        (request(b"GET http://a|b/ HTTP/1.1"), 400),
        (b"GET http://here/ HTTP/1.1\r\nHost: a|b\r\n\r\n", 400),
        (request(b"GET /\xff HTTP/1.1"), 400),
        (request(b"GET /#part HTTP/1.1"), 400),
        (request(b"GET / HTTP/2.0"), 505),
        (request(b"GET / HTTP/1.1", b"Expect: more"), 417),
        (request(b"GET / HTTP/1.1", b"Authorization: a", b"Authorization: b"), 400),
        (request(b"GET / HTTP/1.1", *[b"X: y"] * 200), 431),
        (request(b"GET / HTTP/1.1", b"X: " + b"y" * 200_000), 431),
        (b"GET /" + b"y" * 10_000_000, 431),
        (request(b"POST / HTTP/1.1", b"Content-Length: 1", b"Content-Length: 2"), 400),
        (
            request(b"POST / HTTP/1.1", b"Content-Length: 6", b"Transfer-Encoding: chunked")
            + b"0\r\n\r\n",
            400,
        ),
        (request(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", body=b"x\r\n"), 400),
        (request(b"GET / HTTP/1.1", b"X: a\r\n folded"), 400),
        (request(b"GET / HTTP/1.1", b"X : a"), 400),
    ],
)
def test_what_is_no_request_is_refused_and_ends_the_connection(
    server: Running, raw: bytes, status: int
):
    # Others before it are answered.
    found = server.send(request(b"GET /before HTTP/1.1") + raw)
    assert statuses(found) == [200, status]
    assert b"Connection: close" in found


def test_an_upgrade_is_declined(server: Running):
    raw = request(b"GET /up HTTP/1.1", b"Connection: Upgrade", b"Upgrade: h2c")
    found = server.send(raw + b"PRI * HTTP/2.0\r\n\r\n")
    assert statuses(found) == [200]


def broken_body() -> Iterator[bytes]:
    yield b"begun"
    raise RuntimeError("a secret of the server")


@pytest.mark.parametrize(
    ("headers", "body"), [([("X", "a\r\nY: b")], [b""]), ([("X", "a")], broken_body())]
)
def test_an_answer_that_cannot_be_sent_is_told_as_a_mistake_of_the_server(
    headers: list[tuple[str, str]], body: Iterable[bytes], capsys: pytest.CaptureFixture[str]
):
    def behind(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return body

    pipelines: Any = None  # it is not about a query
    gateway = AsyncGateway(Endpoint(None), pipelines, Front(behind), 1)
    with running(Limits(), gateway) as started:
        found = started.send(request(b"GET /page HTTP/1.1", b"X-Request-Id: this-one", CLOSE))
    assert statuses(found) == [500]
    assert b"\r\nX-Request-Id: this-one\r\n" in found
    assert b"secret" not in found
    assert "request this-one" in capsys.readouterr().err


def test_no_header_becomes_two():
    assert lines_of([("A", "b"), ("C", "d")]) == "A: b\r\nC: d\r\n"
    assert lines_of([]) == ""
    for pairs in ([("A", "b\r\nC: d")], [("A", "b\n"), ("C", "d")], [("A\r", "b"), ("C", "d")]):
        with pytest.raises(ValueError, match="line end"):
            lines_of(pairs)
    assert head(204, "", "1.1", keep=True).startswith(b"HTTP/1.1 204 No Content\r\nDate: ")


def test_whoever_answers_is_told_that_the_client_has_gone(server: Running):
    server.echo.hung.clear()
    with server.connect() as connection:
        connection.sendall(request(b"GET /never HTTP/1.1"))
    assert server.echo.hung.wait(30)
    server.echo.hung.clear()
    with server.connect() as connection:
        connection.sendall(request(b"POST /p HTTP/1.1", b"Content-Length: 9", body=b"abc"))
        time.sleep(0.1)
    assert server.echo.hung.wait(30)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"", []),
        (request(b"GET /1 HTTP/1.1"), [200]),
        (b"GET / HT", [408]),
        (request(b"POST /p HTTP/1.1", b"Content-Length: 9", body=b"abc"), []),
    ],
)
def test_a_client_that_sends_too_slowly_is_given_up(
    impatient: Running, raw: bytes, found: list[int]
):
    assert statuses(impatient.send(raw)) == found


def test_a_client_that_does_not_read_is_given_up(impatient: Running):
    with impatient.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(request(b"GET /pieces HTTP/1.1") * 100)
        assert impatient.echo.hung.wait(30)


def test_where_there_are_too_many_connections_the_longest_idle_one_goes():
    with running(Limits(connections=50)) as started, ExitStack() as stack:
        first, busy, *_ = [stack.enter_context(started.connect()) for _ in range(50)]
        busy.sendall(request(b"GET /never HTTP/1.1"))
        while len(started.server) < 50:
            time.sleep(0.01)
        last = stack.enter_context(started.connect())
        last.sendall(request(b"GET /last HTTP/1.1", CLOSE))
        assert statuses(rest(last)) == [200]
        with suppress(ConnectionResetError):
            assert first.recv(1) == b""


def test_at_the_end_what_was_asked_is_answered_first():
    with running(Limits()) as started:
        idle, busy = started.connect(), started.connect()
        busy.sendall(request(b"POST /p HTTP/1.1", b"Content-Length: 2"))
        while len(started.server) < 2:
            time.sleep(0.01)
        started.stop()
        assert rest(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            started.connect()
        busy.sendall(b"ab")
        found = rest(busy)
        assert found.endswith(b"POST /p  ab")
        assert b"Connection: close" in found
        idle.close()
        busy.close()
