"""Explanations, and why there is none, as text and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode, Variable

from sorafenib_kg.descriptions import Term
from sorafenib_kg.explanation.absence import Absence, Condition, NearMiss
from sorafenib_kg.explanation.build import Explanation, Explanations, Step
from sorafenib_kg.explanation.grounds import Ground
from sorafenib_kg.locators import Place
from sorafenib_kg.namespaces import shorten

_INDENT = "    "


def as_text(explanation: Explanation) -> str:
    """Return an explanation as indented lines: below each step its rule and its premises.

    A step that is needed again is shown once and then referred to by its number.
    """
    lines = list(_lines(explanation))
    if explanation.certainty_label is not None:
        lines += ["", f"Weakest certainty on the way: {explanation.certainty_label}."]
    return "\n".join(lines)


def proofs_as_text(found: Explanations) -> str:
    """Return the explanations that a search has found, one below the other."""
    parts = []
    for number, explanation in enumerate(found.explanations, 1):
        if len(found.explanations) > 1:
            parts.append(f"Proof {number} of {len(found.explanations)}")
        parts.append(as_text(explanation))
    if found.note is not None:
        parts.append(found.note)
    return "\n\n".join(parts)


def _lines(explanation: Explanation) -> Iterator[str]:
    # Numbered anew, as the steps that are left out would leave gaps.
    shown: dict[int, int] = {}
    waiting: list[tuple[Step, int]] = [(explanation.conclusion, 0)]
    while waiting:
        step, depth = waiting.pop()
        indent = _INDENT * depth
        if step.number in shown:
            yield f"{indent}{step.text} (step {shown[step.number]}, above)"
            continue
        label = "- "
        if step.rule is not None:
            shown[step.number] = len(shown) + 1
            label = f"{shown[step.number]}. "
        yield f"{indent}{label}{step.text}"
        if step.rule is not None:
            yield f"{indent}   by {step.rule}: {step.words}"
        for ground in step.grounds:
            yield f"{indent}  {ground_as_text(ground)}"
        waiting += [(premise, depth + 1) for premise in reversed(explanation.premises(step))]


def ground_as_text(ground: Ground) -> str:
    """Return a ground in one line."""
    parts = [ground.kind]
    if ground.source is not None:
        # Modules and graphs are best known by the last part of their names.
        known_by_name = ground.kind in ("axiom", "assertion")
        parts[0] += f" {_last_part(ground.source) if known_by_name else shorten(ground.source)}"
    if ground.kind == "claim":
        parts[0] += f": {ground.text}"
    details = [_place(place) for place in ground.places]
    if ground.certainty is not None:
        details.append(f"certainty {_last_part(ground.certainty)}")
    if ground.hedge:
        details.append(f"hedged by “{ground.hedge}”")
    if ground.unplaced_references:
        details.append(f"references {_numbers(ground.unplaced_references)}")
    if ground.context_references:
        numbers = _numbers(ground.context_references)
        where = ", ".join(dict.fromkeys(place.locator for place in ground.context))
        details.append(f"references {numbers} from {where or 'another sentence'}")
    return " ".join([*parts, f"[{'; '.join(details)}]"] if details else parts)


def _last_part(node: NamedNode) -> str:
    return re.split(r"[#/]", node.value)[-1]


def _place(place: Place) -> str:
    references = f", references {_numbers(place.references)}" if place.references else ""
    return f"{place.locator}, characters {place.start} to {place.end}{references}"


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


def absence_as_text(absence: Absence) -> str:
    """Return why a triple does not hold: what is claimed of it, then the near misses."""
    return "\n".join(_absence_lines(absence, 0))


def _absence_lines(absence: Absence, depth: int) -> Iterator[str]:
    indent = _INDENT * depth
    yield f"{indent}{absence.text}: neither asserted nor inferred"
    yield from (f"{indent}  nothing is said of {_term(term)}" for term in absence.unknown)
    for ground in absence.hedged:
        yield f"{indent}  stated with a hedge only: {ground_as_text(ground)}"
    for denial in absence.denials:
        yield f"{indent}  claimed otherwise ({denial.label}): {ground_as_text(denial.ground)}"
    if not absence.misses:
        yield f"{indent}  no rule that the ontology calls for gives such a triple"
    for miss in absence.misses:
        yield from _miss_lines(miss, depth)
    if absence.more:
        yield f"{indent}  and {absence.more} more ways, which lack as much or more"


def _miss_lines(miss: NearMiss, depth: int) -> Iterator[str]:
    indent = _INDENT * depth
    yield f"{indent}- by {miss.rule}: {miss.words}"
    for condition in miss.conditions:
        if condition.structural:
            continue
        yield f"{indent}    {'holds:  ' if condition.holds else 'missing:'} {condition.text}"
        if condition.absence is not None:
            yield from _absence_lines(condition.absence, depth + 2)
    if miss.others:
        yield f"{indent}    and {miss.others} more like this"


def _term(term: Term | Variable) -> str:
    return shorten(term) if isinstance(term, NamedNode) else str(term)


def absence_as_json(absence: Absence) -> dict[str, object]:
    """Return the same as a dict for `json.dumps`; variables are written as in SPARQL."""
    return {
        "text": absence.text,
        "triple": _terms_as_json(*absence.triple),
        "unknown": [str(term) for term in absence.unknown],
        "hedged": [_ground_as_json(ground) for ground in absence.hedged],
        "denials": [
            {"polarity": denial.polarity.value, "ground": _ground_as_json(denial.ground)}
            for denial in absence.denials
        ],
        "misses": [
            {
                "rule": miss.rule,
                "words": miss.words,
                "premises": [_condition_as_json(condition) for condition in miss.conditions],
                "others": miss.others,
            }
            for miss in absence.misses
        ],
        "more": absence.more,
    }


def _condition_as_json(condition: Condition) -> dict[str, object]:
    return {
        "text": condition.text,
        "triple": _terms_as_json(*condition.terms),
        "holds": condition.holds,
        "structural": condition.structural,
        "whyNot": None if condition.absence is None else absence_as_json(condition.absence),
    }


def _terms_as_json(*terms: Term | Variable) -> dict[str, str]:
    return dict(zip(("subject", "predicate", "object"), map(str, terms), strict=True))


def proofs_as_json(found: Explanations) -> dict[str, object]:
    """Return the explanations that a search has found as a dict for `json.dumps`."""
    return {
        "complete": found.complete,
        "proofs": [as_json(explanation) for explanation in found.explanations],
    }


def as_json(explanation: Explanation) -> dict[str, object]:
    """Return an explanation as a dict for `json.dumps`; terms are in N-Triples' notation."""
    return {
        "text": explanation.conclusion.text,
        "asserted": explanation.asserted,
        "certainty": None if explanation.certainty is None else explanation.certainty.value,
        "certaintyLabel": explanation.certainty_label,
        "steps": [_step_as_json(step) for step in explanation.steps],
    }


def _step_as_json(step: Step) -> dict[str, object]:
    return {
        "number": step.number,
        "triple": None if step.triple is None else _terms_as_json(*step.triple),
        "text": step.text,
        "rule": step.rule,
        "words": step.words,
        "premises": list(step.premises),
        "grounds": [_ground_as_json(ground) for ground in step.grounds],
        "structural": step.structural,
    }


def _ground_as_json(ground: Ground) -> dict[str, object]:
    return {
        "kind": ground.kind,
        "text": ground.text,
        "source": None if ground.source is None else ground.source.value,
        "certainty": None if ground.certainty is None else ground.certainty.value,
        "hedge": ground.hedge,
        "places": [_place_as_json(place) for place in ground.places],
        "references": list(ground.references),
        "contextReferences": list(ground.context_references),
        "context": [_place_as_json(place) for place in ground.context],
    }


def _place_as_json(place: Place) -> dict[str, object]:
    return {
        "iri": place.iri.value,
        "locator": place.locator,
        "start": place.start,
        "end": place.end,
        "references": list(place.references),
    }
