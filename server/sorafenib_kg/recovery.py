"""The data as they were when the server last ran: what was loaded, and the journal's changes."""

from dataclasses import replace
from pathlib import Path

from sorafenib_kg import __version__
from sorafenib_kg.claims import read_claims
from sorafenib_kg.journal import Base, Journal, replayed, with_lasting_names
from sorafenib_kg.loader import Dataset, digest
from sorafenib_kg.settings import Settings


class Recovery:
    """Opens the journal that the settings name, and makes its changes."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet."""
        self._folder: Path | None = settings.journal
        self._rebase = settings.rebase
        self._kind = "merge" if settings.is_merge else "unnamed"
        self.journal: Journal | None = None

    def __call__(self, dataset: Dataset) -> Dataset:
        """Return the dataset after all changes; raise JournalError."""
        if self._folder is None:
            return dataset
        base = Base(f"{digest(dataset.quads)} {self._kind}", __version__)
        self.journal = Journal.open(self._folder, base, rebase=self._rebase)
        entries = self.journal.content.entries
        quads = tuple(replayed(with_lasting_names(dataset.quads), entries))
        return replace(dataset, quads=quads, claims=read_claims(quads))
