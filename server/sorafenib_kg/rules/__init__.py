"""The rules of OWL 2 RL as data: one table (`RULES`), the notation it is written in, its words.

The table knows no engine. The compiler of `sorafenib_kg.reasoning` specialises it for an
ontology, the checker of proofs reads it as it stands, and explanations take their words from it.
"""

from sorafenib_kg.rules.axiomatic import AXIOMATIC
from sorafenib_kg.rules.datatypes import DATATYPES
from sorafenib_kg.rules.notation import (
    Agreement,
    Every,
    Kind,
    ListPremise,
    Member,
    Pair,
    Path,
    Pattern,
    Premise,
    Rule,
    Run,
    Value,
    iri,
    is_number,
    is_variable,
    parse_rule,
)
from sorafenib_kg.rules.table import REFLEXIVE, RULES, TYPES_WITHOUT_RULE, WITHOUT_RULE, WORDS

__all__ = [
    "AXIOMATIC",
    "DATATYPES",
    "REFLEXIVE",
    "RULES",
    "TYPES_WITHOUT_RULE",
    "WITHOUT_RULE",
    "WORDS",
    "Agreement",
    "Every",
    "Kind",
    "ListPremise",
    "Member",
    "Pair",
    "Path",
    "Pattern",
    "Premise",
    "Rule",
    "Run",
    "Value",
    "iri",
    "is_number",
    "is_variable",
    "parse_rule",
]
