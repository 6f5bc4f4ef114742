"""The checker of proofs: it believes neither the engine nor the compiler.

It reads the rule table as it stands and tries, at each step of a proof, to fit the premises and
the conclusion into a rule of the name that the step gives. It shares no code with what finds
the proofs.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.errors import ProofError
from sorafenib_kg.reasoning.proofs.derivation import Derivation, Refutation, walk
from sorafenib_kg.reasoning.terms import Statement
from sorafenib_kg.reasoning.values import in_space, is_certain, value
from sorafenib_kg.rules import (
    AXIOMATIC,
    RULES,
    Agreement,
    Every,
    Member,
    Pair,
    Path,
    Pattern,
    Premise,
    Rule,
    Run,
    Value,
    iri,
    is_number,
    is_variable,
)

Node = object  # a term of pyoxigraph
Bindings = Mapping[str, Node]
Facts = Sequence[Statement]

_FIRST, _REST, _NIL = (NamedNode(iri(f"rdf:{name}")) for name in ("first", "rest", "nil"))


def verify(proof: Derivation | Refutation, asserted: Container[Statement]) -> None:
    """Check that a proof proves what it says from what is asserted.

    Raises ProofError at the first step that is not an instance of the rule that it names, and at
    a leaf that is not asserted.
    """
    if isinstance(proof, Refutation):
        _check_clash(proof)
    for step in walk(proof):
        if step.rule is None:
            if step.premises or step.conclusion not in asserted:
                raise ProofError(f"not asserted: {step.conclusion}")
        elif not _is_instance(step.rule, _conclusions(step.premises), step.conclusion):
            raise ProofError(f"{step.rule} does not give: {step.conclusion}")


def _check_clash(proof: Refutation) -> None:
    facts = _conclusions(proof.premises)
    if tuple(facts) != proof.clash.premises:
        raise ProofError(f"the proof is not one of this clash of {proof.clash.rule}")
    if not _is_instance(proof.clash.rule, facts, None):
        raise ProofError(f"{proof.clash.rule} does not give a clash")


def _conclusions(premises: Sequence[Derivation]) -> list[Statement]:
    return [premise.conclusion for premise in premises]


def _is_instance(name: str, facts: Facts, conclusion: Statement | None) -> bool:
    """Tell whether some rule of a name gives the conclusion (None: a clash) from these facts."""
    for rule in RULES + AXIOMATIC:
        if rule.name == name and (rule.conclusion is None) == (conclusion is None):
            known: Bindings | None = {}
            if rule.kind == "value" and rule.conclusion and conclusion:
                # Such a rule has no triple as premise that would bind its variables.
                known = _unify(rule.conclusion, conclusion, {})
            if known is None:
                continue
            for bindings in _fit(rule.premises, facts, known):
                if _concludes(rule, conclusion, bindings):
                    return True
    return False


def _concludes(rule: Rule, conclusion: Statement | None, bindings: Bindings) -> bool:
    if rule.conclusion is None or conclusion is None:
        return rule.conclusion is None and conclusion is None
    return _unify(rule.conclusion, conclusion, bindings) is not None


def _fit(premises: Sequence[Premise], facts: Facts, bindings: Bindings) -> Iterator[Bindings]:
    """Give the bindings under which the premises, in order, are exactly the facts, in order."""
    if not premises:
        if not facts:
            yield bindings
        return
    for found, left in _fit_one(premises[0], facts, bindings):
        yield from _fit(premises[1:], left, found)


def _fit_one(
    premise: Premise, facts: Facts, bindings: Bindings
) -> Iterator[tuple[Bindings, Facts]]:
    """Give the ways to fit one premise to the first of the facts, and the facts that are left."""
    if isinstance(premise, Pattern):
        unified = _unify(premise, facts[0], bindings) if facts else None
        if unified is not None:
            yield unified, facts[1:]
        return
    if isinstance(premise, Run):
        yield from _fit_run(premise, facts, bindings)
        return
    if isinstance(premise, Value):
        if _passes(premise, bindings):
            yield bindings, facts
        return
    items, left = _read_list(bindings[premise.list], facts)
    match premise:
        case Member(item):
            for member in items:
                if bindings.get(item, member) == member:
                    yield {**bindings, item: member}, left
        case Pair(first, second):
            for place, one in enumerate(items):
                for other in items[:place] + items[place + 1 :]:
                    yield {**bindings, first: one, second: other}, left
        case Every(item, _, pattern):
            if items and len(left) >= len(items):
                yield from _fit_each(item, items, pattern, left, bindings)
        case Agreement(_, first, second):
            if items and len(left) >= 2 * len(items) and _agree(items, left):
                things = {first: left[0].subject, second: left[1].subject}
                if all(bindings.get(name, node) == node for name, node in things.items()):
                    yield {**bindings, **things}, left[2 * len(items) :]
        case Path(_, start, end):
            steps = left[: len(items)]
            if items and [step.predicate for step in steps] == items and _connected(steps):
                ends = {start: steps[0].subject, end: steps[-1].object}
                if all(bindings.get(name, node) == node for name, node in ends.items()):
                    yield {**bindings, **ends}, left[len(items) :]


def _fit_each(
    item: str, items: list[Node], pattern: Pattern, facts: Facts, bindings: Bindings
) -> Iterator[tuple[Bindings, Facts]]:
    """Fit one fact to the pattern for each item."""
    found: Bindings | None = bindings
    for member, fact in zip(items, facts, strict=False):
        if found is None:
            return
        with_item = _unify(pattern, fact, {**found, item: member})
        found = None if with_item is None else _without(item, with_item)
    if found is not None:
        yield found, facts[len(items) :]


def _agree(items: list[Node], facts: Facts) -> bool:
    """Tell whether two things have a value of each property in common, one fact each in turn."""
    first, second = facts[0].subject, facts[1].subject
    for place, item in enumerate(items):
        one, other = facts[2 * place : 2 * place + 2]
        if (one.subject, other.subject) != (first, second) or one.object != other.object:
            return False
        if one.predicate != item or other.predicate != item:
            return False
    return True


def _passes(premise: Value, bindings: Bindings) -> bool:
    """Tell whether a literal passes a test of its value."""
    literal, other = bindings[premise.literal], bindings[premise.other]
    if not isinstance(literal, Literal):
        return False
    meant = value(literal)
    if isinstance(other, NamedNode):
        if premise.test == "in":
            return in_space(meant, other.value)
        outside = not in_space(meant, other.value) and (meant is None or is_certain(meant))
        return premise.test == "outside" and outside
    if not isinstance(other, Literal) or meant is None or value(other) is None:
        return False
    if premise.test == "equals":
        return meant == value(other)
    certain = is_certain(meant) and is_certain(value(other))
    return premise.test == "differs" and certain and meant != value(other)


def _without(name: str, bindings: Bindings) -> Bindings:
    return {other: node for other, node in bindings.items() if other != name}


def _fit_run(premise: Run, facts: Facts, bindings: Bindings) -> Iterator[tuple[Bindings, Facts]]:
    """Fit two or more connected steps of one property to all facts that are left."""
    name = premise.predicate
    predicate = bindings[name] if is_variable(name) else NamedNode(name)
    steps = all(fact.predicate == predicate for fact in facts)
    if len(facts) >= 2 and steps and _connected(facts):
        yield {**bindings, premise.start: facts[0].subject, premise.end: facts[-1].object}, ()


def _connected(steps: Facts) -> bool:
    """Tell whether each step begins where the one before it ends."""
    return all(step.object == after.subject for step, after in pairwise(steps))


def _read_list(head: Node, facts: Facts) -> tuple[list[Node], Facts]:
    """Read a list from the facts at the front; an unfinished one is read as having no item."""
    items: list[Node] = []
    while head != _NIL:
        match facts[:2]:
            case [first, rest] if (first.subject, first.predicate) == (head, _FIRST) and (
                rest.subject,
                rest.predicate,
            ) == (head, _REST):
                items.append(first.object)
                head, facts = rest.object, facts[2:]
            case _:
                return [], ()
    return items, facts


def _unify(pattern: Pattern, fact: Statement, bindings: Bindings) -> Bindings | None:
    """Return the bindings with those that make the pattern the fact, or None."""
    found = dict(bindings)
    for slot, node in (
        (pattern.subject, fact.subject),
        (pattern.predicate, fact.predicate),
        (pattern.object, fact.object),
    ):
        if is_number(slot):
            if not isinstance(node, Literal) or value(node) != ("number", int(slot)):
                return None
            continue
        expected = found.setdefault(slot, node) if is_variable(slot) else NamedNode(slot)
        if expected != node:
            return None
    return found
