"""Rules whose conclusions hold whatever the data say: drawn only on request.

They are the axiomatic triples of tables 5, 6 and 8, and what `scm-cls` says of the class of
everything and the class of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sorafenib_kg.rules.datatypes import DATATYPES
from sorafenib_kg.rules.notation import Pattern, Rule, iri, parse_rule

_ANNOTATIONS = (
    *(f"rdfs:{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(f"owl:{name}" for name in ("deprecated", "versionInfo", "priorVersion")),
    *(f"owl:{name}" for name in ("backwardCompatibleWith", "incompatibleWith")),
)

_WORDS_AP = "The annotation properties of OWL 2 are annotation properties."
_WORDS_DT = "The datatypes of OWL 2 RL are datatypes."
_WORDS_CLS = "A class lies below everything, and above nothing."


def _declared() -> Iterator[Rule]:
    for name in _ANNOTATIONS:
        head = Pattern(iri(name), iri("rdf:type"), iri("owl:AnnotationProperty"))
        yield Rule("prp-ap", (), head, _WORDS_AP)
    for name, word in (("owl:Thing", "cls-thing"), ("owl:Nothing", "cls-nothing1")):
        head = Pattern(iri(name), iri("rdf:type"), iri("owl:Class"))
        yield Rule(word, (), head, "Everything is a class, and so is nothing.")
    for datatype in DATATYPES:
        head = Pattern(datatype, iri("rdf:type"), iri("rdfs:Datatype"))
        yield Rule("dt-type1", (), head, _WORDS_DT)


def _outermost() -> Iterator[Rule]:
    for conclusion in ("?c rdfs:subClassOf owl:Thing", "owl:Nothing rdfs:subClassOf ?c"):
        yield parse_rule("scm-cls", "?c rdf:type owl:Class", conclusion, _WORDS_CLS, covered=True)


AXIOMATIC: tuple[Rule, ...] = (*_declared(), *_outermost())
