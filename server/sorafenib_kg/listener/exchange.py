"""One request, and its answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sorafenib_kg.hosts import authority_of
from sorafenib_kg.listener import heads

if TYPE_CHECKING:
    from sorafenib_kg.listener.connection import Connection

# So much of a body may wait until somebody reads it.
MOST_WAITING = 64 * 2**10


class Hung(Exception):  # noqa: N818 - it tells of no fault
    """The client has gone, or has been given up."""


class Exchange:
    """A request as far as it has come, and what one does to answer it.

    All of it happens in the loop of the connection.
    """

    __slots__ = (
        "_body",
        "_changed",
        "_connection",
        "_hung_up",
        "_is_chunked",
        "expects",
        "fault",
        "headers",
        "is_answered",
        "is_complete",
        "is_kept",
        "method",
        "path",
        "query_string",
        "received",
        "target",
        "version",
        "waiting",
    )

    def __init__(
        self,
        connection: Connection,
        method: str,
        target: bytes,
        headers: dict[str, str],
        version: str,
    ) -> None:
        """Begin with the head of a request, names of headers in lower case."""
        self._connection = connection
        self.method = method
        self.target = target
        self.headers = headers
        self.version = version  # of HTTP, as in 1.1
        path, _, query = target.partition(b"?")
        self.path = _path_of(path)
        self.query_string: bytes = query
        self.expects = "expect" in headers
        self.fault: tuple[int, str] | None = None  # a status, and why it is that
        self._body: deque[bytes] | None = None
        self.waiting = 0  # bytes of the body that nobody has read
        self.received = 0  # bytes of the body
        self.is_complete = False
        self.is_kept = False  # whether the connection stays
        self.is_answered = False  # or begun to be
        self._is_chunked = False
        self._changed: asyncio.Future[None] | None = None
        self._hung_up: Callable[[], None] | None = None

    @property
    def remote(self) -> str:
        """Return the address at the other end of the connection."""
        return self._connection.remote

    @property
    def local(self) -> tuple[str, int]:
        """Return the address and the port at this end."""
        return self._connection.local

    @property
    def authority(self) -> str:
        """Return the host that the request is for, and the port if that is said."""
        if not self.target.startswith(b"/"):
            # The target counts, where it is an address (RFC 9112, 3.2.2).
            named, _ = _parted(self.target)
            if named:
                return named
        return self.headers.get("host") or authority_of(*self.local)

    def when_hung_up(self, call: Callable[[], None]) -> None:
        """Have a function called when the client hangs up before an answer is begun."""
        self._hung_up = call
        if self._connection.is_over:
            self.hang_up()

    # --- The body of the request

    def content(self) -> bytes:
        """Return what has come of the body and was not read."""
        parts, self._body, self.waiting = self._body, None, 0
        if parts is None:
            return b""
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def read(self) -> bytes:
        """Return the next piece of the body, nothing at its end; raise Hung."""
        while not self._body:
            if self.is_complete:
                return b""
            if self._connection.is_over or self.is_answered:
                raise Hung
            if self.expects:
                self.expects = False
                self._connection.write(heads.CONTINUE)
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        piece = self._body.popleft()
        self.waiting -= len(piece)
        self._connection.read_on()
        return piece

    # --- The answer

    def respond(self, status: int, lines: str, body: bytes) -> int:
        """Answer; return how many bytes of the body are sent.

        The lines of the headers (`heads.lines_of`) have a Content-Length, which is left out where
        no body may be.
        """
        if self.is_answered:
            # What came later of it was no HTTP, of which the client has been told.
            return 0
        self.is_answered = True
        self._hung_up = None
        connection = self._connection
        keep = self.is_complete and self.is_kept and connection.goes_on
        if status in heads.BODILESS:
            lines, body = heads.unsized(lines), b""
        elif self.method == "HEAD":
            body = b""
        head = heads.head(status, lines, self.version, keep=keep)
        connection.answer(head, body)
        connection.done(self, keep=keep)
        return len(body)

    def start(self, status: int, lines: str, *, is_sized: bool) -> None:
        """Begin an answer that is sent piece by piece, chunked without a size; raise Hung."""
        if self.is_answered:
            raise Hung
        self.is_answered = True
        self._hung_up = None
        connection = self._connection
        self.is_kept = (
            self.is_complete
            and self.is_kept
            and connection.goes_on
            and (is_sized or self.version == "1.1")
        )
        if not is_sized and self.version == "1.1":
            self._is_chunked = True
            lines += "Transfer-Encoding: chunked\r\n"
        head = heads.head(status, lines, self.version, keep=self.is_kept)
        connection.write(head)

    async def send(self, piece: bytes) -> None:
        """Send a piece of an answer that was begun, when there is room for it; raise Hung."""
        connection = self._connection
        if connection.is_over:
            raise Hung
        if piece and self.method != "HEAD":
            connection.write(b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece)
        await connection.drained()
        if connection.is_over:
            raise Hung

    def finish(self, *, is_whole: bool = True) -> None:
        """End an answer that was begun; if it is not whole, the client is to see that."""
        connection = self._connection
        if not is_whole:
            connection.abort()
            return
        if self._is_chunked and self.method != "HEAD":
            connection.write(b"0\r\n\r\n")
        connection.done(self, keep=self.is_kept)

    # --- What the connection tells

    def receive(self, piece: bytes) -> None:
        """Take a piece of the body."""
        if self._body is None:
            self._body = deque()
        self._body.append(piece)
        self.waiting += len(piece)
        self.received += len(piece)
        self.wake()

    def complete(self, *, keep: bool) -> None:
        """Take note that the body has come to its end."""
        self.is_complete = True
        self.is_kept = keep
        if self._changed is not None:
            self.wake()

    def hang_up(self) -> None:
        """Take note that the client has gone."""
        self.wake()
        call, self._hung_up = self._hung_up, None
        if call is not None:
            call()

    def wake(self) -> None:
        """Let whoever reads the body look again."""
        changed, self._changed = self._changed, None
        if changed is not None and not changed.done():
            changed.set_result(None)


def _path_of(path: bytes) -> str:
    """Return the path of a target, decoded; what is none is returned as it is."""
    if not path.startswith(b"/"):
        named, rest = _parted(path)
        if not named:
            return path.decode("latin-1")
        path = rest
    if b"%" not in path:
        return path.decode("latin-1")
    return unquote(path.decode("latin-1"), "utf-8", "replace")


def _parted(target: bytes) -> tuple[str, bytes]:
    """Return host and path of a target that is a whole address; no host if it is none."""
    scheme, _, rest = target.partition(b"://")
    if scheme.lower() not in (b"http", b"https"):
        return "", target
    host, slash, path = rest.partition(b"?")[0].partition(b"/")
    return host.decode("latin-1"), slash + path or b"/"
