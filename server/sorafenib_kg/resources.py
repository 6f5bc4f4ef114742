"""Where the folders of data and queries are; nothing else in the package knows."""

from functools import cache
from pathlib import Path
from typing import Literal

from sorafenib_kg.errors import SettingsError

FolderName = Literal["ontology", "triples", "queries"]

_PACKAGE = Path(__file__).parent


@cache
def folder(name: FolderName) -> Path:
    """Return the folder of that name: the installed copy, or else the checkout's own.

    The installed copy comes first, so that a wheel never reads a checkout that happens to lie
    two levels above it. An editable install has no copy and reads the checkout.
    """
    for candidate in (_PACKAGE / "data" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise SettingsError(f"the folder {name} is neither installed with the package nor beside it")
