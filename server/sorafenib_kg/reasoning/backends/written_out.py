"""The table for engines that write equality out: one row for each name of each term.

Reflexive triples are not written by the engines here, so what needs one has a form without it.
"""

from __future__ import annotations

from dataclasses import replace

from sorafenib_kg.rules import REFLEXIVE, Pair, Pattern, Premise, Rule, iri

SAME = iri("owl:sameAs")


def named_apart(rule: Rule) -> Rule:
    """Return a rule that puts a thing in relation to itself as one about two of its names.

    That a class lies below itself says something only when it has two. Other rules stay.
    """
    head = rule.conclusion
    if head is None or head.predicate not in REFLEXIVE or head.subject != head.object:
        return rule
    other = f"{head.subject}_named"
    two = Pattern(head.subject, SAME, other)
    return replace(
        rule,
        premises=(*rule.premises, two),
        conclusion=Pattern(head.subject, head.predicate, other),
    )


def on_itself(rule: Rule) -> Rule | None:
    """Return the form of a clash for one thing in the place of two that are the same.

    Everything is the same as itself, which is written nowhere. None if that says nothing.
    """
    if rule.conclusion is not None:
        return None
    for premise in rule.patterns():
        if premise.predicate == SAME:
            others = (p for p in rule.premises if p != premise)
            merged = tuple(_renamed(p, premise.object, premise.subject) for p in others)
            return replace(rule, premises=merged)
    return None


def _renamed(premise: Premise, old: str, new: str) -> Premise:
    match premise:
        case Pattern(subject, predicate, value):
            return Pattern(*(new if part == old else part for part in (subject, predicate, value)))
        case Pair(first, second, items):
            first, second = (new if part == old else part for part in (first, second))
            return Pair(first, second, items)
        case _:
            raise ValueError(f"{premise} stands beside a premise on what is the same")
