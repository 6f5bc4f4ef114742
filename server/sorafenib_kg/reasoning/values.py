"""The values of literals: what a literal means, and which datatypes its value is in.

Value spaces are those of OWL 2 (Structural Specification, section 4) and XML Schema 1.1 part 2:
the numbers of decimal and its kin are one space, floats and doubles are one each and share
nothing with it; equality is identity, so +0 and -0 of a float differ, and so do two names of one
instant in different time zones. A literal whose lexical form is not one of its datatype's has no
value. Of a datatype that is not on OWL 2 RL's list nothing is known but the lexical form.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable, Hashable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from pyoxigraph import Literal

from sorafenib_kg.rules import DATATYPES, iri

STRING, LANGUAGE_STRING = iri("xsd:string"), iri("rdf:langString")
LITERAL_CLASS, PLAIN = iri("rdfs:Literal"), iri("rdf:PlainLiteral")

Value = tuple[Hashable, ...]  # the name of a space, and what tells its values apart

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE_TIME = re.compile(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-4]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]+)?)"
    r"(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)
# XML 1.0 (fifth edition), productions 4 and 4a, without the colon.
_NAME_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
    r"\U00010000-\U000EFFFF"
)
_NAME_REST = _NAME_START + r"\-.0-9\u00B7\u0300-\u036F\u203F-\u2040"
# What tells a value of a kind of string from the other strings.
_STRINGS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        iri(f"xsd:{name}"): re.compile(pattern)
        for name, pattern in {
            "string": r"(?s:.*)",
            "normalizedString": r"[^\t\n\r]*",
            "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
            "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
            "Name": f"[:{_NAME_START}][:{_NAME_REST}]*",
            "NCName": f"[{_NAME_START}][{_NAME_REST}]*",
            "NMTOKEN": f"[:{_NAME_REST}]+",
        }.items()
    }
)
# The least and the greatest number of each kind of integer; None where there is none.
_INTEGERS: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(
    {
        iri(f"xsd:{name}"): bounds
        for name, bounds in {
            "integer": (None, None),
            "nonNegativeInteger": (0, None),
            "nonPositiveInteger": (None, 0),
            "positiveInteger": (1, None),
            "negativeInteger": (None, -1),
            "long": (-(2**63), 2**63 - 1),
            "int": (-(2**31), 2**31 - 1),
            "short": (-(2**15), 2**15 - 1),
            "byte": (-(2**7), 2**7 - 1),
            "unsignedLong": (0, 2**64 - 1),
            "unsignedInt": (0, 2**32 - 1),
            "unsignedShort": (0, 2**16 - 1),
            "unsignedByte": (0, 2**8 - 1),
        }.items()
    }
)
_KNOWN = frozenset(DATATYPES)


def value(literal: Literal) -> Value | None:
    """Return what a literal means, equal for literals of one value; None if it has no value."""
    datatype, text = literal.datatype.value, literal.value
    if literal.language is not None:
        return ("text", text, literal.language.lower(), getattr(literal, "direction", None))
    if datatype in _STRINGS:
        return ("string", text) if _STRINGS[datatype].fullmatch(text) else None
    if datatype in _INTEGERS:
        if not _INTEGER.fullmatch(text):
            return None
        number = int(text)
        return ("number", number) if _within(number, datatype) else None
    read = _READERS.get(datatype)
    if read is not None:
        return read(text)
    return ("other", datatype, text)


def in_space(meant: Value | None, datatype: str) -> bool:
    """Tell whether a value is in a datatype's value space, for a datatype of OWL 2 RL's list."""
    if meant is None:
        return False
    space, first = meant[0], meant[1]
    if datatype == LITERAL_CLASS:
        return True
    if datatype == PLAIN:
        return space in ("string", "text")
    if datatype in _STRINGS:
        return space == "string" and _STRINGS[datatype].fullmatch(str(first)) is not None
    if datatype in _INTEGERS:
        return space == "number" and isinstance(first, int) and _within(first, datatype)
    if datatype == iri("xsd:decimal"):
        # Every number that a literal can write has finitely many digits.
        return space == "number"
    if datatype == iri("xsd:dateTimeStamp"):
        return space == "dateTime" and meant[-1] is not None
    return space == datatype.rpartition("#")[2]


def is_certain(meant: Value | None) -> bool:
    """Tell whether it is known which value this is: there is one, of a datatype on the list."""
    return meant is not None and meant[0] != "other"


def is_known(datatype: str) -> bool:
    """Tell whether a datatype is on OWL 2 RL's list."""
    return datatype in _KNOWN


def _within(number: int, datatype: str) -> bool:
    low, high = _INTEGERS[datatype]
    return (low is None or number >= low) and (high is None or number <= high)


def _decimal(text: str) -> Value | None:
    if not _DECIMAL.fullmatch(text):
        return None
    number = Fraction(text)
    # A whole number is an int, of which alone there are kinds.
    return ("number", number.numerator if number.denominator == 1 else number)


def _binary(name: str, code: str) -> Callable[[str], Value | None]:
    def read(text: str) -> Value | None:
        if not _FLOAT.fullmatch(text):
            return None
        number = float(text.replace("INF", "inf"))
        if math.isnan(number):
            return (name, "NaN")
        try:
            return (name, struct.pack(code, number))
        except OverflowError:
            return (name, struct.pack(code, math.copysign(math.inf, number)))

    return read


def _boolean(text: str) -> Value | None:
    return {"true": ("boolean", True), "1": ("boolean", True)}.get(text) or {
        "false": ("boolean", False),
        "0": ("boolean", False),
    }.get(text)


def _hexadecimal(text: str) -> Value | None:
    if not re.fullmatch(r"([0-9a-fA-F]{2})*", text):
        return None
    return ("hexBinary", binascii.unhexlify(text))


def _base64(text: str) -> Value | None:
    try:
        return ("base64Binary", base64.b64decode(text.replace(" ", ""), validate=True))
    except (binascii.Error, ValueError):
        return None


def _date_time(text: str) -> Value | None:
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    seconds = Fraction(Decimal(found[6]))
    # The calendar repeats after 400 years, so any year has the days of one that Python knows.
    try:
        known = date(2000 + year % 400, month, day)
    except ValueError:
        return None
    if hour == 24:
        if minute or seconds:
            return None
        following = known + timedelta(days=1)
        year += following.year - known.year
        known, hour = following, 0
    zone = found[7]
    offset = None
    if zone is not None:
        sign = -1 if zone[0] == "-" else 1
        offset = 0 if zone == "Z" else sign * (60 * int(zone[1:3]) + int(zone[4:]))
        if abs(offset) > 14 * 60:
            return None
    return ("dateTime", year, known.month, known.day, hour, minute, seconds, offset)


_READERS: Mapping[str, Callable[[str], Value | None]] = MappingProxyType(
    {
        iri("xsd:decimal"): _decimal,
        iri("xsd:float"): _binary("float", "<f"),
        iri("xsd:double"): _binary("double", "<d"),
        iri("xsd:boolean"): _boolean,
        iri("xsd:hexBinary"): _hexadecimal,
        iri("xsd:base64Binary"): _base64,
        iri("xsd:anyURI"): lambda text: ("anyURI", text),
        iri("xsd:dateTime"): _date_time,
        iri("xsd:dateTimeStamp"): lambda text: _stamp(_date_time(text)),
        iri("rdf:XMLLiteral"): lambda text: ("XMLLiteral", text),
        # The lexical form of a plain literal ends with "@" and its language, which may be none.
        PLAIN: lambda text: _plain(text),
    }
)


def _stamp(meant: Value | None) -> Value | None:
    return None if meant is None or meant[-1] is None else meant


def _plain(text: str) -> Value | None:
    content, mark, language = text.rpartition("@")
    if not mark:
        return None
    return ("text", content, language.lower(), None) if language else ("string", content)
