"""Axioms for people, much as the Manchester syntax of OWL 2 writes them, a line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.reasoning.dl.axioms import TYPE, Axiom
from sorafenib_kg.rules import iri

Name = Callable[[NamedNode], str]
Term = NamedNode | BlankNode | Literal | Triple

_WORDS = {
    iri("rdfs:subClassOf"): "SubClassOf",
    iri("rdfs:subPropertyOf"): "SubPropertyOf",
    iri("rdfs:domain"): "Domain",
    iri("rdfs:range"): "Range",
    iri("owl:equivalentClass"): "EquivalentTo",
    iri("owl:equivalentProperty"): "EquivalentTo",
    iri("owl:disjointWith"): "DisjointWith",
    iri("owl:propertyDisjointWith"): "DisjointWith",
    iri("owl:disjointUnionOf"): "DisjointUnionOf",
    iri("owl:hasKey"): "HasKey",
    iri("owl:inverseOf"): "InverseOf",
    iri("owl:propertyChainAxiom"): "SubPropertyChain",
    iri("owl:sameAs"): "SameAs",
    iri("owl:differentFrom"): "DifferentFrom",
}
_GROUPS = {
    iri("owl:AllDifferent"): "DifferentIndividuals",
    iri("owl:AllDisjointClasses"): "DisjointClasses",
    iri("owl:AllDisjointProperties"): "DisjointProperties",
}
# What an expression is made by, and so what a class with a name is said to be equivalent to.
_OPERATORS = {
    iri("owl:intersectionOf"): " and ",
    iri("owl:unionOf"): " or ",
    iri("owl:oneOf"): ", ",
    iri("owl:complementOf"): "not ",
    iri("owl:datatypeComplementOf"): "not ",
}
_FILLERS = {
    iri("owl:someValuesFrom"): "some",
    iri("owl:allValuesFrom"): "only",
    iri("owl:hasValue"): "value",
}
_COUNTS = {
    iri("owl:minCardinality"): "min",
    iri("owl:maxCardinality"): "max",
    iri("owl:cardinality"): "exactly",
    iri("owl:minQualifiedCardinality"): "min",
    iri("owl:maxQualifiedCardinality"): "max",
    iri("owl:qualifiedCardinality"): "exactly",
}
_FACETS = {
    iri("xsd:minInclusive"): ">=",
    iri("xsd:minExclusive"): ">",
    iri("xsd:maxInclusive"): "<=",
    iri("xsd:maxExclusive"): "<",
}
_PLAIN_VALUES = (iri("xsd:integer"), iri("xsd:decimal"), iri("xsd:boolean"))
_PLAIN_STRINGS = (iri("xsd:string"), iri("rdf:langString"))
_LOCAL_NAME = re.compile(r"[^#/]+$")


def as_manchester(axiom: Axiom, name: Name) -> str:
    """Return an axiom in a line; ``name`` gives names in words, which are quoted where needed."""
    return _Writer(axiom, name).line()


class _Writer:
    def __init__(self, axiom: Axiom, name: Name) -> None:
        self._axiom = axiom
        self._name = name
        self._about: dict[Term, dict[str, Term]] = {}
        for triple in axiom:
            self._about.setdefault(triple.subject, {})[triple.predicate.value] = triple.object

    def line(self) -> str:
        inside = {triple.object for triple in self._axiom if isinstance(triple.object, BlankNode)}
        for triple in self._axiom:
            top = triple.subject not in inside
            if top and (isinstance(triple.subject, NamedNode) or triple.predicate.value in _WORDS):
                return self._statement(triple)
        for triple in self._axiom:
            if triple.subject not in inside and triple.predicate == TYPE:
                return self._group(triple)
        return self._statement(self._axiom[0])

    def _statement(self, triple: Triple) -> str:
        predicate, value = triple.predicate.value, triple.object
        subject = self.term(triple.subject)
        if predicate == TYPE.value:
            characteristic = _characteristic(value)
            if characteristic:
                return f"{subject} Characteristics: {characteristic}"
            return f"{subject} Type {self.term(value)}"
        if predicate == iri("owl:propertyChainAxiom"):
            return f"{subject} SubPropertyChain {' o '.join(self._operands(value))}"
        if predicate in (iri("owl:disjointUnionOf"), iri("owl:hasKey")):
            return f"{subject} {_WORDS[predicate]} {', '.join(self._operands(value))}"
        if predicate in _WORDS:
            return f"{subject} {_WORDS[predicate]} {self._expression(value)}"
        if predicate in _OPERATORS:
            return f"{subject} EquivalentTo {self._operation(predicate, value)}"
        return f"{subject} {self.term(triple.predicate)} {self.term(value)}"

    def _group(self, triple: Triple) -> str:
        """Return an axiom that has a node of its own, by the type of that node."""
        kind = triple.object.value if isinstance(triple.object, NamedNode) else ""
        about = self._about[triple.subject]
        if kind in _GROUPS:
            members = about.get(iri("owl:members")) or about.get(iri("owl:distinctMembers"))
            return f"{_GROUPS[kind]}: {', '.join(self._operands(members))}"
        if kind == iri("owl:NegativePropertyAssertion"):
            target = about.get(iri("owl:targetIndividual")) or about.get(iri("owl:targetValue"))
            parts = (
                about.get(iri("owl:sourceIndividual")),
                about.get(iri("owl:assertionProperty")),
            )
            return f"not ({' '.join(self.term(part) for part in (*parts, target))})"
        return self._statement(triple)

    def term(self, term: Term | None) -> str:
        """Return a term so that it can stand within an expression."""
        if isinstance(term, NamedNode):
            return _quoted(self._name(term))
        if isinstance(term, Literal):
            return self._literal(term)
        text = self._expression(term)
        return text if " " not in text or text[0] + text[-1] == "{}" else f"({text})"

    def _expression(self, term: Term | None) -> str:
        about: Mapping[str, Term] = self._about.get(term, {}) if term is not None else {}
        if isinstance(term, NamedNode | Literal) or not about:
            return str(term) if isinstance(term, BlankNode) or term is None else self.term(term)
        for predicate in _OPERATORS:
            if predicate in about:
                return self._operation(predicate, about[predicate])
        if iri("owl:inverseOf") in about:
            return f"inverse {self.term(about[iri('owl:inverseOf')])}"
        if iri("owl:onDatatype") in about:
            facets = (self._facet(item) for item in self._items(about[iri("owl:withRestrictions")]))
            return f"{self.term(about[iri('owl:onDatatype')])}[{', '.join(facets)}]"
        if iri("owl:onProperty") in about:
            return self._restriction(about)
        return str(term)

    def _operation(self, predicate: str, value: Term) -> str:
        word = _OPERATORS[predicate]
        if word == "not ":
            return f"not {self.term(value)}"
        operands = word.join(self._operands(value))
        return f"{{{operands}}}" if word == ", " else operands

    def _restriction(self, about: Mapping[str, Term]) -> str:
        on = self.term(about[iri("owl:onProperty")])
        for predicate, word in _FILLERS.items():
            if predicate in about:
                return f"{on} {word} {self.term(about[predicate])}"
        for predicate, word in _COUNTS.items():
            if predicate in about:
                count = about[predicate]
                number = count.value if isinstance(count, Literal) else str(count)
                what = about.get(iri("owl:onClass")) or about.get(iri("owl:onDataRange"))
                return f"{on} {word} {number}" + ("" if what is None else f" {self.term(what)}")
        return f"{on} Self" if iri("owl:hasSelf") in about else f"{on} some owl:Thing"

    def _facet(self, node: Term) -> str:
        [(predicate, value)] = self._about.get(node, {"": node}).items()
        found = _LOCAL_NAME.search(predicate)
        word = _FACETS.get(predicate) or (found[0] if found else predicate)
        return f"{word} {self.term(value)}"

    def _operands(self, items: Term | None) -> list[str]:
        return [self.term(item) for item in self._items(items)]

    def _items(self, items: Term | None) -> list[Term]:
        found: list[Term] = []
        seen: set[Term] = set()
        while items in self._about and items not in seen:
            seen.add(items)
            about = self._about[items]
            if iri("rdf:first") in about:
                found.append(about[iri("rdf:first")])
            items = about.get(iri("rdf:rest"))
        return found

    def _literal(self, literal: Literal) -> str:
        if literal.datatype.value in _PLAIN_VALUES:
            return literal.value
        text = '"' + literal.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if literal.language:
            return f"{text}@{literal.language}"
        if literal.datatype.value in _PLAIN_STRINGS:
            return text
        return f"{text}^^{_quoted(self._name(literal.datatype))}"


def _characteristic(value: Term) -> str | None:
    found = value.value if isinstance(value, NamedNode) else ""
    local = found.removeprefix(iri("owl:"))
    return local.removesuffix("Property") if found != local and local.endswith("Property") else None


def _quoted(words: str) -> str:
    """Return a name, in quotation marks if it has blanks, as Protégé writes labels."""
    return f"'{words}'" if re.search(r"\s", words) else words
