"""One server and one browser for all tests in the browser."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.chromium import VARIABLE, chromium
from serving import Server, serving

# All tests in the browser, on a slow machine.
_SECONDS = 1200


@pytest.fixture(scope="session")
def executable() -> str:
    """Return the browser; .ci/run sets the variable, so that nothing is left out there."""
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.skip(f"{VARIABLE} is not set")
    return path


@pytest.fixture(scope="session")
def browser(executable: str) -> Iterator[Browser]:
    with chromium(executable) as started:
        yield started


@pytest.fixture(scope="session")
def server(executable: str) -> Iterator[Server]:
    with serving(seconds=_SECONDS) as started:
        yield started
