"""One query to the SPARQL service of another server, over HTTP."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from sorafenib_kg import __version__
from sorafenib_kg.errors import (
    BusyError,
    QueryEvaluationError,
    RemoteError,
    RequestError,
    RequestTooLargeError,
    TimeLimitError,
)
from sorafenib_kg.fetching.credentials import Credentials

_SECONDS_TO_CONNECT = 10
# Afterwards a server may have closed the connection, which would be noticed too late.
_SECONDS_KEPT = 4
_LONGEST_REASON = 300
_PIECE = 2**16

_GAVE_UP = TimeLimitError("the store behind this server gave up, as the query took too long")
_BUSY = BusyError("the store behind this server has too much to do")
_ERRORS: dict[int, RequestError] = {
    206: _GAVE_UP,  # Virtuoso, with the part of the answer that it had
    400: QueryEvaluationError("the store behind this server cannot evaluate this query"),
    408: _GAVE_UP,
    413: RequestTooLargeError("the query is too large for the store behind this server"),
    414: RequestTooLargeError("the query is too large for the store behind this server"),
    429: _BUSY,
    503: _BUSY,
    504: _GAVE_UP,
}
_FAILED = "the store behind this server has failed"


class Service:
    """A SPARQL service by its address, which is the operator's own choice."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        """Connect to nothing yet."""
        self._url = url
        self._last = 0.0
        self._session = requests.Session()
        # The proxies and passwords of whoever started the program are not meant.
        self._session.trust_env = False
        self._session.verify = os.environ.get("SSL_CERT_FILE") or True
        self._session.headers = {  # type: ignore[assignment]
            "User-Agent": f"sorafenib-kg/{__version__}",
            "Accept-Encoding": "identity",
        }
        if credentials.authorization is not None:
            self._session.headers["Authorization"] = credentials.authorization
        elif credentials.user is not None:
            self._session.auth = _Challenged(credentials.user, credentials.password or "")

    @contextmanager
    def asking(
        self, query: str, default_graphs: Sequence[str], named_graphs: Sequence[str], accept: str
    ) -> Iterator["Body"]:
        """Give the answer while it comes; leaving the block early breaks it off.

        Raises RemoteError, and the errors that a status stands for. What the server says goes to
        standard error, not to clients.
        """
        if monotonic() - self._last > _SECONDS_KEPT:
            self._session.close()
        form = [
            ("query", query),
            *(("default-graph-uri", graph) for graph in default_graphs),
            *(("named-graph-uri", graph) for graph in named_graphs),
        ]
        try:
            response = self._session.post(
                self._url,
                data=form,
                headers={"Accept": accept},
                stream=True,
                allow_redirects=False,
                timeout=(_SECONDS_TO_CONNECT, None),
            )
        except requests.RequestException as error:
            raise _unreachable(error) from error
        with response:
            if response.status_code != requests.codes.ok:
                raise _refusal(response)
            _require_whole(response)
            body = Body(response)
            try:
                yield body
            except (SyntaxError, ValueError) as error:
                raise body.failure or _nonsense(str(error)) from error
            except OSError as error:
                # The engine may tell in its own words of what the body has raised.
                if body.failure is None:
                    raise
                raise body.failure from error
        self._last = monotonic()


class Body:
    """The content of a response as a file that is read once."""

    def __init__(self, response: requests.Response) -> None:
        """Read from a response with status 200."""
        kind = response.headers.get("Content-Type", "")
        self.media_type = kind.partition(";")[0].strip().lower()
        self.failure: RequestError | None = None
        self._raw: Any = response.raw

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, empty at the end; raise RemoteError."""
        try:
            part: bytes = self._raw.read(_PIECE if size < 0 else min(size, _PIECE))
        except Exception as error:
            self.failure = _unreachable(error)
            raise self.failure from error
        return part


class _Challenged(HTTPDigestAuth):
    """Answers a challenge for Digest, or else for Basic authentication."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user, password)
        self._basic = HTTPBasicAuth(user, password)

    def handle_401(self, r: requests.Response, **kwargs: Any) -> requests.Response:
        challenge = r.headers.get("WWW-Authenticate", "").lower()
        if "digest" in challenge or "basic" not in challenge or r.history:
            return super().handle_401(r, **kwargs)
        r.content  # noqa: B018 - read, so that the connection can be used again
        r.close()
        again = self._basic(r.request.copy())
        answer: requests.Response = r.connection.send(again, **kwargs)
        answer.history.append(r)
        answer.request = again
        return answer


def _refusal(response: requests.Response) -> RequestError:
    status = response.status_code
    said = response.raw.read(4 * _LONGEST_REASON, decode_content=False) or b""
    _log(f"answered {status} {response.reason}: {said.decode('utf-8', 'replace')}")
    if status in _ERRORS:
        return _ERRORS[status]
    if status in (401, 403):
        return RemoteError("the store behind this server refuses to answer it")
    if 300 <= status < 400:
        return RemoteError("the store behind this server is not at its address")
    return RemoteError(_FAILED)


def _require_whole(response: requests.Response) -> None:
    """Raise an error for an answer that says of itself that it is only a part."""
    if "X-SPARQL-MaxRows" in response.headers:
        _log(f"answered with the first {response.headers['X-SPARQL-MaxRows']} rows only")
        raise QueryEvaluationError(
            "the store behind this server does not give so many rows; ask for less of it by LIMIT"
        )


def _unreachable(error: BaseException) -> RemoteError:
    _log(f"cannot be reached, or broke off: {error}")
    return RemoteError("the store behind this server cannot be reached, or broke off")


def _nonsense(reason: str) -> RemoteError:
    _log(f"did not answer as the standards say: {reason}")
    return RemoteError(_FAILED)


def _log(reason: str) -> None:
    shown = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in reason)).strip()
    print(f"The store {shown[:_LONGEST_REASON]}", file=sys.stderr, flush=True)
