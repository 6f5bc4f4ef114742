"""This project's reasoner: ``own.py FILE [OUT]``."""

import sys
from pathlib import Path

from clock import Clock

from sorafenib_kg.reasoning import Lookup, close, read_triples, write_triples

clock = Clock()
triples = read_triples([Path(sys.argv[1])])
facts = triples.keys()
clock.lap("load")
closure = close(triples.dictionary, facts)
lookup = Lookup(closure)
clock.lap("close")
if len(sys.argv) > 2:
    write_triples(Path(sys.argv[2]), closure.dictionary, [closure.facts, closure.inferred_keys()])
    clock.lap("write")
clock.report(triples=len(lookup), given=sum(map(len, facts.values())))
