"""The queries that endpoints are measured with, over the graph of `evidence`."""

from __future__ import annotations

from dataclasses import dataclass

from evidence import BASE, RDFS

PREFIXES = f"""PREFIX v: <{BASE}v/>
PREFIX class: <{BASE}class/>
PREFIX drug: <{BASE}drug/>
PREFIX gene: <{BASE}gene/>
PREFIX rdfs: <{RDFS}>
"""
ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"

# DRUG, GENE and DISEASE stand for things that are there at every size.
LOOK_UP = "SELECT ?p ?o { drug:DRUG ?p ?o }"
MIX = {
    "look-up": LOOK_UP,
    "star": "SELECT ?e ?d ?m ?way ?s ?y { ?e v:gene gene:GENE ; v:drug ?d ; v:mechanism ?m ; "
    "v:direction ?way ; v:score ?s ; v:year ?y }",
    "path of three": f"SELECT DISTINCT ?d ?l {{ ?d v:indicatedFor <{BASE}disease/DISEASE> ; "
    "v:targets ?g . ?g v:memberOf ?p . ?p v:partOf ?q . ?q rdfs:label ?l }",
    "closure upwards": "SELECT ?a { gene:GENE v:memberOf/v:partOf+ ?a }",
    "closure downwards": f"SELECT (COUNT(DISTINCT ?g) AS ?n) {{ ?p v:partOf+ <{BASE}pathway/1> . "
    "?g v:memberOf ?p }",
    "optional": "SELECT ?b ?l ?c ?t { ?b v:predictsResponseTo drug:DRUG ; rdfs:label ?l "
    "OPTIONAL { ?b v:cutoff ?c } OPTIONAL { ?t v:intervention drug:DRUG ; v:phase 3 } }",
    "expression": 'SELECT ?e ?q { ?e v:quote ?q FILTER(REGEX(?q, "ferroptosis.*xenograft", "i")) }',
    "grouped": "SELECT ?m ?way (COUNT(?e) AS ?n) (AVG(?s) AS ?mean) { ?e v:mechanism ?m ; "
    "v:direction ?way ; v:score ?s } GROUP BY ?m ?way ORDER BY ?m ?way",
    "ordered": 'SELECT ?e ?s { ?e v:direction "resistance" ; v:year ?y ; v:score ?s '
    "FILTER(?y >= 2020) } ORDER BY DESC(?s) ?e LIMIT 20",
    "distinct": "SELECT DISTINCT ?d ?m { ?e v:drug ?d ; v:mechanism ?m }",
    "union": "SELECT DISTINCT ?d { { ?d v:targets gene:GENE } UNION { ?e v:gene gene:GENE ; "
    "v:drug ?d } UNION { ?b v:measures gene:GENE ; v:predictsResponseTo ?d } }",
    "construct": "CONSTRUCT { ?d v:resistsVia ?m } { "
    f'?e v:disease <{BASE}disease/DISEASE> ; v:direction "resistance" ; v:drug ?d ; '
    "v:mechanism ?m }",
    "describe": f"DESCRIBE <{BASE}evidence/GENE>",
    "not exists": "SELECT (COUNT(?d) AS ?n) { ?d v:targets ?g "
    "FILTER NOT EXISTS { ?t v:intervention ?d } }",
    "ten thousand rows": "SELECT ?e ?d ?g { ?e v:drug ?d ; v:gene ?g } LIMIT 10000",
}
_INSTANCES = 20


@dataclass(frozen=True, slots=True)
class Query:
    """A query and the media type that its answer is asked for in."""

    text: str
    accept: str


def look_ups() -> list[Query]:
    """Return the look-up for ten drugs."""
    return _instances(LOOK_UP)


def mix() -> list[Query]:
    """Return each query of the mix with many things, the queries in turn."""
    columns = [_instances(template) for template in MIX.values()]
    return [column[n % len(column)] for n in range(_INSTANCES) for column in columns]


def _instances(template: str) -> list[Query]:
    texts = []
    for n in range(_INSTANCES):
        text = template
        for name, many in (("DRUG", 10), ("GENE", 20), ("DISEASE", 4)):
            text = text.replace(name, str((n * 7 + 1) % many))
        texts.append(PREFIXES + text)
    accept = TRIPLES if template.startswith(("CONSTRUCT", "DESCRIBE")) else ROWS
    return [Query(text, accept) for text in dict.fromkeys(texts)]
