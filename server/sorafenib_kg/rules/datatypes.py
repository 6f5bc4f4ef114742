"""Rules on datatypes: table 8 of OWL 2 Profiles, and the datatypes that they are about.

An engine that has literals as terms knows their values; the premises beginning with ``value`` say
what it has to look at. `dt-type1` is among the axiomatic rules.
"""

from sorafenib_kg.rules.notation import iri, parse_rule

# Section 4.2.1 of OWL 2 Profiles. The value spaces nest as XML Schema and OWL 2 have them.
_XSD = (
    *("decimal", "integer", "nonNegativeInteger", "nonPositiveInteger"),
    *("positiveInteger", "negativeInteger", "long", "int", "short", "byte"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "float", "double"),
    *("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"),
    *("boolean", "hexBinary", "base64Binary", "anyURI", "dateTime", "dateTimeStamp"),
)
DATATYPES: tuple[str, ...] = (
    *(iri(name) for name in ("rdf:PlainLiteral", "rdf:XMLLiteral", "rdfs:Literal")),
    *(iri(f"xsd:{name}") for name in _XSD),
)

# fmt: off
TYPES_OF_VALUES = (
    parse_rule(
        "dt-type2", "value ?l in ?d", "?l rdf:type ?d",
        "A literal belongs to the datatypes that its value is in.", kind="value"),
    parse_rule(
        "dt-eq", "value ?l equals ?m", "?l owl:sameAs ?m",
        "Literals of one value are the same.", kind="value"),
    parse_rule(
        "dt-diff", "value ?l differs ?m", "?l owl:differentFrom ?m",
        "Literals of different values are different.", kind="value"),
    parse_rule(
        "dt-not-type", "?l rdf:type ?d . value ?l outside ?d", "false",
        "A literal does not belong to a datatype that its value is not in.", kind="value"),
)
# fmt: on
