"""The terms of a dataset for an editor to complete: how often, with which classes, called what.

The figures are those of VoID's class and property partitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.namespaces import ID, PREFIXES, RDF, RDFS, SKG, SKOS, shorten
from sorafenib_kg.results import labels_of
from sorafenib_kg.store import Store, Term

_AT_ONCE = 300
# What of a dataset is so small and so many that nobody asks for it by name.
_UNNAMED = (SKG.Claim, SKG.TextLocator, SKG.ReferencePointer, SKG.Sentence)


@dataclass(frozen=True, slots=True)
class TermsOfDataset:
    """What an editor may offer, ready to be written as JSON; terms by their CURIEs."""

    prefixes: Mapping[str, str]
    classes: tuple[Mapping[str, object], ...]
    properties: tuple[Mapping[str, object], ...]
    individuals: tuple[Mapping[str, object], ...]

    def as_json(self) -> dict[str, object]:
        """Return the content of the JSON document."""
        return {
            "prefixes": dict(self.prefixes),
            "classes": list(self.classes),
            "properties": list(self.properties),
            "individuals": list(self.individuals),
        }


def terms_of(store: Store) -> TermsOfDataset:
    """Count the terms of the default graph, and look up what they are called."""
    classes = _counts(store, "SELECT ?x (COUNT(DISTINCT ?s) AS ?n) { ?s a ?x } GROUP BY ?x")
    properties = _counts(store, "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x")
    pairs = store.table(
        "SELECT ?class ?property (COUNT(*) AS ?n) { ?s a ?class ; ?property ?o } "
        "GROUP BY ?class ?property"
    ).rows
    with_classes: dict[NamedNode, dict[str, int]] = defaultdict(dict)
    for kind, used, number in pairs:
        if isinstance(kind, NamedNode) and isinstance(used, NamedNode):
            with_classes[used][shorten(kind)] = _int(number)
    nodes = [*classes, *properties]
    labels = labels_of(store, nodes)
    definitions = _definitions(store, nodes)

    def described(node: NamedNode, number: int) -> dict[str, object]:
        found: dict[str, object] = {"name": shorten(node), "count": number}
        if node in labels.by_iri or node == RDF.type:
            found["label"] = labels(node)
        if node in definitions:
            found["definition"] = definitions[node]
        return found

    return TermsOfDataset(
        PREFIXES,
        tuple(described(node, number) for node, number in classes.items()),
        tuple(
            described(node, number) | {"classes": with_classes[node]}
            for node, number in properties.items()
        ),
        _individuals(store),
    )


def _counts(store: Store, query: str) -> dict[NamedNode, int]:
    """Return IRIs with their numbers, the most frequent first."""
    rows = store.table(query).rows
    found = [(node, _int(number)) for node, number in rows if isinstance(node, NamedNode)]
    return dict(sorted(found, key=lambda entry: (-entry[1], entry[0].value)))


def _individuals(store: Store) -> tuple[Mapping[str, object], ...]:
    """Return the named individuals with a label, each with its first class by name."""
    unnamed = " ".join(f"FILTER NOT EXISTS {{ ?x a {kind} }}" for kind in _UNNAMED)
    rows = store.table(
        f"SELECT ?x (MIN(?class) AS ?kind) {{ ?x {RDFS.label} ?label . "
        f'FILTER(STRSTARTS(STR(?x), "{ID}")) {unnamed} '
        "OPTIONAL { ?x a ?class FILTER(isIRI(?class)) } } GROUP BY ?x ORDER BY ?x"
    ).rows
    kinds = {node: kind for node, kind in rows if isinstance(node, NamedNode)}
    labels = labels_of(store, [*kinds, *kinds.values()])
    return tuple(
        {"name": shorten(node), "label": labels(node)}
        | ({"kind": labels(kind)} if isinstance(kind, NamedNode) else {})
        for node, kind in kinds.items()
    )


def _definitions(store: Store, nodes: Iterable[NamedNode]) -> dict[NamedNode, str]:
    found: dict[NamedNode, str] = {}
    several = list(nodes)
    for start in range(0, len(several), _AT_ONCE):
        values = " ".join(map(str, several[start : start + _AT_ONCE]))
        rows = store.table(
            f"SELECT ?x ?text {{ VALUES ?x {{ {values} }} ?x {SKOS.definition} ?text }} "
            "ORDER BY ?x ?text"
        ).rows
        for node, text in rows:
            if isinstance(node, NamedNode) and isinstance(text, Literal):
                found.setdefault(node, text.value)
    return found


def _int(term: Term | None) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
