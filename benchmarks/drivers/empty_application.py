"""An application that answers every request alike: what the web server alone takes for one.

The answer has about the size and the headers of that to a look-up.
"""

from __future__ import annotations

from typing import Any

from sorafenib_kg.gateway.headers import common_headers

_BODY = b" " * 1000
_HEADERS = [
    ("Content-Type", "application/sparql-results+json"),
    ("Vary", "Accept, Accept-Encoding"),
    ("Content-Length", str(len(_BODY))),
    ("ETag", '"0123456789abcdef01234567"'),
    ("Cache-Control", "no-cache"),
    ("X-Dataset-Version", "0.1.0+01234567"),
    *common_headers("*"),
    ("X-Request-Id", "01234567-1"),
]


def create() -> Any:
    """Return the application."""

    async def answer(scope: Any, exchange: Any) -> None:
        exchange.response_bytes(200, _HEADERS, _BODY)

    return answer
