"""Errors as clients see them: problem+json (RFC 9457), or plain text with the same content."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response

from sorafenib_kg.errors import QuerySyntaxError, SorafenibKGError
from sorafenib_kg.negotiation import PROBLEM, prefers_problem

MEDIA_TYPES = (PROBLEM, "application/json", "text/plain")

_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address is not for that method; see the header Allow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request is larger than requests may be here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "the server made a mistake; it is in its log",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in words; of a query also where, and what may help."""

    status: HTTPStatus
    detail: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    hint: str | None = None

    @property
    def title(self) -> str:
        """Return the name of the status."""
        return self.status.phrase

    @property
    def place(self) -> str | None:
        """Return line and column in words."""
        return None if self.line is None else f"line {self.line}, column {self.column}"


def of_error(error: SorafenibKGError, status: HTTPStatus) -> Problem:
    """Return the problem that an error of this package is to a client."""
    if isinstance(error, QuerySyntaxError):
        return Problem(status, str(error), error.line, error.column, error.excerpt, error.hint)
    return Problem(status, str(error))


def of_status(status: HTTPStatus) -> Problem:
    """Return the problem that only a status tells of."""
    return Problem(status, _DETAILS.get(status, status.description.lower()))


def respond(problem: Problem, accept: str | None) -> Response:
    """Return the problem as JSON to those who read it, else as text."""
    if prefers_problem(accept):
        return Response(as_json(problem), problem.status, content_type=PROBLEM)
    return Response(as_text(problem), problem.status, content_type="text/plain; charset=utf-8")


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
    }
    known = {name: value for name, value in members.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, indent=2) + "\n"


def as_text(problem: Problem) -> str:
    """Return the problem in lines, with the excerpt of the query below the message."""
    place = f"{problem.place}: " if problem.place else ""
    lines = [f"{problem.status.value} {problem.title}: {place}{problem.detail}"]
    if problem.excerpt:
        lines += ["", problem.excerpt]
    if problem.hint:
        lines += ["", f"Hint: {problem.hint}"]
    return "\n".join(lines) + "\n"
