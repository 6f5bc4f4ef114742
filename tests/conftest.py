"""What several test files need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sorafenib_kg.graph import KnowledgeGraph, open_graph
from sorafenib_kg.settings import SETTINGS, Settings

TESTS = Path(__file__).parent


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    """Keep what the caller's environment sets away from the program under test."""
    with pytest.MonkeyPatch.context() as patch:
        for setting in SETTINGS.values():
            patch.delenv(setting.variable, raising=False)
        yield


@pytest.fixture(scope="session")
def graph() -> KnowledgeGraph:
    """Return the bundled graph, opened once."""
    return open_graph(Settings())


@pytest.fixture(scope="session")
def sound() -> Path:
    """Return the folder of a small text with triples in which nothing is wrong."""
    return TESTS / "sound"


@pytest.fixture(scope="session")
def ontology() -> Path:
    """Return the ontology's folder."""
    return TESTS.parent / "ontology"
