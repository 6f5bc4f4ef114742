"""What comes before and behind every answer: its id, its client's rate, its line in the log."""

import re
import secrets
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import count
from typing import Any

from sorafenib_kg.errors import ProtocolError, SorafenibKGError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.clients import Proxies, client_of, is_loopback
from sorafenib_kg.gateway.headers import SECURITY_HEADERS, VERSION_HEADER
from sorafenib_kg.gateway.ledger import Ledger, clock
from sorafenib_kg.gateway.rates import Rates
from sorafenib_kg.gateway.requests import Asked, Headers, Reply
from sorafenib_kg.gateway.wsgi import (
    ASKED,
    CLIENT,
    REQUEST_ID,
    Application,
    Environ,
    StartResponse,
    status_line,
)
from sorafenib_kg.hosts import fault_of_host

# What a client calls its request by goes into the log and back; with these signs it can neither
# end a line nor a string there.
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,127}")

# What is written down of what clients make up.
_LONGEST_METHOD = 20
_LONGEST_PATH = 500


class Front:
    """A WSGI application around another one."""

    def __init__(
        self,
        behind: Application,
        *,
        ledger: Ledger | None = None,
        rates: Rates | None = None,
        proxies: Proxies | None = None,
        common: Headers = SECURITY_HEADERS,
        version: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Enter each exchange in the ledger, and let no client ask more often than it may.

        Refusals made here get the headers that all answers have in common. ``version`` gives the
        version of the data, for answers that do not say it themselves.
        """
        self._behind = behind
        self._ledger = ledger
        self._rates = rates
        self._proxies = proxies or Proxies()
        self._common = common
        self._version = version
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = clock()
        ledger = self._ledger
        environ[REQUEST_ID] = request_id = self.name(environ.get("HTTP_X_REQUEST_ID"))
        address = self.address(
            environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR")
        )
        environ[CLIENT] = client = client_of(address)
        answered = ""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal answered
            answered = status
            return start_response(status, list(self.marked(tuple(headers), request_id)))

        try:
            # Our own listener has looked at it already.
            wrong = fault_of_host(environ.get("HTTP_HOST") or "")
            if wrong is not None:
                raise ProtocolError(wrong)
            self.admit(address, client, began)
            body = self._behind(environ, start)
        except SorafenibKGError as error:
            problem = problems.of_error(error) or problem_of_fault(request_id)
            body = self._tell(problem, environ, start)
        except Exception:
            body = self._tell(problem_of_fault(request_id), environ, start)
        if ledger is None:
            return body

        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]

        def enter(size: int) -> None:
            self.enter(began, request_id, client, method, path, answered, size, environ.get(ASKED))

        if type(body) is list:
            enter(len(body[0]) if len(body) == 1 else sum(map(len, body)))
            return body
        return _Counted(body, enter)

    def name(self, sent: str | None) -> str:
        """Return the id of a request: what the client calls it, if that is sane."""
        if sent is not None and _SANE_ID.fullmatch(sent):
            return sent
        return f"{self._prefix}-{next(self._numbers):x}"

    def address(self, remote: str, forwarded_for: str | None) -> str:
        """Return the address that a request comes from, behind proxies that are trusted."""
        return self._proxies.address_behind(remote, forwarded_for) if self._proxies else remote

    def admit(self, address: str, client: str, now: float) -> None:
        """Raise TooManyRequestsError if a client asks more often than it may."""
        if self._rates is not None and not is_loopback(address):
            self._rates.take(client, now)

    def enter(
        self,
        began: float,
        request_id: str,
        client: str,
        method: str,
        path: str,
        status: str,
        size: int,
        asked: Asked | None,
    ) -> None:
        """Enter an exchange in the ledger."""
        if self._ledger is not None:
            method, path = method[:_LONGEST_METHOD], path[:_LONGEST_PATH]
            self._ledger.enter(
                (began, clock(), request_id, client, method, path, status, size, asked)
            )

    def marked(self, headers: Headers, request_id: str) -> Headers:
        """Return headers with what every answer tells: the request's id, the data's version."""
        headers = (*headers, ("X-Request-Id", request_id))
        version = self._version()
        if version is None or any(name == VERSION_HEADER for name, _ in headers):
            return headers
        return (*headers, (VERSION_HEADER, version))

    def told(self, problem: problems.Problem | None, accept: str | None) -> Reply:
        """Return the reply that tells of a problem, with the headers of all answers."""
        assert problem is not None  # noqa: S101 - by the table of errors
        reply = problems.reply(problem, accept)
        length = ("Content-Length", str(reply.size))
        return Reply(reply.status, (*reply.headers, *self._common, length), reply.body)

    def _tell(
        self, problem: problems.Problem | None, environ: Environ, start_response: StartResponse
    ) -> list[bytes]:
        reply = self.told(problem, environ.get("HTTP_ACCEPT"))
        start_response(status_line(reply.status), list(reply.headers))
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else reply.body
        assert isinstance(body, bytes)  # noqa: S101 - problems are short
        return [body]


def problem_of_fault(request_id: str) -> problems.Problem:
    """Tell whoever runs the server of the exception at hand; return what the client is told."""
    print(f"request {request_id}", traceback.format_exc(), file=sys.stderr, sep="\n")
    return problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)


class _Counted:
    """A body that is told, when it has been sent or given up, how much of it was sent."""

    def __init__(self, body: Iterable[bytes], done: Any) -> None:
        self._body = body
        self._parts = iter(body)
        self._done = done
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = next(self._parts)
        self._size += len(part)
        return part

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
        done, self._done = self._done, None
        if done is not None:
            done(self._size)

    def __del__(self) -> None:
        self.close()
