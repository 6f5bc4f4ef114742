"""From the text of a query to the engine's results: guarded, over its dataset, faults told."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode

from sorafenib_kg.errors import (
    ProtocolError,
    QueryEvaluationError,
    QuerySyntaxError,
    SorafenibKGError,
    SwitchedOffError,
)
from sorafenib_kg.store import guard
from sorafenib_kg.store.dataset import Graphs, Merges, graphs_of_query, graphs_of_request
from sorafenib_kg.store.diagnosis import diagnose
from sorafenib_kg.store.interface import Term
from sorafenib_kg.store.outside import without_service
from sorafenib_kg.store.repairs import repair

Results = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

_UNKNOWN_FUNCTION = re.compile(r"The custom function <([^<>\s]*)> is not supported")
_UNKNOWN_AGGREGATE = re.compile(r"The custom aggregate function <[^<>\s]*> is not supported")


class Evaluator:
    """Evaluates queries over what the engine holds."""

    def __init__(self, store: pyoxigraph.Store, prefixes: Mapping[str, str]) -> None:
        """Evaluate over a store; the prefixes are those that are worth offering."""
        self._store = store
        self._prefixes = prefixes
        self._merges = Merges()

    def forget(self) -> None:
        """Forget what was made from the data, since they have changed."""
        self._merges.clear()

    def evaluate(
        self,
        query: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
    ) -> Results:
        """Return the results, which the engine works out while they are read: `evaluation`.

        Raises what a store's queries raise.
        """
        self._check(query, base)
        graphs = graphs_of_request(default_graphs, named_graphs)
        try:
            if graphs is None:
                graphs = graphs_of_query(query, lambda text: self._select_iris(text, base))
            return self._ask_engine(query, graphs, base)
        except UnicodeEncodeError as error:
            raise QuerySyntaxError("the query is not Unicode text") from error
        except SyntaxError as error:
            raise diagnose(
                query, str(error), lambda text: _complaint(text, base), self._prefixes
            ) from error
        except ValueError as error:
            raise ProtocolError("the address of the request is no IRI") from error
        except RuntimeError as error:
            raise _evaluation_error(error) from error

    def _check(self, query: str, base: str | None) -> None:
        try:
            guard.check(query)
        except SwitchedOffError:
            # A fault of syntax comes first, if the text can be looked at without harm.
            complaint = _complaint(query, base)
            if complaint is not None:
                raise diagnose(
                    query, complaint, lambda text: _complaint(text, base), self._prefixes
                ) from None
            raise

    def _ask_engine(self, query: str, graphs: Graphs | None, base: str | None) -> Results:
        store = self._store
        default: list[NamedNode | BlankNode | DefaultGraph] | None = None
        named: list[NamedNode | BlankNode] | None = None
        if graphs is not None:
            default = list(graphs.default)
            if len(default) > 1:
                store = self._merges.of(store, graphs)
                default = [DefaultGraph()]
            # Without an explicit list GRAPH would reach all graphs of the store.
            named = list(graphs.named)
        unknown: dict[NamedNode, Callable[..., Term | None]] = {}

        def ask(text: str) -> Results:
            return store.query(
                text,
                base_iri=base,
                default_graph=default,
                named_graphs=named,
                custom_functions=unknown or None,
            )

        repaired = repair(query, lambda: _named_graphs(store))
        while True:
            try:
                return ask(repaired)
            except SyntaxError:
                if repaired == query:
                    raise
                # The place of a fault is to be that in the query as it was written.
                repaired = query
            except RuntimeError as error:
                # A function that is not known is an error of its expression (section 17.6).
                name = _UNKNOWN_FUNCTION.search(str(error))
                if name is None or NamedNode(name[1]) in unknown:
                    raise
                unknown[NamedNode(name[1])] = _no_value

    def _select_iris(self, query: str, base: str | None) -> list[NamedNode]:
        results = self._store.query(query, base_iri=base)
        assert isinstance(results, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
        return [term for term in next(results) if isinstance(term, NamedNode)]


def _no_value(*arguments: Term) -> None:
    """Return what a function gives that is not known."""


def _named_graphs(store: pyoxigraph.Store) -> list[NamedNode] | None:
    """Return the named graphs; None if one of them has a blank node as its name."""
    found = list(store.named_graphs())
    named = [graph for graph in found if isinstance(graph, NamedNode)]
    return named if len(named) == len(found) else None


@contextmanager
def evaluation() -> Iterator[None]:
    """Turn what the engine raises while it works into an error of this package."""
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        raise _evaluation_error(error) from error


def _evaluation_error(error: Exception) -> QueryEvaluationError:
    # Other texts of the engine may name its own parts, or files.
    known = _UNKNOWN_AGGREGATE.search(str(error))
    if known:
        return QueryEvaluationError(known[0].replace("The custom", "the"))
    return QueryEvaluationError("the engine cannot evaluate this query")


def _complaint(query: str, base: str | None) -> str | None:
    """Return what the engine says against a text, without any data."""
    text = without_service(query)
    try:
        guard.check(text)
        pyoxigraph.Store().query(text, base_iri=base)
    except SyntaxError as error:
        return str(error)
    except (RuntimeError, ValueError, SorafenibKGError):
        return None
    return None
