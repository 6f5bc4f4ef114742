"""Run one reasoner on one file of N-Triples, in this process, and print one line of JSON.

usage: engines.py ENGINE FILE [--out FILE]

ENGINE is ours, sparq, nemo, owlrl or reasonable. The line holds CPU and wall seconds of two phases:
``load`` (the file is parsed, and the data are where the reasoner wants them) and ``reason`` (the
closure is complete and can be looked up); with --out also ``write``, the closure as N-Triples. With
them come the number of triples in the closure and the peak of memory in bytes.

nemo is a Datalog engine: it gets the rules that our compiler makes for the ontology, and a
predicate for each property and class, which it is fastest with. All others read the file as it is.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Clock:
    """Measures phases: CPU seconds of all threads, and wall seconds."""

    def __init__(self) -> None:
        """Start with no phase."""
        self.phases: dict[str, dict[str, float]] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.phases[name] = {
            "cpu": time.process_time() - cpu,
            "wall": time.perf_counter() - wall,
        }


def ours(path: Path, out: Path | None, clock: Clock) -> int:
    """Run this project's reasoner."""
    from sorafenib_kg.reasoning import Lookup, close, read_triples, write_triples

    with clock.phase("load"):
        triples = read_triples([path])
        facts = triples.keys()
    with clock.phase("reason"):
        closure = close(triples.dictionary, facts)
        found = Lookup(closure)
    if out is not None:
        with clock.phase("write"):
            write_triples(out, closure.dictionary, [closure.facts, closure.inferred_keys()])
    return len(found)


def sparq(path: Path, out: Path | None, clock: Clock) -> int:
    """Run sparq-rdf."""
    import sparq as engine

    with clock.phase("load"):
        graph = engine.Graph.load(str(path), format="ntriples")
    with clock.phase("reason"):
        graph.reason("owl")
    if out is not None:
        with clock.phase("write"), out.open("w", encoding="utf-8") as file:
            for triple in graph.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
                file.write(" ".join(map(_sparq_term, triple)) + " .\n")
    return len(graph)


def _sparq_term(term: Any) -> str:
    kind = str(term.kind).lower()
    if kind in ("iri", "uri", "namednode", "named_node"):
        return f"<{term.value}>"
    if "blank" in kind or kind == "bnode":
        return f"_:{term.value}"
    text = json.dumps(term.value, ensure_ascii=False)
    if term.language:
        return f"{text}@{term.language}"
    return (
        text
        if not term.datatype or term.datatype.endswith("#string")
        else (f"{text}^^<{term.datatype}>")
    )


def nemo(path: Path, out: Path | None, clock: Clock) -> int:
    """Run nemo on the program that our compiler makes of the file."""
    import nmo_python as engine

    from sorafenib_kg.reasoning import close, read_triples

    triples = read_triples([path])
    facts = triples.keys()
    book = close(triples.dictionary, facts).engine
    with tempfile.TemporaryDirectory() as folder:
        # Not measured: nemo reads numbers from files, where the terms are numbers already.
        program, names = _datalog(book, facts, Path(folder))
        with clock.phase("reason"):
            run = engine.NemoEngine(engine.load_string(program))
            run.reason()
        found = 0
        for name in names:
            try:
                found += sum(1 for _ in run.result(name))
            except Exception:  # noqa: S112 - a predicate without facts is an error to it
                continue
    clock.phases["load"] = {"cpu": 0.0, "wall": 0.0}
    del out
    return found


def _datalog(book: Any, facts: Any, folder: Path) -> tuple[str, list[str]]:
    """Return a nemo program and its predicates; the facts go to files of numbers."""
    names: dict[tuple[int, int | None], str] = {}

    def name(predicate: int, value: Any) -> str:
        kind = value if predicate == book.type and isinstance(value, int) else None
        return names.setdefault((predicate, kind), f"q{len(names)}")

    def slot(value: Any) -> str:
        return str(value).replace(".", "_")

    def atom(found: Any) -> str:
        one = found.predicate == book.type and isinstance(found.object, int)
        terms = [found.subject] if one else [found.subject, found.object]
        return f"{name(found.predicate, found.object)}({', '.join(map(slot, terms))})"

    lines = []
    for rule in book.book.in_use():
        if rule.run is not None:
            step = f"{name(rule.run, None)}"
            lines.append(f"{step}(?x, ?z) :- {step}(?x, ?y), {step}(?y, ?z) .")
        elif rule.body:
            lines.append(f"{atom(rule.head)} :- {', '.join(map(atom, rule.body))} .")
    imports = []
    for predicate, keys in facts.items():
        groups: dict[int | None, list[str]] = {}
        for key in keys.tolist():
            subject, value = key >> 32, key & 0xFFFFFFFF
            if predicate == book.type:
                groups.setdefault(value, []).append(f"{subject}\n")
            else:
                groups.setdefault(None, []).append(f"{subject},{value}\n")
        for kind, rows in groups.items():
            table = name(predicate, kind)
            (folder / f"{table}.csv").write_text("".join(rows))
            columns, shape = ("?x", "(int)") if kind is not None else ("?x, ?y", "(int,int)")
            imports.append(
                f'@import in_{table} :- csv{{resource="file://{folder}/{table}.csv", '
                f"format={shape}}} .\n{table}({columns}) :- in_{table}({columns}) ."
            )
    outputs = [f"@output {table} ." for table in names.values()]
    return "\n".join(imports + lines + outputs) + "\n", list(names.values())


def owlrl(path: Path, out: Path | None, clock: Clock) -> int:
    """Run owlrl."""
    import owlrl as engine
    import rdflib

    graph = rdflib.Graph()
    with clock.phase("load"):
        graph.parse(path, format="nt")
    with clock.phase("reason"):
        engine.DeductiveClosure(engine.OWLRL_Semantics).expand(graph)
    if out is not None:
        with clock.phase("write"):
            graph.serialize(out, format="nt", encoding="utf-8")
    return len(graph)


def reasonable(path: Path, out: Path | None, clock: Clock) -> int:
    """Run reasonable; it hands its closure over as terms of rdflib."""
    import reasonable as engine

    with tempfile.NamedTemporaryFile(suffix=".ttl") as copy:
        copy.write(path.read_bytes())  # it knows the format by the ending, and N-Triples are Turtle
        copy.flush()
        reasoner = engine.PyReasoner()
        with clock.phase("load"):
            reasoner.load_file(copy.name)
        with clock.phase("reason"):
            found = set(reasoner.reason())
    if out is not None:
        with clock.phase("write"), out.open("w", encoding="utf-8") as file:
            file.writelines(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in found)
    return len(found)


ENGINES: dict[str, Callable[[Path, Path | None, Clock], int]] = {
    function.__name__: function for function in (ours, sparq, nemo, owlrl, reasonable)
}


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    clock = Clock()
    triples = ENGINES[arguments.engine](arguments.file, arguments.out, clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"triples": triples, "peak": peak, "phases": clock.phases}))


if __name__ == "__main__":
    main()
