"""The intermediate form of rules: Datalog over triples whose predicates are known.

This is what the compiler makes of the rule table and an ontology, and all that an engine has to
understand. It holds nothing of numpy, so that other engines can run it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sorafenib_kg.rules import Kind

Slot = int | str  # the number of a term, or the name of a variable


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern with a known predicate."""

    subject: Slot
    predicate: int
    object: Slot

    def variables(self) -> Iterator[str]:
        """Give the names of the variables, subject first."""
        return (slot for slot in (self.subject, self.object) if isinstance(slot, str))

    def bind(self, values: Mapping[str, int]) -> Atom:
        """Put values in the place of the variables that have one."""
        return Atom(_bind(self.subject, values), self.predicate, _bind(self.object, values))


def _bind(slot: Slot, values: Mapping[str, int]) -> Slot:
    return values.get(slot, slot) if isinstance(slot, str) else slot


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule of the table, specialised for the triples of an ontology.

    ``name`` is W3C's. ``schema`` are the triples it was specialised with, ``body`` what is left
    to be matched, ``premises`` both together in the order of the table. If ``run`` is given, the
    body is instead a run of two or more steps of that property, from the head's subject to its
    object. ``head`` is None for a clash. A rule of kind "value" has no body: literals fulfil it.
    """

    name: str
    head: Atom | None
    body: tuple[Atom, ...]
    schema: tuple[Atom, ...]
    premises: tuple[Atom, ...]
    run: int | None = None
    covered: bool = False
    kind: Kind = "join"
