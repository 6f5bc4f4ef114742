"""What a peer's closure lacks against this project's, and what it has besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from sorafenib_kg.namespaces import OWL, RDF, RDFS
from sorafenib_kg.parsing import follow

_REFLEXIVE = {
    OWL.sameAs,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
}
_LANGUAGES = tuple(vocabulary.NAMESPACE for vocabulary in (OWL, RDF, RDFS))
_XSD = "http://www.w3.org/2001/XMLSchema#"
_ERRORS = "http://www.daml.org/2002/03/agents/agent-ont#"


@dataclass(frozen=True, slots=True)
class Difference:
    """Triples by predicate: those that the peer lacks, and those that only the peer has."""

    missing: Counter[str]
    extra: Counter[str]


def compare(own: Path, peer: Path) -> Difference:
    """Compare two closures, without blank nodes and what this project leaves out on purpose.

    That is: reflexive triples, types and superclasses owl:Thing, and what is said about the
    languages' own terms.
    """
    ours, theirs = set(_triples(own)), set(_triples(peer))
    return Difference(_by_predicate(ours - theirs), _by_predicate(theirs - ours))


def _triples(path: Path) -> Iterator[Triple]:
    with path.open("rb") as file:
        for item in follow(parse(file, RdfFormat.N_TRIPLES), path.name):
            if not isinstance(item, Quad):
                raise ValueError(str(item))
            if _is_compared(item.triple):
                yield item.triple


def _is_compared(triple: Triple) -> bool:
    subject, predicate, value = triple
    if isinstance(subject, BlankNode) or isinstance(value, BlankNode) or value == OWL.Thing:
        return False
    if isinstance(subject, NamedNode) and subject.value.startswith((*_LANGUAGES, _XSD, _ERRORS)):
        return False
    return not (predicate in _REFLEXIVE and subject == value)


def _by_predicate(triples: set[Triple]) -> Counter[str]:
    return Counter(triple.predicate.value.rpartition("#")[2] for triple in triples)
