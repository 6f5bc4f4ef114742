"""Rules on the schema: table 9 of OWL 2 Profiles.

Reflexive triples (``c rdfs:subClassOf c`` and the like) say nothing, unless a class has two names:
then each lies below the other. An engine draws them there, and elsewhere on request. Where
`scm-svf1` and its relatives need one as a premise, there is a second form of the rule here that
asks for the declaration from which W3C draws it. `scm-sco` and
`scm-spo` are written over runs of any length.
"""

from __future__ import annotations

from collections.abc import Iterator

from sorafenib_kg.rules.notation import Rule, parse_rule

_SOME = "?c1 owl:someValuesFrom {0} . ?c1 owl:onProperty {2} . ?c2 owl:someValuesFrom {1} . "
_ALL = "?c1 owl:allValuesFrom {0} . ?c1 owl:onProperty {2} . ?c2 owl:allValuesFrom {1} . "
_VALUE = "?c1 owl:hasValue {0} . ?c1 owl:onProperty {2} . ?c2 owl:hasValue {1} . "
_ON = "?c2 owl:onProperty {3} . "

_WORDS_SVF1 = "Having a value of a narrower class is having a value of the wider class."
_WORDS_SVF2 = "Having a value by a narrower property is having it by the wider property."
_WORDS_AVF1 = "Having only values of a narrower class is having only values of the wider class."
_WORDS_AVF2 = "Having only such values by a wider property is having only such by a narrower one."
_WORDS_HV = "Having a given value by a narrower property is having it by the wider property."


def _restriction(shape: str, first: str, second: str, on_first: str, on_second: str) -> str:
    return (shape + _ON).format(first, second, on_first, on_second)


def _with_trivial_order() -> Iterator[Rule]:
    """Give the rules on restrictions whose operands are the same, or one of them everything."""
    same = ("?y", "?y", "?p", "?p")
    is_class = "?y rdf:type owl:Class"
    forward, backward = "?c1 rdfs:subClassOf ?c2", "?c2 rdfs:subClassOf ?c1"
    yield parse_rule("scm-svf1", _restriction(_SOME, *same) + is_class, forward, _WORDS_SVF1)
    yield parse_rule("scm-avf1", _restriction(_ALL, *same) + is_class, forward, _WORDS_AVF1)
    wider = ("?y", "owl:Thing", "?p", "?p")
    yield parse_rule("scm-svf1", _restriction(_SOME, *wider) + is_class, forward, _WORDS_SVF1)
    yield parse_rule("scm-avf1", _restriction(_ALL, *wider) + is_class, forward, _WORDS_AVF1)
    for kind in ("owl:ObjectProperty", "owl:DatatypeProperty"):
        is_property = f"?p rdf:type {kind}"
        yield parse_rule("scm-hv", _restriction(_VALUE, *same) + is_property, forward, _WORDS_HV)
        yield parse_rule("scm-svf2", _restriction(_SOME, *same) + is_property, forward, _WORDS_SVF2)
        yield parse_rule("scm-avf2", _restriction(_ALL, *same) + is_property, backward, _WORDS_AVF2)


# fmt: off
_ORDERED = (
    parse_rule(
        "scm-sco", "run rdfs:subClassOf from ?c1 to ?c3", "?c1 rdfs:subClassOf ?c3",
        "A class lies below all that lies above the classes above it.", covered=True),
    parse_rule(
        "scm-eqc1", "?c1 owl:equivalentClass ?c2", "?c1 rdfs:subClassOf ?c2",
        "Equivalent classes lie below each other.", covered=True),
    parse_rule(
        "scm-eqc1", "?c1 owl:equivalentClass ?c2", "?c2 rdfs:subClassOf ?c1",
        "Equivalent classes lie below each other.", covered=True),
    parse_rule(
        "scm-eqc2", "?c1 rdfs:subClassOf ?c2 . ?c2 rdfs:subClassOf ?c1",
        "?c1 owl:equivalentClass ?c2",
        "Classes that lie below each other are equivalent.", covered=True),
    parse_rule(
        "scm-spo", "run rdfs:subPropertyOf from ?p1 to ?p3", "?p1 rdfs:subPropertyOf ?p3",
        "A property lies below all that lies above the properties above it.", covered=True),
    parse_rule(
        "scm-eqp1", "?p1 owl:equivalentProperty ?p2", "?p1 rdfs:subPropertyOf ?p2",
        "Equivalent properties lie below each other.", covered=True),
    parse_rule(
        "scm-eqp1", "?p1 owl:equivalentProperty ?p2", "?p2 rdfs:subPropertyOf ?p1",
        "Equivalent properties lie below each other.", covered=True),
    parse_rule(
        "scm-eqp2", "?p1 rdfs:subPropertyOf ?p2 . ?p2 rdfs:subPropertyOf ?p1",
        "?p1 owl:equivalentProperty ?p2",
        "Properties that lie below each other are equivalent.", covered=True),
    parse_rule(
        "scm-dom1", "?p rdfs:domain ?c1 . ?c1 rdfs:subClassOf ?c2", "?p rdfs:domain ?c2",
        "A class above a property's domain is a domain of it too.", covered=True),
    parse_rule(
        "scm-dom2", "?p2 rdfs:domain ?c . ?p1 rdfs:subPropertyOf ?p2", "?p1 rdfs:domain ?c",
        "A property has the domains of the properties above it.", covered=True),
    parse_rule(
        "scm-rng1", "?p rdfs:range ?c1 . ?c1 rdfs:subClassOf ?c2", "?p rdfs:range ?c2",
        "A class above a property's range is a range of it too.", covered=True),
    parse_rule(
        "scm-rng2", "?p2 rdfs:range ?c . ?p1 rdfs:subPropertyOf ?p2", "?p1 rdfs:range ?c",
        "A property has the ranges of the properties above it.", covered=True),
    parse_rule(
        "scm-hv",
        _restriction(_VALUE, "?v", "?v", "?p1", "?p2") + "?p1 rdfs:subPropertyOf ?p2",
        "?c1 rdfs:subClassOf ?c2", _WORDS_HV),
    parse_rule(
        "scm-svf1",
        _restriction(_SOME, "?y1", "?y2", "?p", "?p") + "?y1 rdfs:subClassOf ?y2",
        "?c1 rdfs:subClassOf ?c2", _WORDS_SVF1),
    parse_rule(
        "scm-svf2",
        _restriction(_SOME, "?y", "?y", "?p1", "?p2") + "?p1 rdfs:subPropertyOf ?p2",
        "?c1 rdfs:subClassOf ?c2", _WORDS_SVF2),
    parse_rule(
        "scm-avf1",
        _restriction(_ALL, "?y1", "?y2", "?p", "?p") + "?y1 rdfs:subClassOf ?y2",
        "?c1 rdfs:subClassOf ?c2", _WORDS_AVF1),
    parse_rule(
        "scm-avf2",
        _restriction(_ALL, "?y", "?y", "?p1", "?p2") + "?p1 rdfs:subPropertyOf ?p2",
        "?c2 rdfs:subClassOf ?c1", _WORDS_AVF2),
    parse_rule(
        "scm-int", "?c owl:intersectionOf ?l . ?d in ?l", "?c rdfs:subClassOf ?d",
        "An intersection lies below each of its classes.", covered=True),
    parse_rule(
        "scm-uni", "?c owl:unionOf ?l . ?d in ?l", "?d rdfs:subClassOf ?c",
        "A union lies above each of its classes.", covered=True),
)
# fmt: on


def _reflexive() -> Iterator[Rule]:
    words = "A class lies below itself."
    for conclusion in ("?c rdfs:subClassOf ?c", "?c owl:equivalentClass ?c"):
        yield parse_rule("scm-cls", "?c rdf:type owl:Class", conclusion, words, covered=True)
    words = "A property lies below itself."
    for name, kind in (("scm-op", "owl:ObjectProperty"), ("scm-dp", "owl:DatatypeProperty")):
        for conclusion in ("?p rdfs:subPropertyOf ?p", "?p owl:equivalentProperty ?p"):
            yield parse_rule(name, f"?p rdf:type {kind}", conclusion, words, covered=True)


SCHEMA: tuple[Rule, ...] = (*_ORDERED, *_with_trivial_order(), *_reflexive())
