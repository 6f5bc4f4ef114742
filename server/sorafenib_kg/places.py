"""Where a store is: in memory, in a folder, or behind an address."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sorafenib_kg.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Memory:
    """In the memory of the server."""


@dataclass(frozen=True, slots=True)
class Folder:
    """In a folder that `build` has made."""

    path: Path


@dataclass(frozen=True, slots=True)
class Address:
    """Behind the address where another server answers SPARQL queries."""

    url: str


Place = Memory | Folder | Address


def place_of(text: str) -> Place:
    """Return the place that the setting ``store`` names; raise SettingsError.

    ``memory`` is none of a folder: that would be ``./memory``.
    """
    if text == "memory":
        return Memory()
    if "://" not in text:
        return Folder(Path(text))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"--store: {error}") from error
    if parts.username is not None or parts.password is not None:
        # Not repeated here: what is on a command line or in an address ends up in logs.
        raise SettingsError(
            "--store: an address with a user or a password; give those by the environment "
            "variables SORAFENIB_KG_STORE_USER and SORAFENIB_KG_STORE_PASSWORD"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.fragment:
        raise SettingsError(f"--store: {text} is not the http or https address of a SPARQL service")
    return Address(text)
