"""The ontology as the compiler knows it: triples about classes and properties, and their lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sorafenib_kg.reasoning.program import Atom, Axioms, Slot


class Ontology:
    """The triples about the ontology, by predicate; types only where the table asks for them."""

    def __init__(self) -> None:
        """Start with no triple."""
        self.terms: set[int] = set()
        self.by_subject: dict[int, dict[int, list[int]]] = defaultdict(dict)
        self.by_object: dict[int, dict[int, list[int]]] = defaultdict(dict)

    def add(self, subject: int, predicate: int, value: int) -> None:
        """Add a triple that is not yet there."""
        self.terms.update((subject, predicate, value))
        self.by_subject[predicate].setdefault(subject, []).append(value)
        self.by_object[predicate].setdefault(value, []).append(subject)

    def copy(self) -> Ontology:
        """Return the same triples, to be added to by themselves."""
        other = Ontology()
        other.terms = set(self.terms)
        for mine, theirs in (
            (self.by_subject, other.by_subject),
            (self.by_object, other.by_object),
        ):
            for predicate, found in mine.items():
                theirs[predicate] = {key: list(values) for key, values in found.items()}
        return other

    def match(self, subject: Slot, predicate: int, value: Slot) -> Iterator[tuple[int, int]]:
        """Give subject and object of the triples that fit; a variable fits anything."""
        if isinstance(subject, int):
            for found in self.by_subject[predicate].get(subject, ()):
                if found == value or isinstance(value, str):
                    yield subject, found
        elif isinstance(value, int):
            for found in self.by_object[predicate].get(value, ()):
                yield found, value
        else:
            for first, seconds in self.by_subject[predicate].items():
                for second in seconds:
                    if subject != value or first == second:
                        yield first, second

    def items(self, head: int, first: int, rest: int, nil: int) -> tuple[list[int], Axioms] | None:
        """Return the items of a list and its triples, or None if it is not a list.

        ``first``, ``rest`` and ``nil`` are the numbers of RDF's words for lists.
        """
        items: list[int] = []
        cells: list[Atom] = []
        visited: set[int] = set()
        while head != nil:
            firsts = self.by_subject[first].get(head, [])
            rests = self.by_subject[rest].get(head, [])
            if len(firsts) != 1 or len(rests) != 1 or head in visited:
                return None
            visited.add(head)
            items.append(firsts[0])
            cells += (Atom(head, first, firsts[0]), Atom(head, rest, rests[0]))
            head = rests[0]
        return items, Axioms(tuple(cells))
