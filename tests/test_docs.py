"""The documentation: its examples stand in the data, and its links lead somewhere."""

import re
import textwrap
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from sorafenib_kg.loader import load
from sorafenib_kg.namespaces import PREFIXES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^ *```turtle\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def examples() -> list[str]:
    return [
        textwrap.dedent(block)
        for page in PAGES
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


def test_the_examples_of_turtle_stand_in_the_data():
    asserted = load().asserted()
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    assert examples()
    for example in examples():
        triples = {quad.triple for quad in parse(prefixes + example, RdfFormat.TURTLE)}
        assert triples <= asserted, example


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_names_each_page():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {name for name in pages if f"({name})" not in index} == set()
