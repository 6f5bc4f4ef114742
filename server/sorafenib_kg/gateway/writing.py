"""Updates, and the Graph Store Protocol: what changes the data, for those who have the token.

Reading a graph needs no token.
"""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from pyoxigraph import NamedNode

from sorafenib_kg.errors import (
    ForbiddenError,
    ProtocolError,
    SorafenibKGError,
    UnknownNameError,
    ViolationError,
)
from sorafenib_kg.gateway import problems, violations
from sorafenib_kg.gateway.access import Access
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.headers import PRIVATE_HEADERS, QUERY_ID_HEADER, VERSION_HEADER
from sorafenib_kg.gateway.requests import Headers, Reply, Request
from sorafenib_kg.listener import BODILESS
from sorafenib_kg.protocol import (
    QueryOperation,
    change_to_undo,
    documents_of,
    graph_of_request,
    is_forced,
    names_graph,
    update_by_post,
)
from sorafenib_kg.store.updates import GraphWrite, Operation, Undo

LARGEST_UPDATE = 16 * 2**20  # bytes
LARGEST_GRAPH = 64 * 2**20
_WRITES = ("PUT", "POST", "DELETE")


class Made(Protocol):
    """A change that was made."""

    @property
    def version(self) -> str:
        """Return the version that it has led to."""

    @property
    def existed(self) -> bool:
        """Return whether a graph that was written was there before."""

    @property
    def id(self) -> str:
        """Return what it went by among those that ran."""


class Submit(Protocol):
    """Asks the data process for a change."""

    def __call__(self, operation: Operation, *, client: str, request_id: str, force: bool) -> Made:
        """Make a change; raise its error."""


class _Writing:
    """What both protocols have in common."""

    def __init__(self, submit: Submit | None, access: Access, methods: str) -> None:
        self._submit = submit
        self._access = access
        self._methods = methods

    def respond(self, request: Request) -> Reply:
        """Return the reply to any request, errors included."""
        request_id = request.id or secrets.token_hex(8)
        try:
            if request.method == "OPTIONS":
                reply = Reply(HTTPStatus.NO_CONTENT, (("Allow", self._methods),))
            elif request.method not in self._methods.split(", "):
                problem = problems.of_status(HTTPStatus.METHOD_NOT_ALLOWED)
                refused = problems.reply(problem, request.header("accept"))
                allow = ("Allow", self._methods)
                reply = Reply(refused.status, (*refused.headers, allow), refused.body)
            else:
                reply = self._respond(request, request_id)
        except ViolationError as error:
            reply = violations.reply(error, request.header("accept"))
        except SorafenibKGError as error:
            found = problems.of_error(error)
            if found is None:
                raise
            reply = problems.reply(found, request.header("accept"))
        headers: Headers = reply.headers
        names = {name for name, _ in headers}
        headers += tuple(header for header in PRIVATE_HEADERS if header[0] not in names)
        if reply.status not in BODILESS and "Content-Length" not in names:
            headers += (("Content-Length", str(reply.size)),)
        body = b"" if request.method == "HEAD" else reply.body
        return reply.with_headers(headers)._replace(body=body)

    def _respond(self, request: Request, request_id: str) -> Reply:
        raise NotImplementedError

    def _write(self, operation: Callable[[], Operation], request: Request, request_id: str) -> Made:
        if self._submit is None:
            raise ForbiddenError("the data cannot be changed here: the server is not --writable")
        self._access.require_token(request)
        return self._submit(
            operation(),
            client=request.client,
            request_id=request_id,
            force=is_forced(request.query_string),
        )


class UpdateEndpoint(_Writing):
    """``POST /update``."""

    def __init__(self, submit: Submit | None, access: Access) -> None:
        """Change the data by a function; without one nothing is changed."""
        super().__init__(submit, access, "POST, OPTIONS")

    def _respond(self, request: Request, request_id: str) -> Reply:
        def operation() -> Operation:
            undone = change_to_undo(request.query_string)
            if undone is not None:
                return Undo(undone)
            return update_by_post(
                request.query_string,
                request.header("content-type"),
                request.body(LARGEST_UPDATE),
                request.base_url,
            )

        made = self._write(operation, request, request_id)
        return Reply(HTTPStatus.NO_CONTENT, _headers_of(made))


class GraphStore(_Writing):
    """``/graph-store?default``, ``?graph=IRI``, ``/graph-store/…`` and ``/graph/NAME``."""

    def __init__(
        self, endpoint: Endpoint, submit: Submit | None, access: Access, path: str, graphs: str
    ) -> None:
        """Read by the endpoint and change by a function; without one nothing is changed.

        What follows the path names a graph directly, behind the beginning of its IRI.
        """
        super().__init__(submit, access, "GET, HEAD, PUT, POST, DELETE, OPTIONS")
        self._endpoint = endpoint
        self._path = path
        self._graphs = graphs

    def _respond(self, request: Request, request_id: str) -> Reply:
        name = request.path.removeprefix(self._path).removeprefix("/")
        if request.method not in _WRITES:
            return self._read(self._graph(request, name), request)
        if request.method == "POST" and not name and not names_graph(request.query_string):
            return self._create(request, request_id)
        graph = self._graph(request, name)

        def operation() -> GraphWrite:
            documents = () if request.method == "DELETE" else self._documents(request)
            return GraphWrite(request.method.lower(), graph, documents, graph or request.base_url)

        made = self._write(operation, request, request_id)
        status = HTTPStatus.NO_CONTENT if made.existed else HTTPStatus.CREATED
        return Reply(status, _headers_of(made))

    def _create(self, request: Request, request_id: str) -> Reply:
        """Put what is sent into a graph of a new name, which is its address (section 5.5)."""
        graph = f"{self._graphs or request.base_url.rstrip('/') + '/'}{secrets.token_hex(8)}"

        def operation() -> GraphWrite:
            return GraphWrite("post", graph, self._documents(request), graph)

        made = self._write(operation, request, request_id)
        address = request.base_url.rstrip("/") + "/" + graph.rpartition("/")[2]
        return Reply(HTTPStatus.CREATED, (("Location", address), *_headers_of(made)))

    def _graph(self, request: Request, name: str) -> str | None:
        if not name:
            return graph_of_request(request.query_string)
        return (self._graphs or f"{request.base_url.removesuffix(name)}") + name

    def _documents(self, request: Request) -> tuple[tuple[bytes, str], ...]:
        return documents_of(request.header("content-type"), request.body(LARGEST_GRAPH))

    def _read(self, graph: str | None, request: Request) -> Reply:
        if graph is None:
            pattern = "?s ?p ?o"
        else:
            try:
                node = NamedNode(graph)
            except ValueError as error:
                raise ProtocolError(
                    f"the name of a graph is not an absolute IRI: {error}"
                ) from error
            if not self._endpoint.store.table(f"ASK {{ GRAPH {node} {{}} }}").boolean:
                raise UnknownNameError("there is no such graph")
            pattern = f"GRAPH {node} {{ ?s ?p ?o }}"
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
        return self._endpoint.answer(QueryOperation(query, kind="graph"), request)


def _headers_of(made: Made) -> Headers:
    return ((VERSION_HEADER, made.version), (QUERY_ID_HEADER, made.id))
