"""Terms and triples in words: labels where there are any, CURIEs where not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.namespaces import OWL, RDF, RDFS, SKOS, shorten
from sorafenib_kg.reasoning import Statement

# How the predicates of axioms read; classes and properties stand in quotation marks around them.
_AXIOM_VERBS: Mapping[NamedNode, str] = MappingProxyType(
    {
        RDFS.subClassOf: "is a kind of",
        RDFS.subPropertyOf: "implies",
        RDFS.domain: "has the domain",
        RDFS.range: "has the range",
        OWL.inverseOf: "is the inverse of",
        OWL.equivalentClass: "is equivalent to",
        OWL.equivalentProperty: "is equivalent to",
        OWL.disjointWith: "is disjoint with",
        OWL.propertyDisjointWith: "is disjoint with",
        OWL.complementOf: "is the complement of",
        OWL.propertyChainAxiom: "follows from the chain",
        OWL.intersectionOf: "is the intersection of",
        OWL.unionOf: "is the union of",
        OWL.oneOf: "is the enumeration of",
        OWL.members: "has the members",
    }
)
_LANGUAGES = (OWL.NAMESPACE, RDFS.NAMESPACE, RDF.NAMESPACE, SKOS.NAMESPACE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Words:
    """Puts terms and triples into words, by labels and by what the ontology says of blank nodes."""

    def __init__(self, labels: Mapping[Term, str], descriptions: Descriptions) -> None:
        """Take the labels of terms, and the triples that describe anonymous classes and lists."""
        self._labels = labels
        self._descriptions = descriptions

    def term(self, term: Term | Variable) -> str:
        """Return a term in words: ``Raf-1``, ``is target of some drug``, ``id:x`` unlabelled."""
        if isinstance(term, Variable):
            return str(term)
        label = self._labels.get(term)
        if label is not None:
            return label
        if isinstance(term, NamedNode):
            if term == RDF.nil:
                return "()"
            if _is_of_language(term):
                return _HUMP.sub(" ", re.split(r"[#/]", term.value)[-1]).lower()
            return shorten(term)
        if isinstance(term, BlankNode):
            return self._expression(term)
        if isinstance(term, Literal):
            return f"“{term.value}”"
        return f"<< {self.triple(term)} >>"

    def triple(self, triple: Statement) -> str:
        """Return a triple in words, subject, predicate, object."""
        return self.terms(*triple)

    def terms(self, about: Term | Variable, predicate: Term | Variable, of: Term | Variable) -> str:
        """Return the three terms of a triple in words; a variable stands for some thing, ``?y``."""
        subject, value = self.term(about), self.term(of)
        if predicate == RDF.type:
            of_language = isinstance(of, NamedNode) and _is_of_language(of)
            return f"{_quoted(subject) if of_language else subject} is {_article(value)} {value}"
        if isinstance(predicate, NamedNode) and predicate in _AXIOM_VERBS:
            verb = _AXIOM_VERBS[predicate]
            return f"{_quoted(subject)} {verb} {_quoted(value)}"
        return f"{subject} {self.term(predicate)} {value}"

    def _expression(self, node: BlankNode) -> str:
        """Return an anonymous class or a list, much as Manchester syntax has it."""
        about = self._descriptions
        on = about.object(node, OWL.onProperty)
        if on is not None:
            for predicate, word in (
                (OWL.someValuesFrom, "some"),
                (OWL.allValuesFrom, "only"),
                (OWL.hasValue, "value"),
            ):
                filler = about.object(node, predicate)
                if filler is not None:
                    return f"({self.term(on)} {word} {self.term(filler)})"
            return f"(restriction on {self.term(on)})"
        for predicate, word in ((OWL.intersectionOf, " and "), (OWL.unionOf, " or ")):
            items = about.object(node, predicate)
            if items is not None:
                return f"({word.join(self.term(item) for item in about.items(items))})"
        for predicate, opening in ((OWL.complementOf, "not"), (OWL.members, "group of")):
            operand = about.object(node, predicate)
            if operand is not None:
                return f"({opening} {self.term(operand)})"
        listed = [self.term(item) for item in about.items(node)]
        return f"({', '.join(listed)})" if listed else "something unnamed"


def _is_of_language(term: NamedNode) -> bool:
    """Tell whether a term is one of the languages that ontologies are written in."""
    return term.value.startswith(_LANGUAGES)


def _article(words: str) -> str:
    # Not before u: it is a unit, a uniform group, but rarely the other u.
    return "an" if words[:1].lower() in tuple("aeio") else "a"


def _quoted(words: str) -> str:
    return words if words.startswith("(") else f"“{words}”"
