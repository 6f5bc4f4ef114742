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


def ground(atom: Atom, values: Mapping[str, int]) -> tuple[int, int, int]:
    """Return the triple that an atom becomes when all its variables have values.

    Raises KeyError for a variable without a value.
    """
    bound = atom.bind(values)
    if isinstance(bound.subject, str) or isinstance(bound.object, str):
        raise KeyError(f"{bound} has a variable without a value")
    return bound.subject, bound.predicate, bound.object


def _bind(slot: Slot, values: Mapping[str, int]) -> Slot:
    return values.get(slot, slot) if isinstance(slot, str) else slot


@dataclass(frozen=True, slots=True)
class Axioms:
    """Triples of the ontology, in order, that a rule was specialised with.

    The triples of a list are one such object, shared by all rules that come from the list.
    """

    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule of the table, specialised for the triples of an ontology.

    ``name`` is W3C's. ``body`` is what has to be matched, ``parts`` the same together with the
    axioms, in the order of the table. If ``run`` is given, the body is instead a run of two or
    more steps of that property, from the head's subject to its object. If there are
    ``alternatives``, the body is instead any two of them, at different places and with the same
    values of their variables; they stand for the items of a list. ``head`` is None for a clash. A
    rule of kind "value" has no body: literals fulfil it.
    """

    name: str
    head: Atom | None
    body: tuple[Atom, ...]
    parts: tuple[Atom | Axioms, ...]
    run: int | None = None
    covered: bool = False
    kind: Kind = "join"
    alternatives: tuple[Atom, ...] = ()

    @property
    def premises(self) -> tuple[Atom, ...]:
        """Return body and axioms in the order of the table, all but runs and alternatives."""
        return tuple(
            atom
            for part in self.parts
            for atom in (part.atoms if isinstance(part, Axioms) else (part,))
        )

    @property
    def schema(self) -> tuple[Atom, ...]:
        """Return the triples of the ontology that the rule was specialised with."""
        return tuple(atom for part in self.parts if isinstance(part, Axioms) for atom in part.atoms)
