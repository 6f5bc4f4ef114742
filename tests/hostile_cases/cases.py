"""Requests that are wrong, or mean harm, by the class of their fault; and what may be answered.

Each is given as the bytes that go through the socket. A fault of the client is to be told by 4xx,
a limit of the server by 503 or 504 (or 4xx, where a look at the request is enough), something that
is not offered by 501 or 4xx. What is odd but allowed may also be answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

CLIENT = frozenset(range(400, 500))
LIMIT = CLIENT | {503, 504}
NOT_OFFERED = CLIENT | {501}
ANSWERED = frozenset({200, 201, 204, 304})

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


@dataclass(frozen=True)
class Place:
    """Where the requests go."""

    query: str = "/sparql"
    update: str = "/update"
    store: str = "/graph-store"
    token: str | None = None
    canary: int = 9  # a port of this machine where nobody must ask


@dataclass(frozen=True)
class Case:
    """A request, and by which statuses it may be answered; `closed` says that none may come."""

    group: str
    name: str
    raw: bytes
    allowed: frozenset[int]
    closed: bool = False


def request(
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    host: str = "localhost",
    close: bool = True,
) -> bytes:
    """Return a request as it goes through the socket."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None and "Content-Length" not in (headers or {}):
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + (body or b"")


class Maker:
    """Makes requests for one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.rights = {} if place.token is None else {"Authorization": f"Bearer {place.token}"}

    def query(self, text: str | bytes, **headers: str) -> bytes:
        body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return request("POST", self.place.query, body, {"Content-Type": QUERY, **named})

    def get(self, text: str, more: str = "", **headers: str) -> bytes:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"{self.place.query}?query={quote(text, safe='')}{more}"
        return request("GET", path, headers=named)

    def update(self, text: str | bytes, more: str = "") -> bytes:
        body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        headers = {"Content-Type": UPDATE, **self.rights}
        return request("POST", self.place.update + more, body, headers)

    def put(self, body: bytes, media_type: str, target: str = "?graph=http://g/hostile") -> bytes:
        headers = {"Content-Type": media_type, **self.rights}
        return request("PUT", self.place.store + target, body, headers)

    def delete_hostile_graph(self) -> bytes:
        """Return the request that removes what documents have left."""
        return request("DELETE", f"{self.place.store}?graph=http://g/hostile", headers=self.rights)


OF_QUERY = {"Content-Type": QUERY}
