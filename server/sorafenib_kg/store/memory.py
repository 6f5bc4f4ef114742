"""A store in the memory of this process, on pyoxigraph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import IO, Self, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from sorafenib_kg.fetching import NOTHING, Allowed
from sorafenib_kg.namespaces import PREFIXES, graph_name
from sorafenib_kg.store.coding import Output
from sorafenib_kg.store.difference import Difference, in_default_graph
from sorafenib_kg.store.emptiness import Names, names_in, unknown_terms
from sorafenib_kg.store.evaluation import Evaluator, evaluation_error
from sorafenib_kg.store.figures import Figures
from sorafenib_kg.store.forms import Forms
from sorafenib_kg.store.interface import (
    DEFAULT_FORMATS,
    Answer,
    Dump,
    Formats,
    Table,
    Written,
)
from sorafenib_kg.store.output import LARGEST_RESULT, Results, in_memory, table_of, write_results
from sorafenib_kg.store.unknown_literals import unknown_literals

# The engine keeps what was removed. Where that is more than there is, and more than so many quads,
# they are worth another store.
_LEAST_REMOVED = 20_000


class MemoryStore:
    """One state of the data, held by the engine; any number of threads may ask it at a time."""

    def __init__(
        self,
        quads: Iterable[Quad],
        inferred: Iterable[Triple] = (),
        beside: Iterable[Quad] = (),
        *,
        version: str,
        merge: bool = True,
        prefixes: Mapping[str, str] = PREFIXES,
        largest_result: int = LARGEST_RESULT,
        allowed: Allowed = NOTHING,
    ) -> None:
        """Build the store: named graphs, the inferred one, and the merge of all as default.

        Without ``merge`` the default graph is one like the others. What is ``beside`` stands in
        its named graphs only, and is no part of the merge. Quads of the default graph go to the
        merge only. The engine could form the union at each query instead, but would then give a
        triple once for each graph that holds it.
        """
        self._store = pyoxigraph.Store()
        inferred_graph = graph_name("inferred")
        self._forms = Forms()
        inferred_quads = (_quad(triple, inferred_graph) for triple in inferred)
        self._store.extend(self._forms.learning(chain(quads, inferred_quads)))
        if merge:
            # The engine copies a graph in a fraction of the time that making quads here takes.
            self._store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
        self._store.extend(self._forms.learning(beside, self._holds))
        self._version = version
        self._prefixes = prefixes
        self._largest_result = largest_result
        self._removed = 0
        self._look_again = _LEAST_REMOVED  # when so many quads were removed
        self._names: Names | None = None
        self._allowed = allowed
        self._figures: Figures | None = None
        self._count: Callable[[], Figures] | None = None
        self._evaluator = Evaluator(self._store, prefixes, self.figures, allowed)

    @classmethod
    def over(
        cls,
        store: pyoxigraph.Store,
        version: str,
        *,
        prefixes: Mapping[str, str] = PREFIXES,
        largest_result: int = LARGEST_RESULT,
        allowed: Allowed = NOTHING,
        names: Names | None = None,
        figures: Callable[[], Figures] | None = None,
        forms: Forms | None = None,
    ) -> Self:
        """Return a store that answers from quads which the engine holds already.

        ``names`` gives terms of the data by their namespace, and ``figures`` how many triples
        there are, where it would take the engine long to find out; ``forms`` those in which their
        literals were written.
        """
        made = cls(
            (), version=version, prefixes=prefixes, largest_result=largest_result, allowed=allowed
        )
        made._store = store
        made._evaluator = Evaluator(store, prefixes, made.figures, allowed)
        made._names = names
        made._count = figures
        made._forms = forms or Forms()
        return made

    @property
    def version(self) -> str:
        """Return the version of the data."""
        return self._version

    @property
    def allowed(self) -> Allowed:
        """Return the servers that queries and changes may ask."""
        return self._allowed

    @property
    def engine(self) -> pyoxigraph.Store:
        """Return the engine's store, for those who change it."""
        return self._store

    def figures(self) -> Figures:
        """Return the figures of the data, counted at the first call and kept in step from then."""
        if self._figures is None:
            self._figures = self._count() if self._count else Figures.of(self._store)
        return self._figures

    @property
    def is_parted(self) -> bool:
        """Say whether there is nothing to be parted, or it is parted already."""
        return self._evaluator.default is not None or not any(self._store.named_graphs())

    def part(self) -> None:
        """Hold the default graph once more by itself, for queries that reach no other.

        The engine walks along all quads that have a term, of all graphs, so that a triple which
        stands in a named graph too takes twice the time.
        """
        if self.is_parted:
            return
        default = pyoxigraph.Store()
        default.extend(self._store.quads_for_pattern(None, None, None, DefaultGraph()))
        self._evaluator.default = default

    def change(self, difference: Difference, version: str) -> None:
        """Move on to another version; what was merged for queries is made anew."""
        if self._figures is not None:
            self._figures.change(self._store, difference)
        self._forms.learn(
            {quad.object for quad in difference.added if isinstance(quad.object, Literal)},
            self._holds,
        )
        difference.apply(self._store)
        if self._evaluator.default is not None:
            in_default_graph(difference).apply(self._evaluator.default)
        self._removed += len(difference.removed)
        if self._removed > self._look_again:
            self._look_again += _LEAST_REMOVED
            if self._removed > len(self._store):
                self._renew()
        self._evaluator.forget()
        self._version = version

    def _holds(self, literal: Literal) -> bool:
        return any(True for _ in self._store.quads_for_pattern(None, None, literal))

    def rename(self, version: str) -> None:
        """Give the present version another name."""
        self._version = version

    def _renew(self) -> None:
        """Put another store in place: the engine's never gives back what was removed."""
        fresh = pyoxigraph.Store()
        fresh.extend(self._store)
        for graph in self._store.named_graphs():
            fresh.add_graph(graph)
        was_parted = self._evaluator.default is not None
        self._store = fresh
        self._evaluator = Evaluator(fresh, self._prefixes, self.figures, self._allowed)
        if was_parted:
            self.part()
        self._removed = 0
        self._look_again = _LEAST_REMOVED

    def answer(
        self,
        query: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Formats = DEFAULT_FORMATS,
        base: str | None = None,
        coding: str | None = None,
    ) -> Answer:
        """Return the answer in bytes, complete: an error in its last row is still an error."""
        return in_memory(
            lambda output: self.write(
                query,
                output,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
                formats=formats,
                base=base,
            ),
            self._version,
            coding,
        )

    def write(
        self,
        query: str,
        output: Output,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Formats = DEFAULT_FORMATS,
        base: str | None = None,
    ) -> Written:
        """Write the answer to an output, which is of no use if this raises an error."""
        plain = None
        if not default_graphs and not named_graphs:
            plain = self._evaluator.plainly(query, base)
        if plain is not None:
            try:
                written, none = self._written(plain, output, formats, query)
            except (RuntimeError, OSError, ValueError) as error:
                raise evaluation_error(error) from error
        else:
            with self._evaluator.evaluating(query, default_graphs, named_graphs, base) as results:
                written, none = self._written(results, output, formats, query)
        if not none:
            return written
        # The engine is to see nothing that would make it ask another server by itself.
        if self._evaluator.may_ask_others(query):
            return written._replace(rows=0)
        told = (
            unknown_terms(self._store, query, self._names or names_in(self._store, self.figures)),
            unknown_literals(self._store, query),
        )
        return written._replace(diagnosis="; ".join(filter(None, told)) or None, rows=0)

    def _written(
        self, results: Results, output: Output, formats: Formats, query: str
    ) -> tuple[Written, bool]:
        return write_results(
            results,
            output,
            formats,
            self._prefixes,
            self._largest_result,
            self._forms.writing_for(query),
        )

    def dump(self) -> Dump:
        """Return all quads, those of the default graph included."""
        return Dump(self._version, bytes(self._store.dump(format=RdfFormat.N_QUADS) or b""))

    def dump_to(self, output: Output) -> None:
        """Write all quads to an output, in N-Quads."""
        try:
            self._store.dump(cast(IO[bytes], output), RdfFormat.N_QUADS)
        except (RuntimeError, OSError, ValueError) as error:
            raise evaluation_error(error) from error

    def table(
        self,
        query: str,
        *,
        limit: int | None = None,
        offset: int = 0,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> Table:
        """Return at most so many rows of the answer, from the offset on.

        With a limit, rows behind them are counted up to ten thousand, and then no further.
        """
        with self._evaluator.evaluating(query, default_graphs, named_graphs, base) as results:
            return table_of(results, limit, offset, self._forms.writing_for(query))


def _quad(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)
