"""nemo-python: ``by_nemo.py FOLDER``, with the program and the facts that nemo_program.py wrote."""

import json
import sys
from pathlib import Path

import nmo_python
from clock import Clock

folder = Path(sys.argv[1])
program = (folder / "program.rls").read_text(encoding="utf-8")
names = json.loads((folder / "predicates.json").read_text(encoding="utf-8"))
clock = Clock()
engine = nmo_python.NemoEngine(nmo_python.load_string(program))
clock.lap("load")
engine.reason()
clock.lap("close")
# Reflexive triples follow as well, and are left out on the other side.
counts = {
    name: sum(len(row) < 2 or row[0] != row[1] for row in engine.result(name)) for name in names
}
clock.lap("count")
clock.report(triples=sum(counts.values()), counts=counts)
