"""What a store found of clashes, as clashes; and of values, what the store cannot tell itself."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import BlankNode, Literal, NamedNode

from sorafenib_kg.reasoning.backends.store.remote import Row
from sorafenib_kg.reasoning.backends.store.rule_text import TYPE, Text
from sorafenib_kg.reasoning.backends.written_out import SAME
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.compiler import DIFFERENT
from sorafenib_kg.reasoning.terms import Statement, Term, statement
from sorafenib_kg.reasoning.values import in_space, is_certain, value
from sorafenib_kg.rules import Pattern, is_variable


def clash_of(name: str, text: Text, row: Row) -> Clash:
    """Return the clash that a match of a rule's premises is."""
    premises = tuple(_bound(pattern, row) for pattern in text.premises)
    of_things = [
        premise
        for pattern, premise in zip(text.premises, premises, strict=True)
        if is_variable(pattern.predicate)
        or pattern.predicate in (SAME, DIFFERENT)
        or (pattern.predicate == TYPE and is_variable(pattern.object))
    ]
    things: dict[Term, None] = {}
    for premise in of_things or premises[-1:]:
        things[premise.subject] = None
        if premise.predicate != NamedNode(TYPE):
            things[premise.object] = None
    nodes = (node for node in things if isinstance(node, NamedNode | BlankNode))
    return Clash(name, tuple(nodes), premises)


def _bound(pattern: Pattern, row: Row) -> Statement:
    parts = (pattern.subject, pattern.predicate, pattern.object)
    return statement(*(row[p[1:]] if is_variable(p) else NamedNode(p) for p in parts))


def different_values(head: Pattern) -> Callable[[Row], bool]:
    """Return a test of rows: the conclusion makes two literals of different values the same."""

    def holds(row: Row) -> bool:
        first, second = (row[name[1:]] for name in (head.subject, head.object))
        if not isinstance(first, Literal) or not isinstance(second, Literal):
            return False
        values = value(first), value(second)
        return values[0] != values[1] and all(map(is_certain, values))

    return holds


def outside_datatype(head: Pattern) -> Callable[[Row], bool]:
    """Return a test of rows: the conclusion puts a literal where its value is not."""

    def holds(row: Row) -> bool:
        literal, datatype = row[head.subject[1:]], row[head.object[1:]]
        if not isinstance(literal, Literal) or not isinstance(datatype, NamedNode):
            return False
        meant = value(literal)
        return not in_space(meant, datatype.value) and (meant is None or is_certain(meant))

    return holds
