"""The grammar of OWL 2 RL: whether every axiom of the ontology is inside the profile.

The productions are those of section 4.2 of OWL 2 Web Ontology Language Profiles, read off the
RDF triples that encode them.
"""

from collections.abc import Callable, Iterator
from typing import Literal as OneOf

from pyoxigraph import BlankNode, Literal, NamedNode

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.namespaces import OWL, RDF, RDFS, XSD, graph_name, shorten
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.regularity import irregular_chains
from sorafenib_kg.validation.report import Finding, Section, section

# The datatypes of RL that are not derived from these are refused as well, on purpose: the data
# use only these (see the check of literals).
DATATYPES = frozenset(
    {RDFS.Literal, RDF.langString, XSD.anyURI, XSD.boolean, XSD.decimal, XSD.double}
    | {XSD.integer, XSD.string, XSD.nonNegativeInteger, XSD.positiveInteger}
)
_OUTSIDE = {
    OWL.disjointUnionOf: "a disjoint union is not in OWL 2 RL",
    OWL.hasSelf: "a self restriction is not in OWL 2 RL",
    OWL.minCardinality: "a minimum cardinality is not in OWL 2 RL",
    OWL.minQualifiedCardinality: "a minimum cardinality is not in OWL 2 RL",
    OWL.cardinality: "an exact cardinality is not in OWL 2 RL",
    OWL.qualifiedCardinality: "an exact cardinality is not in OWL 2 RL",
}
Position = OneOf["sub", "super", "equivalent"]
_POSITION_IN_WORDS = {
    "sub": "on the left of an inclusion",
    "super": "on the right of an inclusion",
    "equivalent": "in an equivalence",
}


def check_profile(context: Context) -> Section:
    """Find axioms outside OWL 2 RL, and chains that no order of the properties makes regular."""
    ontology = graph_name("ontology")
    axioms = Descriptions(quad for quad in context.dataset.quads if quad.graph_name == ontology)
    findings = [
        Finding(f"{_name(subject)}: {message}", *context.places.described(subject))
        for subject, message in Grammar(axioms).violations()
    ]
    ranks, irregular = irregular_chains(axioms)
    findings += [
        Finding(f"{shorten(prop)}: {message}", *context.places.described(prop))
        for prop, message in irregular
    ]
    chains = sum(len(axioms.objects(s, OWL.propertyChainAxiom)) for s in axioms)
    highest = max(ranks.values(), default=0)
    summary = f"{chains} property chains, regular in {highest} ranks" if not irregular else ""
    return section(summary, findings)


class Grammar:
    """The productions, over the triples of an ontology."""

    def __init__(self, axioms: Descriptions) -> None:
        """Read the axioms."""
        self._axioms = axioms
        self._rules: dict[NamedNode, Callable[[Term, Term], Iterator[str]]] = {
            RDFS.subClassOf: self._sub_class_of,
            OWL.equivalentClass: self._equivalent_class,
            OWL.disjointWith: self._disjoint_with,
            RDFS.domain: self._domain,
            RDFS.range: self._range,
            OWL.hasKey: self._has_key,
            RDF.type: self._type,
        }

    def violations(self) -> Iterator[tuple[Term, str]]:
        """Give each axiom's subject with what puts the axiom outside the profile."""
        for subject in self._axioms:
            for predicate in self._axioms.predicates(subject):
                if predicate == OWL.disjointUnionOf:
                    yield subject, _OUTSIDE[predicate]
                rule = self._rules.get(predicate)
                if rule is None:
                    continue
                for value in self._axioms.objects(subject, predicate):
                    for message in rule(subject, value):
                        yield subject, message

    def _sub_class_of(self, subject: Term, value: Term) -> Iterator[str]:
        yield from self._expression(subject, "sub")
        yield from self._expression(value, "super")

    def _equivalent_class(self, subject: Term, value: Term) -> Iterator[str]:
        yield from self._expression(subject, "equivalent")
        yield from self._expression(value, "equivalent")

    def _disjoint_with(self, subject: Term, value: Term) -> Iterator[str]:
        yield from self._expression(subject, "sub")
        yield from self._expression(value, "sub")

    def _domain(self, subject: Term, value: Term) -> Iterator[str]:
        yield from self._expression(value, "super")

    def _range(self, subject: Term, value: Term) -> Iterator[str]:
        if OWL.DatatypeProperty in self._axioms.nodes(subject, RDF.type):
            yield from self._data_range(value)
        else:
            yield from self._expression(value, "super")

    def _has_key(self, subject: Term, value: Term) -> Iterator[str]:
        yield from self._expression(subject, "sub")

    def _type(self, subject: Term, value: Term) -> Iterator[str]:
        if value == OWL.ReflexiveProperty:
            yield "a reflexive property is not in OWL 2 RL"
        elif value == OWL.AllDisjointClasses:
            for member in self._members(subject, OWL.members):
                yield from self._expression(member, "sub")
        elif isinstance(value, BlankNode):
            yield from self._expression(value, "super")

    def _expression(self, node: Term, position: Position) -> Iterator[str]:
        """Give what is wrong with a class expression in that position."""
        where = _POSITION_IN_WORDS[position]
        if isinstance(node, NamedNode):
            if node == OWL.Thing:
                yield f"owl:Thing may not stand {where}"
            return
        predicates = set(self._axioms.predicates(node))
        for predicate, message in _OUTSIDE.items():
            if predicate in predicates:
                yield message
                return
        if OWL.intersectionOf in predicates:
            for member in self._members(node, OWL.intersectionOf):
                yield from self._expression(member, position)
        elif OWL.hasValue in predicates:
            return
        elif position == "sub":
            yield from self._sub_expression(node, predicates)
        elif position == "super":
            yield from self._super_expression(node, predicates)
        else:
            yield f"only classes, intersections and values may stand {where}"

    def _sub_expression(self, node: Term, predicates: set[NamedNode]) -> Iterator[str]:
        if OWL.unionOf in predicates:
            for member in self._members(node, OWL.unionOf):
                yield from self._expression(member, "sub")
        elif OWL.someValuesFrom in predicates:
            for filler in self._axioms.objects(node, OWL.someValuesFrom):
                if filler != OWL.Thing and filler not in DATATYPES:
                    yield from self._expression(filler, "sub")
        elif OWL.oneOf not in predicates:
            yield f"{_kinds(predicates)} may not stand on the left of an inclusion"

    def _super_expression(self, node: Term, predicates: set[NamedNode]) -> Iterator[str]:
        if OWL.complementOf in predicates:
            for operand in self._axioms.objects(node, OWL.complementOf):
                yield from self._expression(operand, "sub")
        elif OWL.allValuesFrom in predicates:
            for filler in self._axioms.objects(node, OWL.allValuesFrom):
                if filler not in DATATYPES:
                    yield from self._expression(filler, "super")
        elif predicates & {OWL.maxCardinality, OWL.maxQualifiedCardinality}:
            yield from self._at_most(node)
        else:
            yield f"{_kinds(predicates)} may not stand on the right of an inclusion"

    def _at_most(self, node: Term) -> Iterator[str]:
        for predicate in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
            for number in self._axioms.objects(node, predicate):
                if not isinstance(number, Literal) or number.value not in ("0", "1"):
                    yield "a maximum cardinality may be 0 or 1 only"
        for filler in self._axioms.objects(node, OWL.onClass):
            if filler != OWL.Thing:
                yield from self._expression(filler, "sub")

    def _data_range(self, node: Term) -> Iterator[str]:
        if isinstance(node, NamedNode) and node not in DATATYPES:
            yield f"the datatype {shorten(node)} is not allowed"
        elif isinstance(node, BlankNode):
            if OWL.intersectionOf not in self._axioms.predicates(node):
                yield "a data range may be a datatype or an intersection only"
            for member in self._members(node, OWL.intersectionOf):
                yield from self._data_range(member)

    def _members(self, node: Term, predicate: NamedNode) -> Iterator[Term]:
        return self._axioms.items(self._axioms.object(node, predicate))


def _kinds(predicates: set[NamedNode]) -> str:
    names = sorted(shorten(p) for p in predicates if p.value.startswith(OWL.NAMESPACE))
    return " and ".join(name for name in names if name != "owl:onProperty") or "this expression"


def _name(subject: Term) -> str:
    return shorten(subject) if isinstance(subject, NamedNode) else "a class without a name"
