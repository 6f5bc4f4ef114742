"""One version of a graph, ready to be read: indexed, searchable, with what follows from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.presentation.claim import ClaimPage, claim_page
from sorafenib_kg.presentation.consequences import consequences
from sorafenib_kg.presentation.debate import Controversy, Gaps, controversies, gaps
from sorafenib_kg.presentation.entity import EntityPage, entity_page
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.questions import Parameter
from sorafenib_kg.presentation.resistance_map import ResistanceMap, resistance_map
from sorafenib_kg.presentation.search import SearchIndex
from sorafenib_kg.presentation.trials import Study, studies
from sorafenib_kg.presentation.vocabulary import Module, Vocabulary, vocabulary


@dataclass(frozen=True)
class Reading:
    """A graph as pages read it; each part is worked out when it is first asked for.

    ``source_text`` is the text of the source, where the operator has given it.
    """

    graph: KnowledgeGraph
    source_text: str | None = None
    # Of the example queries, by name, as far as they were asked for.
    parameters: dict[str, tuple[Parameter, ...]] = field(default_factory=dict)

    @cached_property
    def index(self) -> GraphIndex:
        """The graph indexed in both directions."""
        return GraphIndex(self.graph)

    @cached_property
    def names(self) -> SearchIndex:
        """The names of all things."""
        return SearchIndex(self.index)

    @cached_property
    def consequences(self) -> Mapping[Triple, tuple[Triple, ...]]:
        """What is inferred with the help of each triple that a claim yields."""
        return consequences(self.graph)

    @cached_property
    def studies(self) -> tuple[Study, ...]:
        """All studies with their arms and results."""
        return studies(self.index)

    @cached_property
    def controversies(self) -> tuple[Controversy, ...]:
        """Where the source disagrees with itself."""
        return controversies(self.index)

    @cached_property
    def gaps(self) -> Gaps:
        """What the source leaves open, unsupported or ungiven."""
        return gaps(self.index)

    @cached_property
    def map(self) -> ResistanceMap:
        """What causes, effects and resistance tie together."""
        return resistance_map(self.index)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The ontology."""
        return vocabulary(self.index)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The ontology as a document."""
        return self.vocabulary.document()

    def prepare(self) -> None:
        """Work out what takes long, so that no reader waits for it."""
        self.names.search("a", 1, 1)
        self.consequences  # noqa: B018 - kept from now on
        self.map  # noqa: B018

    def entity(self, node: NamedNode) -> EntityPage:
        """Return what the page of a thing shows."""
        return entity_page(self.index, node)

    def claim(self, node: NamedNode) -> ClaimPage | None:
        """Return what the page of a claim shows; None if the name is not that of a claim."""
        claim = self.graph.claims.by_iri.get(node)
        if claim is None:
            return None
        follows = self.consequences.get(claim.triple, ()) if claim.yields_triple else ()
        return claim_page(self.index, claim, follows, self.source_text)
