"""The documentation: its examples stand in the data, and its links lead somewhere."""

import re
import textwrap
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from sorafenib_kg import __version__
from sorafenib_kg.descriptions import Descriptions
from sorafenib_kg.loader import load
from sorafenib_kg.namespaces import ONTOLOGY, PREFIXES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PYTHON = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S), start=1
    )
]
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


@pytest.mark.parametrize("block", PYTHON)
def test_the_examples_of_python_run(block: str, capsys: pytest.CaptureFixture[str]):
    exec(compile(block, "example", "exec"), {})  # noqa: S102 - it is our own
    assert capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_names_each_page():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {name for name in pages if f"({name})" not in index} == set()


def test_the_page_on_miro_has_its_34_points_in_order():
    page = (ROOT / "docs" / "miro.md").read_text(encoding="utf-8")
    points = re.findall(r"(?:^\| |\*\*)([A-G]\.\d+) ", page, re.MULTILINE)
    sizes = {"A": 6, "B": 3, "C": 3, "D": 3, "E": 11, "F": 3, "G": 5}
    assert points == [f"{part}.{n}" for part, size in sizes.items() for n in range(1, size + 1)]


def test_the_header_says_what_the_graph_is_and_how_to_cite_it():
    things = Descriptions(load().quads)
    said = {
        name: " ".join(
            getattr(value, "value", "")
            for value in things.objects(ONTOLOGY, NamedNode(PREFIXES["dcterms"] + name))
        )
        for name in ("description", "rights", "bibliographicCitation", "source")
    }
    assert "no medical advice" in said["description"]
    assert "one review" in said["description"]
    assert "CC BY 4.0" in said["rights"]
    assert f"version {__version__}." in said["bibliographicCitation"]
    assert "doi:10.1038/aps.2017.5" in said["bibliographicCitation"]
    assert said["source"] == "https://doi.org/10.1038/aps.2017.5"


def test_the_claim_that_the_readme_cites_stands_where_it_says():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [(iri, place)] = re.findall(r"`(https://\S*/claim-\S+)`[^.]*?(S\d\d P\d+ s\d+)", readme)
    claim = load().claims.by_iri[NamedNode(iri)]
    assert place in [found.locator for found in claim.places]
