"""What a folder with a store says of itself: by which program it was made, and of which data."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pyoxigraph

from sorafenib_kg import __version__
from sorafenib_kg.about import About, Source
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.places import Address, Folder, Memory, place_of
from sorafenib_kg.settings import DefaultGraph, Entailment, Settings

_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a store without opening it."""

    version: str  # of the data
    default_graph: DefaultGraph
    entailment: Entailment
    is_bundled: bool  # whether the data are those that come with the program
    about: About
    program: str = __version__
    engine: str = pyoxigraph.__version__

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder, which makes a store of it; raise OSError."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        with (folder / _FILE).open("w", encoding="utf-8") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the manifest of a folder.

        Raises SettingsError, with the way out, if the folder holds no store that this very
        program has made.
        """
        remedy = f"sorafenib-kg build --store {folder} makes one"
        if not folder.exists():
            raise SettingsError(f"{folder}: there is no such folder; {remedy}")
        try:
            found = json.loads((folder / _FILE).read_bytes())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SettingsError(
                f"{folder}: not a store, or one whose making was broken off; "
                "remove it or name another folder, and sorafenib-kg build --store makes one"
            ) from error
        except OSError as error:
            raise SettingsError(f"{folder}: cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise _damaged(folder) from error
        if not isinstance(found, dict):
            raise _damaged(folder)
        made_by = (found.get("program"), found.get("engine"))
        if made_by != (__version__, pyoxigraph.__version__):
            raise SettingsError(
                f"{folder}: made by sorafenib-kg {made_by[0]} with pyoxigraph {made_by[1]}, and "
                f"this is {__version__} with {pyoxigraph.__version__}; build it anew elsewhere, "
                "or serve it by the version that made it"
            )
        try:
            return cls(**{**found, "about": _about(found["about"])})
        except (KeyError, TypeError) as error:
            raise _damaged(folder) from error


def _about(found: dict[str, Any]) -> About:
    sources = tuple(Source(**source) for source in found["sources"])
    return About(**{**found, "citations": tuple(found["citations"]), "sources": sources})


def _damaged(folder: Path) -> SettingsError:
    return SettingsError(f"{folder}: its {_FILE} is damaged; build the store anew elsewhere")


def entailment_of(settings: Settings) -> Entailment:
    """Return by which rules the data of a server were reasoned on; raise SettingsError."""
    match place_of(settings.store):
        case Folder(path):
            return Manifest.read(path).entailment
        case Address():
            return "none"
        case Memory():
            return settings.entailment
