"""The query endpoint: from a request to a reply, by way of the cache.

It knows neither Flask nor WSGI.
"""

from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from time import time
from typing import NamedTuple

from sorafenib_kg.errors import NotReadyError, RequestError, SorafenibKGError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.cache import Entry, ResultCache
from sorafenib_kg.gateway.description import description, written_for
from sorafenib_kg.gateway.headers import (
    METHODS,
    VERSION_HEADER,
    common_headers,
    link_to_diagnosis,
    preflight_headers,
)
from sorafenib_kg.gateway.requests import Asked, Headers, Reply, Request
from sorafenib_kg.gateway.streams import Streams
from sorafenib_kg.listener import lines_of
from sorafenib_kg.negotiation import accepted_coding, accepted_formats, content_type
from sorafenib_kg.protocol import QueryOperation, query_by_post, query_by_url
from sorafenib_kg.store import Answer, Formats, Store

# Whatever gives another answer each time, or asks somebody else. An escape could spell any of
# them; a word that only looks like one costs a place in the cache, no more.
_VOLATILE = ("NOW", "RAND", "UUID", "BNODE", "SERVICE", "\\U")
# Proxies and clients refuse headers that are much longer.
_LONGEST_DIAGNOSIS = 2000
_REVALIDATE = ("Cache-Control", "no-cache")
_REVALIDATE_LINE = lines_of((_REVALIDATE,))
_VARY = ("Vary", "Accept, Accept-Encoding")


class Question(NamedTuple):
    """What the store is asked for a request, and what the cache knows the answer by."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: Formats
    coding: str | None
    base: str
    version: str  # of the data when it was asked
    operation: QueryOperation
    volatile: bool
    name: object = None  # what the request itself can be known by


# To look a status up among all takes as long as to look an answer up.
_OK = HTTPStatus.OK

_TAG = 24  # digits of a tag

# So many of the fields decide about the answer.
_KEY = 6


class Endpoint:
    """Answers requests at one address."""

    def __init__(
        self,
        store: Store | None,
        *,
        cache: ResultCache | None = None,
        changed: Callable[[], float] | None = None,
        cors: str | None = "*",
        entailment: str = "none",
        federated: bool = False,
        streams: int = 16,
        public_url: str | None = None,
    ) -> None:
        """Answer from a store, None before there are data.

        ``changed`` says when the data last changed, in seconds since 1970; ``streams`` is how many
        large answers may be sent at a time; ``public_url`` is where others reach the server.
        """
        self.streams = Streams(streams)
        self._entailment = entailment
        self._federated = federated
        self._public_url = public_url and public_url.rstrip("/")
        self._store = store
        self._cache = ResultCache() if cache is None else cache
        started = time()
        self._changed = changed or (lambda: started)
        self._common = common_headers(cors)
        self._common_lines = lines_of(self._common)
        self._preflight: Headers = (("Allow", METHODS), *preflight_headers(cors))

    @property
    def store(self) -> Store:
        """Return the store; raise NotReadyError if there are no data."""
        if self._store is None:
            raise NotReadyError("the data are not loaded")
        return self._store

    @property
    def version(self) -> str | None:
        """Return the version of the data, None without data."""
        return None if self._store is None else self._store.version

    @property
    def cache(self) -> ResultCache:
        """Return the cache, to be looked at."""
        return self._cache

    def known(self, name: tuple[object, ...]) -> Entry | None:
        """Return the answer that a request with these very headers was given before."""
        return None if self._store is None else self._cache.named(self._store.version, name)

    def respond(self, request: Request, name: object = None) -> Reply:
        """Return the reply to any request, errors included."""
        try:
            found = self.begin(request, name)
            reply = found if isinstance(found, Reply) else self._ask(found, request)
        except SorafenibKGError as error:
            reply = self.refuse(error, request)
        return reply._replace(body=b"") if request.method == "HEAD" else reply

    def refuse(self, error: SorafenibKGError, request: Request) -> Reply:
        """Return the reply that tells of an error; raise it if no client should see it."""
        problem = problems.of_error(error)
        if problem is None:
            raise error
        reply = self.with_common(problems.reply(problem, request.header("accept")))
        query = getattr(error, "query", None)
        if query is None:
            return reply
        asked = Asked(query, self.version or "", problem.query_id)
        return reply._replace(asked=asked)

    def begin(self, request: Request, name: object = None) -> Reply | Question:
        """Return the reply to a request, or what the store is to be asked for it.

        Raises errors of this package. ``name`` is what the same request can be known by.
        """
        match request.method:
            case "GET" | "HEAD":
                operation: QueryOperation | None = query_by_url(request.query_string)
            case "POST":
                operation = query_by_post(
                    request.query_string, request.header("content-type"), request.body()
                )
            case "OPTIONS":
                return self.preflight()
            case _:
                problem = problems.of_status(HTTPStatus.METHOD_NOT_ALLOWED)
                reply = problems.reply(problem, request.header("accept"))
                headers = (*reply.headers, ("Allow", METHODS))
                return self.with_common(Reply(reply.status, headers, reply.body))
        if operation is None:
            return self.describe(request)
        return self.question(operation, request, name)

    def preflight(self) -> Reply:
        """Return the reply to OPTIONS."""
        return self.with_common(Reply(HTTPStatus.NO_CONTENT, self._preflight))

    def describe(self, request: Request) -> Reply:
        """Return the service description, which stands at the address without a query."""
        root = self._public_url
        address = request.base_url if root is None else f"{root}/sparql"
        triples = description(self.store, address, self._entailment, federated=self._federated)
        media_type, body = written_for(request.header("accept"), triples)
        headers = (("Content-Type", content_type(media_type)), ("Vary", "Accept"), _REVALIDATE)
        return self.with_common(Reply(HTTPStatus.OK, headers, body))

    def answer(self, operation: QueryOperation, request: Request) -> Reply:
        """Return the answer to a query, in the form that the request asks for."""
        found = self.question(operation, request)
        return found if isinstance(found, Reply) else self._ask(found, request)

    def question(
        self, operation: QueryOperation, request: Request, name: object = None
    ) -> Reply | Question:
        """Return the reply that the cache has, or what the store is to be asked."""
        try:
            formats = accepted_formats(request.header("accept"), operation.output, operation.kind)
            coding = accepted_coding(request.header("accept-encoding"))
            version = self.store.version
        except RequestError as error:
            error.query = operation.query
            raise
        volatile = is_volatile(operation.query)
        found = Question(
            operation.query,
            operation.default_graphs,
            operation.named_graphs,
            formats,
            coding,
            request.base_url,
            version,
            operation,
            volatile,
            name,
        )
        entry = None if volatile else self._cache.get(version, found[:_KEY])
        return found if entry is None else self._kept(entry, found, request)

    def _ask(self, question: Question, request: Request) -> Reply:
        try:
            answer = self.store.answer(
                question.query,
                default_graphs=question.default_graphs,
                named_graphs=question.named_graphs,
                formats=question.formats,
                base=question.base,
                coding=question.coding,
            )
        except RequestError as error:
            error.query = question.query
            raise
        return self.finish(question, answer, request)

    def finish(self, question: Question, answer: Answer, request: Request) -> Reply:
        """Return the reply with what the store has answered, and keep that for the next time."""
        body = answer.body
        if question.volatile or not isinstance(body, bytes):
            return self._unkept(answer, question.operation, volatile=question.volatile)
        entry = self._entry(answer, body, question.operation)
        if answer.version == self.store.version:
            self._cache.put(answer.version, question[:_KEY], entry, answer.seconds)
        if answer.query_id is None or is_not_modified(request, entry):
            return self._reply(entry, request)
        asked = Asked(question.query, answer.version, answer.query_id)
        return Reply(_OK, (), body, asked, f"{entry.lines}X-Query-Id: {answer.query_id}\r\n")

    def _kept(self, entry: Entry, question: Question, request: Request) -> Reply:
        # Not before a query comes a second time: most of those that come once come never again.
        if question.name is not None:
            key, length = question[:_KEY], len(request.query_string)
            self._cache.name(question.version, question.name, key, length)
        return self._reply(entry, request)

    def _reply(self, entry: Entry, request: Request) -> Reply:
        if is_not_modified(request, entry):
            kept = (pair for pair in entry.headers if not pair[0].startswith("Content-"))
            return Reply(HTTPStatus.NOT_MODIFIED, tuple(kept), asked=entry.asked)
        return Reply(_OK, (), entry.body, entry.asked, entry.lines)

    def _entry(self, answer: Answer, body: bytes, operation: QueryOperation) -> Entry:
        # Of all safe ones the fastest on processors that have instructions for it.
        etag = f'"{sha256(body).hexdigest()[:_TAG]}"'
        changed = self._changed()
        # One second may hold two versions, of which this date could not tell apart.
        modified = _modified(int(changed)) if time() - changed > 1 else ""
        own = self._lines(answer, len(body), operation)
        lines = f"{own}ETag: {etag}\r\n{_REVALIDATE_LINE}{modified}{self._common_lines}"
        return Entry(lines, body, etag, operation.query, answer.version)

    def _unkept(self, answer: Answer, operation: QueryOperation, *, volatile: bool) -> Reply:
        size = len(answer.body) if isinstance(answer.body, bytes) else answer.body.size
        control = "Cache-Control: no-store\r\n" if volatile else _REVALIDATE_LINE
        lines = f"{self._lines(answer, size, operation)}{self._common_lines}{control}"
        if answer.query_id is not None:
            lines += f"X-Query-Id: {answer.query_id}\r\n"
        asked = Asked(operation.query, answer.version, answer.query_id)
        return Reply(_OK, (), answer.body, asked, lines)

    def _lines(self, answer: Answer, size: int, operation: QueryOperation) -> str:
        """Return the headers that tell of an answer."""
        coding = f"Content-Encoding: {answer.coding}\r\n" if answer.coding else ""
        more = ""
        if answer.rows == 0 or answer.diagnosis is not None:
            more = lines_of(_about_no_rows(answer, operation))
        return (
            f"{_content_lines(answer.media_type)}Content-Length: {size}\r\n{coding}{more}"
            f"{VERSION_HEADER}: {answer.version}\r\n"
        )

    def with_common(self, reply: Reply) -> Reply:
        """Return the reply with the headers that all replies have."""
        length = (
            () if reply.status == HTTPStatus.NO_CONTENT else (("Content-Length", str(reply.size)),)
        )
        return reply.with_headers((*reply.headers, *length, *self._common))


def is_volatile(query: str) -> bool:
    """Say whether a query may have another answer each time."""
    upper = query.upper()
    for word in _VOLATILE:  # noqa: SIM110 - a generator takes three times as long
        if word in upper:
            return True
    return False


def _about_no_rows(answer: Answer, operation: QueryOperation) -> Headers:
    """Return the headers that tell why an answer has no rows."""
    headers: Headers = ()
    if answer.diagnosis is not None:
        # Headers are ASCII without line ends, and nothing else that controls (RFC 9110, 5.5).
        told = "".join(
            char if char.isascii() and char.isprintable() else ascii(char)[1:-1]
            for char in " ".join(answer.diagnosis.split())
        )
        headers = (("X-Query-Diagnosis", told[:_LONGEST_DIAGNOSIS]),)
    if answer.rows == 0 and answer.kind != "boolean":
        link = link_to_diagnosis(operation)
        headers = headers if link is None else (*headers, ("Link", link))
    return headers


@lru_cache
def _content_lines(media_type: str) -> str:
    return lines_of((("Content-Type", content_type(media_type)), _VARY))


@lru_cache(4)
def _modified(seconds: int) -> str:
    return lines_of((("Last-Modified", formatdate(seconds, usegmt=True)),))


def _last_modified(headers: Headers) -> str | None:
    return next((value for name, value in headers if name == "Last-Modified"), None)


def is_not_modified(request: Request, entry: Entry) -> bool:
    """Say whether the client has the answer already (RFC 9110, 13.1.2 and 13.1.3).

    What is asked by POST is no representation that one could have.
    """
    if request.method == "POST":
        return False
    tags = request.header("if-none-match")
    if tags is not None:
        # Weak comparison: a proxy that packs a body weakens its tag.
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return tags.strip() == "*" or entry.etag in held
    since = request.header("if-modified-since")
    last_modified = None if since is None else _last_modified(entry.headers)
    if since is None or last_modified is None:
        return False
    try:
        return parsedate_to_datetime(last_modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
