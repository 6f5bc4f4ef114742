"""The service description (SPARQL 1.1 Service Description): what the endpoint is and can do."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from sorafenib_kg.errors import NotAcceptableError
from sorafenib_kg.namespaces import OWL, RDF
from sorafenib_kg.negotiation import choose, offers_of, parse_accept
from sorafenib_kg.serialisation import serialised
from sorafenib_kg.store import FORMATS, Store, format_of

_SD = "http://www.w3.org/ns/sparql-service-description#"
_ENTAILMENT = "http://www.w3.org/ns/entailment/"
_PROFILE = "http://www.w3.org/ns/owl-profile/"
# What W3C names for each media type (https://www.w3.org/ns/formats/).
_FORMAT_IRIS = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
    "application/n-triples": "N-Triples",
}


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def description(
    store: Store, address: str, entailment: str, *, federated: bool = False
) -> Iterator[Triple]:
    """Give the triples that describe the endpoint at an address over the data of a store.

    ``federated`` says that queries may ask other servers.
    """
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, RDF.type, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(address))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if federated:
        yield Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))
    for entry in FORMATS:
        name = NamedNode(f"http://www.w3.org/ns/formats/{_FORMAT_IRIS[entry.media_type]}")
        yield Triple(service, _sd("resultFormat"), name)
    if entailment == "rl":
        regime = NamedNode(f"{_ENTAILMENT}OWL-RDF-Based")
        yield Triple(service, _sd("defaultSupportedEntailmentProfile"), NamedNode(f"{_PROFILE}RL"))
    else:
        regime = NamedNode(f"{_ENTAILMENT}Simple")
    yield Triple(service, _sd("defaultEntailmentRegime"), regime)
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, RDF.type, _sd("Dataset"))
    yield Triple(dataset, OWL.versionInfo, Literal(store.version))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, RDF.type, _sd("Graph"))
    rows = store.table("SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g", limit=1000).rows
    for number, (graph,) in enumerate(rows):
        if isinstance(graph, NamedNode):
            node = BlankNode(f"graph{number}")
            yield Triple(dataset, _sd("namedGraph"), node)
            yield Triple(node, RDF.type, _sd("NamedGraph"))
            yield Triple(node, _sd("name"), graph)


def written_for(accept: str | None, triples: Iterator[Triple]) -> tuple[str, bytes]:
    """Return a media type that the client accepts, and the triples in it.

    Raise NotAcceptableError if there is none.
    """
    media_type = choose(parse_accept(accept), offers_of("graph"))
    if media_type is None:
        offered = ", ".join(offer.media_type for offer in offers_of("graph"))
        raise NotAcceptableError(f"the description can be had as {offered}")
    engine = format_of(media_type, "graph").engine
    assert isinstance(engine, RdfFormat)  # noqa: S101 - by the table
    prefixes = {"sd": _SD, "formats": "http://www.w3.org/ns/formats/", "owl": OWL.NAMESPACE}
    return media_type, serialised(triples, engine, prefixes)
