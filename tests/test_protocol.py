from urllib.parse import urlencode

import pytest

from sorafenib_kg.errors import ProtocolError, UnsupportedMediaTypeError
from sorafenib_kg.protocol import FORM, QUERY, QueryOperation, query_by_post, query_by_url

ASK = "ASK { <http://example.org/a%2Fb> ?p 'ä + 1' }"


def encoded(*parameters: tuple[str, str]) -> bytes:
    return urlencode(parameters).encode()


def test_a_query_by_get_is_decoded_once():
    assert query_by_url(encoded(("query", ASK))) == QueryOperation(ASK)


def test_a_query_from_a_form_is_decoded_once():
    assert query_by_post(b"", FORM, encoded(("query", ASK))) == QueryOperation(ASK)


def test_a_query_posted_directly_is_not_decoded():
    assert query_by_post(b"", QUERY, ASK.encode()) == QueryOperation(ASK)


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
