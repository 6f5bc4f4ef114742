"""The rules of OWL 2 RL, under the names of W3C's tables 4 to 9, and what there is no rule for.

Source: OWL 2 Web Ontology Language Profiles (second edition), section 4.3. Each table has a module
of its own; `axiomatic` holds what is drawn only on request.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sorafenib_kg.rules.axiomatic import AXIOMATIC
from sorafenib_kg.rules.classes import CLASS_AXIOMS, CLASSES
from sorafenib_kg.rules.datatypes import TYPES_OF_VALUES
from sorafenib_kg.rules.equality import EQUALITY
from sorafenib_kg.rules.notation import Rule, iri
from sorafenib_kg.rules.properties import PROPERTIES
from sorafenib_kg.rules.schema import SCHEMA

RULES: tuple[Rule, ...] = (
    *EQUALITY,
    *PROPERTIES,
    *CLASSES,
    *CLASS_AXIOMS,
    *TYPES_OF_VALUES,
    *SCHEMA,
)

WORDS: Mapping[str, str] = MappingProxyType({rule.name: rule.words for rule in RULES + AXIOMATIC})

# A triple of these from a thing to itself says nothing while the thing has but one name.
REFLEXIVE = frozenset(
    iri(name)
    for name in (
        "owl:sameAs",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "owl:equivalentClass",
        "owl:equivalentProperty",
    )
)

# Constructs of OWL 2 that no rule of OWL 2 RL is about: what follows from them is not drawn.
WITHOUT_RULE = tuple(
    iri(f"owl:{name}")
    for name in (
        "cardinality",
        "qualifiedCardinality",
        "minCardinality",
        "minQualifiedCardinality",
        "hasSelf",
        "disjointUnionOf",
        "onDatatype",
        "datatypeComplementOf",
        "onProperties",
    )
)
TYPES_WITHOUT_RULE = (iri("owl:ReflexiveProperty"),)
