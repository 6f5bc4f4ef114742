"""sparq-rdf: ``by_sparq.py FILE [OUT]``. Its closure comes out by a CONSTRUCT of everything."""

import sys

import sparq
from clock import Clock

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
STRING = "http://www.w3.org/2001/XMLSchema#string"


def written(term) -> str:
    """Return a term in N-Triples' notation."""
    if term.kind == "uri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    text = f'"{term.value.translate(ESCAPES)}"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype in (None, STRING) else f"{text}^^<{term.datatype}>"


clock = Clock()
graph = sparq.Graph.load(sys.argv[1], format="ntriples")
clock.lap("load")
graph.reason("owl")
count = len(graph)
clock.lap("close")
if len(sys.argv) > 2:
    with open(sys.argv[2], "w", encoding="utf-8") as out:  # noqa: PTH123
        for subject, predicate, value in graph.construct("CONSTRUCT WHERE { ?s ?p ?o }"):
            out.write(f"{written(subject)} {written(predicate)} {written(value)} .\n")
    clock.lap("write")
clock.report(triples=count)
