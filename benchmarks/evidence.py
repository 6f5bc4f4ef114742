"""A graph of made-up evidence about drugs, to measure endpoints with, and queries over it.

Most of it are nodes of evidence, each with drug, gene, disease, mechanism, direction, score, year
and a quotation; beside them stand drugs with targets, genes in pathways that are parts of others,
diseases, trials and biomarkers. All names and numbers are made up, and the same each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

BASE = "http://example.org/evidence/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
LABEL, SUBCLASS = f"<{RDFS}label>", f"<{RDFS}subClassOf>"
MECHANISMS = (
    "Autophagy", "Efflux", "Transition", "Hypoxia", "Stemness", "Bypass", "Ferroptosis",
    "Metabolism", "Epigenetics", "Immunity", "Exosome", "NoncodingRna",
)  # fmt: skip
WORDS = (
    "ferroptosis", "xenograft", "autophagy", "hypoxia", "efflux", "knockdown", "resistant",
    "sensitive", "tumour", "growth", "survival", "marker", "pathway", "cell", "level", "dose",
    "response", "combined", "treatment", "patient", "control", "mouse",
)  # fmt: skip
CLASSES = {
    "Drug": "Chemical", "KinaseInhibitor": "Drug", "Chemical": "Entity", "Gene": "Entity",
    "Pathway": "Entity", "Disease": "Entity", "Trial": "Study", "Study": "Entity",
    "Biomarker": "Entity", "Evidence": "Entity", "Mechanism": "Entity",
}  # fmt: skip
# Of each triple of the graph, this part belongs to evidence, with so many triples a node.
_SHARE, _TRIPLES_OF_EVIDENCE = 0.915, 11


def node(kind: str, number: int | str) -> str:
    """Return the name of a thing."""
    return f"<{BASE}{kind}/{number}>"


def property_(name: str) -> str:
    """Return the name of a property."""
    return f"<{BASE}v/{name}>"


def typed(value: str, datatype: str) -> str:
    """Return a literal with a datatype of XML Schema."""
    return f'"{value}"^^<{XSD}{datatype}>'


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many there are of each kind."""

    evidence: int
    genes: int
    drugs: int
    pathways: int
    diseases: int
    trials: int
    biomarkers: int


def sizes(triples: int) -> Sizes:
    """Return how many of each kind give about so many triples."""
    count = max(20, int(triples * _SHARE / _TRIPLES_OF_EVIDENCE))
    return Sizes(
        evidence=count,
        genes=max(20, count // 12),
        drugs=max(10, count // 60),
        pathways=max(15, count // 80),
        diseases=max(8, count // 200),
        trials=max(10, count // 15),
        biomarkers=max(10, count // 40),
    )


def write(path: Path, triples: int) -> None:
    """Write a graph of about so many triples to a file, which appears when it is complete.

    A file of N-Quads, by its name, has them in the graph that is named as the base of all names.
    """
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        generate(file, triples, f"<{BASE}>" if path.suffix == ".nq" else "")
    part.replace(path)


def generate(file: TextIO, triples: int, graph: str = "") -> None:
    """Write a graph of about so many triples in N-Triples, or with a graph's name in N-Quads."""
    draw = random.Random(7)  # the same each time
    many = sizes(triples)
    for subject, predicate, value in _triples(draw, many):
        file.write(f"{subject} {predicate} {value} {graph}.\n")


def _triples(draw: random.Random, many: Sizes) -> Iterator[tuple[str, str, str]]:
    for name, above in CLASSES.items():
        yield node("class", name), SUBCLASS, node("class", above)
    for name in MECHANISMS:
        yield node("class", name), SUBCLASS, node("class", "Mechanism")
    yield from _pathways_and_diseases(draw, many)
    yield from _genes(draw, many)
    yield from _drugs(draw, many)
    yield from _biomarkers_and_trials(draw, many)
    for number in range(many.evidence):
        yield from _evidence(draw, many, node("evidence", number))


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(count))


def _pathways_and_diseases(draw: random.Random, many: Sizes) -> Iterator[tuple[str, str, str]]:
    for kind, count, fan, part in (
        ("pathway", many.pathways, 3, "partOf"),
        ("disease", many.diseases, 4, "subtypeOf"),
    ):
        for number in range(count):
            subject = node(kind, number)
            yield subject, TYPE, node("class", kind.capitalize())
            yield subject, LABEL, f'"{kind} {number} {_words(draw, 1)}"@en'
            if number:
                yield subject, property_(part), node(kind, (number - 1) // fan)


def _genes(draw: random.Random, many: Sizes) -> Iterator[tuple[str, str, str]]:
    for number in range(many.genes):
        subject = node("gene", number)
        yield subject, TYPE, node("class", "Gene")
        yield subject, property_("symbol"), f'"G{number:05d}"'
        yield subject, LABEL, f'"gene {number} {_words(draw, 2)}"@en'
        for other in {draw.randrange(many.pathways) for _ in range(draw.randint(1, 3))}:
            yield subject, property_("memberOf"), node("pathway", other)
        if draw.random() < 0.5:
            yield subject, property_("interactsWith"), node("gene", draw.randrange(many.genes))


def _drugs(draw: random.Random, many: Sizes) -> Iterator[tuple[str, str, str]]:
    for number in range(many.drugs):
        subject = node("drug", number)
        kind = "KinaseInhibitor" if draw.random() < 0.4 else "Drug"
        yield subject, TYPE, node("class", kind)
        yield subject, LABEL, f'"drug {number} {_words(draw, 1)}"@en'
        weight = f"{draw.randint(150, 900)}.{draw.randint(1, 9)}"
        yield subject, property_("molecularWeight"), typed(weight, "decimal")
        # A few genes are the targets of most drugs.
        for gene in {
            min(many.genes - 1, int(draw.paretovariate(0.6)) % many.genes)
            for _ in range(draw.randint(1, 6))
        }:
            yield subject, property_("targets"), node("gene", gene)
        for disease in {draw.randrange(many.diseases) for _ in range(draw.randint(1, 2))}:
            yield subject, property_("indicatedFor"), node("disease", disease)


def _biomarkers_and_trials(draw: random.Random, many: Sizes) -> Iterator[tuple[str, str, str]]:
    for number in range(many.biomarkers):
        subject = node("biomarker", number)
        yield subject, TYPE, node("class", "Biomarker")
        yield subject, LABEL, f'"biomarker {number}"'
        yield subject, property_("measures"), node("gene", draw.randrange(many.genes))
        yield subject, property_("predictsResponseTo"), node("drug", draw.randrange(many.drugs))
        if draw.random() < 0.6:
            yield subject, property_("cutoff"), typed(f"{draw.randint(1, 99)}", "integer")
    for number in range(many.trials):
        subject = node("trial", number)
        yield subject, TYPE, node("class", "Trial")
        yield subject, LABEL, f'"trial {number} of {_words(draw, 5)}"'
        yield subject, property_("intervention"), node("drug", draw.randrange(many.drugs))
        yield subject, property_("condition"), node("disease", draw.randrange(many.diseases))
        yield subject, property_("phase"), typed(f"{draw.randint(1, 4)}", "integer")
        yield subject, property_("enrolment"), typed(f"{draw.randint(10, 2000)}", "integer")


def _evidence(draw: random.Random, many: Sizes, subject: str) -> Iterator[tuple[str, str, str]]:
    drug = min(many.drugs - 1, int(draw.paretovariate(0.5)) % many.drugs)
    yield subject, TYPE, node("class", "Evidence")
    yield subject, property_("drug"), node("drug", drug)
    yield subject, property_("gene"), node("gene", draw.randrange(many.genes))
    yield subject, property_("disease"), node("disease", draw.randrange(many.diseases))
    yield subject, property_("mechanism"), node("class", draw.choice(MECHANISMS))
    direction = draw.choice(("resistance", "sensitivity"))
    yield subject, property_("direction"), f'"{direction}"'
    yield subject, property_("score"), typed(f"{draw.randint(1000, 9999) / 10_000}", "decimal")
    yield subject, property_("year"), typed(f"{draw.randint(2008, 2026)}", "integer")
    yield subject, property_("source"), node("article", draw.randrange(many.evidence))
    yield subject, property_("quote"), f'"{_words(draw, draw.randint(8, 16))}"@en'
    if draw.random() < 0.3:
        yield subject, property_("trial"), node("trial", draw.randrange(many.trials))
    if draw.random() < 0.5:
        line = draw.choice(("line A", "line B", "line C", "line D"))
        yield subject, property_("cellLine"), f'"{line}"'
