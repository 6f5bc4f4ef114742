"""The query operation of the SPARQL 1.1 Protocol: from the parts of a request to what it asks."""

import codecs
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sorafenib_kg.errors import ProtocolError, UnsupportedMediaTypeError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_MOST_PARAMETERS = 1000
_UTF8 = codecs.lookup("utf-8")


@dataclass(frozen=True, slots=True)
class QueryOperation:
    """A query, the dataset that the client wants it evaluated over, and the form of the answer."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    output: str | None = None  # not of the protocol: the parameter format, or output

    @property
    def has_dataset(self) -> bool:
        """Say whether the request names the graphs of the dataset."""
        return bool(self.default_graphs or self.named_graphs)


def query_by_url(query_string: bytes) -> QueryOperation | None:
    """Read a query by GET (section 2.1.1); None if no query is asked."""
    parameters = _parameters(query_string, "the address")
    _refuse_update(parameters)
    if not any(name == "query" for name, _ in parameters):
        return None
    return _operation(parameters)


def query_by_post(query_string: bytes, content_type: str | None, body: bytes) -> QueryOperation:
    """Read a query by POST, from a form (section 2.1.2) or directly (section 2.1.3).

    Raise UnsupportedMediaTypeError for any other body.
    """
    media_type, charset = _split(content_type)
    if charset is not None and not _is_utf8(charset):
        raise UnsupportedMediaTypeError(f"the body is in {charset}; only UTF-8 is read")
    of_address = _parameters(query_string, "the address")
    if media_type == FORM:
        parameters = of_address + _parameters(body, "the form")
        _refuse_update(parameters)
        return _operation(parameters)
    if media_type == QUERY:
        _refuse_update(of_address)
        return _operation([*of_address, ("query", _text(body, "the query"))])
    if media_type == UPDATE:
        raise UnsupportedMediaTypeError("this is an update; only queries are answered here")
    sent = f"is of type {media_type}" if media_type else "has no Content-Type"
    raise UnsupportedMediaTypeError(f"the body {sent}; it has to be {QUERY} or {FORM}")


def _operation(parameters: list[tuple[str, str]]) -> QueryOperation:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in parameters if key == name)

    match values("query"):
        case (query,):
            return QueryOperation(
                query,
                values("default-graph-uri"),
                values("named-graph-uri"),
                next((value for value in values("format") + values("output") if value), None),
            )
        case ():
            raise ProtocolError("the request has no query parameter")
        case _:
            raise ProtocolError("the request has more than one query")


def _refuse_update(parameters: list[tuple[str, str]]) -> None:
    if any(name == "update" for name, _ in parameters):
        raise ProtocolError("the request has an update parameter; only queries are answered here")


def _parameters(encoded: bytes, where: str) -> list[tuple[str, str]]:
    # The parameters are decoded here, once: a second time would corrupt %2F inside IRIs.
    try:
        return parse_qsl(
            _text(encoded, where),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{where} is not UTF-8") from error
    except ValueError as error:
        raise ProtocolError(f"{where} has more than {_MOST_PARAMETERS} parameters") from error


def _text(encoded: bytes, what: str) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{what} is not UTF-8") from error


def _split(content_type: str | None) -> tuple[str, str | None]:
    """Return the media type in lower case, and the charset."""
    media_type, *parameters = (content_type or "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), value.strip().strip('"')
    return media_type.strip().lower(), None


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset) in (_UTF8, codecs.lookup("ascii"))
    except (LookupError, ValueError):
        return False
