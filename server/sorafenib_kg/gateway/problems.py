"""Errors as clients see them: problem+json (RFC 9457), or plain text with the same content."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sorafenib_kg import errors
from sorafenib_kg.errors import DocumentError, QuerySyntaxError, SorafenibKGError
from sorafenib_kg.gateway.requests import Reply
from sorafenib_kg.negotiation import PROBLEM, prefers_problem

MEDIA_TYPES = (PROBLEM, "application/json", "text/plain")

STATUS_OF_ERROR: dict[type[SorafenibKGError], HTTPStatus] = {
    errors.ProtocolError: HTTPStatus.BAD_REQUEST,
    errors.DocumentError: HTTPStatus.BAD_REQUEST,
    errors.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    errors.QueryRefusedError: HTTPStatus.BAD_REQUEST,
    errors.QueryEvaluationError: HTTPStatus.BAD_REQUEST,
    errors.SwitchedOffError: HTTPStatus.FORBIDDEN,
    errors.UnknownNameError: HTTPStatus.NOT_FOUND,
    errors.NotEntailedError: HTTPStatus.NOT_FOUND,
    errors.EntailedError: HTTPStatus.CONFLICT,
    errors.ReasoningError: HTTPStatus.NOT_FOUND,  # no entailment, so there are no proofs
    errors.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.ViolationError: HTTPStatus.CONFLICT,
    errors.OverwrittenError: HTTPStatus.CONFLICT,
    errors.RequestTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.MisdirectedError: HTTPStatus.MISDIRECTED_REQUEST,
    errors.JournalError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ResultTooLargeError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NotReadyError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.CancelledError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.MemoryLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.RemoteError: HTTPStatus.BAD_GATEWAY,
    errors.TimeLimitError: HTTPStatus.GATEWAY_TIMEOUT,
    errors.FaultError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.UnreadError: HTTPStatus.NOT_IMPLEMENTED,
}
# Of these it helps to ask again: after so many seconds.
_RETRY_AFTER: dict[type[SorafenibKGError], int] = {errors.NotReadyError: 5, errors.BusyError: 2}

_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address is not for that method; see the header Allow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request is larger than requests may be here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "the server made a mistake; it is in its log",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in words; of a query or a document also where, and what may help."""

    status: HTTPStatus
    detail: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    hint: str | None = None
    retry_after: int | None = None  # seconds
    query_id: str | None = None
    report: Any = None  # of violations, as JSON-LD

    @property
    def title(self) -> str:
        """Return the name of the status."""
        return self.status.phrase

    @property
    def place(self) -> str | None:
        """Return line and column in words."""
        return None if self.line is None else f"line {self.line}, column {self.column}"


def of_error(error: SorafenibKGError) -> Problem | None:
    """Return the problem that an error is to a client; None if no client should see it."""
    status = STATUS_OF_ERROR.get(type(error))
    if status is None:
        return None
    if isinstance(error, QuerySyntaxError):
        return Problem(
            status,
            str(error),
            error.line,
            error.column,
            error.excerpt,
            error.hint,
            query_id=error.query_id,
        )
    if isinstance(error, DocumentError):
        return Problem(status, str(error), error.line, error.column, error.excerpt)
    return Problem(
        status,
        str(error),
        retry_after=getattr(error, "retry_after", None) or _RETRY_AFTER.get(type(error)),
        query_id=getattr(error, "query_id", None),
    )


def of_status(status: HTTPStatus) -> Problem:
    """Return the problem that only a status tells of."""
    return Problem(status, _DETAILS.get(status, status.description.lower()))


def reply(problem: Problem, accept: str | None) -> Reply:
    """Return the problem as JSON to those who read it, else as text."""
    as_problem = prefers_problem(accept)
    body = as_json(problem) if as_problem else as_text(problem)
    headers = [
        ("Content-Type", PROBLEM if as_problem else "text/plain; charset=utf-8"),
        ("Vary", "Accept"),
        ("Cache-Control", "no-store"),
    ]
    if problem.retry_after is not None:
        headers.append(("Retry-After", str(problem.retry_after)))
    if problem.query_id is not None:
        headers.append(("X-Query-Id", problem.query_id))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers.append(("WWW-Authenticate", "Bearer"))
    return Reply(problem.status, tuple(headers), body.encode())


def as_json(problem: Problem) -> str:
    """Return the problem by RFC 9457; what is not known is left out."""
    members = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status.value,
        "detail": problem.detail,
        "line": problem.line,
        "column": problem.column,
        "excerpt": problem.excerpt,
        "hint": problem.hint,
        "report": problem.report,
    }
    known = {name: value for name, value in members.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, indent=2) + "\n"


def as_text(problem: Problem) -> str:
    """Return the problem in lines, with the excerpt of what was sent below the message."""
    place = f"{problem.place}: " if problem.place else ""
    lines = [f"{problem.status.value} {problem.title}: {place}{problem.detail}"]
    if problem.excerpt:
        lines += ["", problem.excerpt]
    if problem.hint:
        lines += ["", f"Hint: {problem.hint}"]
    return "\n".join(lines) + "\n"
