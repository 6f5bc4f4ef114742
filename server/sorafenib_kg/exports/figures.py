"""The figures of the graph: how much it holds of what, as counted from the data."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.claims import Claim
from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.exports import links
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.namespaces import ID, ONTOLOGY, OWL, RDF, RDFS, SKG, shorten

Cell = str | int

_KINDS = {
    OWL.Class: "classes",
    OWL.ObjectProperty: "object properties",
    OWL.DatatypeProperty: "data properties",
    OWL.AnnotationProperty: "annotation properties",
}
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Figures:
    """One table: its name for programs, its title, its columns and its rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def figures(graph: KnowledgeGraph) -> tuple[Figures, ...]:
    """Count everything; the tables stand in the order in which they are shown."""
    return (
        _whole(graph),
        _terms(graph),
        _individuals(graph),
        _sections(graph),
        *_claims(graph),
        _references(graph),
        _triples(graph),
        _links(graph),
    )


def as_text(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return the tables in columns, for a terminal."""
    blocks = []
    for table in figures(graph):
        cells = [[str(cell) for cell in row] for row in (table.columns, *table.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if isinstance(value, int) else cell.ljust(width)
                for cell, width, value in zip(row, widths, _like(table), strict=True)
            ).rstrip()
            for row in cells
        ]
        blocks.append("\n".join([table.title, "=" * len(table.title), *lines]))
    return "\n\n".join(blocks) + "\n"


def as_markdown(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return the tables as a page of Markdown, the same as long as the figures are."""
    lines = [
        "# Figures of the graph",
        "",
        "Counted from the data by `sorafenib-kg export figures --format markdown`, which writes",
        "this page. A claim is *asserted* if its triple is in the graph: it is positive and not",
        "hedged.",
    ]
    for table in figures(graph):
        marks = ["---:" if isinstance(value, int) else "---" for value in _like(table)]
        rows = [table.columns, marks, *(tuple(map(str, row)) for row in table.rows)]
        lines += ["", f"## {table.title}", ""]
        lines += [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def as_json(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return each table under its name as a list of records."""
    content: dict[str, object] = {"version": graph.version}
    for table in figures(graph):
        keys = [column.replace(" ", "_") for column in table.columns]
        content[table.name] = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _whole(graph: KnowledgeGraph) -> Figures:
    asserted, inferred = graph.dataset.asserted(), _inferred(graph)
    things = Descriptions(graph.dataset.quads)
    counts = {
        "asserted triples": len(asserted),
        "inferred triples": len(inferred),
        "sentences of the source": len(list(things.instances(SKG.Sentence, RDF.type))),
        "claims": len(graph.claims),
        "claims that assert their triple": sum(c.yields_triple for c in graph.claims),
        "different triples that claims assert": len(graph.claims.by_triple),
        "claims with a curator's note": sum(c.note is not None for c in graph.claims),
        "claims with several places": sum(len(c.places) > 1 for c in graph.claims),
    }
    return Figures("whole", "As a whole", ("what", "number"), tuple(counts.items()))


def _terms(graph: KnowledgeGraph) -> Figures:
    things = Descriptions(graph.dataset.quads)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for term in things:
        if not isinstance(term, NamedNode) or not term.value.startswith(SKG.NAMESPACE):
            continue
        home = things.node(term, RDFS.isDefinedBy)
        module = home.value.removeprefix(f"{ONTOLOGY.value}/") if home else _NONE
        for kind in _KINDS.keys() & set(things.nodes(term, RDF.type)):
            counts[module][_KINDS[kind]] += 1
    kinds = tuple(_KINDS.values())
    rows: list[tuple[Cell, ...]] = [
        (module, *(its[kind] for kind in kinds), its.total())
        for module, its in sorted(counts.items())
    ]
    rows.append(_sum("all", rows))
    title = "Terms of the ontology by module and kind"
    return Figures("terms", title, ("module", *kinds, "all"), tuple(rows))


def _individuals(graph: KnowledgeGraph) -> Figures:
    classes: Counter[NamedNode] = Counter()
    individuals = set()
    for triple in graph.dataset.asserted():
        subject, its_class = triple.subject, triple.object
        if (
            triple.predicate == RDF.type
            and isinstance(subject, NamedNode)
            and isinstance(its_class, NamedNode)
            and subject.value.startswith(ID)
            and its_class.value.startswith(SKG.NAMESPACE)
        ):
            classes[its_class] += 1
            individuals.add(subject)
    rows = [*_counted(graph, classes), ("all, each once", len(individuals))]
    title = "Individuals by the class that they are asserted to be of"
    return Figures("individuals", title, ("class", "individuals"), tuple(rows))


def _sections(graph: KnowledgeGraph) -> Figures:
    # The room of the checks imports rdflib, which costs half a second.
    from sorafenib_kg.validation.coverage import coverage

    asserted = Counter(claim.section for claim in graph.claims if claim.yields_triple)
    rows: list[tuple[Cell, ...]] = [
        (s.code, s.heading, s.sentences, s.with_claims, s.claims, asserted[s.code])
        for s in coverage(graph.dataset).sections
    ]
    rows.append(("all", "", *_sum("", [(row[0], *row[2:]) for row in rows])[1:]))
    columns = ("section", "heading", "sentences", "with claims", "claims", "asserted claims")
    title = "Sentences and claims by section; a claim counts in the section of its first place"
    return Figures("sections", title, columns, tuple(rows))


def _claims(graph: KnowledgeGraph) -> Iterator[Figures]:
    """Give the claims by each part of their layer."""
    parts: Mapping[str, tuple[str, list[tuple[NamedNode, Claim]]]] = {
        "predicate": ("", [(claim.predicate, claim) for claim in graph.claims]),
        "polarity": ("", [(claim.polarity, claim) for claim in graph.claims]),
        "certainty": ("", [(claim.certainty, claim) for claim in graph.claims]),
        "evidence level": (
            "; a claim may have several",
            [(level, claim) for claim in graph.claims for level in claim.evidence_levels],
        ),
        "evidence type": (
            "; a claim may have several",
            [(kind, claim) for claim in graph.claims for kind in claim.evidence_types],
        ),
    }
    for part, (remark, found) in parts.items():
        all_of = Counter(value for value, _ in found)
        asserted = Counter(value for value, claim in found if claim.yields_triple)
        rows = tuple((*row, asserted[value]) for value, row in _labelled(graph, all_of))
        name = f"claims_by_{part.replace(' ', '_')}"
        columns = (part, "claims", "asserted claims")
        yield Figures(name, f"Claims by {part}{remark}", columns, rows)


def _references(graph: KnowledgeGraph) -> Figures:
    in_sentence = Counter(n for claim in graph.claims for n in claim.references)
    from_context = Counter(n for claim in graph.claims for n in claim.context_references)
    none = sum(not claim.references and not claim.context_references for claim in graph.claims)
    rows: list[tuple[Cell, ...]] = [
        (str(number), in_sentence[number], from_context[number])
        for number in sorted(in_sentence.keys() | from_context.keys())
    ]
    rows.append((_NONE, none, 0))
    title = "Claims by reference: its number in the sentence, or taken from the context"
    return Figures("references", title, ("reference", "in sentence", "from context"), tuple(rows))


def _triples(graph: KnowledgeGraph) -> Figures:
    asserted = Counter(triple.predicate for triple in graph.dataset.asserted())
    inferred = Counter(triple.predicate for triple in _inferred(graph))
    predicates = sorted(asserted.keys() | inferred.keys(), key=shorten)
    rows: list[tuple[Cell, ...]] = [
        (f"`{shorten(predicate)}`", asserted[predicate], inferred[predicate])
        for predicate in predicates
    ]
    rows.append(_sum("all", rows))
    columns = ("predicate", "asserted", "inferred")
    return Figures("triples", "Triples by predicate", columns, tuple(rows))


def _links(graph: KnowledgeGraph) -> Figures:
    found = links.report(graph)
    rows: list[tuple[Cell, ...]] = [
        (prefix, name, counts.total(), things)
        for prefix, name, counts, things in found.by_database()
    ]
    linked = len({subject for subject, _, _ in found.links})
    rows.append(("all", "", len(found.links), linked))
    columns = ("source", "name", "links", "things linked")
    return Figures("links", "Links to other sources", columns, tuple(rows))


def _inferred(graph: KnowledgeGraph) -> list[Triple]:
    return [] if graph.closure is None else list(graph.closure.inferred())


def _labelled(
    graph: KnowledgeGraph, counts: Mapping[NamedNode, int]
) -> Iterator[tuple[NamedNode, tuple[str, int]]]:
    """Give each value with its label and number, the most frequent first."""

    def label(node: Term) -> str:
        return graph.labels.get(node) or shorten(node) if isinstance(node, NamedNode) else ""

    for node in sorted(counts, key=lambda node: (-counts[node], label(node))):
        yield node, (label(node), counts[node])


def _counted(graph: KnowledgeGraph, counts: Mapping[NamedNode, int]) -> list[tuple[Cell, ...]]:
    return [row for _, row in _labelled(graph, counts)]


def _sum(name: str, rows: Iterable[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    columns = list(zip(*rows, strict=True))[1:]
    return (name, *(sum(cell for cell in column if isinstance(cell, int)) for column in columns))


def _like(table: Figures) -> tuple[Cell, ...]:
    """Return a row that tells which columns hold numbers."""
    return table.rows[0] if table.rows else table.columns
