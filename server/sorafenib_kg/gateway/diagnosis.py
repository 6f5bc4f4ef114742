"""Why a query has no rows, at an address of its own: which part of it leaves none."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from http import HTTPStatus
from time import monotonic

from sorafenib_kg.errors import NotAcceptableError, ProtocolError, SorafenibKGError, TimeLimitError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.headers import DIAGNOSIS, METHODS
from sorafenib_kg.gateway.requests import Reply, Request
from sorafenib_kg.negotiation import Offer, choose, content_type, parse_accept
from sorafenib_kg.protocol import QueryOperation, query_by_post, query_by_url
from sorafenib_kg.store.zero_rows import Finding, find

_JSON, _TEXT = "application/json", "text/plain"


class Diagnosis:
    """Answers at ``/diagnosis``; the query is given as to the endpoint."""

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        """Ask what the endpoint asks, for so many seconds altogether."""
        self._endpoint = endpoint
        self._seconds = seconds

    def respond(self, request: Request) -> Reply:
        """Return the reply to any request, errors included."""
        try:
            reply = self._respond(request)
        except SorafenibKGError as error:
            reply = self._endpoint.refuse(error, request)
        if request.method == "HEAD":
            reply = Reply(reply.status, reply.headers, b"")
        return reply

    def _respond(self, request: Request) -> Reply:
        match request.method:
            case "GET" | "HEAD":
                operation = query_by_url(request.query_string)
            case "POST":
                operation = query_by_post(
                    request.query_string, request.header("content-type"), request.body()
                )
            case "OPTIONS":
                return self._endpoint.preflight()
            case _:
                problem = problems.of_status(HTTPStatus.METHOD_NOT_ALLOWED)
                reply = problems.reply(problem, request.header("accept"))
                headers = (*reply.headers, ("Allow", METHODS))
                return self._endpoint.with_common(Reply(reply.status, headers, reply.body))
        if operation is None:
            raise ProtocolError("the request has no query parameter")
        media_type = choose(parse_accept(request.header("accept")), (Offer(_JSON), Offer(_TEXT)))
        if media_type is None:
            raise NotAcceptableError(f"a diagnosis can be had as {_JSON}, {_TEXT}")
        finding = self._find(operation, request)
        body = _json(finding) if media_type == _JSON else _text(finding)
        headers = (
            ("Content-Type", content_type(media_type)),
            ("Vary", "Accept"),
            ("Cache-Control", "no-cache"),
        )
        return self._endpoint.with_common(Reply(HTTPStatus.OK, headers, body.encode()))

    def _find(self, operation: QueryOperation, request: Request) -> Finding | None:
        store = self._endpoint.store
        end = monotonic() + self._seconds
        # Relative IRIs mean what they mean to the endpoint.
        base = request.base_url.removesuffix(DIAGNOSIS) + "/sparql"

        def ask(text: str, limit: int | None = None) -> bool:
            if monotonic() > end:
                raise TimeLimitError(f"that could not be found out within {self._seconds:g} s")
            table = store.table(
                text,
                limit=limit,
                default_graphs=operation.default_graphs,
                named_graphs=operation.named_graphs,
                base=base,
            )
            return bool(table.rows) or table.boolean is True

        # A query that has rows, or is none, is told first.
        return None if ask(operation.query, 1) else find(operation.query, ask)


def _json(finding: Finding | None) -> str:
    return json.dumps({"finding": _plain(finding)}, ensure_ascii=False, indent=2) + "\n"


def _plain(finding: Finding | None) -> dict[str, object] | None:
    if finding is None:
        return None
    said = {name: value for name, value in asdict(finding).items() if value is not None}
    if finding.inside:
        return said | {"inside": [_plain(inner) for inner in finding.inside]}
    said.pop("inside")
    return said


def _text(finding: Finding | None) -> str:
    if finding is None:
        return "The pattern has solutions.\n"
    return "".join(f"{line}\n" for line in _lines(finding, ""))


def _lines(finding: Finding, indent: str) -> Iterator[str]:
    place = f"line {finding.line}, column {finding.column}: " if finding.line else ""
    part = f"{finding.part}: " if finding.part else ""
    yield f"{indent}{place}{part}{finding.message}"
    for inner in finding.inside:
        yield from _lines(inner, indent + "  ")
