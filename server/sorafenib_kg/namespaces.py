"""The IRIs that the program knows by name, and the way from an IRI to a CURIE and back."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pyoxigraph import NamedNode

from sorafenib_kg.errors import UnknownNameError

BASE = "https://w3id.org/sorafenib-kg/"
ONTOLOGY = NamedNode(f"{BASE}ontology")
ID = f"{BASE}id/"
GRAPH = f"{BASE}graph/"


class Vocabulary:
    """Terms of one namespace: an annotated name becomes its IRI, any other does not exist."""

    NAMESPACE: str

    def __init_subclass__(cls, namespace: str) -> None:
        """Give each annotated name its value."""
        cls.NAMESPACE = namespace
        for name in cls.__annotations__:
            setattr(cls, name, NamedNode(namespace + name))


class RDF(Vocabulary, namespace="http://www.w3.org/1999/02/22-rdf-syntax-ns#"):
    """The RDF vocabulary."""

    first: NamedNode
    langString: NamedNode
    nil: NamedNode
    object: NamedNode
    predicate: NamedNode
    Property: NamedNode
    reifies: NamedNode
    rest: NamedNode
    Statement: NamedNode
    subject: NamedNode
    type: NamedNode


class RDFS(Vocabulary, namespace="http://www.w3.org/2000/01/rdf-schema#"):
    """The RDF Schema vocabulary."""

    Class: NamedNode
    comment: NamedNode
    Datatype: NamedNode
    domain: NamedNode
    isDefinedBy: NamedNode
    label: NamedNode
    Literal: NamedNode
    range: NamedNode
    seeAlso: NamedNode
    subClassOf: NamedNode
    subPropertyOf: NamedNode


class OWL(Vocabulary, namespace="http://www.w3.org/2002/07/owl#"):
    """The part of the OWL 2 vocabulary that is read outside the rule table."""

    AllDisjointClasses: NamedNode
    allValuesFrom: NamedNode
    AnnotationProperty: NamedNode
    AsymmetricProperty: NamedNode
    cardinality: NamedNode
    Class: NamedNode
    complementOf: NamedNode
    DatatypeProperty: NamedNode
    deprecated: NamedNode
    disjointUnionOf: NamedNode
    disjointWith: NamedNode
    equivalentClass: NamedNode
    equivalentProperty: NamedNode
    FunctionalProperty: NamedNode
    hasKey: NamedNode
    hasSelf: NamedNode
    hasValue: NamedNode
    imports: NamedNode
    intersectionOf: NamedNode
    InverseFunctionalProperty: NamedNode
    inverseOf: NamedNode
    IrreflexiveProperty: NamedNode
    maxCardinality: NamedNode
    maxQualifiedCardinality: NamedNode
    members: NamedNode
    minCardinality: NamedNode
    minQualifiedCardinality: NamedNode
    NamedIndividual: NamedNode
    ObjectProperty: NamedNode
    onClass: NamedNode
    oneOf: NamedNode
    onProperty: NamedNode
    Ontology: NamedNode
    propertyChainAxiom: NamedNode
    propertyDisjointWith: NamedNode
    qualifiedCardinality: NamedNode
    ReflexiveProperty: NamedNode
    sameAs: NamedNode
    someValuesFrom: NamedNode
    SymmetricProperty: NamedNode
    Thing: NamedNode
    TransitiveProperty: NamedNode
    unionOf: NamedNode
    versionInfo: NamedNode
    versionIRI: NamedNode


class PROV(Vocabulary, namespace="http://www.w3.org/ns/prov#"):
    """The part of PROV-O that proofs and inferred graphs are described in."""

    Activity: NamedNode
    agent: NamedNode
    Association: NamedNode
    Entity: NamedNode
    hadPlan: NamedNode
    hadPrimarySource: NamedNode
    Plan: NamedNode
    qualifiedAssociation: NamedNode
    SoftwareAgent: NamedNode
    used: NamedNode
    wasAssociatedWith: NamedNode
    wasAttributedTo: NamedNode
    wasDerivedFrom: NamedNode
    wasGeneratedBy: NamedNode


class SKOS(Vocabulary, namespace="http://www.w3.org/2004/02/skos/core#"):
    """The part of SKOS that is read."""

    altLabel: NamedNode
    broadMatch: NamedNode
    closeMatch: NamedNode
    definition: NamedNode
    exactMatch: NamedNode
    narrowMatch: NamedNode
    prefLabel: NamedNode
    relatedMatch: NamedNode


class XSD(Vocabulary, namespace="http://www.w3.org/2001/XMLSchema#"):
    """The datatypes that the data may use."""

    anyURI: NamedNode
    boolean: NamedNode
    date: NamedNode
    decimal: NamedNode
    double: NamedNode
    gYear: NamedNode
    integer: NamedNode
    nonNegativeInteger: NamedNode
    positiveInteger: NamedNode
    string: NamedNode


class SKG(Vocabulary, namespace=f"{ONTOLOGY.value}#"):
    """The terms of the claim vocabulary that the program reads; a test finds each declared."""

    asPrinted: NamedNode
    certainty: NamedNode
    citesAsEvidence: NamedNode
    citesFromContext: NamedNode
    citesInSentence: NamedNode
    Claim: NamedNode
    claimObject: NamedNode
    claimPredicate: NamedNode
    claimSubject: NamedNode
    claimValue: NamedNode
    contradicts: NamedNode
    curatorNote: NamedNode
    definedAt: NamedNode
    denotes: NamedNode
    doseAsPrinted: NamedNode
    endOffset: NamedNode
    evidenceLevel: NamedNode
    evidenceType: NamedNode
    fromStudy: NamedNode
    hasPosition: NamedNode
    hedgeAsPrinted: NamedNode
    inBlock: NamedNode
    inferenceRank: NamedNode
    inferredBy: NamedNode
    inSection: NamedNode
    inSentence: NamedNode
    inSetting: NamedNode
    inSystem: NamedNode
    locatedAt: NamedNode
    locator: NamedNode
    notGiven: NamedNode
    oddPrint: NamedNode
    opposes: NamedNode
    polarity: NamedNode
    probablyMeant: NamedNode
    qualifierAsPrinted: NamedNode
    referenceNumber: NamedNode
    ReferencePointer: NamedNode
    reportedBy: NamedNode
    Section: NamedNode
    sectionCode: NamedNode
    Sentence: NamedNode
    SourceDocument: NamedNode
    spreadAsPrinted: NamedNode
    startOffset: NamedNode
    statement: NamedNode
    textHash: NamedNode
    textLength: NamedNode
    TextLocator: NamedNode
    unusedBecause: NamedNode
    via: NamedNode
    weakestCertainty: NamedNode
    withoutClaim: NamedNode


# The value individuals that the claim rule decides by.
SUPPORTS = NamedNode(f"{ID}supports")
STATED = NamedNode(f"{ID}stated")
FOUND = NamedNode(f"{ID}found")

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "dcterms": "http://purl.org/dc/terms/",
        "graph": GRAPH,
        "id": ID,
        "owl": OWL.NAMESPACE,
        "prov": PROV.NAMESPACE,
        "rdf": RDF.NAMESPACE,
        "rdfs": RDFS.NAMESPACE,
        "sh": "http://www.w3.org/ns/shacl#",
        "skg": SKG.NAMESPACE,
        "skos": SKOS.NAMESPACE,
        "xsd": XSD.NAMESPACE,
    }
)
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def rule_name(name: str) -> NamedNode:
    """Return the IRI of a rule of the reasoner by W3C's name, ``cax-sco``."""
    return NamedNode(f"{BASE}rule/{name}")


def graph_name(name: str) -> NamedNode:
    """Return the IRI of a named graph of the dataset, ``inferred`` or ``S07``."""
    return NamedNode(GRAPH + name)


HERMIT = graph_name("hermit")  # what HermiT infers beyond the rules
# Computed graphs that are no part of the default graph, nor of what is reasoned over.
WHAT_IF, DERIVATIONS = graph_name("what-if"), graph_name("derivations")
GRAPHS_BESIDE = frozenset({WHAT_IF, DERIVATIONS, HERMIT})


def expand(text: str) -> NamedNode:
    """Return the node that ``<IRI>`` or a CURIE stands for; raise UnknownNameError otherwise."""
    if text.startswith("<") and text.endswith(">"):
        try:
            return NamedNode(text[1:-1])
        except ValueError as error:
            raise UnknownNameError(f"{text} is not an IRI: {error}") from error
    prefix, colon, local = text.partition(":")
    if not colon:
        raise UnknownNameError(f"{text} is neither a CURIE nor an IRI in <>")
    if prefix not in PREFIXES:
        known = ", ".join(f"{known}:" for known in PREFIXES)
        raise UnknownNameError(f"{text}: the prefix {prefix}: is not known; known are {known}")
    try:
        return NamedNode(PREFIXES[prefix] + local)
    except ValueError as error:
        raise UnknownNameError(f"{text} is not a CURIE: {error}") from error


def shorten(node: NamedNode) -> str:
    """Return the CURIE of a node where there is one, else its IRI in ``<>``."""
    for prefix, namespace in PREFIXES.items():
        local = node.value.removeprefix(namespace)
        if local != node.value and _LOCAL_NAME.fullmatch(local):
            return f"{prefix}:{local}"
    return f"<{node.value}>"
