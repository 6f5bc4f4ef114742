"""Explanations as RDF, in the terms of PROV-O.

Each step is an entity that reifies its triple; one that was inferred was derived from its premises
by an activity whose plan is the rule. Below an asserted triple stand the claims that it is taken
from, their places and their references.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from sorafenib_kg.descriptions import Descriptions
from sorafenib_kg.explanation.build import Explanation, Step
from sorafenib_kg.explanation.grounds import Ground
from sorafenib_kg.namespaces import PREFIXES, PROV, RDF, RDFS, SKG, rule_name
from sorafenib_kg.rules import WORDS
from sorafenib_kg.serialisation import serialised

_SOURCE = "https://www.w3.org/TR/owl2-profiles/"
_AGENT = BlankNode("reasoner")
# What is told of claims and of things that are defined in the text, of places, and of references.
_OF_SOURCES = (
    SKG.statement,
    SKG.polarity,
    SKG.certainty,
    SKG.hedgeAsPrinted,
    SKG.locatedAt,
    SKG.definedAt,
    SKG.citesInSentence,
    SKG.citesAsEvidence,
    SKG.citesFromContext,
)
_OF_PLACES = (SKG.locator, SKG.inSentence, SKG.startOffset, SKG.endOffset)


def as_rdf(
    explanations: Iterable[Explanation], descriptions: Descriptions, form: RdfFormat
) -> bytes:
    """Return explanations in a format of RDF.

    A step reifies its triple by ``rdf:reifies``; in JSON-LD, which has no triple terms, and for
    a generalised triple, by ``rdf:subject`` and its kin. Rules are named under
    ``https://w3id.org/sorafenib-kg/rule/``.
    """
    terms = form != RdfFormat.JSON_LD
    found: dict[Triple, None] = {}
    for number, explanation in enumerate(explanations, 1):
        found |= dict.fromkeys(_Writer(explanation, descriptions, f"proof{number}").triples(terms))
    order = {
        subject: place for place, subject in enumerate(dict.fromkeys(t.subject for t in found))
    }
    grouped = sorted(found, key=lambda triple: order[triple.subject])
    names = {term.value for triple in found for term in triple if isinstance(term, NamedNode)}
    used = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(name.startswith(namespace) for name in names)
    }
    return serialised(grouped, form, used)


class _Writer:
    def __init__(self, explanation: Explanation, descriptions: Descriptions, name: str) -> None:
        self._explanation = explanation
        self._descriptions = descriptions
        self._name = name

    def triples(self, triple_terms: bool) -> Iterator[Triple]:
        explanation = self._explanation
        yield Triple(_AGENT, RDF.type, PROV.SoftwareAgent)
        yield Triple(_AGENT, RDFS.label, Literal("reasoner of the Sorafenib Knowledge Graph"))
        for step in explanation.steps:
            yield from self._step(step, triple_terms)
        if explanation.certainty is not None:
            weakest = explanation.certainty
            yield Triple(self._node(1), SKG.weakestCertainty, weakest)

    def _node(self, number: int) -> BlankNode:
        return BlankNode(f"{self._name}step{number}")

    def _step(self, step: Step, triple_terms: bool) -> Iterator[Triple]:
        node = self._node(step.number)
        yield Triple(node, RDF.type, PROV.Entity)
        yield Triple(node, RDFS.label, Literal(step.text))
        if isinstance(step.triple, Triple) and triple_terms:
            yield Triple(node, RDF.reifies, step.triple)
        elif step.triple is not None:
            yield Triple(node, RDF.type, RDF.Statement)
            parts = zip((RDF.subject, RDF.predicate, RDF.object), step.triple, strict=True)
            for predicate, term in parts:
                yield Triple(node, predicate, term)
        if step.rule is not None:
            yield from self._inference(step, node, step.rule)
        for ground in step.grounds:
            yield from self._ground(node, ground)

    def _inference(self, step: Step, node: BlankNode, name: str) -> Iterator[Triple]:
        activity = BlankNode(f"{self._name}inference{step.number}")
        association = BlankNode(f"{self._name}rule{step.number}")
        rule = rule_name(name)
        yield Triple(node, SKG.inferredBy, rule)
        yield Triple(node, PROV.wasGeneratedBy, activity)
        yield Triple(activity, RDF.type, PROV.Activity)
        yield Triple(activity, PROV.qualifiedAssociation, association)
        yield Triple(association, RDF.type, PROV.Association)
        yield Triple(association, PROV.agent, _AGENT)
        yield Triple(association, PROV.hadPlan, rule)
        for number in step.premises:
            yield Triple(node, PROV.wasDerivedFrom, self._node(number))
            yield Triple(activity, PROV.used, self._node(number))
        yield from describe_rule(name, step.words or "")

    def _ground(self, node: BlankNode, ground: Ground) -> Iterator[Triple]:
        for place in ground.places:
            yield Triple(node, PROV.hadPrimarySource, place.iri)
            yield from self._described((place.iri, place.sentence), _OF_PLACES)
        if ground.source is None:
            return
        if ground.kind != "definition":
            yield Triple(node, PROV.wasDerivedFrom, ground.source)
        if ground.kind in ("claim", "definition"):
            yield from self._described((ground.source,), _OF_SOURCES)
            references = [
                reference
                for predicate in (SKG.citesInSentence, SKG.citesAsEvidence, SKG.citesFromContext)
                for reference in self._descriptions.nodes(ground.source, predicate)
            ]
            yield from self._described(references, (SKG.referenceNumber,))

    def _described(
        self, nodes: Sequence[NamedNode], predicates: Sequence[NamedNode]
    ) -> Iterator[Triple]:
        for node in nodes:
            for predicate in predicates:
                for value in self._descriptions.objects(node, predicate):
                    yield Triple(node, predicate, value)


def describe_rule(name: str, words: str) -> Iterator[Triple]:
    """Say of a rule what it is called, what it says, and if it is W3C's, where it is from."""
    rule = rule_name(name)
    yield Triple(rule, RDF.type, PROV.Plan)
    yield Triple(rule, RDFS.label, Literal(name))
    yield Triple(rule, RDFS.comment, Literal(words, language="en"))
    if name in WORDS:
        yield Triple(rule, RDFS.seeAlso, NamedNode(_SOURCE))
