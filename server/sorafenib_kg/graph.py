"""The knowledge graph as it is served: dataset, closure and store, opened once."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Self

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from sorafenib_kg.claims import ClaimIndex, read_claims
from sorafenib_kg.descriptions import Term, read_labels
from sorafenib_kg.errors import NotEntailedError, ReasoningError, UnknownNameError, UnreadError
from sorafenib_kg.explanation import (
    Explainer,
    Explanation,
    Justified,
    explain_entailment,
    graphs_beside,
)
from sorafenib_kg.loader import Dataset, load
from sorafenib_kg.namespaces import HERMIT, RDFS, SKOS, expand, shorten
from sorafenib_kg.reasoning import Clash, Closure, Revision, dl, materialise, revise, what_if
from sorafenib_kg.settings import Entailment, Settings
from sorafenib_kg.store import MemoryStore, Store
from sorafenib_kg.store.difference import Difference
from sorafenib_kg.store.merges import asserted_of

# From a version of the data to the present one, and the difference of what is asserted.
Changes = Callable[[str], tuple[str, Difference] | None]


@dataclass(frozen=True)
class Supposition:
    """The closure as it would be if more held, and what explains its triples and clashes."""

    revision: Revision
    explainer: Explainer


@dataclass(frozen=True)
class KnowledgeGraph:
    """What was asserted, what follows, and a store that answers for both."""

    dataset: Dataset
    closure: Closure | None
    store: Store
    labels: Mapping[Term, str] = field(default_factory=lambda: MappingProxyType({}))
    by_hermit: frozenset[Triple] = frozenset()  # what HermiT inferred and the rules do not
    is_read: ClassVar[bool] = True

    @property
    def current(self) -> Self:
        """Return this graph, which does not change."""
        return self

    @property
    def claims(self) -> ClaimIndex:
        """Return the claims of the dataset."""
        return self.dataset.claims

    @property
    def version(self) -> str:
        """Return the version of the data."""
        return self.dataset.version

    @cached_property
    def explainer(self) -> Explainer:
        """Return what explains triples of this graph; indexed at its first use."""
        if self.closure is None:
            raise ReasoningError("there is nothing to explain by, as entailment is none")
        return Explainer(self.closure, self.dataset, self.labels)

    def holds(self, triple: Triple) -> bool:
        """Tell whether a triple is asserted or follows by the rules."""
        return self.closure is not None and triple in self.closure

    def clash(self, number: int) -> Clash:
        """Return a contradiction by its number, from 1, in the order in which `check` has them.

        Raises UnknownNameError if there is none with this number.
        """
        clashes = self.closure.clashes if self.closure is not None else ()
        if 1 <= number <= len(clashes):
            return clashes[number - 1]
        there = f"there are {len(clashes)}" if clashes else "the data do not contradict themselves"
        raise UnknownNameError(f"there is no contradiction number {number}: {there}")

    def explain(self, triple: Triple) -> Explanation:
        """Return why a triple holds; raise NotEntailedError if it does not, or not by rules."""
        if triple in self.by_hermit:
            raise NotEntailedError(
                f"HermiT infers this, and no rule proves it: {triple}; "
                "sorafenib-kg explain --dl named tells which axioms it follows from"
            )
        return self.explainer.explain(triple)

    def suppose(self, extra: Iterable[Triple]) -> Supposition:
        """Return what would follow, and what would clash, if more triples held.

        The hedged claims' triples are ``graph.claims.hedged()``. This graph stays as it is.
        """
        if self.closure is None:
            raise ReasoningError("nothing follows from anything, as entailment is none")
        revision = what_if(self.closure, extra)
        return Supposition(revision, Explainer(revision.closure, self.dataset, self.labels))

    def justify(self, triple: Triple, limits: dl.Limits, justifications: int = 1) -> Justified:
        """Return why HermiT says that a triple holds.

        Raises NotEntailedError if it says that it does not, ReasoningError if it does not say.
        """
        found = dl.justify(self.dataset.quads, triple, limits=limits, justifications=justifications)
        if found.holds is None:
            raise ReasoningError(f"HermiT does not say: {found.outcome}: {found.reason}")
        if not found.holds:
            raise NotEntailedError(f"this does not follow by HermiT either: {triple}")
        return explain_entailment(found, triple, self.dataset, self.labels)

    def find(self, text: str) -> NamedNode:
        """Return the thing that a CURIE, an IRI (in ``<>`` or with ``://``) or a label stands for.

        A label counts whatever its case; it must be the label or a synonym of one thing only.
        Raises UnknownNameError.
        """
        if (text.startswith("<") and text.endswith(">")) or _is_curie(text):
            return expand(f"<{text}>" if "://" in text and not text.startswith("<") else text)
        wanted = text.strip().strip('"').casefold()
        found = dict.fromkeys(
            quad.subject
            for predicates in ((RDFS.label, SKOS.prefLabel), (SKOS.altLabel,))
            for quad in self.dataset.quads
            if quad.predicate in predicates
            and isinstance(quad.subject, NamedNode)
            and getattr(quad.object, "value", "").casefold() == wanted
        )
        match list(found):
            case [node]:
                return node
            case []:
                raise UnknownNameError(f'nothing has the label "{text}"{self._similar(wanted)}')
            case several:
                names = ", ".join(shorten(node) for node in several if isinstance(node, NamedNode))
                raise UnknownNameError(f'"{text}" is the label of several things: {names}')

    def _similar(self, wanted: str) -> str:
        names = {label.casefold(): label for label in self.labels.values()}
        similar = [names[name] for name in get_close_matches(wanted, names, n=3)]
        return f"; similar ones are {', '.join(similar)}" if similar else ""

    def find_triple(self, subject: str, predicate: str, value: str) -> Triple:
        """Return the triple of three names; the object may also be a literal, or the text of one.

        A literal is taken as it stands in N-Triples; the text of one that is written there comes
        before a label that reads the same.
        Raises UnknownNameError.
        """
        start, relation = self.find(subject), self.find(predicate)
        literal = _literal(value)
        if literal is not None:
            return Triple(start, relation, literal)
        for quad in self.dataset.quads:
            said = quad.object.value if isinstance(quad.object, Literal) else None
            if (quad.subject, quad.predicate, said) == (start, relation, value):
                return quad.triple
        return Triple(start, relation, self.find(value))


class GraphOfStore:
    """The knowledge graph that a store holds, whatever its version is at the time."""

    is_read = True

    def __init__(
        self, store: Store, entailment: Entailment, changes: Changes | None = None
    ) -> None:
        """Read nothing yet; where changes are known, they save reading all again."""
        self.store = store
        self._changes = changes
        self._entailment = entailment
        self._lock = threading.Lock()
        self._graph: KnowledgeGraph | None = None

    @property
    def current(self) -> KnowledgeGraph:
        """Return the graph in the store's present version."""
        with self._lock:
            if self._graph is None or self._graph.version != self.store.version:
                self._graph = self._followed() or self._read()
            return self._graph

    def _followed(self) -> KnowledgeGraph | None:
        """Return the graph behind the changes since it was read; None if that saves nothing."""
        known = self._graph
        found = self._changes(known.version) if known is not None and self._changes else None
        if known is None or found is None:
            return None
        version, difference = found
        if len(difference.removed) + len(difference.added) > len(known.dataset.quads):
            return None
        return changed(known, version, difference)

    def _read(self) -> KnowledgeGraph:
        dump = self.store.dump()
        source = dump.body if isinstance(dump.body, bytes) else dump.body.file
        quads = list(parse(source, RdfFormat.N_QUADS))
        asserted = asserted_of(quads)
        by_hermit = frozenset(quad.triple for quad in quads if quad.graph_name == HERMIT)
        dataset = Dataset(asserted, dump.version, read_claims(asserted))
        return KnowledgeGraph(
            dataset,
            close(dataset, self._entailment),
            self.store,
            MappingProxyType(read_labels(asserted)),
            by_hermit,
        )


def changed(graph: KnowledgeGraph, version: str, difference: Difference) -> KnowledgeGraph:
    """Return a graph behind a change of what is asserted, reasoned on from what it knows."""
    kept = [quad for quad in graph.dataset.quads if quad not in difference.removed]
    gone = {quad.triple for quad in difference.removed}
    if gone:
        gone.difference_update({quad.triple for quad in kept if quad.triple in gone})
    quads = (*kept, *difference.added)
    closure = graph.closure
    if closure is not None:
        added = {quad.triple for quad in difference.added}
        closure = revise(closure, add=list(added), remove=list(gone - added)).closure
    return KnowledgeGraph(
        Dataset(quads, version, read_claims(quads)),
        closure,
        graph.store,
        MappingProxyType(read_labels(quads)),
        graph.by_hermit,
    )


class UnreadGraph:
    """A knowledge graph that stays in its store: too large to be read, or somebody else's."""

    is_read = False

    def __init__(self, store: Store, why: str) -> None:
        """Answer for a store; ``why`` says why its content is not read."""
        self.store = store
        self._why = why

    @property
    def current(self) -> KnowledgeGraph:
        """Raise UnreadError."""
        raise UnreadError(
            f"this takes the whole graph in memory, and {self._why}; queries are answered"
        )


def close(dataset: Dataset, entailment: Entailment) -> Closure | None:
    """Return what follows from a dataset; None if nothing is to follow."""
    return materialise(quad.triple for quad in dataset.quads) if entailment == "rl" else None


def read_graph(
    settings: Settings,
    progress: Callable[[str], None] = lambda step: None,
    change: Callable[[Dataset], Dataset] = lambda dataset: dataset,
) -> tuple[Dataset, Closure | None]:
    """Load, change and materialise what the settings name; ``progress`` is told each step.

    Raises LoadError with everything that is wrong with the files.
    """
    progress("Loading")
    sources: Sequence[Path] | None = [] if settings.empty else settings.data or None
    unnamed = settings.default_graph == "unnamed"
    dataset = change(load(sources, dl=settings.dl != "none", unnamed=unnamed))
    if settings.entailment == "rl":
        progress("Reasoning")
    return dataset, close(dataset, settings.entailment)


def ask_hermit(
    settings: Settings,
    dataset: Dataset,
    closure: Closure | None,
    progress: Callable[[str], None] = lambda step: None,
) -> dl.Classification | None:
    """Return HermiT's classification if the settings ask for it.

    Raises ReasoningError if HermiT gives none.
    """
    if settings.dl == "none":
        return None
    progress("Asking HermiT")
    limits = limits_of(settings)
    found = dl.classify(dataset.quads, limits=limits, known=closure, justifications=0)
    if not found.finished:
        reason = f": {found.verdict.reason}" if found.verdict.reason else ""
        raise ReasoningError(f"no classification by HermiT: {found.verdict.outcome}{reason}")
    return found


def limits_of(settings: Settings) -> dl.Limits:
    """Return what HermiT may take by the settings."""
    return dl.Limits(settings.dl_timeout, settings.dl_memory)


def open_graph(
    settings: Settings,
    progress: Callable[[str], None] = lambda step: None,
    *,
    classify: bool = True,
) -> KnowledgeGraph:
    """Load, materialise and store what the settings name; ``progress`` is told each step.

    HermiT is asked if the settings say so and ``classify`` is true. Raises LoadError with
    everything that is wrong with the files, ReasoningError if HermiT gives no classification.
    """
    dataset, closure = read_graph(settings, progress)
    found = ask_hermit(settings, dataset, closure, progress) if classify else None
    beside = computed_graphs(settings, dataset, closure, found)
    progress("Storing")
    store = MemoryStore(
        quads_of_default_graph(settings, dataset, found),
        closure.inferred() if closure is not None else (),
        beside,
        version=dataset.version,
        merge=settings.is_merge,
    )
    labels = MappingProxyType(read_labels(dataset.quads))
    by_hermit = frozenset(found.triples) if found is not None else frozenset()
    return KnowledgeGraph(dataset, closure, store, labels, by_hermit)


def quads_of_default_graph(
    settings: Settings, dataset: Dataset, classification: dl.Classification | None
) -> tuple[Quad, ...]:
    """Return the quads of a dataset, with what HermiT infers where the settings want it there."""
    if classification is None or settings.dl != "default":
        return dataset.quads
    merge = DefaultGraph()
    return dataset.quads + tuple(
        Quad(t.subject, t.predicate, t.object, merge) for t in classification.triples
    )


def computed_graphs(
    settings: Settings,
    dataset: Dataset,
    closure: Closure | None,
    classification: dl.Classification | None,
) -> list[Quad]:
    """Return the computed graphs that the settings ask for and that are no part of the default."""
    quads: list[Quad] = []
    if closure is not None:
        quads += graphs_beside(settings.beside, dataset.claims, closure)
    if classification is not None:
        quads += dl.as_graph(classification, HERMIT, dataset.version)
    return quads


def _is_curie(text: str) -> bool:
    prefix, colon, _ = text.partition(":")
    return bool(colon) and prefix.isidentifier() and " " not in text


def _literal(text: str) -> Literal | None:
    """Return the literal that a text is in N-Triples, None if it is none."""
    if not text.startswith('"'):
        return None
    try:
        found = [quad.object for quad in parse(f"<x:s> <x:p> {text} .", RdfFormat.N_TRIPLES)]
    except SyntaxError:
        return None
    return found[0] if len(found) == 1 and isinstance(found[0], Literal) else None
