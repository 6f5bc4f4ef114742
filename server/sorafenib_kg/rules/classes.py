"""Rules on classes and on class axioms: tables 6 and 7 of OWL 2 Profiles.

`cls-thing` and `cls-nothing1` are among the axiomatic rules.
"""

from sorafenib_kg.rules.notation import parse_rule

# fmt: off
CLASSES = (
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
        "cls-maxc1",
        "?c owl:maxCardinality 0 . ?c owl:onProperty ?p . ?x rdf:type ?c . ?x ?p ?y", "false",
        "What may have no value of a property has none."),
    parse_rule(
        "cls-maxc2",
        "?c owl:maxCardinality 1 . ?c owl:onProperty ?p . ?x rdf:type ?c . ?x ?p ?y1 . ?x ?p ?y2",
        "?y1 owl:sameAs ?y2",
        "Where one value at most is allowed, two values are the same."),
    parse_rule(
        "cls-maxqc1",
        "?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass ?d . "
        "?x rdf:type ?c . ?x ?p ?y . ?y rdf:type ?d", "false",
        "What may have no value of a class has none."),
    parse_rule(
        "cls-maxqc2",
        "?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing . "
        "?x rdf:type ?c . ?x ?p ?y", "false",
        "What may have no value of a property has none."),
    parse_rule(
        "cls-maxqc3",
        "?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass ?d . "
        "?x rdf:type ?c . ?x ?p ?y1 . ?y1 rdf:type ?d . ?x ?p ?y2 . ?y2 rdf:type ?d",
        "?y1 owl:sameAs ?y2",
        "Where one value of a class at most is allowed, two such values are the same."),
    parse_rule(
        "cls-maxqc4",
        "?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing . "
        "?x rdf:type ?c . ?x ?p ?y1 . ?x ?p ?y2",
        "?y1 owl:sameAs ?y2",
        "Where one value at most is allowed, two values are the same."),
    parse_rule(
        "cls-oo", "?c owl:oneOf ?l . ?x in ?l", "?x rdf:type ?c",
        "What is listed as a member of a class belongs to it."),
)

CLASS_AXIOMS = (
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
# fmt: on
