"""Rules on equality: table 4 of OWL 2 Profiles.

An engine does not apply `eq-sym`, `eq-trans` and `eq-rep-*` as rules, since that would write each
triple once for each name of each of its terms: it keeps one representative of all that is the
same. Proofs are made of these rules all the same. `eq-trans` is written over runs of any length.
`eq-ref` holds of every term; that it is drawn is left to the axiomatic option.
"""

from sorafenib_kg.rules.notation import parse_rule

# fmt: off
EQUALITY = (
    parse_rule(
        "eq-ref", "?s ?p ?o", "?s owl:sameAs ?s",
        "Everything is the same as itself.", kind="equality"),
    parse_rule(
        "eq-ref", "?s ?p ?o", "?p owl:sameAs ?p",
        "Everything is the same as itself.", kind="equality"),
    parse_rule(
        "eq-ref", "?s ?p ?o", "?o owl:sameAs ?o",
        "Everything is the same as itself.", kind="equality"),
    parse_rule(
        "eq-sym", "?x owl:sameAs ?y", "?y owl:sameAs ?x",
        "If one thing is the same as another, the other is the same as it.", kind="equality"),
    parse_rule(
        "eq-trans", "run owl:sameAs from ?x to ?z", "?x owl:sameAs ?z",
        "What is the same as the same thing is the same.", kind="equality"),
    parse_rule(
        "eq-rep-s", "?s owl:sameAs ?t . ?s ?p ?o", "?t ?p ?o",
        "What holds of a thing holds of it under its other name.", kind="equality"),
    parse_rule(
        "eq-rep-p", "?p owl:sameAs ?q . ?s ?p ?o", "?s ?q ?o",
        "What holds for a property holds for it under its other name.", kind="equality"),
    parse_rule(
        "eq-rep-o", "?o owl:sameAs ?t . ?s ?p ?o", "?s ?p ?t",
        "What holds of a thing holds of it under its other name.", kind="equality"),
    parse_rule(
        "eq-diff1", "?x owl:sameAs ?y . ?x owl:differentFrom ?y", "false",
        "What is the same is not different."),
    parse_rule(
        "eq-diff2",
        "?a rdf:type owl:AllDifferent . ?a owl:members ?l . ?x , ?y in ?l . ?x owl:sameAs ?y",
        "false", "No two of what is listed as different are the same."),
    parse_rule(
        "eq-diff3",
        "?a rdf:type owl:AllDifferent . ?a owl:distinctMembers ?l . ?x , ?y in ?l . "
        "?x owl:sameAs ?y", "false",
        "No two of what is listed as different are the same."),
)
# fmt: on
