"""Queries, updates and requests by chance: never a fault of the server, and the next is answered.

What comes is the same each time; `python tests/fuzz.py` goes on for as long as one likes.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz import Fuzzed, fuzzed_server, requests
from sparql_texts import mutated, queries, updates

pytestmark = pytest.mark.slow  # a server is started

SAME_EACH_TIME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Fuzzed]:
    with fuzzed_server() as started:
        yield started


@SAME_EACH_TIME
@given(text=queries)
def test_a_query_has_its_answer(server: Fuzzed, text: str):
    assert server.query(text.encode()) is None


@SAME_EACH_TIME
@given(content=mutated(queries))
def test_what_was_a_query_has_its_answer(server: Fuzzed, content: bytes):
    assert server.query(content) is None


@SAME_EACH_TIME
@given(text=updates)
def test_an_update_has_its_answer(server: Fuzzed, text: str):
    assert server.update(text.encode()) is None


@SAME_EACH_TIME
@given(content=mutated(updates))
def test_what_was_an_update_has_its_answer(server: Fuzzed, content: bytes):
    assert server.update(content) is None


@SAME_EACH_TIME
@given(raw=requests)
def test_a_request_has_its_answer(server: Fuzzed, raw: bytes):
    assert server.send(raw) is None


def test_no_process_had_to_be_replaced_for_a_fault(server: Fuzzed):
    assert server.faults() == []
