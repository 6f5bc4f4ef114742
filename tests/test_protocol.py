import codecs
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sorafenib_kg.errors import ProtocolError, UnsupportedMediaTypeError
from sorafenib_kg.protocol import (
    FORM,
    QUERY,
    UPDATE,
    QueryOperation,
    documents_of,
    graph_of_request,
    query_by_post,
    query_by_url,
    update_by_post,
)
from sorafenib_kg.store.updates import Update

ASK = "ASK { <http://example.org/a%2Fb> ?p 'ä + 1' }"


def encoded(*parameters: tuple[str, str]) -> bytes:
    return urlencode(parameters).encode()


def test_a_query_by_get_is_decoded_once():
    assert query_by_url(encoded(("query", ASK))) == QueryOperation(ASK)


def test_a_query_from_a_form_is_decoded_once():
    assert query_by_post(b"", FORM, encoded(("query", ASK))) == QueryOperation(ASK)


def test_a_query_posted_directly_is_not_decoded():
    assert query_by_post(b"", QUERY, ASK.encode()) == QueryOperation(ASK)


def test_the_mark_of_the_encoding_is_no_part_of_a_body():
    body = codecs.BOM_UTF8 + b"ASK {}"
    assert query_by_post(b"", "application/sparql-query", body).query == "ASK {}"
    body = codecs.BOM_UTF8 + b"CLEAR ALL"
    update = update_by_post(b"", "application/sparql-update", body, "http://e/")
    assert update.text == "CLEAR ALL"


def test_bytes_above_ascii_in_an_address_are_read():
    assert query_by_url("query=ASK{?s ?p 'ä'}".encode()) == QueryOperation("ASK{?s ?p 'ä'}")


def test_an_address_without_a_query_asks_nothing():
    assert query_by_url(b"format=json") is None


DATASET = encoded(
    ("default-graph-uri", "http://example.org/1"),
    ("named-graph-uri", "http://example.org/2"),
    ("default-graph-uri", "http://example.org/3"),
)
OVER_DATASET = QueryOperation(
    "ASK {}", ("http://example.org/1", "http://example.org/3"), ("http://example.org/2",)
)


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(lambda: query_by_url(b"query=ASK+%7B%7D&" + DATASET), id="get"),
        pytest.param(lambda: query_by_post(b"", FORM, b"query=ASK+%7B%7D&" + DATASET), id="form"),
        pytest.param(
            lambda: query_by_post(DATASET, FORM, b"query=ASK+%7B%7D"),
            id="form, graphs in the address",
        ),
        pytest.param(lambda: query_by_post(DATASET, QUERY, b"ASK {}"), id="direct"),
    ],
)
def test_the_dataset_is_read(operation):
    assert operation() == OVER_DATASET


@pytest.mark.parametrize("name", ["format", "output"])
def test_the_format_may_be_named_by_a_parameter(name):
    operation = query_by_url(encoded(("query", "ASK {}"), (name, "csv")))
    assert operation == QueryOperation("ASK {}", output="csv")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/sparql-query; charset=utf-8",
        'Application/SPARQL-Query;charset="UTF-8"',
        "application/sparql-query;charset=us-ascii",
    ],
)
def test_utf8_may_be_said_to_be_utf8(content_type):
    assert query_by_post(b"", content_type, b"ASK {}") == QueryOperation("ASK {}")


QUERY_PARAMETER = ("query", "ASK {}")
UPDATE_PARAMETER = ("update", "CLEAR ALL")


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(
            lambda: query_by_url(encoded(QUERY_PARAMETER, QUERY_PARAMETER)),
            id="bad_multiple_queries",
        ),
        pytest.param(
            lambda: query_by_post(encoded(QUERY_PARAMETER), FORM, encoded(QUERY_PARAMETER)),
            id="a query in the address and in the form",
        ),
        pytest.param(
            lambda: query_by_post(encoded(QUERY_PARAMETER), QUERY, b"ASK {}"),
            id="a query in the address and one posted directly",
        ),
        pytest.param(lambda: query_by_post(b"", FORM, b""), id="a form without a query"),
        pytest.param(
            lambda: query_by_url(encoded(QUERY_PARAMETER, UPDATE_PARAMETER)),
            id="a query and an update",
        ),
        pytest.param(lambda: query_by_url(encoded(UPDATE_PARAMETER)), id="bad_update_get"),
        pytest.param(
            lambda: query_by_post(b"", FORM, encoded(UPDATE_PARAMETER)), id="an update in a form"
        ),
        pytest.param(
            lambda: query_by_post(b"", QUERY, "ASK {}".encode("utf-16")), id="bad_query_non_utf8"
        ),
        pytest.param(lambda: query_by_url(b"query=ASK%FF"), id="an escape that is not UTF-8"),
        pytest.param(lambda: query_by_url(b"query=ASK\xff"), id="a byte that is not UTF-8"),
        pytest.param(lambda: query_by_url(b"query=ASK" + b"&a=b" * 2000), id="too many parameters"),
    ],
)
def test_a_bad_request_is_refused(request_):
    with pytest.raises(ProtocolError):
        request_()


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("text/plain", id="bad_query_wrong_media_type"),
        pytest.param(None, id="bad_query_missing_direct_type"),
        pytest.param("", id="an empty type"),
        pytest.param("multipart/form-data; boundary=x", id="a multipart form"),
        pytest.param("application/sparql-update", id="an update"),
        pytest.param("application/sparql-query; charset=utf-16", id="another charset"),
        pytest.param("application/sparql-query; charset=what", id="an unknown charset"),
    ],
)
def test_a_body_of_another_kind_is_refused(content_type):
    with pytest.raises(UnsupportedMediaTypeError):
        query_by_post(b"", content_type, b"ASK {}")


ADDRESS = "http://localhost/update"


@pytest.mark.parametrize(
    ("query_string", "content_type", "body"),
    [
        pytest.param(
            b"using-graph-uri=http%3A%2F%2Fe%2Fg&using-named-graph-uri=http%3A%2F%2Fe%2Fn",
            "application/sparql-update; charset=UTF-8",
            b"CLEAR ALL",
            id="update_post_direct",
        ),
        pytest.param(
            b"",
            "application/x-www-form-urlencoded",
            b"update=CLEAR+ALL&using-graph-uri=http%3A%2F%2Fe%2Fg"
            b"&using-named-graph-uri=http%3A%2F%2Fe%2Fn",
            id="update_post_form",
        ),
    ],
)
def test_an_update_is_read_each_way(query_string, content_type, body):
    update = update_by_post(query_string, content_type, body, ADDRESS)
    assert update == Update("CLEAR ALL", ("http://e/g",), ("http://e/n",), ADDRESS)


@pytest.mark.parametrize(
    ("query_string", "content_type", "body", "error"),
    [
        pytest.param(b"update=A", UPDATE, b"B", ProtocolError, id="bad_multiple_updates"),
        pytest.param(b"query=A", UPDATE, b"B", ProtocolError, id="query_and_update"),
        pytest.param(b"", FORM, b"x=y", ProtocolError, id="no_update"),
        pytest.param(b"", "text/plain", b"B", UnsupportedMediaTypeError, id="wrong_media_type"),
        pytest.param(b"", None, b"B", UnsupportedMediaTypeError, id="missing_media_type"),
        pytest.param(b"", UPDATE, b"\xff", ProtocolError, id="bad_update_non_utf8"),
        pytest.param(
            b"", f"{UPDATE}; charset=UTF-16", b"B", UnsupportedMediaTypeError, id="utf_16"
        ),
    ],
)
def test_a_bad_update_is_refused(query_string, content_type, body, error):
    with pytest.raises(error):
        update_by_post(query_string, content_type, body, ADDRESS)


@pytest.mark.parametrize(
    ("query_string", "graph"),
    [
        (b"default", None),
        (b"graph=http%3A%2F%2Fe%2Fa%252Fb", "http://e/a%2Fb"),
        (b"graph=http://e/g&force=true", "http://e/g"),
    ],
)
def test_the_address_names_a_graph(query_string, graph):
    assert graph_of_request(query_string) == graph


@pytest.mark.parametrize("query_string", [b"", b"graph=a&default", b"graph=a&graph=b"])
def test_the_address_names_one_graph(query_string):
    with pytest.raises(ProtocolError):
        graph_of_request(query_string)


FORM_OF_TWO = (
    b"--x\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/turtle\r\n\r\n"
    b"<a:a> <a:b> 1 .\r\n--x\r\nContent-Disposition: form-data; name=b; filename=b.rdf\r\n"
    b"Content-Type: application/rdf+xml\r\n\r\n<x/>\r\n--x--\r\n"
)


def test_the_parts_of_a_form_are_documents():
    assert documents_of("multipart/form-data; boundary=x", FORM_OF_TWO) == (
        (b"<a:a> <a:b> 1 .", "text/turtle"),
        (b"<x/>", "application/rdf+xml"),
    )


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("multipart/form-data", FORM_OF_TWO, ProtocolError),
        ("multipart/form-data; boundary=y", FORM_OF_TWO, ProtocolError),
        ("multipart/form-data; boundary=x", b"", ProtocolError),
        (
            "multipart/form-data; boundary=x",
            FORM_OF_TWO.replace(b"rdf+xml", b"pdf"),
            UnsupportedMediaTypeError,
        ),
        ("text/html", b"", UnsupportedMediaTypeError),
        (None, b"", UnsupportedMediaTypeError),
        ("text/turtle; charset=latin-1", b"", UnsupportedMediaTypeError),
    ],
)
def test_what_is_no_rdf_is_refused(content_type, body, error):
    with pytest.raises(error):
        documents_of(content_type, body)


@given(st.text(), st.text("%=41Z_+\r\n", max_size=12))
def test_a_lone_query_is_decoded_as_forms_are(text: str, tail: str):
    encoded = (urlencode({"query": text}) + tail).encode()
    found = query_by_url(encoded)
    assert found is not None
    assert found.query == dict(parse_qsl(encoded.decode(), keep_blank_values=True))["query"]
