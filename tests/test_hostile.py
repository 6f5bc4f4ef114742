"""Requests that are wrong or mean harm: each has its answer, and does nothing else."""

from collections.abc import Callable, Iterator

import pytest

from hostile import Canary, Target, our_server, run
from hostile_cases import GROUPS
from hostile_cases.cases import Case, Maker
from hostile_cases.exhaustion import exhaustion

pytestmark = pytest.mark.slow  # a server is started


@pytest.fixture(scope="module")
def canary() -> Canary:
    return Canary()


@pytest.fixture(scope="module")
def target(canary: Canary) -> Iterator[Target]:
    with our_server(canary) as started:
        yield started


# What takes a server to its limits takes time: `python tests/hostile.py`, and test_isolation.
@pytest.mark.parametrize(
    "group",
    [group for group in GROUPS if group is not exhaustion],
    ids=lambda group: group.__name__,
)
def test_every_request_is_well_answered(
    target: Target, canary: Canary, group: Callable[[Maker], Iterator[Case]]
):
    # How fast it is on a busy machine is not asked here.
    report = run(target, group(Maker(target.place)), canary, slack=30)
    assert [f"{case.name}: {fault}" for case, fault in report.failures] == []
    assert report.restarts == 0
    assert report.sent.total() >= 50
