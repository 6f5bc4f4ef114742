"""What stands before the body of an answer."""

from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time

Pairs = Iterable[tuple[str, str]]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus
}
# Answers that have no body, whatever is said of it (RFC 9110, 6.4.1).
BODILESS = frozenset({204, 304})


def lines_of(pairs: Pairs) -> str:
    """Return headers as lines; raise ValueError if one would become two of them."""
    lines = [f"{name}: {value}" for name, value in pairs]
    text = "\r\n".join(lines)
    if text.count("\n") >= max(1, len(lines)) or text.count("\r") >= max(1, len(lines)):
        raise ValueError("a header has a line end")
    return f"{text}\r\n" if lines else ""


def unsized(lines: str) -> str:
    """Return headers without Content-Length.

    Of no content it must not be said (RFC 9110, section 8.6), and of one that the client has, only
    what the answer itself would say.
    """
    if "content-length" not in lines.lower():
        return lines
    return lines_of(pair for pair in pairs_of(lines) if pair[0].lower() != "content-length")


def pairs_of(lines: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that stand in lines."""
    parted = (line.partition(": ") for line in lines.split("\r\n")[:-1])
    return tuple((name, value) for name, _, value in parted)


def head(status: int, lines: str, version: str, *, keep: bool) -> bytes:
    """Return the head of an answer, with what is said of the connection.

    One of HTTP/1.0 ends unless it is told to stay, one of 1.1 stays unless told to end.
    """
    if keep:
        more = "" if version == "1.1" else "Connection: keep-alive\r\n"
    else:
        more = "Connection: close\r\n"
    start = _STATUS_LINES[status]
    return f"{start}{lines}{_date(int(time()))}{more}\r\n".encode("latin-1")


@lru_cache(2)
def _date(seconds: int) -> str:
    return f"Date: {formatdate(seconds, usegmt=True)}\r\n"
