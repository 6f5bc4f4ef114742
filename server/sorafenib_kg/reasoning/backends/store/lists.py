"""The lists of an ontology in a store: how long they are, and which are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from sorafenib_kg.errors import StoreError
from sorafenib_kg.reasoning.backends.store.remote import RemoteStore
from sorafenib_kg.reasoning.backends.store.rule_text import CELL, FIRST, NIL, REST, Dataset, term
from sorafenib_kg.reasoning.backends.written_out import SAME
from sorafenib_kg.reasoning.terms import Term

FORKED_LIST = "cell of a list with a fork, read in each way"


class Lists:
    """What is known of the lists that rules get hold of by some predicates.

    A list that has no end is refused. One with a fork is read in each way, as W3C's rules have
    it, and as it has to be where equality gives a second name to an item.
    """

    def __init__(self, store: RemoteStore, dataset: Dataset, owners: Iterable[str]) -> None:
        """Take the store; nothing is read yet."""
        self._store = store
        self._dataset = dataset
        self._owners = tuple(sorted(owners))
        self._seen: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = defaultdict(set)

    def read(self, counts: Mapping[tuple[str | None, str | None], int]) -> Lists:
        """Read the lists anew if there are other counts of their triples; return this.

        Raises StoreError for a list that has no end.
        """
        seen = {name: counts[name, None] for name in (*self._owners, FIRST, REST)}
        if seen != self._seen:
            self._seen = seen
            self._read()
        return self

    def lengths(self, owner: str) -> list[int]:
        """Return the lengths of the lists that are objects of a predicate, without the empty."""
        return sorted(self._lengths[owner])

    def _read(self) -> None:
        wanted = ", ".join(term(name) for name in (*self._owners, FIRST, REST))
        query = (
            f"SELECT ?s ?p ?o\n{self._dataset.clauses('FROM')}\n"
            f"WHERE {{ ?s ?p ?o FILTER(?p IN ({wanted})) }}"
        )
        parts: dict[str, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for row in self._store.select(query):
            predicate = row["p"]
            if isinstance(predicate, NamedNode):
                parts[predicate.value][row["s"]].add(row["o"])
        self._lengths.clear()
        for owner in self._owners:
            for subject, heads in parts[owner].items():
                for head in heads:
                    found = _lengths(head, parts[FIRST], parts[REST])
                    if not found:
                        # Its items would be read all the same, for what a store can be asked.
                        raise StoreError(
                            f"{self._store.query_url}: {subject} {term(owner)} {head}: "
                            "this is no list, or one that has no end"
                        )
                    self._lengths[owner] |= found - {0}
        self._tie_cells()

    def _tie_cells(self) -> None:
        """Write down which cells each list has."""
        longest = max((max(found, default=0) for found in self._lengths.values()), default=0)
        if not longest:
            return
        cells, using = term(self._dataset.cells), self._dataset.clauses("USING")
        owners = ", ".join(map(term, self._owners))
        self._store.update(
            f"INSERT {{ GRAPH {cells} {{ ?l {term(CELL)} ?l }} }}\n{using}\n"
            f"WHERE {{ ?c ?p ?l . ?l {term(FIRST)} ?x FILTER(?p IN ({owners})) }}"
        )
        following = (
            f"INSERT {{ GRAPH {cells} {{ ?l {term(CELL)} ?k }} }}\n{using}\n"
            f"WHERE {{ GRAPH {cells} {{ ?l {term(CELL)} ?m }} "
            f"?m {term(REST)} ?k . ?k {term(FIRST)} ?x }}"
        )
        for _ in range(longest - 1):
            self._store.update(following)

    def forks(self) -> int:
        """Count the cells of lists that have a fork, other than by two names of one thing."""
        fork = (
            f"SELECT (COUNT(DISTINCT ?cell) AS ?n)\n{self._dataset.clauses('FROM')}\n"
            f"WHERE {{ ?cell ?p ?a . ?cell ?p ?b . FILTER(?p IN ({term(FIRST)}, {term(REST)}))\n"
            f"FILTER(?a != ?b) FILTER NOT EXISTS {{ ?a {term(SAME)} ?b }} }}"
        )
        return self._store.number(fork)


def _lengths(
    head: Term, firsts: Mapping[Term, set[Term]], rests: Mapping[Term, set[Term]]
) -> set[int]:
    """Return how many items lead from a cell to the end, by whatever way; none if none does."""
    nil = NamedNode(NIL)
    found: set[int] = set()
    cells, seen, length = {head}, set[Term](), 0
    while not cells <= seen:
        if nil in cells:
            found.add(length)
        seen |= cells
        cells = set[Term]().union(*(rests[cell] for cell in cells if cell in firsts))
        length += 1
    return found
