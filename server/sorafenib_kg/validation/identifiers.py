"""Identifiers of external databases: each must be of a known database and of its form.

Nothing is looked up: a well-formed identifier may still name the wrong thing.
"""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import SKOS, shorten
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, section

# By the beginning of the IRI: what the rest must look like. The forms are those that
# Bioregistry states for the databases, made narrower where a form would let a typing error pass.
FORMS: dict[str, str] = {
    "http://europepmc.org/articles/": r"PMC\d+",
    "http://id.nlm.nih.gov/mesh/": r"[CDM]\d{6,9}",
    "http://identifiers.org/wikipathways/": r"WP\d{1,5}",
    "http://purl.obolibrary.org/obo/BFO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/CHEBI_": r"\d{2,6}",
    "http://purl.obolibrary.org/obo/CLO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/CL_": r"\d{7}",
    "http://purl.obolibrary.org/obo/CTO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/DOID_": r"\d{1,7}",
    "http://purl.obolibrary.org/obo/ECO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/GO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/HP_": r"\d{7}",
    "http://purl.obolibrary.org/obo/IAO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/MAXO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/MONDO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/NCBITaxon_": r"\d+",
    "http://purl.obolibrary.org/obo/NCIT_": r"C\d+",
    "http://purl.obolibrary.org/obo/OAE_": r"\d{7}",
    "http://purl.obolibrary.org/obo/OBI_": r"\d{7}",
    "http://purl.obolibrary.org/obo/RO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/SEPIO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/STATO_": r"\d{7}",
    "http://purl.obolibrary.org/obo/UBERON_": r"\d{7}",
    "http://purl.uniprot.org/geneid/": r"\d+",
    "http://purl.uniprot.org/uniprot/": (
        r"[OPQ]\d[A-Z\d]{3}\d|[A-NR-Z]\d[A-Z][A-Z\d]{2}\d(?:[A-Z][A-Z\d]{2}\d)?"
    ),
    "http://rdf.ebi.ac.uk/resource/chembl/molecule/": r"CHEMBL\d+",
    "http://rdf.ebi.ac.uk/resource/ensembl/": r"ENSG\d{11}",
    "http://semanticscience.org/resource/SIO_": r"\d{6}",
    "http://www.ebi.ac.uk/efo/EFO_": r"\d{7}",
    "http://www.mirbase.org/cgi-bin/mirna_entry.pl?acc=": r"MI(?:MAT)?\d{7}",
    "https://doi.org/": r"10\.\d{4,9}/\S+",
    "https://go.drugbank.com/drugs/": r"DB\d{5}",
    "https://pubmed.ncbi.nlm.nih.gov/": r"\d{1,8}",
    "https://reactome.org/content/detail/": r"R-[A-Z]{3}-\d+",
    "https://sorgerlab.github.io/famplex/": r"[A-Za-z\d_]+",
    "https://w3id.org/biolink/vocab/": r"[A-Za-z_]+",
    "https://www.cellosaurus.org/CVCL_": r"[A-Z\d]{4}",
    "https://www.clinicaltrials.gov/study/": r"NCT\d{8}",
    "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/": r"\d{1,5}",
    "https://www.kegg.jp/pathway/": r"(?:hsa|map)\d{5}",
}
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


def check_identifiers(context: Context) -> Section:
    """Find identifiers that no known database can have given out."""
    findings: list[Finding] = []
    seen: dict[NamedNode, bool] = {}
    for quad in context.dataset.quads:
        if isinstance(quad.object, NamedNode):
            is_match = quad.predicate in MATCHES
            seen[quad.object] = seen.get(quad.object, False) or is_match
    known = 0
    for node, is_match in seen.items():
        database = next((start for start in FORMS if node.value.startswith(start)), None)
        known += database is not None
        findings.extend(_problems(context, node, database, is_match))
    summary = f"{known} identifiers of external databases"
    return section(summary, findings)


def _problems(
    context: Context, node: NamedNode, database: str | None, is_match: bool
) -> Iterator[Finding]:
    if database is None:
        if is_match:
            message = f"{shorten(node)} is not of a database that is known here"
            yield Finding(message, *context.places.used(node))
    elif not re.fullmatch(FORMS[database], node.value.removeprefix(database)):
        yield Finding(
            f"{shorten(node)} has not the form of its database, {database}{FORMS[database]}",
            *context.places.used(node),
        )
