"""A request and a reply, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple, Protocol

from sorafenib_kg.errors import RequestTooLargeError, UnsupportedMediaTypeError
from sorafenib_kg.listener import pairs_of
from sorafenib_kg.store import File

LARGEST_REQUEST = 2 * 2**20  # bytes

Headers = tuple[tuple[str, str], ...]


class HeaderSource(Protocol):
    """Where headers are looked up, by their names in lower case."""

    def get(self, name: str, /) -> str | None:
        """Return a header, None if the client has not sent it."""


@dataclass(slots=True)
class Request:
    """What a client has sent; not frozen, for that takes as long again for each request."""

    method: str
    path: str
    query_string: bytes
    base_url: str  # scheme, host and path
    headers: HeaderSource
    read: Callable[[int], bytes] = field(default=lambda size: b"")
    client: str = ""
    remote: str = ""  # the address at the other end of the connection
    id: str = ""

    def header(self, name: str) -> str | None:
        """Return a header, None if the client has not sent it."""
        return self.headers.get(name)

    def body(self, largest: int = LARGEST_REQUEST) -> bytes:
        """Read the body; raise RequestTooLargeError before more is read than may be sent.

        Raises UnsupportedMediaTypeError if it is packed: what it would come to cannot be known.
        """
        coding = self.header("content-encoding")
        if coding is not None and coding.strip().lower() not in ("", "identity"):
            raise UnsupportedMediaTypeError("the body is coded; bodies are read as they are")
        said = self.header("content-length")
        if said is not None and said.isdecimal() and int(said) > largest:
            raise _too_large(largest)
        content = self.read(largest + 1)
        if len(content) > largest:
            raise _too_large(largest)
        return content


def _too_large(largest: int) -> RequestTooLargeError:
    return RequestTooLargeError(f"the request is larger than {largest / 2**20:g} MiB")


class Asked(NamedTuple):
    """The query that a reply is about, as the log tells of it."""

    query: str
    version: str  # of the data
    query_id: str | None = None
    kept: bool = False  # answered from the cache


class Reply(NamedTuple):
    """What a client is answered."""

    status: HTTPStatus
    pairs: Headers = ()
    body: bytes | File = b""
    asked: Asked | None = None
    lines: str | None = None  # the headers as they go through the connection, in place of pairs

    @property
    def headers(self) -> Headers:
        """Return the headers, name by name."""
        return self.pairs if self.lines is None else pairs_of(self.lines)

    def with_headers(self, headers: Headers) -> "Reply":
        """Return the reply with other headers."""
        return self._replace(pairs=headers, lines=None)

    @property
    def size(self) -> int:
        """Return the length of the body in bytes."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.size
