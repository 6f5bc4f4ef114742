"""Terms and statements: RDF's triples, and the generalised ones that the rules pass through.

The rules of OWL 2 RL are defined over generalised triples, in which a literal may be a subject
and a blank node a predicate. They occur between premises and conclusions, never in a closure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class GeneralisedTriple:
    """A triple that RDF does not allow: its subject is a literal or its predicate is no IRI."""

    subject: Term
    predicate: Term
    object: Term

    def __iter__(self) -> Iterator[Term]:
        """Give the three terms, as a triple does."""
        return iter((self.subject, self.predicate, self.object))

    def __str__(self) -> str:
        """Return the three terms in N-Triples' notation."""
        return f"{self.subject} {self.predicate} {self.object}"


Statement = Triple | GeneralisedTriple


def statement(subject: Term, predicate: Term, value: Term) -> Statement:
    """Return a triple of RDF where there is one, else a generalised triple."""
    if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
        return Triple(subject, predicate, value)
    return GeneralisedTriple(subject, predicate, value)
