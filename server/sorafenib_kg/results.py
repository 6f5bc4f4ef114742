"""Answers for people: terms with their labels and the links that lead to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal as OneOf
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.databases import external_curie
from sorafenib_kg.namespaces import GRAPH, ID, RDF, RDFS, SKG, SKOS, XSD, graph_name, shorten
from sorafenib_kg.store import Store, Table, Term

CellKind = OneOf["iri", "text", "number", "blank", "triple", "unbound"]

_INFERRED = graph_name("inferred")
_NUMBERS = {XSD.integer, XSD.decimal, XSD.double}
_LABELS_AT_ONCE = 500
# The few words of common vocabularies that every page has, and that no data label.
_COMMON = {
    RDF.type: "is a",
    RDFS.label: "label",
    RDFS.comment: "comment",
    RDFS.subClassOf: "is a kind of",
    SKOS.altLabel: "also called",
    SKOS.broadMatch: "broad match",
    SKOS.closeMatch: "close match",
    SKOS.definition: "definition",
    SKOS.exactMatch: "exact match",
    SKOS.narrowMatch: "narrow match",
    SKOS.relatedMatch: "related match",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One term as it is shown; the IRI, or the datatype, stands in the title."""

    kind: CellKind
    text: str = ""
    href: str | None = None
    title: str | None = None
    language: str | None = None
    mark: OneOf["asserted", "inferred"] | None = None  # of the name of a graph


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of some IRIs, in English where there is a choice."""

    by_iri: Mapping[NamedNode, str]

    def __call__(self, node: NamedNode) -> str:
        """Return the label of an IRI, or else its CURIE, or else the IRI."""
        known = self.by_iri.get(node) or _COMMON.get(node) or external_curie(node)
        return known or shorten(node).strip("<>")


def labels_of(store: Store, terms: Iterable[Term | None]) -> Labels:
    """Look up the labels of those of the terms that are IRIs."""
    nodes = {term for term in terms if isinstance(term, NamedNode)}
    found: dict[NamedNode, tuple[int, str]] = {}
    remaining = iter(sorted(nodes, key=str))
    while batch := list(islice(remaining, _LABELS_AT_ONCE)):
        values = " ".join(map(str, batch))
        rows = store.table(
            f"SELECT ?x ?label {{ VALUES ?x {{ {values} }} "
            f"{{ ?x {RDFS.label} ?label }} UNION {{ ?x {SKOS.prefLabel} ?label }} }}"
        ).rows
        for node, label in rows:
            if isinstance(node, NamedNode) and isinstance(label, Literal):
                rated = (_strangeness(label), label.value)
                found[node] = min(found.get(node, rated), rated)
    return Labels({node: label for node, (_, label) in found.items()})


def _strangeness(label: Literal) -> int:
    language = label.language or ""
    return 0 if language.startswith("en") else 2 if language else 1


def local_path(node: NamedNode) -> str | None:
    """Return the path of this server's page about an IRI, None if it has none."""
    for namespace, path in ((ID, "/id/"), (SKG.NAMESPACE, "/ontology#")):
        name = node.value.removeprefix(namespace)
        if name != node.value and name:
            return path + quote(name)
    return None


def cell(term: Term | None, labels: Labels) -> Cell:
    """Return how a term is shown."""
    match term:
        case None:
            return Cell("unbound")
        case NamedNode():
            return _iri_cell(term, labels)
        case BlankNode():
            return Cell("blank", f"_:{term.value[:8]}", title="a node without a name")
        case Triple():
            parts = (cell(part, labels).text for part in term)
            return Cell("triple", f"({' '.join(parts)})")
        case Literal() if term.datatype in _NUMBERS:
            return Cell("number", term.value, title=shorten(term.datatype))
    plain = term.language is not None or term.datatype == XSD.string
    return Cell(
        "text",
        term.value,
        title=None if plain else shorten(term.datatype),
        language=term.language,
    )


def _iri_cell(node: NamedNode, labels: Labels) -> Cell:
    if node.value.startswith(GRAPH):
        mark: OneOf["asserted", "inferred"] = "inferred" if node == _INFERRED else "asserted"
        return Cell("iri", node.value.removeprefix(GRAPH), title=node.value, mark=mark)
    href = local_path(node)
    if href is None and node.value.startswith(("http://", "https://")) and _is_elsewhere(node):
        href = node.value
    return Cell("iri", labels(node), href, node.value)


def _is_elsewhere(node: NamedNode) -> bool:
    """Say whether the IRI is a page of somebody else, and not a word of a vocabulary."""
    return shorten(node).startswith("<") and not node.value.startswith(_OWN)


_OWN = ID.removesuffix("id/")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is shown; of a triple that the store holds, also whether it was inferred."""

    cells: tuple[Cell, ...]
    triple: Triple | None = None
    inferred: bool | None = None


def rows_of(table: Table, store: Store) -> tuple[Row, ...]:
    """Return the rows of a table as they are shown."""
    labels = labels_of(store, (term for row in table.rows for term in row))
    shown = (tuple(cell(term, labels) for term in row) for row in table.rows)
    if table.kind != "graph":
        return tuple(Row(cells) for cells in shown)
    triples = [Triple(*row) for row in table.rows]  # type: ignore[arg-type]
    marks = marks_of(store, triples)
    return tuple(
        Row(cells, triple, marks.get(triple)) for cells, triple in zip(shown, triples, strict=True)
    )


def marks_of(store: Store, triples: Iterable[Triple]) -> Mapping[Triple, bool]:
    """Say of those triples that the store holds whether they were inferred.

    Triples with blank nodes are left out: a query cannot name them.
    """
    nameable = [
        triple
        for triple in triples
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal)
    ]
    marks = {}
    for start in range(0, len(nameable), _LABELS_AT_ONCE):
        values = "".join(
            f"({t.subject} {t.predicate} {t.object})"
            for t in nameable[start : start + _LABELS_AT_ONCE]
        )
        rows = store.table(
            f"SELECT ?s ?p ?o ?inferred {{ VALUES (?s ?p ?o) {{ {values} }} ?s ?p ?o . "
            f"BIND(EXISTS {{ GRAPH {_INFERRED} {{ ?s ?p ?o }} }} AS ?inferred) }}"
        ).rows
        for subject, predicate, obj, inferred in rows:
            triple = Triple(subject, predicate, obj)  # type: ignore[arg-type]
            marks[triple] = isinstance(inferred, Literal) and inferred.value == "true"
    return marks
