"""The values of literals against what XML Schema 1.1 part 2 and OWL 2 say of them."""

import pytest
from pyoxigraph import Literal, NamedNode

from sorafenib_kg.reasoning.values import in_space, value
from sorafenib_kg.rules import iri


def literal(text: str) -> Literal:
    """Read ``"5"^^xsd:integer`` written short: ``5 integer``."""
    content, _, datatype = text.rpartition(" ")
    prefix = "" if ":" in datatype else "xsd:"
    return Literal(content, datatype=NamedNode(iri(prefix + datatype)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 integer", "+05 integer"),
        ("5 integer", "5.00 decimal"),
        ("5 byte", "5 unsignedLong"),
        ("-0 integer", "0 nonNegativeInteger"),
        (".5 decimal", "0.50 decimal"),
        ("1 boolean", "true boolean"),
        ("1.0 double", "1e0 double"),
        ("0.1 float", "0.100000001 float"),
        ("NaN float", "NaN float"),
        ("1e400 double", "INF double"),
        ("a token", "a string"),
        ("0aF0 hexBinary", "0AF0 hexBinary"),
        ("2017-05-01T00:00:00Z dateTime", "2017-05-01T00:00:00+00:00 dateTimeStamp"),
        ("2016-12-31T24:00:00 dateTime", "2017-01-01T00:00:00.0 dateTime"),
        ("a@ rdf:PlainLiteral", "a string"),
    ],
)
def test_these_have_one_value(one: str, other: str):
    assert value(literal(one)) is not None
    assert value(literal(one)) == value(literal(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 integer", "5.0 double"),
        ("1.0 float", "1.0 double"),
        ("0.0 double", "-0.0 double"),
        ("5 integer", "5 string"),
        ("0.1 decimal", "0.1 double"),
        ("AA== base64Binary", "00 hexBinary"),
        ("a anyURI", "a string"),
        ("2017-05-01T12:00:00Z dateTime", "2017-05-01T14:00:00+02:00 dateTime"),
        ("2017-05-01T12:00:00 dateTime", "2017-05-01T12:00:00Z dateTime"),
    ],
)
def test_these_have_two_values(one: str, other: str):
    assert None not in (value(literal(one)), value(literal(other)))
    assert value(literal(one)) != value(literal(other))


@pytest.mark.parametrize(
    "text",
    [
        "five integer",
        "5.0 integer",
        "300 byte",
        "-1 nonNegativeInteger",
        "0 positiveInteger",
        "1e5 decimal",
        "TRUE boolean",
        "abc hexBinary",
        "A base64Binary",
        "two words NMTOKEN",
        "1a NCName",
        "a:b NCName",
        " a token",
        "englishlanguage language",
        "2017-02-29T00:00:00 dateTime",
        "2017-05-01T12:00:00 dateTimeStamp",
        "2017-05-01T24:00:01 dateTime",
        "2017-05-01T12:00:00+14:30 dateTime",
    ],
)
def test_these_have_no_value(text: str):
    assert value(literal(text)) is None
    assert not in_space(value(literal(text)), iri("rdfs:Literal"))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("5.0 decimal", "integer byte unsignedByte positiveInteger decimal", "double string"),
        ("5.5 decimal", "decimal", "integer float"),
        ("-129 integer", "short negativeInteger", "byte nonNegativeInteger"),
        ("18446744073709551615 integer", "unsignedLong nonNegativeInteger", "long"),
        ("NaN double", "double", "float decimal"),
        ("a string", "token NMTOKEN NCName Name language string normalizedString", "anyURI"),
        ("a:b string", "Name NMTOKEN", "NCName"),
        ("é string", "NCName Name NMTOKEN", "language"),
        ("two  blanks string", "normalizedString", "token"),
        ("2017-05-01T12:00:00Z dateTime", "dateTimeStamp dateTime", "string"),
        ("2017-05-01T12:00:00 dateTime", "dateTime", "dateTimeStamp"),
    ],
)
def test_a_value_is_in_these_spaces(text: str, inside: str, outside: str):
    meant = value(literal(text))
    assert all(in_space(meant, iri(f"xsd:{name}")) for name in inside.split())
    assert not any(in_space(meant, iri(f"xsd:{name}")) for name in outside.split())
    assert in_space(meant, iri("rdfs:Literal"))


def test_text_in_a_language_is_plain_and_no_string():
    meant = value(Literal("Leber", language="de"))
    assert in_space(meant, iri("rdf:PlainLiteral"))
    assert not in_space(meant, iri("xsd:string"))
    assert meant != value(Literal("Leber"))


def test_years_of_any_length_have_their_days():
    assert value(literal("-0004-02-29T00:00:00 dateTime")) is not None
    assert value(literal("12000-02-29T00:00:00 dateTime")) is not None
    assert value(literal("1900-02-29T00:00:00 dateTime")) is None
