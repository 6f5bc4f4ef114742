"""What pages load: the style sheet, pictures and scripts, under names that change with them."""

import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import brotli

from sorafenib_kg.store.coding import SMALLEST, encode

PREFIX = "/static/"
STYLE = "site.css"
_STATIC = Path(__file__).parent / "static"
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# Packed once and sent often, so that it may take longer than an answer to a query.
_BROTLI_QUALITY = 9


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    media_type: str
    body: bytes

    def coded(self, coding: str | None) -> tuple[str | None, bytes]:
        """Return the coding that the file is sent in, None if it is too small, and the bytes."""
        if coding is None or len(self.body) < SMALLEST or self.media_type.startswith("image/png"):
            return None, self.body
        return coding, _packed(self.body, coding)


@dataclass(frozen=True, slots=True)
class Assets:
    """All files by the paths that they are asked by, and these paths by plain names."""

    files: Mapping[str, Asset]
    paths: Mapping[str, str]
    scripts: Mapping[str, tuple[str, ...]]  # by entry: its path, then those it loads at once

    def url(self, name: str) -> str:
        """Return the address of a file of ``static/``; raise KeyError if there is none."""
        return PREFIX + self.paths[name]

    def script(self, entry: str) -> str | None:
        """Return the address of a bundled script, None if the bundle was not built."""
        paths = self.scripts.get(entry)
        return PREFIX + paths[0] if paths else None

    def preloads(self, entry: str) -> tuple[str, ...]:
        """Return the addresses of what a bundled script loads at once."""
        return tuple(PREFIX + path for path in self.scripts.get(entry, ())[1:])

    @property
    def has_bundle(self) -> bool:
        """Say whether there are scripts; pages work without, but less pleasantly."""
        return bool(self.scripts)


def has_bundle(folder: Path = _STATIC) -> bool:
    """Say whether the scripts were built when the package was installed."""
    return (folder / "bundle" / "manifest.json").is_file()


def read_assets(folder: Path = _STATIC) -> Assets:
    """Read the folder of files; those of ``css/`` together are the style sheet."""
    files: dict[str, Asset] = {}
    paths: dict[str, str] = {}
    for name, media_type, body in _plain(folder):
        stem, dot, suffix = name.rpartition(".")
        paths[name] = f"{stem}-{blake2b(body, digest_size=6).hexdigest()}{dot}{suffix}"
        files[paths[name]] = Asset(media_type, body)
    bundle = folder / "bundle"
    manifest = bundle / "manifest.json"
    scripts: dict[str, tuple[str, ...]] = {}
    if has_bundle(folder):
        entries = json.loads(manifest.read_text(encoding="utf-8"))
        scripts = {
            entry: tuple(f"bundle/{name}" for name in names) for entry, names in entries.items()
        }
        for file in sorted(bundle.iterdir()):
            if file.suffix in _MEDIA_TYPES:
                files[f"bundle/{file.name}"] = Asset(_MEDIA_TYPES[file.suffix], file.read_bytes())
    return Assets(files, paths, scripts)


def _plain(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Give the files outside the bundle, whose names say nothing of their content."""
    sheets = sorted((folder / "css").glob("*.css"))
    yield STYLE, "text/css", b"\n".join(sheet.read_bytes() for sheet in sheets)
    for file in sorted(folder.iterdir()):
        if file.is_file():
            guessed = _MEDIA_TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
            yield file.name, guessed or "application/octet-stream", file.read_bytes()


@lru_cache(maxsize=256)
def _packed(body: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
    return encode(body, coding)
