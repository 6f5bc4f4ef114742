"""Rules as SPARQL 1.1: one `INSERT` for a rule that gives triples, one `SELECT` for a clash.

A rule of the table becomes a graph pattern as it stands, with its variables; so blank nodes need
no names, and what the ontology gains while reasoning goes on takes effect by itself. A premise on
a whole list is written out for lists of one length. Everything is the W3C's SPARQL: no function or
syntax of a store of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sorafenib_kg.reasoning.backends.store.declared import conforms
from sorafenib_kg.reasoning.backends.written_out import SAME, named_apart
from sorafenib_kg.rules import (
    DATATYPES,
    REFLEXIVE,
    Agreement,
    Every,
    Member,
    Pair,
    Path,
    Pattern,
    Rule,
    Run,
    Value,
    iri,
    is_number,
    is_variable,
)

TYPE, FIRST, REST, NIL = (iri(f"rdf:{name}") for name in ("type", "first", "rest", "nil"))
DECIMAL = iri("xsd:decimal")
CELL = "urn:x-sorafenib-kg:cell"

WholeList = Every | Path | Agreement


@dataclass(frozen=True, slots=True)
class Text:
    """A rule in SPARQL's words.

    ``where`` is the pattern of its premises. ``premises`` are those that are single triples, with
    the variables of the pattern. ``head`` is None for a clash. ``guards`` are the conditions on
    the conclusion: it is a triple of RDF (``left_out`` is what does not fulfil that), it says
    something, and it is new.
    """

    name: str
    where: str
    premises: tuple[Pattern, ...]
    head: Pattern | None
    guards: tuple[str, ...] = ()
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs of a store that reasoning is about: where it reads, and where it writes.

    Beside the target lies, while it works, a graph ``cells`` with the cells of each list.
    """

    sources: tuple[str, ...]
    target: str

    @property
    def cells(self) -> str:
        """The graph that ties the head of a list to all its cells, by the predicate `CELL`."""
        return f"{self.target}-lists"

    def clauses(self, word: str) -> str:
        """Return the dataset as clauses that begin with ``FROM`` or ``USING``."""
        merged = (f"{word} {term(graph)}" for graph in (*self.sources, self.target))
        return "\n".join((*merged, f"{word} NAMED {term(self.cells)}"))


def term(text: str) -> str:
    """Return a term of the rule table as SPARQL has it."""
    return text if is_variable(text) else f"<{text}>"


def triple(pattern: Pattern) -> str:
    """Return a triple pattern."""
    return f"{term(pattern.subject)} {term(pattern.predicate)} {term(pattern.object)} ."


def whole_list(rule: Rule) -> WholeList | None:
    """Return the premise for which a rule has to be written out for each length, if it has one."""
    for premise in rule.premises:
        if isinstance(premise, WholeList):
            return premise
    return None


def list_predicates(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the predicates by which the rules get hold of a list."""
    return frozenset(
        pattern.predicate
        for rule in rules
        for premise in rule.premises
        if isinstance(premise, WholeList | Member | Pair)
        for pattern in rule.patterns()
        if pattern.object == premise.list
    )


def write_rule(
    rule: Rule,
    cells: str,
    length: int | None = None,
    *,
    reflexive: bool = False,
    literals: Collection[str] = (),
) -> Text:
    """Return a rule of kind "join" or "equality" as SPARQL, for lists of a length.

    ``cells`` is the graph that has the cells of lists. With ``reflexive``, it gives reflexive
    triples of `REFLEXIVE` as well. ``literals`` are variables that stand for literals, whose
    types are told by what they are declared to be.
    """
    if not reflexive and rule.kind == "join":
        rule = named_apart(rule)
    head = rule.conclusion
    lines: list[str] = []
    patterns: list[Pattern] = []
    for premise in rule.premises:
        match premise:
            case Pattern(subject, predicate, value) if is_number(value):
                count = f"?count{len(lines)}"
                patterns.append(Pattern(subject, predicate, count))
                lines.append(triple(patterns[-1]))
                lines.append(f"FILTER(<{DECIMAL}>(STR({count})) = {value})")
            case Pattern(subject, predicate, value) if subject in literals and predicate == TYPE:
                lines.append(f"FILTER(isLiteral({subject}) && {conforms(subject, value)})")
            case Pattern():
                patterns.append(premise)
                lines.append(triple(premise))
            case Member(item, items):
                lines += _members(items, cells, (item,))
            case Pair(first, second, items):
                lines += _members(items, cells, (first, second))
            case Run(predicate, start, end):
                stop = f"{start}_next"
                steps: tuple[Pattern, ...] = (
                    Pattern(start, predicate, stop),
                    Pattern(stop, predicate, end),
                )
                patterns += steps
                lines += map(triple, steps)
            case Every() | Path() | Agreement():
                if length is None:
                    raise ValueError(f"{rule.name} has to be written for lists of some length")
                lines += map(triple, _cells(premise.list, length))
                steps = tuple(_steps(premise, length))
                patterns += steps
                lines += map(triple, steps)
            case Value():
                raise ValueError(f"no SPARQL for a rule on values: {rule.name}")
    text = Text(rule.name, "\n".join(lines), tuple(patterns), head)
    return text if head is None else _guarded(text, head, reflexive)


def typed_values(rule: Rule) -> tuple[str, ...]:
    """Return the variables of a rule that may stand for literals whose types it asks for."""
    types = [pattern for pattern in rule.patterns() if pattern.predicate == TYPE]
    others = [pattern for pattern in rule.patterns() if pattern not in types]
    values = {pattern.object for pattern in others} - {pattern.subject for pattern in others}
    return tuple(
        pattern.subject
        for pattern in types
        if is_variable(pattern.object)
        and pattern.subject in values
        and (rule.conclusion is None or rule.conclusion.predicate != SAME)
    )


def insertion(text: Text, dataset: Dataset) -> str:
    """Return the update that adds what a rule gives and what is not there yet."""
    if text.head is None:
        raise ValueError(f"{text.name} gives no triples")
    filters = "\n".join(f"FILTER({guard})" for guard in text.guards)
    head = triple(text.head)
    return (
        f"INSERT {{ GRAPH {term(dataset.target)} {{ {head} }} }}\n{dataset.clauses('USING')}\n"
        f"WHERE {{\n{text.where}\n{filters}\nFILTER NOT EXISTS {{ {head} }}\n}}"
    )


def left_out_query(text: Text, dataset: Dataset) -> str | None:
    """Return a query for the number ``?n`` of conclusions that are no triples of RDF."""
    if text.left_out is None:
        return None
    return (
        f"SELECT (COUNT(*) AS ?n)\n{dataset.clauses('FROM')}\n"
        f"WHERE {{\n{text.where}\nFILTER({text.left_out})\n}}"
    )


def matches_query(text: Text, dataset: Dataset, limit: int, condition: str | None = None) -> str:
    """Return a query for the matches of a rule's premises, no more than a number of them."""
    names = dict.fromkeys(name for pattern in text.premises for name in variables(pattern))
    more = "" if condition is None else f"\nFILTER({condition})"
    return (
        f"SELECT DISTINCT {' '.join(names)}\n{dataset.clauses('FROM')}\n"
        f"WHERE {{\n{text.where}{more}\n}}\nLIMIT {limit}"
    )


def variables(pattern: Pattern) -> Iterator[str]:
    """Give the variables of a pattern."""
    return filter(is_variable, (pattern.subject, pattern.predicate, pattern.object))


def is_datatype(name: str) -> str:
    """Return the condition that a variable is a datatype of OWL 2 RL's list."""
    return f"{name} IN ({', '.join(map(term, DATATYPES))})"


def _members(items: str, cells: str, names: Sequence[str]) -> Iterator[str]:
    """Give the patterns of items at different places of a list.

    The cells are looked up rather than reached by a property path: Virtuoso 7.2.5 follows paths
    from one list into another.
    """
    found = [f"{items}_cell{place}" for place in range(len(names))]
    for cell, name in zip(found, names, strict=True):
        yield f"GRAPH {term(cells)} {{ {items} {term(CELL)} {cell} }}"
        yield f"{cell} <{FIRST}> {name} ."
    for first, second in pairwise(found):
        yield f"FILTER({first} != {second})"


def _cells(items: str, length: int) -> Iterator[Pattern]:
    cells = [items, *(f"{items}_{place}" for place in range(1, length)), NIL]
    for place, (cell, following) in enumerate(pairwise(cells)):
        yield Pattern(cell, FIRST, f"{items}_item{place}")
        yield Pattern(cell, REST, following)


def _steps(premise: WholeList, length: int) -> Iterator[Pattern]:
    found = [f"{premise.list}_item{place}" for place in range(length)]
    match premise:
        case Every(item, _, pattern):
            for name in found:
                parts = (pattern.subject, pattern.predicate, pattern.object)
                yield Pattern(*(name if part == item else part for part in parts))
        case Path(_, start, end):
            stops = [start, *(f"{start}_{place}" for place in range(1, length)), end]
            for before, name, after in zip(stops, found, stops[1:], strict=False):
                yield Pattern(before, name, after)
        case Agreement(_, first, second):
            for place, name in enumerate(found):
                yield Pattern(first, name, f"?value{place}")
                yield Pattern(second, name, f"?value{place}")


def _guarded(text: Text, head: Pattern, reflexive: bool) -> Text:
    """Add the conditions on the conclusion."""
    subjects = {pattern.subject for pattern in text.premises}
    predicates = {pattern.predicate for pattern in text.premises}
    faults = []
    if is_variable(head.subject) and head.subject not in subjects | predicates:
        fault = f"isLiteral({head.subject})"
        if head.predicate == TYPE and is_variable(head.object):
            # That a literal is in a datatype is no loss: nothing but other such triples follow.
            fault = f"{fault} && !({is_datatype(head.object)})"
        faults.append((f"!isLiteral({head.subject})", fault))
    if is_variable(head.predicate) and head.predicate not in predicates:
        faults.append((f"isIRI({head.predicate})", f"!isIRI({head.predicate})"))
    guards = [guard for guard, _ in faults]
    # What is compared is no literal, or not known to be another one: so no sameTerm, of which
    # Virtuoso 7.2.5 makes nothing.
    different = f"{term(head.subject)} != {term(head.object)}"
    if not reflexive and head.predicate in REFLEXIVE:
        guards.append(different)
    elif not reflexive and is_variable(head.predicate):
        saying = ", ".join(map(term, sorted(REFLEXIVE)))
        guards.append(f"{different} || {head.predicate} NOT IN ({saying})")
    lost = " || ".join(f"({fault})" for _, fault in faults) or None
    if lost is not None and head.predicate == SAME:
        lost = f"({lost}) && {different}"
    return Text(text.name, text.where, text.premises, head, tuple(guards), lost)
