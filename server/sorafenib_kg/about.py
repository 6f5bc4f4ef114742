"""What the data say of themselves: their header, their sources, and how much they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.namespaces import GRAPHS_BESIDE, ID, OWL, RDFS, SKG, graph_name
from sorafenib_kg.store import Store, Term

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
    """What the header of the ontology says, and how much the graph holds; None if uncounted."""

    title: str = _UNTITLED
    description: str = ""
    license: str = ""
    citations: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: int | None = 0
    entities: int | None = 0
    asserted: int | None = 0
    inferred: int | None = 0


UNKNOWN = About(claims=None, entities=None, asserted=None, inferred=None)


def headline(store: Store) -> About:
    """Read the header alone, since to count all that a large store holds takes long."""
    header = _header(store)
    return replace(
        UNKNOWN,
        title=_text(header.get("title")) or _UNTITLED,
        description=_text(header.get("description")),
        license=_text(header.get("license")),
        citations=_citations(store),
        sources=_sources(store),
    )


def describe(store: Store, *, merge: bool = True) -> About:
    """Read from the data what the start page says about them.

    ``merge`` says whether the default graph is the merge of the others.
    """
    inferred = _count(store, f"{{ GRAPH {graph_name('inferred')} {{ ?s ?p ?o }} }}", "*")
    if merge:
        asserted = _count(store, "{ ?s ?p ?o }", "*") - inferred
    else:
        computed = ", ".join(map(str, (graph_name("inferred"), *sorted(GRAPHS_BESIDE, key=str))))
        asserted = _count(
            store,
            "{ { ?s ?p ?o } UNION "
            f"{{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g NOT IN ({computed})) }} }}",
            "*",
        )
    return replace(
        headline(store),
        claims=_count(store, f"{{ ?s a {SKG.Claim} }}"),
        entities=_count(store, _ENTITIES),
        asserted=asserted,
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
