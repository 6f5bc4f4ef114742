"""What a set of quads says about each subject, by predicate, whatever the graph."""

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from sorafenib_kg.namespaces import RDF, RDFS, SKOS

Term = NamedNode | BlankNode | Literal | Triple

_NUMBER = re.compile(r"-?[0-9]{1,18}")


class Descriptions:
    """An index from subject and predicate to the objects, in the order they were written."""

    def __init__(self, quads: Iterable[Quad | Triple]) -> None:
        """Index the quads; a triple that stands in several graphs counts once."""
        self._index: dict[Term, dict[NamedNode, dict[Term, None]]] = {}
        for quad in quads:
            properties = self._index.setdefault(quad.subject, {})
            properties.setdefault(quad.predicate, {})[quad.object] = None

    def __contains__(self, subject: object) -> bool:
        """Say whether anything is said about the subject."""
        return subject in self._index

    def __iter__(self) -> Iterator[Term]:
        """Give the subjects in the order they were first written."""
        return iter(self._index)

    def predicates(self, subject: Term) -> Iterator[NamedNode]:
        """Give the predicates that the subject has."""
        return iter(self._index.get(subject, {}))

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return all objects, in the order they were written."""
        return list(self._index.get(subject, {}).get(predicate, ()))

    def nodes(self, subject: Term, predicate: NamedNode) -> list[NamedNode]:
        """Return the objects that are IRIs."""
        return [term for term in self.objects(subject, predicate) if isinstance(term, NamedNode)]

    def node(self, subject: Term, predicate: NamedNode) -> NamedNode | None:
        """Return the first object that is an IRI."""
        return next(iter(self.nodes(subject, predicate)), None)

    def object(self, subject: Term, predicate: NamedNode) -> Term | None:
        """Return the first object."""
        return next(iter(self._index.get(subject, {}).get(predicate, ())), None)

    def items(self, collection: Term | None) -> Iterator[Term]:
        """Give the items of an RDF collection, as far as it is well-formed."""
        seen: set[Term] = set()
        while collection is not None and collection != RDF.nil and collection not in seen:
            seen.add(collection)
            item = self.object(collection, RDF.first)
            if item is not None:
                yield item
            collection = self.object(collection, RDF.rest)

    def text(self, subject: Term, predicate: NamedNode) -> str | None:
        """Return the lexical form of the first object that is a literal."""
        for term in self.objects(subject, predicate):
            if isinstance(term, Literal):
                return term.value
        return None

    def number(self, subject: Term, predicate: NamedNode) -> int | None:
        """Return the first object as a whole number, or None if it is not one."""
        text = self.text(subject, predicate)
        return int(text) if text is not None and _NUMBER.fullmatch(text) else None

    def instances(self, of: NamedNode, type_predicate: NamedNode) -> Iterator[Term]:
        """Give the subjects that are said to be of a class, in the order they were written."""
        for subject, properties in self._index.items():
            if of in properties.get(type_predicate, ()):
                yield subject


def read_labels(quads: Iterable[Quad | Triple]) -> dict[Term, str]:
    """Return one label for each subject that has one: the English where there is a choice."""
    labels: dict[Term, str] = {}
    for quad in quads:
        if quad.predicate not in (RDFS.label, SKOS.prefLabel):
            continue
        if not isinstance(quad.object, Literal):
            continue
        if quad.subject not in labels or quad.object.language == "en":
            labels[quad.subject] = quad.object.value
    return labels
