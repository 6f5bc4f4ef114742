"""The text of the source, which is not part of the data: read from where the operator has it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, Quad

from sorafenib_kg.errors import SettingsError
from sorafenib_kg.namespaces import SKG


def read_text(path: Path | None) -> str | None:
    """Return the source text, with its line ends as they are; None for no path."""
    if path is None:
        return None
    try:
        # newline="" keeps offsets as they are in the file.
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 (byte {error.start})") from error


def require_source(quads: Iterable[Quad], text: str) -> None:
    """Raise SettingsError unless the text is the one that the places of the data point into."""
    found = hashlib.sha256(text.encode()).hexdigest()
    expected = {
        quad.object.value
        for quad in quads
        if quad.predicate == SKG.textHash and isinstance(quad.object, Literal)
    }
    if found not in expected:
        message = f"--source-text: this is not the text of the claims (its sha256 is {found})"
        raise SettingsError(message)
