"""The rooms of the package, and that imports point down."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "server" / "sorafenib_kg"

LAYERS = [
    {"__main__"},
    {"cli", "maintenance", "web"},
    {"app"},
    {"views"},
    {"gateway", "presentation"},
    {"assets", "building", "exports", "negotiation", "protocol", "results", "served"},
    {"graph", "manifest", "processes", "recovery"},
    {"about", "journal"},
    {"explanation", "store"},
    {"validation"},
    {"reasoning"},
    {"loader"},
    {"catalogue", "claims", "mappings", "rules", "sources"},
    {"locators", "source_text"},
    {"databases", "descriptions", "places", "resources", "settings"},
    {"fetching", "listener", "serialisation"},
    {"hosts", "namespaces", "parsing"},
    {"errors"},
]
LEVEL = {module: level for level, layer in enumerate(LAYERS) for module in layer}
HOME_OF = {
    "click": {"cli"},
    "flask": {"app", "views"},
    "httptools": {"listener"},
    "jpype": {"reasoning", "validation"},
    "owlready2": {"reasoning"},
    "pyshacl": {"validation"},
    "prometheus_client": {"gateway"},
    "rdflib": {"validation"},
    "requests": {"store"},
    "rich": {"cli"},
    "uvloop": {"listener"},
    "waitress": {"web"},
}
# Slow to import, so start-up must not: each may be imported where it is used, or in a module
# that is itself imported there.
SLOW = ("jpype", "owlready2", "pyshacl", "rdflib")


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path):
    module = room(path)
    for name in imported_names(path):
        package, *rest = name.split(".")
        assert module in HOME_OF.get(package, {module}), f"{module} imports {package}"
        if package == "sorafenib_kg" and rest[0] in LEVEL and rest[0] != module:
            assert LEVEL[rest[0]] > LEVEL[module], f"{module} imports {rest[0]}"


def test_every_module_has_its_layer():
    assert {room(path) for path in MODULES} == set(LEVEL)


def test_start_up_imports_nothing_slow():
    import subprocess
    import sys

    code = "import sys, sorafenib_kg.cli, sorafenib_kg.app; print(*sys.modules, sep='\\n')"
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(PACKAGE.parent)},
    )
    assert not set(SLOW) & set(done.stdout.split())
