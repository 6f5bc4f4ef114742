"""The endpoint in front of a WSGI application, which answers for all other addresses."""

import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from sorafenib_kg.errors import BusyError, ProtocolError
from sorafenib_kg.gateway import clients
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.requests import Reply, Request
from sorafenib_kg.hosts import authority_of
from sorafenib_kg.processes.remote import chosen_id, client, is_gone

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Says whether the client has gone: as waitress calls it, and this project's listener too.
DISCONNECTED = "waitress.client_disconnected"
# What `front` tells the others of a request, and they tell it.
CLIENT, REQUEST_ID, ASKED = "sorafenib_kg.client", "sorafenib_kg.request_id", "sorafenib_kg.asked"
# By such an id its client may end a query, so that it must be hard to guess.
_CHOSEN_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PHRASES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Gateway:
    """A WSGI application: SPARQL here, the rest behind."""

    def __init__(
        self,
        endpoint: Endpoint,
        behind: Application,
        others: Mapping[str, Callable[[Request], Reply]] = MappingProxyType({}),
    ) -> None:
        """Answer at ``/sparql`` but to browsers, and at other addresses by these functions.

        Their first segment names them, as in ``/running``.
        """
        self._endpoint = endpoint
        self._behind = behind
        self._others = others

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        client.set(client_of(environ))
        is_gone.set(environ.get(DISCONNECTED))
        chosen_id.set(id_of_query(environ.get("HTTP_X_QUERY_ID")))
        path = environ["PATH_INFO"]
        if path != "/sparql":
            if not path.startswith("/"):
                # Such targets are for proxies, and for servers as a whole.
                error = ProtocolError("the target of the request is not a path")
                refused = self._endpoint.refuse(error, request_of(environ))
                return self._send(refused, environ, start_response)
            other = self._others.get("/" + path.split("/", 2)[1])
            if other is not None:
                return self._send(other(request_of(environ)), environ, start_response)
            return self._behind(environ, start_response)
        accept = environ.get("HTTP_ACCEPT", "")
        if "html" in accept:
            return self._behind(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET":
            return self._send(self._endpoint.respond(request_of(environ)), environ, start_response)
        name = (
            environ.get("QUERY_STRING"),
            accept,
            environ.get("HTTP_ACCEPT_ENCODING"),
            environ.get("HTTP_HOST"),
            environ.get("wsgi.url_scheme"),
        )
        if "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MODIFIED_SINCE" not in environ:
            entry = self._endpoint.known(name)
            if entry is not None:
                environ[ASKED] = entry.asked
                start_response("200 OK", list(entry.headers))
                return [entry.body]
        reply = self._endpoint.respond(request_of(environ), name)
        return self._send(reply, environ, start_response)

    def _send(
        self, reply: Reply, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        environ[ASKED] = reply.asked
        if isinstance(reply.body, bytes):
            start_response(_PHRASES[reply.status], list(reply.headers))
            return [reply.body]
        try:
            pieces = self._endpoint.streams.open(reply.body, client_of(environ))
        except BusyError as error:
            return self._send(
                self._endpoint.refuse(error, request_of(environ)), environ, start_response
            )
        start_response(_PHRASES[reply.status], list(reply.headers))
        return pieces


class _Headers:
    """The headers in a WSGI environment, which also holds much else, looked up one by one."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def get(self, name: str) -> str | None:
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            return self._environ.get(key) or None
        return self._environ.get(f"HTTP_{key}")


def request_of(environ: Environ) -> Request:
    """Return the request that WSGI describes."""
    here = environ["SERVER_NAME"], environ["SERVER_PORT"]
    host = environ.get("HTTP_HOST") or authority_of(*here)
    path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    return Request(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", "").encode("latin-1", "replace"),
        f"{environ['wsgi.url_scheme']}://{host}{path}",
        _Headers(environ),
        lambda size: _read(environ, size),
        client_of(environ),
        str(environ.get("REMOTE_ADDR") or ""),
        environ.get(REQUEST_ID, ""),
    )


def _read(environ: Environ, size: int) -> bytes:
    length = environ.get("CONTENT_LENGTH")
    if length and length.isdecimal():
        size = min(size, int(length))
    elif not environ.get("wsgi.input_terminated"):
        return b""
    source = environ["wsgi.input"]
    parts = bytearray()
    while len(parts) < size:
        part = source.read(size - len(parts))
        if not part:
            break
        parts += part
    return bytes(parts)


def client_of(environ: Environ) -> str:
    """Return what tells one client from another."""
    known = environ.get(CLIENT)
    return known if known is not None else clients.client_of(str(environ.get("REMOTE_ADDR") or ""))


def id_of_query(sent: str | None) -> str | None:
    """Return the id by which a client wants its query to go, if it may."""
    return sent if sent is not None and _CHOSEN_ID.fullmatch(sent) else None


def status_line(status: HTTPStatus) -> str:
    """Return a status as WSGI has it."""
    return _PHRASES[status]
