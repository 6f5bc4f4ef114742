"""reasonable: ``by_reasonable.py FILE [OUT]``. Its closure comes out as rdflib's terms."""

import sys
import tempfile
from pathlib import Path

import rdflib
import reasonable
from clock import Clock

# It knows formats by endings, and N-Triples only as Turtle.
folder = tempfile.TemporaryDirectory()
turtle = Path(folder.name, "given.ttl")
turtle.symlink_to(Path(sys.argv[1]).resolve())
clock = Clock()
reasoner = reasonable.PyReasoner()
reasoner.load_file(str(turtle))
clock.lap("load")
triples = set(reasoner.reason())
clock.lap("close")
if len(sys.argv) > 2:
    with open(sys.argv[2], "w", encoding="utf-8") as out:  # noqa: PTH123
        for triple in triples:
            if not isinstance(triple[0], rdflib.Literal):
                out.write(" ".join(term.n3() for term in triple) + " .\n")
    clock.lap("write")
clock.report(triples=len(triples))
folder.cleanup()
