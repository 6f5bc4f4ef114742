"""What the declared datatype of a literal tells a store of its value, without looking at it."""

from collections.abc import Iterator

from sorafenib_kg.rules import DATATYPES, iri

# XML Schema 1.1 part 2, figure of built-in datatypes; rdf:PlainLiteral as OWL 2 has it.
_DERIVED_FROM = {
    "integer": "decimal",
    "nonNegativeInteger": "integer",
    "nonPositiveInteger": "integer",
    "positiveInteger": "nonNegativeInteger",
    "negativeInteger": "nonPositiveInteger",
    "long": "integer",
    "int": "long",
    "short": "int",
    "byte": "short",
    "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong",
    "unsignedShort": "unsignedInt",
    "unsignedByte": "unsignedShort",
    "normalizedString": "string",
    "token": "normalizedString",
    "language": "token",
    "Name": "token",
    "NMTOKEN": "token",
    "NCName": "Name",
    "dateTimeStamp": "dateTime",
}
LITERAL, PLAIN, STRING = iri("rdfs:Literal"), iri("rdf:PlainLiteral"), iri("xsd:string")


def above(datatype: str) -> Iterator[str]:
    """Give a datatype and those that it is derived from, but for `rdfs:Literal`."""
    name: str | None = datatype.removeprefix(iri("xsd:"))
    while name in _DERIVED_FROM:
        yield iri(f"xsd:{name}")
        name = _DERIVED_FROM[name]
    last = iri(f"xsd:{name}") if datatype.startswith(iri("xsd:")) else datatype
    yield last
    if last in (STRING, iri("rdf:langString")):
        yield PLAIN


_KINDS = (*DATATYPES, iri("rdf:langString"))
_BELOW = {
    datatype: [kind for kind in _KINDS if kind != datatype and datatype in above(kind)]
    for datatype in DATATYPES
}


def conforms(literal: str, datatype: str) -> str:
    """Return the condition that a literal is declared to be in a datatype of OWL 2 RL's list.

    Both are variables. A literal whose declared datatype is another may be in it all the same.
    """
    declared = f"DATATYPE({literal})"
    cases = [f"{declared} = {datatype}", f"{datatype} = <{LITERAL}>"]
    for asked, kinds in _BELOW.items():
        if kinds:
            below = ", ".join(f"<{kind}>" for kind in kinds)
            cases.append(f"({datatype} = <{asked}> && {declared} IN ({below}))")
    return f"({' || '.join(cases)})"
