"""The web server with an application that answers every request alike: what it takes for one.

usage: empty_application.py PORT

The answer has about the size and the headers of that to a look-up.
"""

from __future__ import annotations

import socket
import sys

from sorafenib_kg.gateway.headers import common_headers
from sorafenib_kg.listener import Exchange, lines_of
from sorafenib_kg.listener.server import Server

_BODY = b" " * 1000
_LINES = lines_of(
    (
        ("Content-Type", "application/sparql-results+json"),
        ("Vary", "Accept, Accept-Encoding"),
        ("Content-Length", str(len(_BODY))),
        ("ETag", '"0123456789abcdef01234567"'),
        ("Cache-Control", "no-cache"),
        ("X-Dataset-Version", "0.1.0+01234567"),
        *common_headers("*"),
        ("X-Request-Id", "01234567-1"),
    )
)


class EmptyApplication:
    """Answers without a look at what is asked."""

    def begin(self, exchange: Exchange) -> None:
        """Answer a request."""
        exchange.respond(200, _LINES, _BODY)

    def refused(self, status: int, reason: str, remote: str) -> tuple[int, str, bytes]:
        """Return an answer without a body."""
        return status, "Content-Length: 0\r\n", b""


if __name__ == "__main__":
    Server(EmptyApplication()).run(socket.create_server(("127.0.0.1", int(sys.argv[1]))))
