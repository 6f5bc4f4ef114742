"""HTTP/1.1 as a server speaks it: connections, requests as they come, answers as they go.

Bytes are told apart by llhttp (httptools), and moved by libuv (uvloop) where that is there. Nothing
here knows what is asked for. RFC 9112 is the standard.

`listener.server` needs httptools, and is imported by whoever has asked `is_available`.
"""

from importlib.util import find_spec

from sorafenib_kg.listener.exchange import Exchange, Hung
from sorafenib_kg.listener.heads import BODILESS, lines_of, pairs_of

__all__ = [
    "BODILESS",
    "Exchange",
    "Hung",
    "is_available",
    "lines_of",
    "pairs_of",
]


def is_available() -> bool:
    """Say whether what `listener.server` needs is installed."""
    return find_spec("httptools") is not None
