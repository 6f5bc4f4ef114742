"""The rules of OWL 2 RL as data: one table (`RULES`), the notation it is written in, its words.

The table knows no engine. The compiler of `sorafenib_kg.reasoning` specialises it for an
ontology, the checker of proofs reads it as it stands, and explanations take their words from it.
"""

from sorafenib_kg.rules.notation import (
    Every,
    ListPremise,
    Member,
    Pair,
    Path,
    Pattern,
    Premise,
    Rule,
    Run,
    iri,
    is_variable,
    parse_rule,
)
from sorafenib_kg.rules.table import (
    REFLEXIVE,
    RULES,
    UNCOVERED_PREDICATES,
    UNCOVERED_TYPES,
    WORDS,
)

__all__ = [
    "REFLEXIVE",
    "RULES",
    "UNCOVERED_PREDICATES",
    "UNCOVERED_TYPES",
    "WORDS",
    "Every",
    "ListPremise",
    "Member",
    "Pair",
    "Path",
    "Pattern",
    "Premise",
    "Rule",
    "Run",
    "iri",
    "is_variable",
    "parse_rule",
]
