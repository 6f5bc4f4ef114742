"""owlrl: ``by_owlrl.py FILE [OUT]``. Triples that are not RDF's are not written."""

import sys

import owlrl
import rdflib
from clock import Clock

clock = Clock()
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
clock.lap("load")
owlrl.DeductiveClosure(
    owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
).expand(graph)
count = len(graph)
clock.lap("close")
if len(sys.argv) > 2:
    for triple in list(graph):
        if isinstance(triple[0], rdflib.Literal) or not isinstance(triple[1], rdflib.URIRef):
            graph.remove(triple)
    graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
    clock.lap("write")
clock.report(triples=count)
