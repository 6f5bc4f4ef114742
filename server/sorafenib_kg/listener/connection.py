"""One connection: its requests are answered one after the other, in the order they came.

What a client sends ahead waits in a bounded queue; who reads slowly, or sends slowly, is given up
in time. A connection that ends before a request has been read to its end is first read on for a
moment, for a client that is still sending would else see a broken connection and no answer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from sorafenib_kg.hosts import fault_of_host
from sorafenib_kg.listener.exchange import MOST_WAITING, Exchange

if TYPE_CHECKING:
    from sorafenib_kg.listener.server import Server

_LARGEST_HEAD = 128 * 2**10  # bytes
_MOST_HEADERS = 100
# Whoever sends such a header twice may mean another server to see the other one.
_SINGLE = frozenset({"authorization", "content-type", "host"})
_VERSIONS = frozenset({"1.0", "1.1"})
_METHODS: dict[bytes, str] = {}
_NAMES: dict[bytes, str] = {}
_MOST_NAMES = 1000
_LONGEST_NAME = 64  # bytes of those that are remembered
# Small bodies go with their heads, in one piece.
_SMALL = 64 * 2**10


class Connection(asyncio.Protocol):
    """A client at the other end, and the requests that came from there."""

    def __init__(self, server: Server) -> None:
        """Belong to a server."""
        self._server = server
        self._application = server.application
        self._parser = HttpRequestParser(self)
        self._transport = cast(asyncio.Transport, None)
        self.remote = ""
        self.local = ("", 0)
        # The head that is being read.
        self._in_head = False
        self._head_size = 0
        self._target = b""
        self._headers: dict[str, str] = {}
        self._count = 0
        self._size = 0
        self._fault: tuple[int, str] | None = None
        # Requests: the one whose body comes, the one that is answered, and those that wait.
        self._receiving: Exchange | None = None
        self._exchange: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._is_proceeding = False
        self._is_paused = False
        self._has_sent_all = False
        # The end.
        self.is_last = False  # no request is taken any more but those that wait
        self.is_over = False  # the client has hung up, or was given up
        self._lingering = 0  # bytes that were read since the last answer, if that is all one does
        # What is sent.
        self._is_clogged = False
        self._drained: asyncio.Future[None] | None = None
        # For whoever looks at the time.
        self.since = server.now  # when the present state began
        self.written = 0  # bytes of answers
        self._seen = (0, server.now)

    # --- What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        peer, here = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        # It may have gone already.
        self.remote = peer[0] if peer else ""
        self.local = (here[0], here[1]) if here else ("", 0)
        self._server.add(self)

    def data_received(self, data: bytes) -> None:
        """Read what has come, and begin to answer."""
        if self._has_sent_all:
            self._lingering += len(data)
            if self._lingering > self._server.limits.lingering_bytes:
                self.abort()
            return
        if self.is_last and self._receiving is None:
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            # The offer is declined by an answer as usual; what comes then may be no HTTP.
            self.is_last = True
        except HttpParserError as error:
            self._break(400, _said(error))
        if self._in_head:
            self._head_size += len(data)
            if self._head_size > _LARGEST_HEAD:
                self._break(431, "the head of the request is too large")
        if self._waiting:
            if self._exchange is None:
                self._proceed()
            if len(self._waiting) > 1:
                self._pause()

    def eof_received(self) -> bool:
        """Take note that the client sends no more; it may still read an answer."""
        if self._exchange is None and not self._waiting:
            return False
        self.is_last = True
        for exchange in (self._exchange, self._receiving):
            if exchange is not None:
                if not exchange.is_complete:
                    self.abort()
                    return False
                exchange.hang_up()
        return True

    def connection_lost(self, exception: Exception | None) -> None:
        """Give up what is not answered yet."""
        self._server.remove(self)
        self.is_over = True
        self._waiting.clear()
        exchange, self._exchange = self._exchange, None
        for one in {exchange, self._receiving}:
            if one is not None:
                one.hang_up()
        self._receiving = None
        self.resume_writing()

    def pause_writing(self) -> None:
        """Take note that the client reads more slowly than it is sent to."""
        self._is_clogged = True

    def resume_writing(self) -> None:
        """Go on sending."""
        self._is_clogged = False
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)
        if self._waiting and self._exchange is None:
            self._proceed()

    # --- What the parser tells

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_head = True
        self._head_size = 0
        self._headers = {}
        self._target = b""
        self._count = self._size = 0
        self._fault = None
        if self._exchange is None:
            self.since = self._server.now

    def on_url(self, part: bytes) -> None:
        """Take a part of the target."""
        self._target = self._target + part if self._target else part
        self._size += len(part)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind a body are ignored."""
        if not self._in_head:
            return
        key = _NAMES.get(name) or _name(name)
        text = value.decode("latin-1")
        headers = self._headers
        if key in headers:
            if key in _SINGLE:
                self._fault = (400, f"there are several headers {key}")
            text = f"{headers[key]}{'; ' if key == 'cookie' else ', '}{text}"
        headers[key] = text
        self._count += 1
        self._size += len(value)
        if self._count > _MOST_HEADERS or self._size > _LARGEST_HEAD:
            self._fault = (431, "the head of the request is too large, or has too many headers")
            headers.clear()

    def on_headers_complete(self) -> None:
        """Take the head of a request."""
        self._in_head = False
        parser = self._parser
        method = parser.get_method()
        exchange = Exchange(
            self,
            _METHODS.get(method) or _method(method),
            self._target,
            self._headers,
            parser.get_http_version(),
        )
        if self._size > _LARGEST_HEAD:
            self._fault = (431, "the head of the request is too large")
        exchange.fault = self._fault or _fault_of(exchange)
        self._receiving = exchange
        self._waiting.append(exchange)

    def on_body(self, piece: bytes) -> None:
        """Take a piece of a body."""
        exchange = self._receiving
        if exchange is not None:
            exchange.receive(piece)
            if exchange.waiting > MOST_WAITING:
                self._pause()

    def on_message_complete(self) -> None:
        """Take note that a request has come to its end."""
        exchange, self._receiving = self._receiving, None
        if exchange is not None:
            exchange.complete(keep=self._parser.should_keep_alive())

    # --- Answering

    def _proceed(self) -> None:
        """Answer the requests that wait, as far as that goes at once."""
        if self._is_proceeding:
            return
        self._is_proceeding = True
        try:
            while self._waiting and self._exchange is None and not self._is_clogged:
                exchange = self._exchange = self._waiting.popleft()
                self.since = self._server.now
                if exchange.fault is not None:
                    self._refuse(exchange)
                else:
                    self._application.begin(exchange)
        except Exception:
            self.abort()
            raise
        finally:
            self._is_proceeding = False

    def _refuse(self, exchange: Exchange) -> None:
        assert exchange.fault is not None  # noqa: S101 - the caller has looked
        self.is_last = True
        self._waiting.clear()
        status, lines, body = self._application.refused(*exchange.fault, self.remote)
        exchange.respond(status, lines, body)

    def _break(self, status: int, reason: str) -> None:
        """Tell that what has come is no request, behind the answers to those that were."""
        self._in_head = False
        broken = self._receiving
        self._receiving = None
        self.is_last = True
        if broken is not None and broken is self._exchange:
            # Whoever answers it will find that the rest of it does not come.
            if broken.is_answered:
                self.abort()
            else:
                broken.fault = (status, reason)
                self._refuse(broken)
                broken.hang_up()
            return
        if broken is None:
            broken = Exchange(self, "GET", b"/", {}, "1.1")
            self._waiting.append(broken)
        broken.fault = (status, reason)
        if self._exchange is None:
            self._proceed()

    def write(self, data: bytes) -> None:
        """Send some bytes."""
        self.written += len(data)
        self._transport.write(data)

    def answer(self, head: bytes, body: bytes) -> None:
        """Send an answer."""
        if self.is_over:
            return
        if len(body) < _SMALL:
            self.write(head + body)
        else:
            self.write(head)
            self.write(body)

    async def drained(self) -> None:
        """Wait until there is room for more to be sent."""
        if self._is_clogged and not self.is_over:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    def done(self, exchange: Exchange, *, keep: bool) -> None:
        """Go on behind an answer."""
        if exchange is not self._exchange:
            return
        self._exchange = None
        self.since = self._server.now
        if self.is_over:
            return
        if not keep:
            self._leave(exchange)
            return
        if self._waiting:
            self._proceed()
        if self._is_paused and len(self._waiting) < 2:
            self.read_on()

    def read_on(self) -> None:
        """Read again, if that was stopped and there is room."""
        receiving = self._receiving
        if self._is_paused and not self.is_over:
            if receiving is not None and receiving.waiting > MOST_WAITING:
                return
            self._is_paused = False
            self._transport.resume_reading()

    def _pause(self) -> None:
        if not self._is_paused and not self.is_over:
            self._is_paused = True
            self._transport.pause_reading()

    # --- The end

    def _leave(self, exchange: Exchange) -> None:
        """Close behind the last answer, as soon as a client that is still sending can see it."""
        self.is_last = True
        self._waiting.clear()
        self._has_sent_all = True
        if exchange.is_complete or not self._transport.can_write_eof():
            self._transport.close()
            return
        self._transport.write_eof()
        self._receiving = None
        self.read_on()

    def finish(self) -> None:
        """Close as soon as nothing is to be answered any more."""
        self.is_last = True
        if self.is_idle or self._in_head:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self.is_over = True
        self._transport.abort()

    @property
    def goes_on(self) -> bool:
        """Say whether another request may be answered behind the present one."""
        return not self.is_last or bool(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Say whether there is nothing to be done."""
        return self._exchange is None and not self._waiting and not self._in_head

    def look_after(self, now: float) -> None:
        """Give the client up if it takes too long."""
        limits = self._server.limits
        unsent = self._transport.get_write_buffer_size()
        if unsent:
            self._look_after_reader(self.written - unsent, now)
            return
        self._seen = (self.written, now)
        age = now - self.since
        exchange = self._exchange
        if self._has_sent_all:
            if age > limits.lingering:
                self.abort()
        elif exchange is not None:
            # A body has to come at some rate at least.
            least = (age - limits.patience) * limits.least_rate
            if not exchange.is_complete and not exchange.waiting and exchange.received < least:
                self.abort()
        elif self._in_head:
            if age > limits.head:
                self._break(408, "the head of the request did not come in time")
        elif age > limits.idle:
            self._transport.close()

    def _look_after_reader(self, sent: int, now: float) -> None:
        """Give a client up that reads less than it must within the time for that."""
        before, then = self._seen
        limits = self._server.limits
        if now - then > limits.patience:
            if sent - before < (now - then) * limits.least_rate:
                self.abort()
            else:
                self._seen = (sent, now)


def _fault_of(exchange: Exchange) -> tuple[int, str] | None:
    """Return what is wrong with the head of a request, None if nothing is."""
    if exchange.version not in _VERSIONS:
        return 505, "only HTTP/1.1 and 1.0 are spoken here"
    if not exchange.target.isascii() or b"#" in exchange.target:
        return 400, "the target has signs that have to be percent-encoded"
    if exchange.version == "1.1" and "host" not in exchange.headers:
        return 400, "the header Host is missing"
    wrong = fault_of_host(exchange.headers.get("host", ""))
    if wrong is None and not exchange.target.startswith(b"/"):
        wrong = fault_of_host(exchange.authority)
    if wrong is not None:
        return 400, wrong
    if exchange.expects and exchange.headers["expect"].lower() != "100-continue":
        return 417, "nothing can be expected but 100-continue"
    return None


def _said(error: HttpParserError) -> str:
    """Return what is wrong with the bytes that have come."""
    reason = str(error).strip().rstrip(".")
    return f"this is not HTTP/1.1: {reason}" if reason.isascii() else "this is not HTTP/1.1"


def _name(name: bytes) -> str:
    """Return the name of a header in lower case, and remember it if there is room."""
    key = name.decode("latin-1").lower()
    if len(_NAMES) < _MOST_NAMES and len(name) <= _LONGEST_NAME:
        _NAMES[name] = key
    return key


def _method(method: bytes) -> str:
    # Only so many as the parser knows.
    return _METHODS.setdefault(method, method.decode("latin-1"))
