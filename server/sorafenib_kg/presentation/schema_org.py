"""Things and claims in the vocabulary of schema.org, for what reads pages by machine."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import SKG, SKOS
from sorafenib_kg.presentation.index import GraphIndex

# By class of the ontology, the nearest decides; whatever is of none of them is a Thing.
TYPES: Mapping[NamedNode, str] = MappingProxyType(
    {
        NamedNode(SKG.NAMESPACE + name): kind
        for name, kind in {
            "ChemicalSubstance": "MolecularEntity",
            "Gene": "Gene",
            "Protein": "Protein",
            "MicroRNA": "BioChemEntity",
            "GeneProduct": "BioChemEntity",
            "GeneProductFamily": "BioChemEntity",
            "MolecularEntity": "BioChemEntity",
            "MolecularState": "BioChemEntity",
            "Pathway": "BioChemEntity",
            "BiologicalProcess": "BioChemEntity",
            "Disease": "MedicalCondition",
            "Condition": "MedicalCondition",
            "AdverseEvent": "MedicalSignOrSymptom",
            "Intervention": "MedicalTherapy",
            "Procedure": "MedicalProcedure",
            "DrugTherapy": "MedicalTherapy",
            "AnatomicalEntity": "AnatomicalStructure",
            "Trial": "MedicalTrial",
            "Study": "MedicalStudy",
            "Organization": "Organization",
            "Claim": "Claim",
            "SourceDocument": "ScholarlyArticle",
        }.items()
    }
)


def type_of(index: GraphIndex, node: NamedNode) -> str:
    """Return the type of schema.org that comes nearest to what a thing is said to be."""
    kind = index.kind(node)
    above = index.above(kind) if kind is not None else ()
    return next((TYPES[higher] for higher in above if higher in TYPES), "Thing")


def describe(index: GraphIndex, node: NamedNode) -> dict[str, object]:
    """Return what schema.org can say of a thing, as JSON-LD."""
    about = index.about
    claim = index.graph.claims.by_iri.get(node)
    content: dict[str, object] = {
        "@context": "https://schema.org",
        "@id": node.value,
        "@type": type_of(index, node),
        "name": index.labels(node),
        "url": node.value,
    }
    others = [term.value for term in about.objects(node, SKOS.altLabel) if hasattr(term, "value")]
    same = [other.value for other in about.nodes(node, SKOS.exactMatch)]
    definition = index.definition(node)
    if others:
        content["alternateName"] = others
    if definition:
        content["description"] = definition
    if same:
        content["sameAs"] = same
    if claim is not None:
        content["name"] = claim.statement
        content["text"] = claim.statement
        ends = [end for end in (claim.subject, claim.object) if isinstance(end, NamedNode)]
        content["about"] = [{"@id": end.value, "name": index.labels(end)} for end in ends]
    return content
