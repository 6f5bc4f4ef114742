"""Places in the source text, and the reference numbers that stand in its sentences."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.namespaces import RDF, SKG


@dataclass(frozen=True, slots=True)
class Place:
    """A range of the source text, in code points, half open, and the sentence that it lies in."""

    iri: NamedNode
    sentence: NamedNode
    locator: str  # of the sentence, "S12 P2 s3"
    start: int
    end: int
    references: tuple[int, ...] = ()  # of the numbers asked for, those that stand in the sentence


class Locators:
    """Finds the places that are described, and where the numbers of references stand."""

    def __init__(self, descriptions: Descriptions) -> None:
        """Index the pointers to references, by their sentence and by their number."""
        self._descriptions = descriptions
        self._printed: dict[NamedNode, set[int]] = defaultdict(set)
        self._pointers: dict[int, list[Place]] = defaultdict(list)
        for node in descriptions.instances(SKG.ReferencePointer, RDF.type):
            place = self._place(node) if isinstance(node, NamedNode) else None
            for number in self.numbers(node, SKG.denotes):
                if place is not None:
                    self._printed[place.sentence].add(number)
                    self._pointers[number].append(replace(place, references=(number,)))
        for places in self._pointers.values():
            places.sort(key=lambda place: place.start)

    def numbers(self, node: Term, *predicates: NamedNode) -> tuple[int, ...]:
        """Return the numbers of the references that a node has by the predicates, each once."""
        numbers = (
            self._descriptions.number(reference, SKG.referenceNumber)
            for predicate in predicates
            for reference in self._descriptions.nodes(node, predicate)
        )
        return tuple(sorted({number for number in numbers if number is not None}))

    def places(
        self, node: Term, predicate: NamedNode, references: tuple[int, ...] = ()
    ) -> tuple[Place, ...]:
        """Return the places that a node has by a predicate, those that are complete.

        Each is given those of the ``references`` that stand in its sentence.
        """
        found = (self._place(place) for place in self._descriptions.nodes(node, predicate))
        return tuple(
            replace(place, references=tuple(n for n in references if n in printed))
            for place in found
            if place is not None
            for printed in (self._printed.get(place.sentence, ()),)
        )

    def pointers(self, references: tuple[int, ...], offset: int) -> tuple[Place, ...]:
        """Return where each number stands: last before an offset, or else first after it."""
        return tuple(
            places[max(bisect_left(places, offset, key=lambda place: place.start) - 1, 0)]
            for number in references
            if (places := self._pointers.get(number))
        )

    def _place(self, node: NamedNode) -> Place | None:
        """Return where a text locator points, or a sentence as a whole."""
        about = self._descriptions
        sentence = about.node(node, SKG.inSentence) or node
        locator = about.text(sentence, SKG.locator)
        start = about.number(node, SKG.startOffset)
        end = about.number(node, SKG.endOffset)
        if locator is None or start is None or end is None:
            return None
        return Place(node, sentence, locator, start, end)
