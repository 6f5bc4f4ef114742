"""What the pages share: the graph, the example queries, and what the data say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sorafenib_kg.about import UNKNOWN, About, describe
from sorafenib_kg.catalogue import Catalogue
from sorafenib_kg.errors import NotReadyError, RequestError
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.store import Store

if TYPE_CHECKING:
    from sorafenib_kg.graph import GraphOfStore, KnowledgeGraph, UnreadGraph


class Site:
    """Everything that a view may ask for; without a graph, nothing is answered but that."""

    def __init__(
        self,
        graph: KnowledgeGraph | GraphOfStore | UnreadGraph | None,
        catalogue: Catalogue,
        endpoint: Endpoint,
        public_url: str | None = None,
        changes: str = "none",
        report_url: str | None = None,
        source_text: str | None = None,
        describe: Callable[[Store], About] = describe,
    ) -> None:
        """Keep what the views share.

        ``changes`` says where changes are kept that are made, ``report_url`` where readers report
        errors, ``source_text`` is the text of the source where the operator has given it, and
        ``describe`` finds out what a store says of itself.
        """
        self._describe = describe
        self.changes = changes
        self.report_url = report_url
        self._source_text = source_text
        self._reading: Reading | None = None
        self._graph = graph
        self.catalogue = catalogue
        self.endpoint = endpoint
        self.public_url = public_url
        self._about: tuple[str | None, About] = (None, About())

    @property
    def store(self) -> Store:
        """Return the store; raise NotReadyError if no data are loaded."""
        if self._graph is None:
            raise NotReadyError("the data are not loaded")
        return self._graph.store

    @property
    def loaded(self) -> KnowledgeGraph:
        """Return the graph in its present version; raise NotReadyError if no data are loaded."""
        if self._graph is None:
            raise NotReadyError("the data are not loaded")
        return self._graph.current

    @property
    def is_read(self) -> bool:
        """Say whether `loaded` and `reading` can be had, as far as there are data."""
        return self._graph is None or self._graph.is_read

    @property
    def reading(self) -> Reading:
        """Return the graph in its present version as pages read it."""
        graph = self.loaded
        reading = self._reading
        if reading is None or reading.graph is not graph:
            reading = self._reading = Reading(graph, self._source_text)
        return reading

    @property
    def version(self) -> str | None:
        """Return the version of the data, None without data."""
        return None if self._graph is None else self._graph.store.version

    @property
    def about(self) -> About:
        """Return what the present version says of itself, nothing without data."""
        version = self.version
        known, about = self._about
        if known != version:
            try:
                about = self._describe(self.store)
            except RequestError:
                # Every page shows it, that which tells of the error too.
                return UNKNOWN
            self._about = (version, about)
        return about
