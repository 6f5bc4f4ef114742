"""What several views do alike: answer a query in bytes, and show an answer as a table."""

from dataclasses import dataclass

from flask import Response, request

from sorafenib_kg.errors import ProtocolError
from sorafenib_kg.gateway.requests import Reply
from sorafenib_kg.gateway.wsgi import ASKED, request_of
from sorafenib_kg.processes.remote import client
from sorafenib_kg.protocol import QueryOperation
from sorafenib_kg.results import Row, rows_of
from sorafenib_kg.store import Format, Store, Table, formats_of
from sorafenib_kg.views.site import Site

ROWS_OF_A_PAGE = 100
_LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of an answer, with what the template needs around it."""

    table: Table
    rows: tuple[Row, ...]
    page: int
    formats: tuple[Format, ...]

    @property
    def first(self) -> int:
        """Return the number of the first row that is shown, from 1."""
        return (self.page - 1) * ROWS_OF_A_PAGE + 1

    @property
    def last(self) -> int:
        """Return the number of the last row that is shown."""
        return self.first + len(self.rows) - 1

    @property
    def has_next(self) -> bool:
        """Say whether rows follow behind this page."""
        return self.table.total is None or self.last < self.table.total


def respond(site: Site, operation: QueryOperation) -> Response:
    """Answer a query in the format that the request asks for."""
    return as_response(site.endpoint.answer(operation, request_of(request.environ)), site)


def as_response(reply: Reply, site: Site) -> Response:
    """Return a reply as Flask wants it; raise BusyError if it cannot be sent now."""
    request.environ[ASKED] = reply.asked
    if isinstance(reply.body, bytes):
        response = Response(reply.body, reply.status)
    else:
        pieces = site.endpoint.streams.open(reply.body, client.get())
        response = Response(pieces, reply.status, direct_passthrough=True)
    response.headers.clear()
    response.headers.extend(reply.headers)
    return response


def negotiated_page(html: str) -> Response:
    """Answer with a page at an address where other clients are given data."""
    response = Response(html)
    response.vary.add("Accept")
    return response


def show(store: Store, query: str) -> Shown:
    """Evaluate a query for a page, of which the parameter ``page`` says which part."""
    page = page_number()
    table = store.table(
        query,
        limit=ROWS_OF_A_PAGE,
        offset=(page - 1) * ROWS_OF_A_PAGE,
        base=request.base_url,
    )
    return Shown(table, rows_of(table, store), page, formats_of(table.kind))


def page_number() -> int:
    """Return which page of an answer is asked for; raise ProtocolError if it is no number."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _LAST_PAGE):
        raise ProtocolError("the parameter page is not the number of a page")
    return int(text)
