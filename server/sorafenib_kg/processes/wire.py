"""What the processes of a server say to one another, and how it goes through a socket.

Both ends are this very program, so `marshal` serves: it is faster than any other format, and
its ties to one version of Python do no harm between two processes of one.
"""

import array
import marshal
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg import errors
from sorafenib_kg.errors import DocumentError, QuerySyntaxError, SorafenibKGError, ViolationError
from sorafenib_kg.store import Term
from sorafenib_kg.store.updates import GraphWrite, Operation, Undo, Update

_LENGTH = struct.Struct("<I")
# Length of the description, of the body, whether that is a file, seconds of CPU.
_REPLY = struct.Struct("<IQ?d")
_PIECE = 2**16
# Seconds of work behind which replies wait for no other one to go together with.
_LONGEST_HELD = 0.001
_PARTS = 3  # of a reply
_ROOM = socket.CMSG_SPACE(4 * 4)


class Ask(NamedTuple):
    """A question to a worker; which of the fields count depends on what is asked."""

    what: str  # answer, table or dump
    query: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    formats: tuple[str | None, str | None, str | None] = (None, None, None)
    base: str | None = None
    coding: str | None = None
    limit: int | None = None
    offset: int = 0


class Reply(NamedTuple):
    """What a worker replies: a description, and a body in memory or in a file."""

    said: tuple[Any, ...]
    body: bytes = b""
    file: int | None = None  # a descriptor
    size: int = 0
    cpu: float = 0.0  # seconds of work, or those of the clock if it has waited for others

    def close(self) -> None:
        """Close the file of a reply that nobody will read."""
        if self.file is not None:
            os.close(self.file)


def pack_ask(ask: Ask, deadline: float) -> bytes:
    """Return a question as it goes to a worker, which has to answer it by the deadline.

    That is on the monotonic clock, which all processes share.
    """
    packed = marshal.dumps((deadline, *ask))
    return _LENGTH.pack(len(packed)) + packed


def receive_asks(connection: socket.socket) -> Iterator[tuple[float, Ask, bool]]:
    """Give the questions as they come, until nobody will ask any more.

    With each comes its deadline, and whether another one has come already.
    """
    data, at = b"", 0
    end = _end_of_ask(data, at)
    while True:
        while end is not None:
            packed, at = data[at + _LENGTH.size : end], end
            end = _end_of_ask(data, at)
            deadline, *fields = marshal.loads(packed)  # noqa: S302 - our own process
            yield deadline, Ask._make(fields), end is not None
        try:
            more = connection.recv(_PIECE)
        except ConnectionError:
            return
        if not more:
            return
        data, at = data[at:] + more, 0
        end = _end_of_ask(data, at)


def _end_of_ask(data: bytes, at: int) -> int | None:
    """Return where the question ends that begins at a place; None if it is not all there."""
    if len(data) - at < _LENGTH.size:
        return None
    end = at + _LENGTH.size + int(_LENGTH.unpack_from(data, at)[0])
    return end if end <= len(data) else None


class Replies:
    """Replies on their way: those that follow upon one another go together.

    To send one may wake the process that waits for it, which costs as much as a small query.
    """

    def __init__(self, connection: socket.socket) -> None:
        """Send to the other side of a connection."""
        self._connection = connection
        self._held: list[bytes] = []
        self._file: int | None = None
        self._size = 0
        self._cpu = 0.0

    def add(self, reply: Reply) -> bool:
        """Take a reply; say whether those that are held should wait for no other one."""
        said = marshal.dumps(reply.said)
        self._file = reply.file
        size = reply.size if reply.file is not None else len(reply.body)
        head = _REPLY.pack(len(said), size, reply.file is not None, reply.cpu)
        self._held += (head, said, reply.body)
        self._size += len(reply.body)
        self._cpu += reply.cpu
        return self._file is not None or self._size > _PIECE or self._cpu > _LONGEST_HELD

    def flush(self) -> None:
        """Send what is held.

        A file, which is that of the last reply, goes as its descriptor, in the same message as
        the description.
        """
        held, self._held = self._held, []
        file, self._file = self._file, None
        self._size = 0
        self._cpu = 0.0
        if file is None:
            self._connection.sendall(b"".join(held))
            return
        if len(held) > _PARTS:
            self._connection.sendall(b"".join(held[:-_PARTS]))
        socket.send_fds(self._connection, [b"".join(held[-_PARTS:])], [file])


def receive_reply(connection: socket.socket) -> Reply | None:
    """Wait for a reply; None if the worker has died.

    Raises BlockingIOError if the connection has a time limit and nothing has come within it.
    """
    data, files = receive_part(connection)
    parts = bytearray(data)
    while data:
        found = unpack_reply(parts, 0, files)
        if found is not None:
            return found[0]
        data = _receive_more(connection, 2**20)
        parts += data
    return None


def receive_part(connection: socket.socket) -> tuple[bytes, list[int]]:
    """Return what has come of replies, and the files that came with it."""
    # Never by recv: it would swallow a descriptor that comes with the first bytes of a reply.
    data, ancillary, _, _ = connection.recvmsg(_PIECE, _ROOM)
    return data, _descriptors(ancillary) if ancillary else []


def unpack_reply(data: bytes | bytearray, at: int, files: list[int]) -> tuple[Reply, int] | None:
    """Return the reply that begins at a place, and where it ends; None if it is not all there.

    Its file is taken from the front of the list.
    """
    start = at + _REPLY.size
    if len(data) < start:
        return None
    said_size, body_size, is_file, cpu = _REPLY.unpack_from(data, at)
    middle = start + said_size
    end = middle if is_file else middle + body_size
    if len(data) < end:
        return None
    said = marshal.loads(data[start:middle])  # noqa: S302 - our own process
    if is_file and not files:
        raise LostFileError
    if is_file:
        return Reply(said, file=files.pop(0), size=body_size, cpu=cpu), end
    body = data[middle:end] if isinstance(data, bytes) else bytes(memoryview(data)[middle:end])
    return Reply(said, body, size=body_size, cpu=cpu), end


class LostFileError(Exception):
    """A descriptor was sent for which this process has no room."""


class ReplyReader:
    """Puts together the replies that come in pieces over a connection that does not wait."""

    def __init__(self, connection: socket.socket) -> None:
        """Read from a worker's connection."""
        self._connection = connection
        self._files: list[int] = []
        self._start = b""  # of a reply of which not even the sizes are there
        self._begun: bytearray | None = None  # a reply of which they are, in its whole length
        self._filled = 0  # bytes of that

    def read(self) -> list[Reply] | None:
        """Return the replies that are whole now; None at the end of the connection.

        Raises BlockingIOError if nothing has come, ConnectionError, and LostFileError, behind
        which nobody can tell what is the answer to what.
        """
        if self._begun is not None:
            # No more than its rest: a descriptor that comes with the next one would be lost.
            size = self._connection.recv_into(memoryview(self._begun)[self._filled :])
            if not size:
                return None
            self._filled += size
            if self._filled < len(self._begun):
                return []
            data: bytes | bytearray = self._begun
            self._begun = None
        else:
            part, files = receive_part(self._connection)
            if not part:
                return None
            self._files += files
            data = self._start + part if self._start else part
            self._start = b""
        replies = []
        at = 0
        while (found := unpack_reply(data, at, self._files)) is not None:
            reply, at = found
            replies.append(reply)
        if at < len(data):
            self._keep(bytes(data[at:]))
        return replies

    def close(self) -> None:
        """Close the files of replies that have not come whole."""
        while self._files:
            os.close(self._files.pop())

    def _keep(self, start: bytes) -> None:
        size = _size_of_reply(start)
        if size is None:
            self._start = start
            return
        self._begun = bytearray(size)
        self._begun[: len(start)] = start
        self._filled = len(start)


def _size_of_reply(start: bytes) -> int | None:
    """Return how long a reply is that begins so; None if that has not come yet."""
    if len(start) < _REPLY.size:
        return None
    said_size, body_size, is_file, _ = _REPLY.unpack_from(start)
    return _REPLY.size + int(said_size) + (0 if is_file else int(body_size))


def _receive_more(connection: socket.socket, most: int) -> bytes:
    """Return the next part of a reply that has begun to come."""
    while True:
        with suppress(BlockingIOError):
            return connection.recv(min(2**20, most))


def send_message(
    connection: socket.socket, message: tuple[Any, ...], files: Sequence[int] = ()
) -> None:
    """Send a message to the data process, or from it, with open files."""
    packed = marshal.dumps(message)
    framed = _LENGTH.pack(len(packed)) + packed
    if files:
        sent = socket.send_fds(connection, [framed], list(files))
        connection.sendall(framed[sent:])
    else:
        connection.sendall(framed)


def receive_message(connection: socket.socket) -> tuple[Any, list[int]] | None:
    """Wait for a message and its open files; None when the other side has closed or died."""
    try:
        head, ancillary, _, _ = connection.recvmsg(_LENGTH.size, socket.CMSG_SPACE(4 * 4))
    except ConnectionError:
        return None
    files = _descriptors(ancillary)
    packed = _receive_framed(connection, bytes(head)) if head else None
    return None if packed is None else (marshal.loads(packed), files)  # noqa: S302 - our own


def _receive_framed(connection: socket.socket, start: bytes = b"") -> bytes | None:
    """Return what stands behind a length; no other message follows before a reply."""
    parts = bytearray(start)
    wanted = _LENGTH.size
    while True:
        if wanted == _LENGTH.size and len(parts) >= wanted:
            wanted += _LENGTH.unpack_from(parts)[0]
        if len(parts) >= wanted > _LENGTH.size:
            return bytes(parts[_LENGTH.size : wanted])
        try:
            data = connection.recv(_PIECE if not start else min(2**20, wanted - len(parts)))
        except ConnectionError:
            return None
        if not data:
            return None
        parts += data


def _descriptors(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    found = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    return list(found)


def pack_error(error: SorafenibKGError) -> tuple[Any, ...]:
    """Return an error as it goes through a socket."""
    if isinstance(error, QuerySyntaxError):
        place = (error.line, error.column, error.excerpt, error.hint)
        return (QuerySyntaxError.__name__, str(error), *place)
    if isinstance(error, DocumentError):
        return (DocumentError.__name__, str(error), error.line, error.column, error.excerpt)
    if isinstance(error, ViolationError):
        return (ViolationError.__name__, str(error), error.report)
    return (type(error).__name__, str(error))


def unpack_error(packed: tuple[Any, ...]) -> SorafenibKGError:
    """Return the error that has come through a socket."""
    name, message, *place = packed
    if name == ViolationError.__name__:
        return ViolationError(message, *place)
    if name == DocumentError.__name__:
        return DocumentError(message, *place)
    if place:
        line, column, excerpt, hint = place
        return QuerySyntaxError(message, line, column, excerpt=excerpt, hint=hint)
    error: SorafenibKGError = getattr(errors, name)(message)
    return error


def pack_term(term: Term | None) -> tuple[Any, ...] | None:
    """Return a term as it goes through a socket."""
    match term:
        case None:
            return None
        case NamedNode():
            return ("iri", term.value)
        case BlankNode():
            return ("blank", term.value)
        case Literal():
            language, direction = term.language, getattr(term, "direction", None)
            return (
                ("text", term.value, language, str(direction) if direction else None)
                if language
                else ("typed", term.value, term.datatype.value)
            )
        case Triple():
            return ("triple", *(pack_term(part) for part in term))


def unpack_term(packed: tuple[Any, ...] | None) -> Term | None:
    """Return the term that has come through a socket."""
    match packed:
        case None:
            return None
        case ("iri", value):
            return NamedNode(value)
        case ("blank", value):
            return BlankNode(value)
        case ("text", value, language, direction):
            return Literal(value, language=language, direction=direction)
        case ("typed", value, datatype):
            return Literal(value, datatype=NamedNode(datatype))
        case ("triple", *parts):
            subject, predicate, value = map(unpack_term, parts)
            return Triple(subject, predicate, value)  # type: ignore[arg-type]
        case _:
            raise ValueError(packed)


def pack_operation(operation: Operation) -> tuple[tuple[Any, ...], bytes]:
    """Return an operation as it goes through a socket, and what goes in a file beside it."""
    if isinstance(operation, Undo):
        return ("undo", operation.number), b""
    if isinstance(operation, Update):
        head = ("update", operation.using, operation.using_named, operation.base)
        return head, operation.text.encode()
    sizes = tuple((len(content), media_type) for content, media_type in operation.documents)
    return (
        ("graph", operation.method, operation.graph, sizes, operation.base),
        b"".join(content for content, _ in operation.documents),
    )


def unpack_operation(packed: tuple[Any, ...], file: int) -> Operation:
    """Return the operation that has come through a socket, with the descriptor of its file."""
    with open(file, "rb") as opened:
        opened.seek(0)
        if packed[0] == "undo":
            return Undo(packed[1])
        if packed[0] == "update":
            _, using, using_named, base = packed
            return Update(opened.read().decode(), using, using_named, base)
        _, method, graph, sizes, base = packed
        documents = tuple((opened.read(size), media_type) for size, media_type in sizes)
        return GraphWrite(method, graph, documents, base)
