"""A graph as a program for Nemo: ``nemo_program.py FILE FOLDER``.

Nemo gets the rules as this project's compiler has specialised them for the graph's ontology, with
a predicate for each class and each property, which suits it best by far, and the terms as numbers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from sorafenib_kg.reasoning import Lookup, close, read_triples
from sorafenib_kg.reasoning.arrays import MASK, SHIFT
from sorafenib_kg.reasoning.program import Atom, CompiledRule


class Program:
    """The text of a program, and the predicates that it speaks of."""

    def __init__(self, kind: int) -> None:
        """Begin; ``kind`` is the number of rdf:type."""
        self._type = kind
        self.names: dict[tuple[int, int | None], str] = {}
        self.lines: list[str] = []

    def name(self, predicate: int, value: int | None = None) -> str:
        """Return the predicate of a class, or of a property."""
        return self.names.setdefault((predicate, value), f"q{len(self.names)}")

    def atom(self, atom: Atom) -> str:
        """Return an atom; those of a class have one place."""
        if atom.predicate == self._type and isinstance(atom.object, int):
            return f"{self.name(atom.predicate, atom.object)}({_slot(atom.subject)})"
        if atom.predicate == self._type:
            raise ValueError("a rule asks for the class of something")
        return f"{self.name(atom.predicate)}({_slot(atom.subject)}, {_slot(atom.object)})"

    def add(self, rule: CompiledRule) -> None:
        """Add a rule, if Datalog has its like: not equality, nor the values of literals."""
        if rule.head is None or rule.kind != "join":
            return
        if rule.run is not None:
            # The body stands for a run of steps; two at a time come to the same.
            steps = Atom("?x", rule.run, "?y"), Atom("?y", rule.run, "?z")
            head = Atom("?x", rule.head.predicate, "?z")
        else:
            steps, head = rule.body, rule.head
        body = ", ".join(map(self.atom, steps))
        self.lines.append(f"{self.atom(head)} :- {body} ." if body else f"{self.atom(head)} .")

    def read(self, name: str, file: Path, places: int) -> None:
        """Let facts be read from a file."""
        kinds, variables = ", ".join(["int"] * places), ", ".join(["?x", "?y"][:places])
        self.lines.append(
            f'@import in_{name} :- csv{{resource="file://{file}", format=({kinds})}} .'
        )
        self.lines.append(f"{name}({variables}) :- in_{name}({variables}) .")


def _slot(slot: int | str) -> str:
    return str(slot).replace(".", "_")


def main() -> None:
    """Write the program, its facts, and how many triples each predicate should get."""
    folder = Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    triples = read_triples([Path(sys.argv[1])])
    facts = triples.keys()
    closure = close(triples.dictionary, facts)
    kind = closure.engine.type
    program = Program(kind)
    for rule in closure.engine.book.in_use():
        program.add(rule)
    for predicate, keys in facts.items():
        subjects, objects = keys >> SHIFT, keys & MASK
        if predicate != kind:
            file = folder / f"{program.name(predicate)}.csv"
            np.savetxt(file, np.column_stack([subjects, objects]), "%d", ",")
            program.read(program.name(predicate), file, 2)
            continue
        for value in np.unique(objects).tolist():
            file = folder / f"{program.name(predicate, value)}.csv"
            np.savetxt(file, subjects[objects == value], "%d")
            program.read(program.name(predicate, value), file, 1)
    program.lines += [f"@output {name} ." for name in program.names.values()]
    lookup = Lookup(closure)
    expected = {}
    for (predicate, value), name in program.names.items():
        subjects, _, objects = lookup.match(None, predicate, value)
        loops = 0 if value is not None else np.count_nonzero(subjects == objects)
        expected[name] = len(subjects) - int(loops)
    program.lines.append("")
    (folder / "program.rls").write_text("\n".join(program.lines), encoding="utf-8")
    (folder / "predicates.json").write_text(json.dumps(expected), encoding="utf-8")
    print(json.dumps({"triples": len(lookup), "expected": sum(expected.values())}))


if __name__ == "__main__":
    main()
