"""Requests that are wrong, or mean harm, by the class of their fault."""

from collections.abc import Iterator

from hostile_cases.cases import Case, Maker
from hostile_cases.documents import documents
from hostile_cases.exhaustion import exhaustion
from hostile_cases.framing import broken_framing
from hostile_cases.http import misuse_of_http
from hostile_cases.malformed import malformed_queries, malformed_updates
from hostile_cases.outside import reaching_out

GROUPS = (
    malformed_queries,
    malformed_updates,
    reaching_out,
    misuse_of_http,
    broken_framing,
    documents,
    exhaustion,
)


def all_cases(make: Maker) -> Iterator[Case]:
    """Give the cases of all groups."""
    for group in GROUPS:
        yield from group(make)
