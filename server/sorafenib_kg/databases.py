"""The external databases and ontologies that the graph links to: prefix, IRI, name, licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import NamedNode

_CC = "https://creativecommons.org/licenses/"
BY_4 = f"{_CC}by/4.0/"
BY_3 = f"{_CC}by/3.0/"
BY_SA_3 = f"{_CC}by-sa/3.0/"
ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"
APACHE_2 = "https://www.apache.org/licenses/LICENSE-2.0"
_PUBLIC_DOMAIN = "In the public domain, as Bioregistry states."
_NOT_STATED = "Bioregistry states no licence."
_OBO = "http://purl.obolibrary.org/obo/"


@dataclass(frozen=True, slots=True)
class Database:
    """A namespace of identifiers: its IRIs begin alike, and one licence holds for it.

    The licence is the one that Bioregistry states for the namespace, an IRI where it has one.
    Only identifiers are taken from a database whose names may not be copied.
    """

    prefix: str
    name: str
    iri: str
    licence: str = ""
    rights: str = ""
    names_allowed: bool = True


_TABLE = (
    Database("cellosaurus", "Cellosaurus", "https://www.cellosaurus.org/CVCL_", BY_4),
    Database("CHEBI", "Chemical Entities of Biological Interest", f"{_OBO}CHEBI_", BY_4),
    Database(
        "chembl.compound",
        "ChEMBL Compound",
        "http://rdf.ebi.ac.uk/resource/chembl/molecule/",
        BY_SA_3,
        names_allowed=False,
    ),
    Database("CL", "Cell Ontology", f"{_OBO}CL_", BY_4),
    Database(
        "clinicaltrials",
        "ClinicalTrials.gov",
        "https://www.clinicaltrials.gov/study/",
        "https://clinicaltrials.gov/about-site/terms-conditions#availability",
    ),
    Database("CLO", "Cell Line Ontology", f"{_OBO}CLO_", BY_3),
    Database("doi", "Digital Object Identifier", "https://doi.org/", BY_4),
    Database("DOID", "Human Disease Ontology", f"{_OBO}DOID_", ZERO),
    Database(
        "drugbank",
        "DrugBank",
        "https://go.drugbank.com/drugs/",
        "http://www.drugbank.ca/about",
        names_allowed=False,
    ),
    Database("ECO", "Evidence and Conclusion Ontology", f"{_OBO}ECO_", ZERO),
    Database("EFO", "Experimental Factor Ontology", "http://www.ebi.ac.uk/efo/EFO_", APACHE_2),
    Database(
        "ensembl",
        "Ensembl Gene",
        "http://rdf.ebi.ac.uk/resource/ensembl/",
        "http://www.ebi.ac.uk/Information/termsofuse.html",
    ),
    Database("fplx", "FamPlex", "https://sorgerlab.github.io/famplex/", ZERO),
    Database("GO", "Gene Ontology", f"{_OBO}GO_", BY_4),
    Database(
        "hgnc",
        "HUGO Gene Nomenclature Committee",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/",
        ZERO,
    ),
    Database(
        "HP",
        "Human Phenotype Ontology",
        f"{_OBO}HP_",
        rights="A licence of its own: free, with attribution and version.",
        names_allowed=False,
    ),
    Database(
        "kegg.pathway",
        "KEGG pathway",
        "https://www.kegg.jp/pathway/",
        rights=_NOT_STATED,
        names_allowed=False,
    ),
    Database("MAXO", "Medical Action Ontology", f"{_OBO}MAXO_", BY_4),
    Database("mesh", "Medical Subject Headings", "http://id.nlm.nih.gov/mesh/", ZERO),
    Database(
        "mirbase",
        "miRBase pre-miRNA",
        "http://www.mirbase.org/cgi-bin/mirna_entry.pl?acc=",
        rights=_PUBLIC_DOMAIN,
    ),
    Database("MONDO", "Mondo Disease Ontology", f"{_OBO}MONDO_", BY_4),
    Database("NCBIGene", "NCBI Gene", "http://purl.uniprot.org/geneid/", rights=_NOT_STATED),
    Database("NCBITaxon", "NCBI Taxonomy", f"{_OBO}NCBITaxon_", ZERO),
    Database("NCIT", "National Cancer Institute Thesaurus", f"{_OBO}NCIT_", BY_4),
    Database("OBI", "Ontology for Biomedical Investigations", f"{_OBO}OBI_", BY_4),
    Database("pmc", "PubMed Central", "http://europepmc.org/articles/", rights=_NOT_STATED),
    Database("pubmed", "PubMed", "https://pubmed.ncbi.nlm.nih.gov/", rights=_NOT_STATED),
    Database("reactome", "Reactome", "https://reactome.org/content/detail/", ZERO),
    Database(
        "SIO",
        "Semanticscience Integrated Ontology",
        "http://semanticscience.org/resource/SIO_",
        BY_4,
    ),
    Database("UBERON", "Uber Anatomy Ontology", f"{_OBO}UBERON_", BY_3),
    Database("uniprot", "UniProt Protein", "http://purl.uniprot.org/uniprot/", BY_4),
    Database("wikipathways", "WikiPathways", "http://identifiers.org/wikipathways/", ZERO),
)
DATABASES: Mapping[str, Database] = MappingProxyType({entry.prefix: entry for entry in _TABLE})


def database_of(node: NamedNode) -> Database | None:
    """Return the database that an IRI is an identifier of, None if it is of none of them."""
    return next((entry for entry in _TABLE if node.value.startswith(entry.iri)), None)


def external_curie(node: NamedNode) -> str | None:
    """Return the identifier as it is usually written, ``CHEBI:50924``; None if it is none."""
    database = database_of(node)
    return f"{database.prefix}:{node.value.removeprefix(database.iri)}" if database else None
