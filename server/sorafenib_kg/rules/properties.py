"""Rules on properties: table 5 of OWL 2 Profiles.

`prp-trp` is written over runs of any length, which is what it comes to when it is applied again
and again, and makes one step of a proof out of many. `prp-ap` is among the axiomatic rules.
"""

from sorafenib_kg.rules.notation import parse_rule

# fmt: off
PROPERTIES = (
    parse_rule(
        "prp-dom", "?p rdfs:domain ?c . ?x ?p ?y", "?x rdf:type ?c",
        "Whatever has a value of a property belongs to the property's domain."),
    parse_rule(
        "prp-rng", "?p rdfs:range ?c . ?x ?p ?y", "?y rdf:type ?c",
        "Whatever is a value of a property belongs to the property's range."),
    parse_rule(
        "prp-fp", "?p rdf:type owl:FunctionalProperty . ?x ?p ?y1 . ?x ?p ?y2",
        "?y1 owl:sameAs ?y2",
        "A functional property has one value at most, so two values are the same."),
    parse_rule(
        "prp-ifp", "?p rdf:type owl:InverseFunctionalProperty . ?x1 ?p ?y . ?x2 ?p ?y",
        "?x1 owl:sameAs ?x2",
        "A value of an inverse functional property has one bearer, so two bearers are the same."),
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
        "prp-key",
        "?c owl:hasKey ?l . ?x rdf:type ?c . ?y rdf:type ?c . agree ?l on ?x and ?y",
        "?x owl:sameAs ?y",
        "Two members of a class that agree in all properties of its key are the same."),
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
# fmt: on
