"""Queries of shapes that are hard for some engine, over the graph of `evidence`, and variants."""

from __future__ import annotations

import re

from evidence import BASE
from query_mix import PREFIXES

SHAPES = {
    "closure of a class": "SELECT (COUNT(?i) AS ?n) { ?i a/rdfs:subClassOf* class:Drug }",
    "closure in a sub-query": "SELECT (COUNT(?i) AS ?n) { { SELECT ?k { ?k rdfs:subClassOf* "
    "class:Drug } } ?i a ?k }",
    "group over optional": "SELECT ?d (COUNT(?t) AS ?n) { ?d a class:KinaseInhibitor "
    "OPTIONAL { ?t a class:Trial ; v:intervention ?d } } GROUP BY ?d",
    "values": "SELECT ?e ?d { VALUES (?d ?g) { (drug:1 gene:1) (drug:2 gene:2) } "
    "?e v:drug ?d . ?e v:gene ?g }",
    "behind optional": "SELECT ?b ?c ?l { OPTIONAL { ?b v:cutoff ?c } "
    "?b v:predictsResponseTo drug:1 . ?b rdfs:label ?l }",
    "behind two optionals": "SELECT ?b ?c ?l { ?b a class:Biomarker OPTIONAL { ?b v:cutoff ?c } "
    "OPTIONAL { ?b rdfs:label ?l } ?b v:predictsResponseTo drug:1 }",
    "text in labels": "SELECT ?s ?l { ?s rdfs:label ?l "
    'FILTER(CONTAINS(LCASE(STR(?l)), "ferroptosis")) } LIMIT 50',
    "count of everything": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "triangle": "SELECT (COUNT(*) AS ?n) { ?d v:targets ?g . ?e v:gene ?g ; v:drug ?d }",
    "minus": "SELECT (COUNT(?d) AS ?n) { ?d v:targets ?g MINUS { ?t v:intervention ?d } }",
    "hub": "SELECT ?t { ?t v:intervention drug:1 ; v:phase 2 }",
    "instances of classes": "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n)",
    "all closures": "SELECT (COUNT(*) AS ?n) { ?a v:partOf+ ?b }",
    "anchored union": "SELECT ?t ?x { ?t a class:Gene "
    "{ ?a v:targets ?t ; a class:Drug BIND(?a AS ?x) } UNION "
    "{ ?b v:measures ?t ; a class:Biomarker BIND(?b AS ?x) } }",
    "type before a rare value": "SELECT ?e ?d { ?e a class:Evidence ; v:gene gene:1 ; v:drug ?d }",
    "triples of each predicate": "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?p) AS ?m) { ?s ?p ?o }",
}
# Those whose answers have to be ten times as fast as Oxigraph's, in four forms each.
REORDERED = {
    "anchored union": "SELECT ?t ?x { { ?b a class:Biomarker ; v:measures ?t BIND(?b AS ?x) } "
    "UNION { ?a a class:Drug ; v:targets ?t BIND(?a AS ?x) } ?t a class:Gene }",
    "values": "SELECT ?e ?d { ?e v:drug ?d ; v:gene ?g "
    "VALUES (?g ?d) { (gene:2 drug:2) (gene:1 drug:1) } }",
    "count of everything": "SELECT (COUNT(?object) AS ?n) WHERE { ?object ?n2 ?s . }",
}


def variants(name: str) -> dict[str, str]:
    """Return a shape as it is, with other names, in another order, and inside a sub-query."""
    text = SHAPES[name]
    return {
        name: text,
        f"{name}, renamed": re.sub(r"\?(\w+)", r"?other_\1", text),
        f"{name}, reordered": REORDERED[name],
        f"{name}, in a sub-query": f"SELECT * {{ {{ {text} }} }}",
    }


def in_graphs(name: str) -> dict[str, str]:
    """Return a shape over a named graph, which is given, or may be any."""
    head, _, rest = SHAPES[name].partition("{")
    pattern = rest[: rest.rindex("}")]
    return {
        f"{name}, in a given graph": f"{head}{{ GRAPH <{BASE}> {{{pattern}}} }}",
        f"{name}, in any graph": f"{head}{{ GRAPH ?graph {{{pattern}}} }}",
    }


def queries() -> dict[str, str]:
    """Return all that is asked of the default graph, by name."""
    found = dict(SHAPES)
    for name in REORDERED:
        found |= variants(name)
    return {name: PREFIXES + text for name, text in found.items()}


def queries_of_graphs() -> dict[str, str]:
    """Return all that is asked where the data are in the graph that is named as their base."""
    found: dict[str, str] = {}
    for name in REORDERED:
        found |= in_graphs(name)
    return {name: PREFIXES + text for name, text in found.items()}
