"""Which literals the engine keeps by their value alone, and which of those as they are written."""

import re

from pyoxigraph import Literal, NamedNode

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING, _INTEGER = NamedNode(_XSD + "string"), NamedNode(_XSD + "integer")
# fmt: off
BY_VALUE = frozenset(
    NamedNode(_XSD + name)
    for name in (
        "boolean", "byte", "date", "dateTime", "dateTimeStamp", "dayTimeDuration", "decimal",
        "double", "duration", "float", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "int",
        "integer", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger",
        "positiveInteger", "short", "time", "unsignedByte", "unsignedInt", "unsignedLong",
        "unsignedShort", "yearMonthDuration",
    )
)
# fmt: on
# XML Schema 1.1, Part 2, section 3.4.13.3, with no more digits than any of 64 bits may have.
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def is_canonical_integer(literal: Literal) -> bool:
    """Say whether a literal is an integer in the form that the engine gives it."""
    return literal.datatype == _INTEGER and _CANONICAL_INTEGER.fullmatch(literal.value) is not None


def is_as_written(literal: Literal) -> bool:
    """Say whether the engine keeps a literal as it is, as far as that is known without asking it.

    To ask it takes some microseconds for each.
    """
    return literal.datatype == _STRING or is_canonical_integer(literal)
