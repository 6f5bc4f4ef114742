"""The rules of OWL 2 RL that are applied, under the names of W3C's tables 4 to 9.

Source: OWL 2 Web Ontology Language Profiles (second edition), section 4.3. Two departures, both
on purpose:

- Reflexive triples (``c rdfs:subClassOf c`` and the like) and those of ``scm-cls``, ``scm-op``
  and ``scm-dp`` are not drawn, since they say nothing. Where W3C's ``scm-svf1`` and its relatives
  need one as a premise, the table has a second form of the rule that asks for the declaration
  from which W3C draws it.
- ``prp-trp``, ``scm-sco`` and ``scm-spo`` are written over runs of any length, which is what they
  come to when they are applied again and again, and makes one step of a proof out of many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sorafenib_kg.rules.notation import Rule, iri, parse_rule

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
_PROPERTIES = (
    parse_rule(
        "prp-dom", "?p rdfs:domain ?c . ?x ?p ?y", "?x rdf:type ?c",
        "Whatever has a value of a property belongs to the property's domain."),
    parse_rule(
        "prp-rng", "?p rdfs:range ?c . ?x ?p ?y", "?y rdf:type ?c",
        "Whatever is a value of a property belongs to the property's range."),
    parse_rule(
        "prp-symp", "?p rdf:type owl:SymmetricProperty . ?x ?p ?y", "?y ?p ?x",
        "A symmetric property holds in both directions."),
    parse_rule(
        "prp-trp", "?p rdf:type owl:TransitiveProperty . run ?p from ?x to ?z", "?x ?p ?z",
        "A transitive property leads from the first to the last of a run of steps."),
    parse_rule(
        "prp-spo1", "?p1 rdfs:subPropertyOf ?p2 . ?x ?p1 ?y", "?x ?p2 ?y",
        "What holds for a property holds for the properties above it."),
    parse_rule(
        "prp-spo2", "?p owl:propertyChainAxiom ?l . path ?l from ?x to ?y", "?x ?p ?y",
        "A chain of properties, followed from end to end, amounts to another property."),
    parse_rule(
        "prp-eqp1", "?p1 owl:equivalentProperty ?p2 . ?x ?p1 ?y", "?x ?p2 ?y",
        "What holds for a property holds for a property equivalent to it."),
    parse_rule(
        "prp-eqp2", "?p1 owl:equivalentProperty ?p2 . ?x ?p2 ?y", "?x ?p1 ?y",
        "What holds for a property holds for a property equivalent to it."),
    parse_rule(
        "prp-inv1", "?p1 owl:inverseOf ?p2 . ?x ?p1 ?y", "?y ?p2 ?x",
        "A property read backwards is its inverse."),
    parse_rule(
        "prp-inv2", "?p1 owl:inverseOf ?p2 . ?x ?p2 ?y", "?y ?p1 ?x",
        "A property read backwards is its inverse."),
    parse_rule(
        "prp-irp", "?p rdf:type owl:IrreflexiveProperty . ?x ?p ?x", "false",
        "An irreflexive property never relates a thing to itself."),
    parse_rule(
        "prp-asyp", "?p rdf:type owl:AsymmetricProperty . ?x ?p ?y . ?y ?p ?x", "false",
        "An asymmetric property never holds in both directions."),
    parse_rule(
        "prp-pdw", "?p1 owl:propertyDisjointWith ?p2 . ?x ?p1 ?y . ?x ?p2 ?y", "false",
        "Disjoint properties never relate the same two things."),
    parse_rule(
        "prp-adp",
        "?a rdf:type owl:AllDisjointProperties . ?a owl:members ?l . ?p1 , ?p2 in ?l . "
        "?x ?p1 ?y . ?x ?p2 ?y", "false",
        "Disjoint properties never relate the same two things."),
    parse_rule(
        "prp-npa1",
        "?a owl:sourceIndividual ?x . ?a owl:assertionProperty ?p . ?a owl:targetIndividual ?y . "
        "?x ?p ?y", "false",
        "What is denied of two things does not hold of them."),
    parse_rule(
        "prp-npa2",
        "?a owl:sourceIndividual ?x . ?a owl:assertionProperty ?p . ?a owl:targetValue ?y . "
        "?x ?p ?y", "false",
        "A value that is denied of a thing is not one of its values."),
)

_CLASSES = (
    parse_rule(
        "cls-nothing2", "?x rdf:type owl:Nothing", "false",
        "Nothing belongs to the empty class."),
    parse_rule(
        "cls-int1", "?c owl:intersectionOf ?l . every ?d in ?l : ?x rdf:type ?d", "?x rdf:type ?c",
        "What belongs to each of some classes belongs to their intersection."),
    parse_rule(
        "cls-int2", "?c owl:intersectionOf ?l . ?d in ?l . ?x rdf:type ?c", "?x rdf:type ?d",
        "What belongs to an intersection belongs to each of its classes."),
    parse_rule(
        "cls-uni", "?c owl:unionOf ?l . ?d in ?l . ?x rdf:type ?d", "?x rdf:type ?c",
        "What belongs to one of some classes belongs to their union."),
    parse_rule(
        "cls-com", "?c1 owl:complementOf ?c2 . ?x rdf:type ?c1 . ?x rdf:type ?c2", "false",
        "Nothing belongs both to a class and to its complement."),
    parse_rule(
        "cls-svf1",
        "?c owl:someValuesFrom ?d . ?c owl:onProperty ?p . ?x ?p ?y . ?y rdf:type ?d",
        "?x rdf:type ?c",
        "What has a value of the named class belongs to the class of all that have one."),
    parse_rule(
        "cls-svf2",
        "?c owl:someValuesFrom owl:Thing . ?c owl:onProperty ?p . ?x ?p ?y", "?x rdf:type ?c",
        "What has any value belongs to the class of all that have one."),
    parse_rule(
        "cls-avf",
        "?c owl:allValuesFrom ?d . ?c owl:onProperty ?p . ?x rdf:type ?c . ?x ?p ?y",
        "?y rdf:type ?d",
        "If all values of a thing belong to a class, so does each of them."),
    parse_rule(
        "cls-hv1", "?c owl:hasValue ?v . ?c owl:onProperty ?p . ?x rdf:type ?c", "?x ?p ?v",
        "What belongs to the class of all that have a given value has that value."),
    parse_rule(
        "cls-hv2", "?c owl:hasValue ?v . ?c owl:onProperty ?p . ?x ?p ?v", "?x rdf:type ?c",
        "What has a given value belongs to the class of all that have it."),
    parse_rule(
        "cls-oo", "?c owl:oneOf ?l . ?x in ?l", "?x rdf:type ?c",
        "What is listed as a member of a class belongs to it."),
)

_CLASS_AXIOMS = (
    parse_rule(
        "cax-sco", "?c1 rdfs:subClassOf ?c2 . ?x rdf:type ?c1", "?x rdf:type ?c2",
        "What belongs to a class belongs to the classes above it."),
    parse_rule(
        "cax-eqc1", "?c1 owl:equivalentClass ?c2 . ?x rdf:type ?c1", "?x rdf:type ?c2",
        "What belongs to a class belongs to a class equivalent to it."),
    parse_rule(
        "cax-eqc2", "?c1 owl:equivalentClass ?c2 . ?x rdf:type ?c2", "?x rdf:type ?c1",
        "What belongs to a class belongs to a class equivalent to it."),
    parse_rule(
        "cax-dw", "?c1 owl:disjointWith ?c2 . ?x rdf:type ?c1 . ?x rdf:type ?c2", "false",
        "Nothing belongs to two disjoint classes."),
    parse_rule(
        "cax-adc",
        "?a rdf:type owl:AllDisjointClasses . ?a owl:members ?l . ?c1 , ?c2 in ?l . "
        "?x rdf:type ?c1 . ?x rdf:type ?c2", "false",
        "Nothing belongs to two disjoint classes."),
)

_SCHEMA = (
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

RULES: tuple[Rule, ...] = (
    *_PROPERTIES,
    *_CLASSES,
    *_CLASS_AXIOMS,
    *_SCHEMA,
    *_with_trivial_order(),
)

WORDS: Mapping[str, str] = MappingProxyType({rule.name: rule.words for rule in RULES})

# A triple of these from a thing to itself is true of everything and is not drawn.
REFLEXIVE = frozenset(
    iri(name)
    for name in (
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "owl:equivalentClass",
        "owl:equivalentProperty",
    )
)

# The constructs whose rules are not applied, and these rules; the last ones have none in RL.
UNCOVERED_PREDICATES: Mapping[str, str] = MappingProxyType(
    {
        iri("owl:sameAs"): "eq-ref, eq-sym, eq-trans, eq-rep-s, eq-rep-p, eq-rep-o, eq-diff1",
        iri("owl:differentFrom"): "eq-diff1",
        iri("owl:hasKey"): "prp-key",
        iri("owl:maxCardinality"): "cls-maxc1, cls-maxc2",
        iri("owl:maxQualifiedCardinality"): "cls-maxqc1, cls-maxqc2, cls-maxqc3, cls-maxqc4",
        iri("owl:onDatatype"): "dt-type2, dt-not-type",
        iri("owl:datatypeComplementOf"): "dt-type2, dt-not-type",
        iri("owl:cardinality"): "no rule of OWL 2 RL",
        iri("owl:qualifiedCardinality"): "no rule of OWL 2 RL",
        iri("owl:minCardinality"): "no rule of OWL 2 RL",
        iri("owl:minQualifiedCardinality"): "no rule of OWL 2 RL",
        iri("owl:hasSelf"): "no rule of OWL 2 RL",
        iri("owl:disjointUnionOf"): "no rule of OWL 2 RL",
    }
)
UNCOVERED_TYPES: Mapping[str, str] = MappingProxyType(
    {
        iri("owl:FunctionalProperty"): "prp-fp",
        iri("owl:InverseFunctionalProperty"): "prp-ifp",
        iri("owl:AllDifferent"): "eq-diff2, eq-diff3",
        iri("owl:ReflexiveProperty"): "no rule of OWL 2 RL",
    }
)
