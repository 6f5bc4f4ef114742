"""What the pages share: the graph, the example queries, and what the data say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.catalogue import Catalogue
from sorafenib_kg.errors import NotReadyError
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.namespaces import ID, OWL, RDFS, SKG, graph_name
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.store import Store, Term

if TYPE_CHECKING:
    from sorafenib_kg.graph import GraphOfStore, KnowledgeGraph

_UNTITLED = "Knowledge graph"
_DCTERMS = "http://purl.org/dc/terms/"
# What the source speaks of: not its own parts, nor the documents that it refers to.
_ENTITIES = f"""{{
    GRAPH {graph_name("entities")} {{ ?s a ?type }}
    FILTER(STRSTARTS(STR(?s), "{ID}"))
    FILTER NOT EXISTS {{ ?s {SKG.startOffset}|{SKG.textHash}|{SKG.referenceNumber} ?part }}
}}"""


@dataclass(frozen=True, slots=True)
class Source:
    """The document whose statements the graph holds, or another source that the header names."""

    iri: str
    title: str

    @property
    def is_link(self) -> bool:
        """Say whether the IRI can be followed in a browser."""
        return self.iri.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class About:
    """What the header of the ontology says, and how much the graph holds."""

    title: str = _UNTITLED
    description: str = ""
    license: str = ""
    citations: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: int = 0
    entities: int = 0
    asserted: int = 0
    inferred: int = 0


class Site:
    """Everything that a view may ask for; without a graph, nothing is answered but that."""

    def __init__(
        self,
        graph: KnowledgeGraph | GraphOfStore | None,
        catalogue: Catalogue,
        endpoint: Endpoint,
        public_url: str | None = None,
        changes: str = "none",
        report_url: str | None = None,
        source_text: str | None = None,
    ) -> None:
        """Keep what the views share.

        ``changes`` says where changes are kept that are made, ``report_url`` where readers report
        errors, ``source_text`` is the text of the source where the operator has given it.
        """
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
            about = describe(self.store)
            self._about = (version, about)
        return about


def describe(store: Store) -> About:
    """Read from the data what the start page says about them."""
    header = _header(store)
    inferred = _count(store, f"{{ GRAPH {graph_name('inferred')} {{ ?s ?p ?o }} }}", "*")
    return About(
        title=_text(header.get("title")) or _UNTITLED,
        description=_text(header.get("description")),
        license=_text(header.get("license")),
        citations=_citations(store),
        sources=_sources(store),
        claims=_count(store, f"{{ ?s a {SKG.Claim} }}"),
        entities=_count(store, _ENTITIES),
        asserted=_count(store, "{ ?s ?p ?o }", "*") - inferred,
        inferred=inferred,
    )


def _header(store: Store) -> dict[str, Term | None]:
    """Return the properties of the ontology that no other one imports."""
    table = store.table(
        f"""
        SELECT ?title ?description ?license WHERE {{
            ?ontology a {OWL.Ontology} ; <{_DCTERMS}title> ?title .
            OPTIONAL {{ ?ontology <{_DCTERMS}description> ?description }}
            OPTIONAL {{ ?ontology <{_DCTERMS}license> ?license }}
            FILTER NOT EXISTS {{ ?other {OWL.imports} ?ontology }}
        }}
        ORDER BY ?ontology ?title ?description
        """,
        limit=1,
    )
    return dict(zip(table.variables, table.rows[0], strict=True)) if table.rows else {}


def _citations(store: Store) -> tuple[str, ...]:
    """Return how the header wants the data to be cited."""
    rows = store.table(
        f"""
        SELECT DISTINCT ?text WHERE {{
            ?ontology a {OWL.Ontology} ; <{_DCTERMS}bibliographicCitation> ?text .
            FILTER NOT EXISTS {{ ?other {OWL.imports} ?ontology }}
        }}
        ORDER BY STRLEN(?text) ?text
        """
    ).rows
    return tuple(_text(text) for (text,) in rows)


def _sources(store: Store) -> tuple[Source, ...]:
    """Return what the header gives as source, under the title that the data give it."""
    rows = store.table(
        f"""
        SELECT DISTINCT ?source ?title WHERE {{
            ?ontology a {OWL.Ontology} ; <{_DCTERMS}source> ?source .
            FILTER NOT EXISTS {{ ?other {OWL.imports} ?ontology }}
            OPTIONAL {{
                ?document a {SKG.SourceDocument} ; <{_DCTERMS}source>|<{_DCTERMS}identifier> ?name .
                FILTER(STR(?name) = STR(?source) || STRENDS(STR(?source), STR(?name)))
                ?document <{_DCTERMS}bibliographicCitation>|<{_DCTERMS}title>|{RDFS.label} ?title .
            }}
        }}
        ORDER BY ?source DESC(STRLEN(?title))
        """
    ).rows
    found: dict[str, str] = {}
    for source, title in rows:
        name = source.value if isinstance(source, NamedNode | Literal) else ""
        found.setdefault(name, _text(title) or name)
    return tuple(Source(iri, title) for iri, title in found.items() if iri)


def _count(store: Store, pattern: str, what: str = "DISTINCT ?s") -> int:
    ((number,),) = store.table(f"SELECT (COUNT({what}) AS ?n) {pattern}").rows
    return int(_text(number) or 0)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
