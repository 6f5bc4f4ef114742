"""One request to another server: to an address that was looked at, and within limits.

No redirect is followed, for it would lead to an address that nobody has allowed.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, urlsplit

from sorafenib_kg import __version__
from sorafenib_kg.errors import RemoteError, SorafenibKGError
from sorafenib_kg.fetching.addresses import Resolve, resolve
from sorafenib_kg.fetching.origins import Origin

_PIECE = 2**16
# What may stand in the path and the query of an IRI (RFC 3987); the rest is written by percents.
_SAFE = "%/:?=&~+!$,;'@()*[]-._"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take in all, and how much may come back."""

    seconds: float
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered by status 200."""

    media_type: str  # in lower case, without parameters
    body: bytes


@dataclass(slots=True)
class _Attempt:
    """A request under way, in a thread of its own, since a look-up of a name knows no limit."""

    sock: socket.socket | None = None
    abandoned: bool = False
    response: Response | None = None
    error: BaseException | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, request: Callable[["_Attempt"], Response]) -> None:
        try:
            self.response = request(self)
        except BaseException as error:
            self.error = error

    def connected(self, sock: socket.socket) -> None:
        """Take note of a socket, to be closed when nobody waits any more."""
        with self.lock:
            self.sock = sock
            if self.abandoned:
                sock.close()

    def abandon(self) -> None:
        with self.lock:
            self.abandoned = True
            if self.sock is not None:
                with suppress(OSError):
                    self.sock.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    """A connection to an address that was looked at, whatever the name of the host."""

    def __init__(
        self, origin: Origin, family: Any, place: Any, limits: Limits, attempt: _Attempt
    ) -> None:
        super().__init__(origin.host, origin.port, timeout=limits.seconds)
        self.default_port = 443 if origin.scheme == "https" else 80
        self._tls = origin.scheme == "https"
        self._family = family
        self._place = place
        self._attempt = attempt

    def connect(self) -> None:
        self.sock = sock = socket.socket(self._family, socket.SOCK_STREAM)
        self._attempt.connected(sock)
        sock.settimeout(self.timeout)
        sock.connect(self._place)
        if self._tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(sock, server_hostname=self.host)
            self._attempt.connected(self.sock)


def fetch(
    url: str,
    *,
    accept: str,
    limits: Limits,
    private: bool = False,
    body: bytes | None = None,
    content_type: str | None = None,
    look_up: Resolve = socket.getaddrinfo,
) -> Response:
    """Return what a server answers: to a POST with the body, to a GET without one.

    Raises ForbiddenError for an address that is not asked, RemoteError for a server that does not
    answer by status 200 within the limits.
    """
    origin = Origin.of(url)
    headers = {
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": f"sorafenib-kg/{__version__}",
        "Connection": "close",
    }
    if content_type is not None:
        headers["Content-Type"] = content_type

    def request(attempt: _Attempt) -> Response:
        places = resolve(origin.host, origin.port, private=private, look_up=look_up)
        for number, (family, place) in enumerate(places, start=1):
            connection = _Connection(origin, family, place, limits, attempt)
            try:
                connection.connect()
            except OSError:
                connection.close()
                if number == len(places):
                    raise
                continue
            break
        with closing(connection):
            method = "GET" if body is None else "POST"
            connection.request(method, _target(url), body, headers)
            with closing(connection.getresponse()) as response:
                return _read(response, origin, limits.size)

    attempt = _Attempt()
    thread = threading.Thread(target=attempt.run, args=(request,), daemon=True)
    thread.start()
    thread.join(limits.seconds)
    if thread.is_alive():
        attempt.abandon()
        raise RemoteError(f"{origin} did not answer within {limits.seconds:.3g} s")
    if attempt.response is not None:
        return attempt.response
    match attempt.error:
        case SorafenibKGError() as error:
            raise error
        case ssl.SSLError() as error:
            raise RemoteError(f"{origin} cannot be trusted to be the one") from error
        case OSError() | HTTPException() as error:
            raise RemoteError(f"{origin} cannot be reached, or broke off") from error
        case error:
            assert error is not None  # noqa: S101 - there is no response
            raise error


def _target(url: str) -> str:
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_SAFE)
    return f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path


def _read(response: HTTPResponse, origin: Origin, most: int) -> Response:
    if 300 <= response.status < 400:
        raise RemoteError(f"{origin} redirects to another address, which is not followed")
    if response.status != 200:
        raise RemoteError(f"{origin} answered by status {response.status}")
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise RemoteError(f"{origin} answered in a coding that was not asked for")
    body = bytearray()
    while piece := response.read(_PIECE):
        body += piece
        if len(body) > most:
            raise RemoteError(f"{origin} answered by more than {most / 2**20:g} MiB")
    if response.length:
        raise RemoteError(f"{origin} broke off")
    media_type = response.getheader("Content-Type", "").partition(";")[0]
    return Response(media_type.strip().lower(), bytes(body))
