"""What comes before and behind every answer: its id, its client's rate, its line in the log."""

import re
import secrets
import sys
import traceback
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import count
from typing import Any

from sorafenib_kg.errors import TooManyRequestsError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.clients import Proxies, client_of, is_loopback
from sorafenib_kg.gateway.headers import SECURITY_HEADERS
from sorafenib_kg.gateway.ledger import Ledger, clock
from sorafenib_kg.gateway.rates import Rates
from sorafenib_kg.gateway.requests import Headers
from sorafenib_kg.gateway.wsgi import (
    ASKED,
    CLIENT,
    REQUEST_ID,
    Application,
    Environ,
    StartResponse,
    status_line,
)

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
    ) -> None:
        """Enter each exchange in the ledger, and let no client ask more often than it may.

        Refusals made here get the headers that all answers have in common.
        """
        self._behind = behind
        self._ledger = ledger
        self._rates = rates
        self._proxies = proxies or Proxies()
        self._common = common
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = clock()
        ledger = self._ledger
        sent = environ.get("HTTP_X_REQUEST_ID")
        if sent is not None and _SANE_ID.fullmatch(sent):
            request_id = sent
        else:
            request_id = f"{self._prefix}-{next(self._numbers):x}"
        environ[REQUEST_ID] = request_id
        address = environ.get("REMOTE_ADDR") or ""
        if self._proxies:
            address = self._proxies.address_behind(address, environ.get("HTTP_X_FORWARDED_FOR"))
        environ[CLIENT] = client = client_of(address)
        answered = ""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal answered
            answered = status
            headers.append(("X-Request-Id", request_id))
            return start_response(status, headers)

        try:
            if self._rates is not None and not is_loopback(address):
                self._rates.take(client, began)
            body = self._behind(environ, start)
        except TooManyRequestsError as error:
            body = self._tell(problems.of_error(error), environ, start)
        except Exception:
            # The client is told that there was a mistake, and whoever runs the server which.
            print(f"request {request_id}", traceback.format_exc(), file=sys.stderr, sep="\n")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            body = self._tell(problems.of_status(status), environ, start)
        if ledger is None:
            return body

        method = environ["REQUEST_METHOD"][:_LONGEST_METHOD]
        path = environ["PATH_INFO"][:_LONGEST_PATH]

        if type(body) is list:
            size = len(body[0]) if len(body) == 1 else sum(map(len, body))
            asked = environ.get(ASKED)
            ledger.enter((began, clock(), request_id, client, method, path, answered, size, asked))
            return body

        def enter(size: int) -> None:
            asked = environ.get(ASKED)
            ledger.enter((began, clock(), request_id, client, method, path, answered, size, asked))

        return _Counted(body, enter)

    def _tell(
        self, problem: problems.Problem | None, environ: Environ, start_response: StartResponse
    ) -> list[bytes]:
        assert problem is not None  # noqa: S101 - by the table of errors
        reply = problems.reply(problem, environ.get("HTTP_ACCEPT"))
        length = ("Content-Length", str(reply.size))
        start_response(status_line(reply.status), [*reply.headers, *self._common, length])
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else reply.body
        assert isinstance(body, bytes)  # noqa: S101 - problems are short
        return [body]


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
