"""Explanations as text and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

from sorafenib_kg.explanation.build import Explanation, Step
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
    triple = None
    if step.triple is not None:
        triple = {
            "subject": str(step.triple.subject),
            "predicate": str(step.triple.predicate),
            "object": str(step.triple.object),
        }
    return {
        "number": step.number,
        "triple": triple,
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
