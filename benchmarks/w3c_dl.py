"""W3C's consistency tests of OWL 2 DL, answered by `sorafenib_kg.reasoning.dl`.

The variable SORAFENIB_KG_W3C names the folder that holds `owl2/all.rdf`, the test cases as W3C's
working group exported them. Taken are the approved cases of the direct semantics whose ontology
is in OWL 2 DL, imports nothing and is written in RDF/XML. Each is read by this package and
answered by one call of `check_consistency`. Printed is a table in Markdown:

    SORAFENIB_KG_W3C=FOLDER python benchmarks/w3c_dl.py [--seconds 20] [--justify] [CASE ...]

With `--justify` each contradiction is also justified, and each justification is tried: it has to
contradict itself, and no longer so without any one of its axioms.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from sorafenib_kg.descriptions import Descriptions
from sorafenib_kg.namespaces import RDF
from sorafenib_kg.reasoning.dl import (
    Justification,
    Limits,
    Outcome,
    Verdict,
    check_consistency,
    logical_axioms,
)

VARIABLE = "SORAFENIB_KG_W3C"
_TEST = "http://www.w3.org/2007/OWL/testOntology#"
_EXPECTED = {
    NamedNode(f"{_TEST}InconsistencyTest"): Outcome.INCONSISTENT,
    NamedNode(f"{_TEST}ConsistencyTest"): Outcome.CONSISTENT,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A test: an ontology in RDF/XML, and whether W3C says that it is consistent."""

    name: str
    ontology: str
    expected: Outcome

    @property
    def triples(self) -> list[Triple]:
        """Return the triples of the ontology."""
        quads = parse(self.ontology, RdfFormat.RDF_XML, base_iri="http://example.org/case")
        return [quad.triple for quad in quads]


def read_cases(file: Path) -> Iterator[Case]:
    """Give the cases of W3C's file that are taken, by name."""
    text = file.read_text(encoding="utf-8")
    # The file quotes its entities in a way that some parsers of XML refuse.
    text = re.sub(r"<!ENTITY (\S+) '([^']*)'>", r'<!ENTITY \1 "\2">', text)
    quads = parse(text, RdfFormat.RDF_XML, base_iri="http://example.org/all")
    things = Descriptions(quad.triple for quad in quads)

    def values(subject: object, name: str) -> list[str]:
        found = things.objects(subject, NamedNode(_TEST + name))  # type: ignore[arg-type]
        return [getattr(value, "value", "").removeprefix(_TEST) for value in found]

    for subject in sorted(things, key=str):
        ontologies = values(subject, "rdfXmlPremiseOntology")
        kinds = things.objects(subject, RDF.type)
        expected = next((out for kind, out in _EXPECTED.items() if kind in kinds), None)
        if (
            ontologies
            and expected is not None
            and "Approved" in values(subject, "status")
            and "DIRECT" in values(subject, "semantics")
            and "DL" in values(subject, "species")
            and not values(subject, "importedOntology")
        ):
            yield Case(values(subject, "identifier")[0], ontologies[0], expected)


def stands(found: Justification, declarations: Sequence[Triple], limits: Limits) -> bool:
    """Try whether axioms contradict each other, and no longer so where any one is missing."""

    def consistent(axioms: Sequence[tuple[Triple, ...]]) -> bool | None:
        triples = [*declarations, *(triple for axiom in axioms for triple in axiom)]
        return check_consistency(triples, limits=limits, justifications=0, classes=False).consistent

    axioms = found.axioms
    return consistent(axioms) is False and all(
        consistent(axioms[:place] + axioms[place + 1 :]) for place in range(len(axioms))
    )


def main() -> int:
    """Run the cases and print what came out; return 1 if an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="limit of a case")
    parser.add_argument("--justify", action="store_true", help="justify contradictions too")
    parser.add_argument("cases", nargs="*", help="names of cases, instead of all")
    arguments = parser.parse_args()
    folder = os.environ.get(VARIABLE)
    if not folder:
        print(f"{VARIABLE} is not set", file=sys.stderr)
        return 2
    limits = Limits(seconds=arguments.seconds)
    chosen = [
        case
        for case in read_cases(Path(folder) / "owl2" / "all.rdf")
        if not arguments.cases or case.name in arguments.cases
    ]
    counts: Counter[tuple[Outcome, str]] = Counter()
    notable: list[str] = []
    sizes: Counter[str] = Counter()
    started = time.perf_counter()
    for number, case in enumerate(chosen, 1):
        print(f"\r{number} of {len(chosen)} {case.name:60}", end="", file=sys.stderr)
        triples = case.triples
        verdict = check_consistency(
            triples, limits=limits, justifications=int(arguments.justify), classes=False
        )
        result = _result(case, verdict)
        counts[case.expected, result] += 1
        if result != "right":
            notable.append(f"- {case.name}: {verdict.outcome} {verdict.reason}".rstrip())
        for justification in verdict.justifications:
            declarations = logical_axioms(triples).declarations
            good = justification.minimal and stands(justification, declarations, limits)
            sizes[f"{len(justification.axioms)}" if good else "not minimal"] += 1
            if not good:
                notable.append(f"- {case.name}: its justification is not shown to be minimal")
    print("\r", end="", file=sys.stderr)
    _print(counts, notable, sizes, time.perf_counter() - started)
    return 1 if any(result == "wrong" for _, result in counts) else 0


def _result(case: Case, verdict: Verdict) -> str:
    if verdict.outcome == case.expected:
        return "right"
    return "wrong" if verdict.consistent is not None else "no answer"


def _print(
    counts: Counter[tuple[Outcome, str]],
    notable: Sequence[str],
    sizes: Counter[str],
    seconds: float,
) -> None:
    results = ("right", "wrong", "no answer")
    print(f"| expected | cases | {' | '.join(results)} |")
    print("| --- | --- | --- | --- | --- |")
    for expected in (Outcome.CONSISTENT, Outcome.INCONSISTENT):
        row = [counts[expected, result] for result in results]
        print(f"| {expected} | {sum(row)} | {' | '.join(map(str, row))} |")
    print(f"\n{seconds:.0f} s in all.")
    if sizes:
        total = sum(sizes.values())
        shown = ", ".join(f"{size}: {n}" for size, n in sorted(sizes.items(), key=_number))
        print(f"\n{total} justifications, by their number of axioms: {shown}.")
    if notable:
        print("\n" + "\n".join(notable))


def _number(item: tuple[str, int]) -> tuple[int, str]:
    size = item[0]
    return (int(size) if size.isdecimal() else sys.maxsize, size)


if __name__ == "__main__":
    sys.exit(main())
