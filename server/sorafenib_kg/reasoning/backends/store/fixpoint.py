"""The rules as SPARQL Update, to the fixpoint, on a store that is somewhere else.

The store does all the work: each rule is one update that adds what is missing to a graph for
inferences, and rounds of them follow until the graph stops growing. Read are the named graphs that
the caller names, and that one; nothing else is read, and only it is written, but for a graph of
its name and ``-lists`` that is emptied at the end. No more comes back
than counts, the ontology's lists and the clashes.

Equality is the plain rules eq-sym, eq-trans and eq-rep-*: every triple is written under all names
of its terms. What a store cannot hold or tell is left out, and said (`StoreReport.left_out`):

- a triple with a literal as subject, or with a predicate that is no IRI,
- that two literals of different forms have one value (`dt-eq`): a store joins terms, not values,
- that a literal is in a datatype (`dt-type2`) is told by its declared datatype alone, in premises.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from sorafenib_kg.errors import StoreError
from sorafenib_kg.reasoning.backends.store.clashes import (
    clash_of,
    different_values,
    outside_datatype,
)
from sorafenib_kg.reasoning.backends.store.counts import Key, asked, count_triples, types_asked
from sorafenib_kg.reasoning.backends.store.declared import conforms
from sorafenib_kg.reasoning.backends.store.lists import FORKED_LIST, Lists
from sorafenib_kg.reasoning.backends.store.remote import RemoteStore, Row
from sorafenib_kg.reasoning.backends.store.rule_text import (
    TYPE,
    Dataset,
    Text,
    insertion,
    is_datatype,
    left_out_query,
    list_predicates,
    matches_query,
    term,
    typed_values,
    whole_list,
    write_rule,
)
from sorafenib_kg.reasoning.backends.written_out import SAME, on_itself
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.terms import Statement
from sorafenib_kg.rules import (
    AXIOMATIC,
    RULES,
    TYPES_WITHOUT_RULE,
    WITHOUT_RULE,
    Rule,
    iri,
    is_variable,
)

MOST_CLASHES = 1000

# An IRI without what would end it, or the update that it stands in.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What reasoning in a store came to.

    ``asserted`` and ``inferred`` count triples, ``updates`` those sent to the store. ``clashes``
    are as the numpy engine's, without the triples of lists; ``more_clashes`` are the rules of
    which there are more than were asked for. ``uncovered`` are the constructs that no rule is
    about, with the number of triples, ``left_out`` the rules whose conclusions are no triples of
    RDF, with their number. ``seconds`` are wall time.
    """

    asserted: int
    inferred: int
    rounds: int
    updates: int
    clashes: tuple[Clash, ...]
    more_clashes: tuple[str, ...]
    uncovered: Mapping[str, int]
    left_out: Mapping[str, int]
    seconds: float


def materialise_store(
    store: RemoteStore,
    sources: Sequence[str],
    target: str,
    *,
    replace: bool = False,
    axiomatic: bool = False,
    most_clashes: int = MOST_CLASHES,
    step: Callable[[str], None] = lambda text: None,
) -> StoreReport:
    """Add to the graph ``target`` of a store what follows from its graphs ``sources``.

    ``target`` has to be empty, or is emptied first with ``replace``; if something goes wrong on
    the way it is left as far as it came. Beside it, the graph of its name and ``-lists`` is used
    on the way and emptied at the end. With ``axiomatic``, axiomatic and reflexive triples are
    drawn as well. At most ``most_clashes`` are brought of each rule. ``step`` is told how far it
    is. Raises StoreError for a store that cannot be reached, refuses a request or answers with
    something else, and for graphs that cannot be meant.
    """
    started = time.perf_counter()
    for graph in (*sources, target):
        if not _IRI.fullmatch(graph):
            raise StoreError(f"{graph}: not the absolute IRI of a graph")
    if not sources or target in sources:
        raise StoreError("inferences need at least one graph to come from, and one of their own")
    work = _Work(store, Dataset(tuple(sources), target), axiomatic)
    asserted = work.check(replace)
    try:
        rounds = work.run(step)
        step("Looking for clashes")
        clashes, more = work.clashes(most_clashes)
        return StoreReport(
            asserted=asserted,
            inferred=work.inferred,
            rounds=rounds,
            updates=work.updates,
            clashes=clashes,
            more_clashes=more,
            uncovered=MappingProxyType(work.uncovered()),
            left_out=MappingProxyType(work.left_out()),
            seconds=time.perf_counter() - started,
        )
    finally:
        work.clean_up()


class _Work:
    """One run: the texts of the rules, and how many triples of each kind there are."""

    def __init__(self, store: RemoteStore, dataset: Dataset, axiomatic: bool) -> None:
        self._store = store
        self._dataset = dataset
        self._axiomatic = axiomatic
        table = (*RULES, *AXIOMATIC) if axiomatic else RULES
        left = () if axiomatic else ("eq-ref",)
        rules = [rule for rule in table if rule.kind != "value" and rule.name not in left]
        self._rules = [*rules, *filter(None, map(on_itself, rules))]
        self._kinds = types_asked(self._rules)
        self._lists = Lists(store, dataset, list_predicates(self._rules))
        self._texts: dict[tuple[int, int | None], tuple[Text, ...]] = {}
        self._asserted: Counter[Key] = Counter()
        self._counts: Counter[Key] = Counter()
        self.updates = 0

    @property
    def inferred(self) -> int:
        """How many triples the target has."""
        return self._counts[None, None] - self._asserted[None, None]

    def check(self, replace: bool) -> int:
        """Look at the graphs before anything is written; return how many triples are asserted."""
        dataset = self._dataset
        for graph in dataset.sources:
            if not self._any(graph):
                raise StoreError(f"{self._store.query_url}: there is no triple in graph {graph}")
        for graph in (dataset.target, dataset.cells):
            if self._any(graph):
                if not replace:
                    raise StoreError(
                        f"{self._store.query_url}: graph {graph}, which is written to, is not "
                        "empty; it is emptied only on request"
                    )
                self._store.update(f"CLEAR GRAPH {term(graph)}")
        self._asserted = count_triples(self._store, dataset.sources, self._kinds)
        self._counts = self._asserted.copy()
        return self._asserted[None, None]

    def clean_up(self) -> None:
        """Take away the graph of lists; if the store is gone, it stays."""
        with suppress(StoreError):
            self._store.update(f"CLEAR SILENT GRAPH {term(self._dataset.cells)}")

    def run(self, step: Callable[[str], None]) -> int:
        """Apply the rules until the target stops growing; return how many rounds it took."""
        before: Counter[Key] = Counter()
        rounds = 0
        while self._counts != before:
            lists = self._lists.read(self._counts)
            rounds += 1
            for place, rule in enumerate(self._rules):
                if rule.conclusion is None or not self._concerned(rule, before):
                    continue
                step(f"Round {rounds}: {rule.name}, {self.inferred:,} triples inferred")
                for text in self._written(place, lists):
                    self._store.update(insertion(text, self._dataset))
                    self.updates += 1
            before = self._counts
            self._counts = self._asserted + self._count_inferred()
        return rounds

    def clashes(self, most: int) -> tuple[tuple[Clash, ...], tuple[str, ...]]:
        """Return the clashes, and the rules of which there are more."""
        found: dict[tuple[str, frozenset[Statement]], Clash] = {}
        more: dict[str, None] = {}
        for name, text, condition, holds in self._clash_texts():
            query = matches_query(text, self._dataset, most + 1, condition)
            rows = list(self._store.select(query))
            if len(rows) > most:
                more[name] = None
            for row in rows[:most]:
                if holds(row):
                    clash = clash_of(name, text, row)
                    found.setdefault((name, frozenset(clash.premises)), clash)
        return tuple(found.values()), tuple(more)

    def uncovered(self) -> dict[str, int]:
        """Return how many triples use each construct that no rule is about."""
        keys: list[Key] = [(name, None) for name in WITHOUT_RULE]
        keys += [(TYPE, name) for name in TYPES_WITHOUT_RULE]
        found = {f"owl:{(o or p or '').removeprefix(iri('owl:'))}": (p, o) for p, o in keys}
        counted = {name: self._counts[key] for name, key in found.items()}
        counted[FORKED_LIST] = self._lists.forks()
        return {name: number for name, number in sorted(counted.items()) if number}

    def left_out(self) -> dict[str, int]:
        """Return how many conclusions of each rule are no triples of RDF."""
        found: Counter[str] = Counter()
        lists = self._lists.read(self._counts)
        for place, rule in enumerate(self._rules):
            if rule.conclusion is None or not self._concerned(rule, Counter()):
                continue
            for text in self._written(place, lists):
                query = left_out_query(text, self._dataset)
                if query is not None:
                    found[rule.name] += self._store.number(query)
        return {name: number for name, number in sorted(found.items()) if number}

    def _any(self, graph: str) -> bool:
        query = f"SELECT ?s WHERE {{ GRAPH {term(graph)} {{ ?s ?p ?o }} }} LIMIT 1"
        return any(True for _ in self._store.select(query))

    def _count_inferred(self) -> Counter[Key]:
        return count_triples(self._store, (self._dataset.target,), self._kinds)

    def _concerned(self, rule: Rule, before: Mapping[Key, int]) -> bool:
        """Tell whether what a rule asks for is there, and some of it may be new."""
        keys = set(asked(rule))
        if not all(self._counts[key] for key in keys):
            return False
        if not keys:
            return not before
        return any(self._counts[key] != before.get(key, 0) for key in keys)

    def _written(self, place: int, lists: Lists) -> Iterator[Text]:
        rule = self._rules[place]
        premise = whole_list(rule)
        lengths: Iterable[int | None] = (None,)
        if premise is not None:
            owner = next(p.predicate for p in rule.patterns() if p.object == premise.list)
            lengths = lists.lengths(owner)
        for length in lengths:
            if (place, length) not in self._texts:
                self._texts[place, length] = tuple(self._texts_of(rule, length))
            yield from self._texts[place, length]

    def _texts_of(self, rule: Rule, length: int | None) -> Iterator[Text]:
        cells, reflexive = self._dataset.cells, self._axiomatic
        yield write_rule(rule, cells, length, reflexive=reflexive)
        for name in typed_values(rule):
            yield write_rule(rule, cells, length, reflexive=reflexive, literals=(name,))

    def _clash_texts(self) -> Iterator[tuple[str, Text, str | None, Callable[[Row], bool]]]:
        """Give the rules that find clashes, with a condition for the store and a test for here."""
        lists = self._lists.read(self._counts)
        for place, rule in enumerate(self._rules):
            head = rule.conclusion
            if not self._concerned(rule, Counter()) or rule.kind != "join":
                continue
            for text in self._written(place, lists):
                if head is None:
                    yield rule.name, text, None, lambda row: True
                elif head.predicate == SAME and is_variable(head.object):
                    both = f"isLiteral({head.subject}) && isLiteral({head.object})"
                    condition = f"{both} && STR({head.subject}) < STR({head.object})"
                    # They differ by dt-diff, and the false conclusion is that of eq-diff1.
                    yield "eq-diff1", text, condition, different_values(head)
                elif head.predicate == TYPE and text.left_out is not None:
                    declared = conforms(head.subject, head.object)
                    condition = f"isLiteral({head.subject}) && {is_datatype(head.object)}"
                    yield "dt-not-type", text, f"{condition} && !{declared}", outside_datatype(head)
