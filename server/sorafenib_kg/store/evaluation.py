"""From the text of a query to the engine's results: guarded, over its dataset, faults told."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Triple

from sorafenib_kg.errors import (
    ProtocolError,
    QueryEvaluationError,
    QuerySyntaxError,
    SorafenibKGError,
    SwitchedOffError,
)
from sorafenib_kg.fetching import NOTHING, Allowed
from sorafenib_kg.store import guard
from sorafenib_kg.store.dataset import Graphs, Merges, graphs_of_query, graphs_of_request
from sorafenib_kg.store.descriptions import is_description, symmetric
from sorafenib_kg.store.diagnosis import diagnose
from sorafenib_kg.store.figures import Figures
from sorafenib_kg.store.interface import Term
from sorafenib_kg.store.lexer import unescape
from sorafenib_kg.store.outside import by_relay, without_service
from sorafenib_kg.store.plain import PlainShapes, may_reach_graphs
from sorafenib_kg.store.repairs import named_graphs, repair
from sorafenib_kg.store.rewrites import rewrite

if TYPE_CHECKING:
    from sorafenib_kg.store.relay import Relay

EngineResults = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
Results = EngineResults | Iterator[Triple]

_UNKNOWN_FUNCTION = re.compile(r"The custom function <([^<>\s]*)> is not supported")
_UNKNOWN_AGGREGATE = re.compile(r"The custom aggregate function <[^<>\s]*> is not supported")


class Evaluator:
    """Evaluates queries over what the engine holds."""

    def __init__(
        self,
        store: pyoxigraph.Store,
        prefixes: Mapping[str, str],
        figures: Callable[[], Figures],
        allowed: Allowed = NOTHING,
    ) -> None:
        """Evaluate over a store, whose figures are asked for where they save counting.

        The prefixes are those that are worth offering.
        """
        self._allowed = allowed
        self._store = store
        self._figures = figures
        self._prefixes = prefixes
        self._merges = Merges()
        self._plain = PlainShapes()
        # The default graph by itself, for queries that reach no other, where it pays.
        self.default: pyoxigraph.Store | None = None

    def forget(self) -> None:
        """Forget what was made from the data, since they have changed."""
        self._merges.clear()
        self._plain = PlainShapes()

    def plainly(self, query: str, base: str | None) -> Results | None:
        """Return the results of a query that the engine may be asked as it is; None of any other.

        That is known of queries that have the shape of one which was looked at before.
        """
        if query not in self._plain:
            return None
        try:
            store = self._store if self.default is None else self.default
            return store.query(query, base_iri=base)
        except (SyntaxError, ValueError, RuntimeError):
            # What there is to say of it, the long way says.
            return None

    def may_ask_others(self, query: str) -> bool:
        """Say whether a query may ask other servers, so that no part of it is for the engine."""
        return bool(self._allowed.service) and "service" in unescape(query).lower()

    @contextmanager
    def evaluating(
        self,
        query: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
    ) -> Iterator[Results]:
        """Give the results, which the engine works out while they are read, inside the block.

        Raises what a store's queries raise.
        """
        with ExitStack() as stack:
            relay: Relay | None = None
            if self.may_ask_others(query):
                # What few need is imported when it is needed.
                from sorafenib_kg.store.relay import relaying

                relay = stack.enter_context(relaying(self._allowed))
            try:
                yield self._evaluate(query, default_graphs, named_graphs, base, relay)
            except QueryEvaluationError:
                if relay is not None and relay.failure is not None:
                    raise relay.failure from None
                raise
            except (RuntimeError, OSError, ValueError) as error:
                if relay is not None and relay.failure is not None:
                    raise relay.failure from None
                raise evaluation_error(error) from error
            if relay is not None and relay.failure is not None:
                # An error of EXISTS is nothing to the engine.
                raise relay.failure

    def _evaluate(
        self,
        query: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
        relay: "Relay | None",
    ) -> Results:
        self._check(query, base, outside=relay is not None)
        if relay is not None:
            query = by_relay(query, ["SERVICE"], base, relay.address)
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
            raise evaluation_error(error) from error

    def _check(self, query: str, base: str | None, *, outside: bool) -> None:
        refused = None
        try:
            guard.check(query, outside=outside)
        except SwitchedOffError as error:
            refused = error
        if refused is None and not outside:
            return
        # A fault of syntax comes first, and is told of in the text as it was written.
        complaint = _complaint(query, base)
        if complaint is not None:
            raise diagnose(
                query, complaint, lambda text: _complaint(text, base), self._prefixes
            ) from None
        if refused is not None:
            raise refused

    def _ask_engine(self, query: str, graphs: Graphs | None, base: str | None) -> Results:
        store = self._store
        if self.default is not None and graphs is None and not may_reach_graphs(query):
            store = self.default
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

        def ask(text: str) -> EngineResults:
            return store.query(
                text,
                base_iri=base,
                default_graph=default,
                named_graphs=named,
                custom_functions=unknown or None,
            )

        repaired = rewrite(
            repair(query, lambda: named_graphs(store)),
            store,
            self._figures if graphs is None else None,
        )
        while True:
            try:
                results = ask(repaired)
                if is_description(results, query):
                    return symmetric(repaired, results, ask)
                if repaired == query and graphs is None and not unknown:
                    self._plain.add(query)
                return results
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


def evaluation_error(error: Exception) -> QueryEvaluationError:
    """Return what to say of an error that the engine has raised while it worked."""
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
