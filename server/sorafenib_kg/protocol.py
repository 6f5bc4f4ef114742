"""The operations of the SPARQL 1.1 Protocol: from the parts of a request to what it asks."""

import codecs
import re
from binascii import a2b_qp
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

from sorafenib_kg.errors import ProtocolError, UnsupportedMediaTypeError
from sorafenib_kg.store import Kind
from sorafenib_kg.store.documents import rdf_type
from sorafenib_kg.store.updates import Update

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MULTIPART = "multipart/form-data"

_MOST_PARAMETERS = 1000
_MOST_PARTS = 100
_LARGEST_HEAD = 10_000  # bytes of the headers of a part
_UTF8 = codecs.lookup("utf-8")


class QueryOperation(NamedTuple):
    """A query, the dataset that the client wants it evaluated over, and the form of the answer."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    output: str | None = None  # not of the protocol: the parameter format, or output
    kind: Kind | None = None  # of the answer, where the query is our own

    @property
    def has_dataset(self) -> bool:
        """Say whether the request names the graphs of the dataset."""
        return bool(self.default_graphs or self.named_graphs)


def query_by_url(query_string: bytes) -> QueryOperation | None:
    """Read a query by GET (section 2.1.1); None if no query is asked."""
    if query_string.startswith(b"query=") and b"&" not in query_string:
        return QueryOperation(_text(_decoded(query_string[6:]), "the address"))
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
        return _operation([*of_address, ("query", _text(_bare(body), "the query"))])
    if media_type == UPDATE:
        raise UnsupportedMediaTypeError("this is an update; only queries are answered here")
    sent = f"is of type {media_type}" if media_type else "has no Content-Type"
    raise UnsupportedMediaTypeError(f"the body {sent}; it has to be {QUERY} or {FORM}")


def update_by_post(query_string: bytes, content_type: str | None, body: bytes, base: str) -> Update:
    """Read an update, from a form (section 2.2.1) or directly (section 2.2.2).

    Raise UnsupportedMediaTypeError for any other body.
    """
    media_type, charset = _split(content_type)
    if charset is not None and not _is_utf8(charset):
        raise UnsupportedMediaTypeError(f"the body is in {charset}; only UTF-8 is read")
    parameters = _parameters(query_string, "the address")
    if media_type == FORM:
        parameters += _parameters(body, "the form")
    elif media_type == UPDATE:
        parameters.append(("update", _text(_bare(body), "the update")))
    else:
        sent = f"is of type {media_type}" if media_type else "has no Content-Type"
        raise UnsupportedMediaTypeError(f"the body {sent}; it has to be {UPDATE} or {FORM}")
    if any(name == "query" for name, _ in parameters):
        raise ProtocolError("the request has a query parameter; only updates are made here")
    match _values(parameters, "update"):
        case (text,):
            return Update(
                text,
                _values(parameters, "using-graph-uri"),
                _values(parameters, "using-named-graph-uri"),
                base,
            )
        case ():
            raise ProtocolError("the request has no update parameter")
        case _:
            raise ProtocolError("the request has more than one update")


def graph_of_request(query_string: bytes) -> str | None:
    """Return the graph that the address names (Graph Store Protocol, section 4.2).

    None stands for the default graph. Raise ProtocolError unless it names exactly one.
    """
    parameters = _parameters(query_string, "the address")
    graphs = _values(parameters, "graph")
    defaults = _values(parameters, "default")
    if len(graphs) + len(defaults) != 1:
        raise ProtocolError("the address has to have one of the parameters graph and default")
    if not graphs:
        return None
    return graphs[0]


def names_graph(query_string: bytes) -> bool:
    """Say whether the address names any graph."""
    parameters = _parameters(query_string, "the address")
    return any(name in ("graph", "default") for name, _ in parameters)


def is_forced(query_string: bytes) -> bool:
    """Say whether the client wants a change made that would be refused."""
    return _values(_parameters(query_string, "the address"), "force") == ("true",)


def change_to_undo(query_string: bytes) -> int | None:
    """Return the number of the change that the client wants undone; None for no such wish."""
    match _values(_parameters(query_string, "the address"), "undo"):
        case ():
            return None
        case (number,) if number.isascii() and number.isdecimal() and len(number) < 16:
            return int(number)
        case _:
            raise ProtocolError("the parameter undo is not the number of a change")


def documents_of(content_type: str | None, body: bytes) -> tuple[tuple[bytes, str], ...]:
    """Return the documents of a body with their media types: one, or the parts of a form.

    Raise UnsupportedMediaTypeError for what is no RDF.
    """
    media_type, charset = _split(content_type)
    if charset is not None and not _is_utf8(charset):
        raise UnsupportedMediaTypeError(f"the body is in {charset}; only UTF-8 is read")
    if media_type != MULTIPART:
        return ((body, rdf_type(media_type)),)
    return tuple(
        (content, rdf_type(part_type)) for content, part_type in _parts(content_type or "", body)
    )


def _parts(content_type: str, body: bytes) -> list[tuple[bytes, str]]:
    """Return contents and media types of the parts of a form (RFC 7578), in linear time."""
    boundary = _headers(f"Content-Type: {content_type}".encode("latin-1", "replace")).get_boundary()
    # Outside Latin-1 nothing can be said in a header.
    mark = re.escape((boundary or "").encode("latin-1", "replace"))
    if not mark:
        raise ProtocolError("the parts of the body cannot be told apart: there is no boundary")
    sections = re.split(rb"(?:\A|\r?\n)--" + mark + rb"(?=--|[ \t]*\r?\n)", body)
    if len(sections) < 3 or not sections[-1].startswith(b"--"):
        raise ProtocolError("the parts of the body cannot be told apart, or one is not whole")
    if len(sections) - 2 > _MOST_PARTS:
        raise ProtocolError(f"the body has more than {_MOST_PARTS} parts")
    found = []
    for section in sections[1:-1]:
        head = re.match(rb"[ \t]*\r?\n((?:[^\r\n]+\r?\n)*)\r?\n", section)
        if head is None or len(head[1]) > _LARGEST_HEAD:
            raise ProtocolError("a part of the body has no headers that can be read")
        found.append((section[head.end() :], _headers(head[1]).get_content_type()))
    return found


def _headers(text: bytes) -> EmailMessage:
    return BytesParser(policy=HTTP).parsebytes(text, headersonly=True)


def _values(parameters: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in parameters if key == name)


def _operation(parameters: list[tuple[str, str]]) -> QueryOperation:
    match _values(parameters, "query"):
        case (query,):
            outputs = _values(parameters, "format") + _values(parameters, "output")
            return QueryOperation(
                query,
                _values(parameters, "default-graph-uri"),
                _values(parameters, "named-graph-uri"),
                next(filter(None, outputs), None),
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


def _decoded(encoded: bytes) -> bytes:
    """Return what a part of a form stands for, as `parse_qsl` does in ten times the time.

    The signs of quoted-printable are put in the place of those of forms, for which there is a
    decoder in C.
    """
    signs = encoded.replace(b"=", b"=3D").replace(b"%", b"=").replace(b"_", b"=5F")
    decoded = a2b_qp(signs.replace(b"+", b" "), header=True)
    # Each %XX becomes one byte, and a stray percent sign more than that leaves. Before the end of
    # a line, of which no address has one, it would take some away.
    is_plain = len(decoded) == len(encoded) - 2 * encoded.count(b"%")
    if is_plain and b"\n" not in encoded and b"\r" not in encoded:
        return decoded
    return unquote_to_bytes(encoded.replace(b"+", b" "))


def _text(encoded: bytes, what: str) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{what} is not UTF-8") from error


def _bare(body: bytes) -> bytes:
    """Return a body without the mark of its encoding, which is no part of it (RFC 3629, 6)."""
    return body.removeprefix(codecs.BOM_UTF8)


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
