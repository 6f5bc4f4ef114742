"""Packaging: what a wheel carries, and that it works where there is no checkout."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from sorafenib_kg import __version__
from sorafenib_kg.resources import folder

TOP = Path(__file__).parents[1]
FOLDERS = ("ontology", "triples", "queries")
# Files that only a program with an installed package can miss.
INSIDE = {
    "sorafenib_kg/py.typed",
    "sorafenib_kg/data/ontology/catalog-v001.xml",
    "sorafenib_kg/data/ontology/dl.ttl",
    "sorafenib_kg/data/ontology/shapes.ttl",
}


def run(*arguments: str, cwd: Path, **environ: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        cwd=cwd,
        env={"PATH": os.environ.get("PATH", ""), **environ},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel, built without a network by the hatchling that is installed."""
    target = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "-t", "wheel", "-d", str(target), cwd=TOP)
    [path] = target.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel's content, far from the checkout."""
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_the_wheel_carries_data_queries_and_what_the_pages_need(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = TOP / "server" / "sorafenib_kg"
    expected = INSIDE | {
        f"sorafenib_kg/data/{path.relative_to(TOP)}"
        for name in FOLDERS
        for path in (TOP / name).rglob("*")
        if path.is_file()
    }
    expected |= {
        f"sorafenib_kg/{path.relative_to(package)}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if not name.split("/")[0].endswith(".dist-info")} == expected


def test_the_wheel_says_its_version_licences_and_command(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        name = f"sorafenib_kg-{__version__}.dist-info"
        metadata = archive.read(f"{name}/METADATA").decode()
        commands = archive.read(f"{name}/entry_points.txt").decode()
        licences = [n for n in archive.namelist() if n.startswith(f"{name}/licenses/")]
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: MIT AND CC-BY-4.0\n" in metadata
    assert "sorafenib-kg = sorafenib_kg.cli:main" in commands
    assert len(licences) == 2


def test_an_installed_wheel_answers_from_another_folder(installed: Path, tmp_path: Path):
    query = ("-m", "sorafenib_kg", "query", "what-does-sorafenib-target", "--format", "csv")
    answer = run(*query, cwd=tmp_path, PYTHONPATH=str(installed))
    assert "https://w3id.org/sorafenib-kg/id/raf-1" in answer


def test_an_installed_wheel_reads_its_own_copy(installed: Path, tmp_path: Path):
    code = "from sorafenib_kg.resources import folder; print(folder('triples'))"
    place = run("-c", code, cwd=tmp_path, PYTHONPATH=str(installed)).strip()
    assert Path(place) == installed / "sorafenib_kg" / "data" / "triples"


@pytest.mark.parametrize("name", FOLDERS)
def test_a_checkout_reads_its_own_folders(name: str):
    assert folder(name) == TOP / name  # type: ignore[arg-type]


def test_the_ontology_and_the_citation_have_the_version_of_the_package():
    header = (TOP / "ontology" / "sorafenib-kg.ttl").read_text(encoding="utf-8")
    assert f'owl:versionInfo "{__version__}"' in header
    assert f"/ontology/{__version__}>" in header
    citation = (TOP / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation


def test_the_engine_is_pinned_and_all_else_has_a_lower_bound():
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert [entry for entry in required if ">=" not in entry] == [
        "pyoxigraph==0.5.13",
        "oxigraph==0.5.13",
    ]
