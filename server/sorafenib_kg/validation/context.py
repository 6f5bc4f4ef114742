"""What the checks look at: the files as parsed, the dataset, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from sorafenib_kg.descriptions import Descriptions, Term, read_labels
from sorafenib_kg.errors import Problem
from sorafenib_kg.loader import Dataset, assemble, read_all
from sorafenib_kg.namespaces import graph_name, shorten
from sorafenib_kg.reasoning import Closure, materialise
from sorafenib_kg.sources import ParsedFile
from sorafenib_kg.validation.places import Places
from sorafenib_kg.validation.report import Finding, Severity


@dataclass(frozen=True)
class Context:
    """The data under check; what is costly is made once, when first asked for."""

    parsed: tuple[ParsedFile, ...]
    problems: tuple[Problem, ...]
    dataset: Dataset
    source_text: str | None = None
    queries: Path | None = None  # files of queries that are about these data
    bundled: bool = False  # whether the ontology was made for just these data

    @cached_property
    def descriptions(self) -> Descriptions:
        """All asserted triples by subject."""
        return Descriptions(self.dataset.quads)

    @cached_property
    def labels(self) -> dict[Term, str]:
        """A label for each thing that has one."""
        return read_labels(self.dataset.quads)

    @cached_property
    def places(self) -> Places:
        """Where each name stands in the files."""
        return Places(self.parsed)

    @cached_property
    def closure(self) -> Closure:
        """What follows by OWL 2 RL."""
        return materialise(quad.triple for quad in self.dataset.quads)

    @cached_property
    def store(self) -> Store:
        """The dataset as it is served: named graphs, and their merge as the default graph."""
        store = Store()
        inferred = list(self.closure.inferred())
        store.extend(self.dataset.quads)
        store.extend(quad(triple, graph_name("inferred")) for triple in inferred)
        store.extend(quad(triple) for triple in self.dataset.asserted())
        store.extend(quad(triple) for triple in inferred)
        return store

    def finding(self, node: Term, message: str, severity: Severity = "error") -> Finding:
        """Return a finding about a node, with the place where the node is described."""
        file, line = self.places.described(node)
        iri = node.value if isinstance(node, NamedNode) else None
        return Finding(f"{self.name(node)}: {message}", file, line, severity, node=iri)

    def name(self, node: Term) -> str:
        """Return how a node is called in messages."""
        return shorten(node) if isinstance(node, NamedNode) else str(node)


def quad(triple: Triple, graph: NamedNode | None = None) -> Quad:
    """Return a triple as a quad of a graph, the default graph by default."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def read_context(
    sources: Sequence[Path] | None = None,
    source_text: str | None = None,
    queries: Path | None = None,
    *,
    bundled: bool | None = None,
) -> Context:
    """Read the sources, past what cannot be read in them; without any, the bundled data."""
    parsed, problems = read_all(sources)
    return Context(
        tuple(parsed),
        tuple(problems),
        assemble(parsed),
        source_text,
        queries,
        sources is None if bundled is None else bundled,
    )
