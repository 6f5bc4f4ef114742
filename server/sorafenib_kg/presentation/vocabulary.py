"""The ontology as one document: its modules with their terms, and as RDF that Protégé opens."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.explanation.words import Words
from sorafenib_kg.namespaces import ONTOLOGY, OWL, PREFIXES, RDF, RDFS, SKG, SKOS, graph_name
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.presentation.statements import TOPICS
from sorafenib_kg.results import Cell

_DCTERMS = PREFIXES["dcterms"]
_SORTS: Mapping[NamedNode, str] = MappingProxyType(
    {
        OWL.Class: "Classes",
        OWL.ObjectProperty: "Object properties",
        OWL.DatatypeProperty: "Data properties",
        OWL.AnnotationProperty: "Annotation properties",
    }
)
_CHARACTERISTICS = {
    OWL.TransitiveProperty: "transitive",
    OWL.SymmetricProperty: "symmetric",
    OWL.AsymmetricProperty: "asymmetric",
    OWL.IrreflexiveProperty: "irreflexive",
    OWL.FunctionalProperty: "functional",
    OWL.InverseFunctionalProperty: "inverse functional",
}
# What is told in a place of its own, not among the axioms.
_NO_AXIOMS = frozenset(
    {
        RDF.type,
        RDFS.label,
        RDFS.comment,
        RDFS.isDefinedBy,
        SKOS.altLabel,
        SKOS.definition,
        NamedNode(f"{SKOS.NAMESPACE}example"),
        NamedNode(f"{SKOS.NAMESPACE}scopeNote"),
        NamedNode(f"{_DCTERMS}source"),
        SKG.unusedBecause,
    }
)


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A term: its names and definition, its axioms in words, how often it is used."""

    name: str
    cell: Cell
    others: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]
    notes: tuple[str, ...]
    characteristics: tuple[str, ...]
    axioms: tuple[str, ...]
    sources: tuple[Cell, ...]
    uses: int


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the ontology with its terms by sort."""

    name: str
    title: str
    topic: str
    description: str
    sorts: tuple[tuple[str, tuple[TermEntry, ...]], ...]

    @property
    def size(self) -> int:
        """Return the number of terms."""
        return sum(len(terms) for _, terms in self.sorts)


@dataclass(frozen=True)
class Vocabulary:
    """The graph of the ontology, alone."""

    index: GraphIndex
    triples: tuple[Triple, ...]

    def document(self) -> tuple[Module, ...]:
        """Return the modules with their terms, in the order in which a page has topics."""
        about = Descriptions(self.triples)
        words = Words(self.index.graph.labels, about)
        uses = self._uses()
        terms: dict[str, dict[str, list[TermEntry]]] = defaultdict(lambda: defaultdict(list))
        for node in about:
            module = about.node(node, RDFS.isDefinedBy)
            sort = next((s for k, s in _SORTS.items() if k in about.nodes(node, RDF.type)), None)
            if isinstance(node, NamedNode) and module is not None and sort is not None:
                entry = _entry(self.index, about, words, node, uses[node])
                terms[_name(module)][sort].append(entry)
        return tuple(
            Module(
                name,
                self._header(name, "title") or name,
                TOPICS.get(name, name.capitalize()),
                self._header(name, "description") or "",
                tuple(
                    (sort, tuple(sorted(terms[name][sort], key=_label)))
                    for sort in _SORTS.values()
                    if terms[name][sort]
                ),
            )
            for name in sorted(terms, key=_position)
        )

    def merged(self) -> tuple[Triple, ...]:
        """Return all modules as one ontology, which imports nothing."""
        others = self._headers() - {ONTOLOGY}
        return tuple(
            triple
            for triple in self.triples
            if triple.subject not in others and triple.predicate != OWL.imports
        )

    def module(self, name: str) -> tuple[Triple, ...]:
        """Return one module with its header; nothing if there is none of that name."""
        # What somebody has made up need not be part of an IRI.
        if name not in self.names():
            return ()
        header = NamedNode(f"{ONTOLOGY.value}/{name}")
        about = Descriptions(self.triples)
        own = {n for n in about if header in about.nodes(n, RDFS.isDefinedBy)} | {header}
        own |= {n for n in about if isinstance(n, BlankNode) and _belongs(about, n, own)}
        # What it uses of other vocabularies is declared in it too.
        own |= {p for node in own for p in about.predicates(node) if p in about and not _is_own(p)}
        return tuple(_described(about, self.triples, own))

    def names(self) -> tuple[str, ...]:
        """Return the names of the modules."""
        prefix = f"{ONTOLOGY.value}/"
        found = (node.value for node in self._headers() if node.value.startswith(prefix))
        return tuple(sorted(name.removeprefix(prefix) for name in found))

    def _headers(self) -> set[NamedNode]:
        return {
            triple.subject
            for triple in self.triples
            if triple.predicate == RDF.type
            and triple.object == OWL.Ontology
            and isinstance(triple.subject, NamedNode)
        }

    def _header(self, module: str, name: str) -> str | None:
        node = NamedNode(f"{ONTOLOGY.value}/{module}")
        return self.index.about.text(node, NamedNode(_DCTERMS + name))

    def _uses(self) -> Counter[Term]:
        """Count how often each class has a member and each property a triple, as said."""
        ontology = set(self.triples)
        counts: Counter[Term] = Counter()
        for triple in dict.fromkeys(quad.triple for quad in self.index.graph.dataset.quads):
            if triple not in ontology:
                counts[triple.object if triple.predicate == RDF.type else triple.predicate] += 1
        return counts


def vocabulary(index: GraphIndex) -> Vocabulary:
    """Return the ontology of a graph."""
    name = graph_name("ontology")
    quads = index.graph.dataset.quads
    return Vocabulary(index, tuple(quad.triple for quad in quads if quad.graph_name == name))


def _entry(
    index: GraphIndex, about: Descriptions, words: Words, node: NamedNode, uses: int
) -> TermEntry:
    def texts(predicate: NamedNode) -> tuple[str, ...]:
        return tuple(t.value for t in about.objects(node, predicate) if isinstance(t, Literal))

    kinds = about.nodes(node, RDF.type)
    definitions = texts(SKOS.definition)
    return TermEntry(
        name=node.value.rsplit("#", 1)[-1],
        cell=index.cell(node),
        others=texts(SKOS.altLabel),
        definition=definitions[0] if definitions else "",
        examples=texts(NamedNode(f"{SKOS.NAMESPACE}example")),
        notes=(*texts(NamedNode(f"{SKOS.NAMESPACE}scopeNote")), *texts(SKG.unusedBecause)),
        characteristics=tuple(w for kind, w in _CHARACTERISTICS.items() if kind in kinds),
        axioms=tuple(_axioms(about, words, node)),
        sources=tuple(map(index.cell, about.nodes(node, NamedNode(f"{_DCTERMS}source")))),
        uses=uses,
    )


def _axioms(about: Descriptions, words: Words, node: NamedNode) -> Iterator[str]:
    for predicate in about.predicates(node):
        if predicate not in _NO_AXIOMS:
            for value in about.objects(node, predicate):
                yield words.terms(node, predicate, value)


def _belongs(about: Descriptions, node: BlankNode, own: set[Term]) -> bool:
    """Tell whether a general axiom speaks of a module: by the first of its terms, or the class."""
    first = next(about.items(about.object(node, OWL.members)), None)
    above = about.object(node, RDFS.subClassOf)
    return first in own or above in own


def _described(
    about: Descriptions, triples: Iterable[Triple], nodes: Iterable[Term]
) -> Iterator[Triple]:
    """Give the triples of nodes, and of the blank nodes that these lead to."""
    wanted = set(nodes)
    waiting = list(wanted)
    while waiting:
        node = waiting.pop()
        for predicate in about.predicates(node):
            for value in about.objects(node, predicate):
                if isinstance(value, BlankNode) and value not in wanted:
                    wanted.add(value)
                    waiting.append(value)
    return (triple for triple in triples if triple.subject in wanted)


def _is_own(term: NamedNode) -> bool:
    return term.value.startswith(SKG.NAMESPACE)


def _name(module: NamedNode) -> str:
    return module.value.rsplit("/", 1)[-1]


def _label(entry: TermEntry) -> str:
    return entry.cell.text.casefold()


def _position(name: str) -> tuple[int, str]:
    order = list(TOPICS)
    return (order.index(name) if name in order else len(order), name)
