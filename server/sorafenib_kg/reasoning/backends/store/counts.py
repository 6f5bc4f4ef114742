"""How many triples of each kind a store has, which tells what rules may have something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.reasoning.backends.store.remote import RemoteStore
from sorafenib_kg.reasoning.backends.store.rule_text import TYPE, term, typed_values
from sorafenib_kg.reasoning.terms import Term
from sorafenib_kg.rules import TYPES_WITHOUT_RULE, Pattern, Rule, is_variable

# What a premise asks for: a predicate, or one with its object; None stands for any.
Key = tuple[str | None, str | None]


def count_triples(store: RemoteStore, graphs: Sequence[str], types: Iterable[str]) -> Counter[Key]:
    """Count the triples of some graphs: all, by predicate, and by these types."""
    dataset = "\n".join(f"FROM {term(graph)}" for graph in graphs)
    counted: Counter[Key] = Counter()
    query = f"SELECT ?p (COUNT(*) AS ?n) {dataset} WHERE {{ ?s ?p ?o }} GROUP BY ?p"
    for row in store.select(query):
        number = _whole(row["n"])
        counted[_iri(row["p"]), None] += number
        counted[None, None] += number
    query = (
        f"SELECT ?c (COUNT(*) AS ?n) {dataset} "
        f"WHERE {{ ?s <{TYPE}> ?c FILTER(?c IN ({', '.join(map(term, types))})) }} GROUP BY ?c"
    )
    for row in store.select(query):
        counted[TYPE, _iri(row["c"])] += _whole(row["n"])
    return counted


def asked(rule: Rule) -> Iterator[Key]:
    """Give what has to be there if a rule is to give anything."""
    declared = typed_values(rule)
    for pattern in rule.patterns():
        if pattern.predicate == TYPE and pattern.subject in declared:
            continue
        fixed = not is_variable(pattern.predicate)
        if fixed and pattern.predicate == TYPE and not is_variable(pattern.object):
            yield TYPE, pattern.object
        else:
            yield (pattern.predicate if fixed else None), None
    for premise in rule.premises:
        if not isinstance(premise, Pattern):
            yield None, None


def types_asked(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the types that rules ask for, and those that no rule is about."""
    found = {value for rule in rules for _, value in asked(rule) if value is not None}
    return tuple(sorted(found.union(TYPES_WITHOUT_RULE)))


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _whole(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
