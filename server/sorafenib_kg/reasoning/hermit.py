"""The process that asks HermiT: run as a script by `consistency`, never imported.

owlready2 keeps much state and starts Java, so both live here, where they can be ended at any
time. The input is one JSON object on standard input: ``java`` (path), ``memory`` (MB),
``background`` (N-Triples that are always there) and ``units`` (a list of N-Triples, an axiom
each). The output is JSON objects, one a line, the later ones more precise than the earlier:

    {"consistent": true, "unsatisfiable": [IRI, ...]}
    {"consistent": null, "reason": "..."}
    {"consistent": false, "fault": [unit, ...], "minimal": false}

A fault is a set of units that contradict each other; it is minimal if no one can be left out.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any

import owlready2


class NotCheckedError(Exception):
    """HermiT or owlready2 could not deal with the input; the text says why."""


def check(text: str) -> list[str] | None:
    """Return the unsatisfiable classes, or None if the axioms contradict each other."""
    world = owlready2.World()
    try:
        ontology = world.get_ontology("urn:x-consistency#")
        ontology.load(fileobj=io.BytesIO(text.encode()))
        owlready2.sync_reasoner_hermit(world, debug=0)
        names = {str(found.iri) for found in world.inconsistent_classes() if hasattr(found, "iri")}
        return sorted(names - {str(owlready2.Nothing.iri)})
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    except owlready2.OwlReadyJavaError as error:
        raise NotCheckedError(_java_message(str(error))) from error
    # owlready2 raises whatever comes where it meets an axiom that it cannot read, and this
    # process has no other purpose than to keep that from everybody else.
    except Exception as error:
        raise NotCheckedError(f"owlready2: {type(error).__name__}: {error}") from error
    finally:
        world.close()


def _java_message(text: str) -> str:
    """Return what Java's exception says, without where in Java it happened."""
    _, _, said = text.partition('Exception in thread "main" ')
    kind, _, message = said.partition(":")
    kept = []
    for line in message.splitlines():
        if line.strip().startswith(("at ", "...", "Caused by")):
            break
        kept.append(line.strip())
    sentence = " ".join(line for line in kept if line)
    if not sentence:
        return " ".join(text.split())[:200] or "HermiT failed without a message"
    return f"HermiT: {kind.rsplit('.', 1)[-1]}: {sentence}"


def shrink(
    units: list[int], contradict: Callable[[list[int]], bool], report: Callable[[list[int]], None]
) -> list[int]:
    """Return a minimal set of contradicting units (QuickXplain, Junker 2004).

    ``report`` is told of each smaller set on the way. ``units`` contradict each other.
    """

    def explain(base: list[int], changed: bool, rest: list[int]) -> list[int]:
        if changed and contradict(base):
            report(base)
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        found = explain(base + first, True, second)
        return explain(base + found, bool(found), first) + found

    return explain([], False, units)


def answer(task: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> None:
    """Do what a task asks for and say what is found, as far as it is found."""
    owlready2.JAVA_EXE = task["java"]
    owlready2.reasoning.JAVA_MEMORY = task["memory"]
    background: str = task["background"]
    units: list[str] = task["units"]

    def text(chosen: list[int]) -> str:
        return background + "".join(units[place] for place in chosen)

    everything = list(range(len(units)))
    try:
        unsatisfiable = check(text(everything))
        if unsatisfiable is not None:
            say({"consistent": True, "unsatisfiable": unsatisfiable})
            return
        say({"consistent": False, "fault": everything, "minimal": False})
        fault = shrink(
            everything,
            lambda chosen: check(text(chosen)) is None,
            lambda chosen: say({"consistent": False, "fault": chosen, "minimal": False}),
        )
        say({"consistent": False, "fault": fault, "minimal": True})
    except NotCheckedError as error:
        say({"consistent": None, "reason": str(error)})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    answer(json.load(sys.stdin), _say)
