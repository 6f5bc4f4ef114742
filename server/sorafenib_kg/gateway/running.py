"""The queries that run, to be looked at and ended, for those who may."""

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from time import time
from typing import Protocol

from sorafenib_kg.errors import SorafenibKGError, UnknownNameError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.access import Access
from sorafenib_kg.gateway.headers import PRIVATE_HEADERS
from sorafenib_kg.gateway.requests import Reply, Request

PATH = "/running"
_SHOWN = 2000  # characters of a query


class _Running(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def client(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def since(self) -> float: ...
    @property
    def chosen(self) -> bool: ...


class RunningQueries:
    """``GET /running``, and ``DELETE /running/ID``."""

    def __init__(
        self,
        listing: Callable[[], Sequence[_Running]],
        cancel: Callable[[str], bool],
        access: Access,
    ) -> None:
        """List and cancel by these functions."""
        self._listing = listing
        self._cancel = cancel
        self._access = access

    def respond(self, request: Request) -> Reply:
        """Return the reply to any request, errors included."""
        try:
            reply = self._respond(request)
        except SorafenibKGError as error:
            problem = problems.of_error(error)
            if problem is None:
                raise
            reply = problems.reply(problem, request.header("accept"))
        headers = (*reply.headers, *PRIVATE_HEADERS)
        if reply.status != HTTPStatus.NO_CONTENT:
            headers += (("Content-Length", str(reply.size)),)
        body = b"" if request.method == "HEAD" else reply.body
        return Reply(reply.status, headers, body)

    def _respond(self, request: Request) -> Reply:
        query_id = request.path.removeprefix(PATH).strip("/")
        if not (request.method == "DELETE" and self._is_chooser(request, query_id)):
            self._access.require_neighbour(request)
        match request.method, query_id:
            case (("GET" | "HEAD"), ""):
                return self._list()
            case "DELETE", query_id if query_id:
                if not self._cancel(query_id):
                    raise UnknownNameError("no query with this id runs")
                return Reply(HTTPStatus.NO_CONTENT)
        problem = problems.of_status(HTTPStatus.METHOD_NOT_ALLOWED)
        reply = problems.reply(problem, request.header("accept"))
        allowed = "DELETE" if query_id else "GET, HEAD"
        return Reply(reply.status, (*reply.headers, ("Allow", allowed)), reply.body)

    def _is_chooser(self, request: Request, query_id: str) -> bool:
        """Say whether a query goes by an id that its client made up, and this is that client.

        Whoever knows the id can only be the one who made it up, or who may look at all ids.
        """
        return any(
            entry.chosen and entry.id == query_id and entry.client == request.client
            for entry in self._listing()
        )

    def _list(self) -> Reply:
        now = time()
        entries = [
            {
                "id": entry.id,
                "client": entry.client,
                "seconds": round(now - entry.since, 3),
                "query": entry.query[:_SHOWN],
            }
            for entry in self._listing()
        ]
        body = json.dumps({"running": entries}, ensure_ascii=False, indent=2) + "\n"
        headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
        return Reply(HTTPStatus.OK, headers, body.encode())
