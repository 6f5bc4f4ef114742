"""Claims written out, each with its whole layer: for readers, for tables, for programs."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.claims import Claim
from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.locators import Place
from sorafenib_kg.namespaces import RDFS, SKG, shorten

# The fields of a claim that hold things, with the word for them in a text.
_THINGS = {
    "evidence_levels": "level",
    "evidence_types": "evidence",
    "systems": "in system",
    "settings": "in setting",
    "studies": "from study",
    "via": "via",
}
_COLUMNS = (
    "claim",
    "section",
    "statement",
    "subject",
    "predicate",
    "object",
    "polarity",
    "certainty",
    "hedge",
    "qualifier",
    "asserted",
    "odd_print",
    "probably_meant",
    *_THINGS,
    "references",
    "context_references",
    "places",
    "note",
)


@dataclass(frozen=True, slots=True)
class _Writer:
    graph: KnowledgeGraph
    source_text: str | None

    def label(self, term: Term) -> str:
        """Return the label of a thing, or else its CURIE; the text of a literal."""
        if isinstance(term, NamedNode):
            return self.graph.labels.get(term) or shorten(term)
        return term.value if isinstance(term, Literal) else str(term)

    def labels(self, terms: Iterable[Term]) -> str:
        return "; ".join(self.label(term) for term in terms)

    def layer(self, claim: Claim) -> Iterator[str]:
        """Give what is said about a claim beside its statement, a line for each matter."""
        triple = " — ".join(self.label(t) for t in (claim.subject, claim.predicate, claim.object))
        yield f"{triple} ({'asserted' if claim.yields_triple else 'not asserted'})"
        hedge = f" (“{claim.hedge}”)" if claim.hedge else ""
        qualifier = f"; qualified by “{claim.qualifier}”" if claim.qualifier else ""
        yield f"{self.label(claim.polarity)}, {self.label(claim.certainty)}{hedge}{qualifier}"
        if claim.odd_print or claim.probably_meant:
            yield _odd(claim)
        things = [(word, self.labels(getattr(claim, name))) for name, word in _THINGS.items()]
        yield "; ".join(f"{word}: {labels}" for word, labels in things if labels)
        yield "; ".join([*map(_range, claim.places), *_cited(claim)])
        if claim.note:
            yield f"curator's note: {claim.note}"

    def quotations(self, claim: Claim) -> Iterator[str]:
        """Give what the source has at each place of the claim, if its text is at hand."""
        if self.source_text is not None:
            for place in claim.places:
                yield f"{place.locator}: “{self.source_text[place.start : place.end]}”"

    def sections(self) -> Iterator[tuple[str, list[Claim]]]:
        """Give the claims by section, in the order of the text, under the section's heading."""
        descriptions = Descriptions(self.graph.dataset.quads)
        headings = {
            descriptions.text(node, SKG.sectionCode): descriptions.text(node, RDFS.label)
            for node in descriptions
        }
        claims = sorted(self.graph.claims, key=lambda claim: claim.section)
        for section, group in groupby(claims, key=lambda claim: claim.section):
            yield f"{section} {headings.get(section) or ''}".strip(), list(group)


def as_text(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return the claims by section, for reading in a terminal."""
    writer = _Writer(graph, source_text)
    lines: list[str] = []
    for heading, claims in writer.sections():
        lines += [heading, "=" * len(heading), ""]
        for claim in claims:
            lines.append(f"{_short(claim.iri)}  {claim.statement}")
            lines += [f"    {line}" for line in writer.layer(claim)]
            lines += [f"    {line}" for line in writer.quotations(claim)]
            lines.append("")
    return "\n".join(lines)


def as_markdown(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return the claims by section, as Markdown."""
    writer = _Writer(graph, source_text)
    lines = ["# Claims", "", f"Dataset {graph.version}.", ""]
    for heading, claims in writer.sections():
        lines += [f"## {heading}", ""]
        for claim in claims:
            lines += [f"### {_short(claim.iri)}", "", claim.statement, ""]
            lines += [f"- {line}" for line in writer.layer(claim)]
            lines += [f"- {line}" for line in writer.quotations(claim)]
            lines.append("")
    return "\n".join(lines)


def as_tsv(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return a table of labels with one row a claim; several values share a cell with ``; ``."""
    writer = _Writer(graph, source_text)
    columns = [*_COLUMNS, "text"] if source_text is not None else _COLUMNS
    output = io.StringIO()
    table = csv.DictWriter(output, columns, dialect="excel-tab", lineterminator="\n")
    table.writeheader()
    for claim in graph.claims:
        row = {
            "claim": _short(claim.iri),
            "section": claim.section,
            "statement": claim.statement,
            "subject": writer.label(claim.subject),
            "predicate": writer.label(claim.predicate),
            "object": writer.label(claim.object),
            "polarity": writer.label(claim.polarity),
            "certainty": writer.label(claim.certainty),
            "hedge": claim.hedge,
            "qualifier": claim.qualifier,
            "asserted": "yes" if claim.yields_triple else "no",
            "odd_print": "; ".join(claim.odd_print),
            "probably_meant": "; ".join(claim.probably_meant),
            **{name: writer.labels(getattr(claim, name)) for name in _THINGS},
            "references": ", ".join(map(str, claim.references)),
            "context_references": ", ".join(map(str, claim.context_references)),
            "places": "; ".join(_range(place) for place in claim.places),
            "note": claim.note,
        }
        if source_text is not None:
            row["text"] = " … ".join(source_text[p.start : p.end] for p in claim.places)
        table.writerow(row)
    return output.getvalue()


def as_json(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return all claims with IRIs and labels, and the version of the dataset."""
    writer = _Writer(graph, source_text)

    def thing(term: Term) -> dict[str, str]:
        if isinstance(term, Literal):
            return {"value": term.value, "datatype": term.datatype.value}
        return {"iri": getattr(term, "value", str(term)), "label": writer.label(term)}

    def place(found: Place) -> dict[str, object]:
        record: dict[str, object] = {
            "iri": found.iri.value,
            "locator": found.locator,
            "start": found.start,
            "end": found.end,
            "references": found.references,
        }
        if source_text is not None:
            record["text"] = source_text[found.start : found.end]
        return record

    claims = [
        {
            "iri": claim.iri.value,
            "section": claim.section,
            "statement": claim.statement,
            "subject": thing(claim.subject),
            "predicate": thing(claim.predicate),
            "object": thing(claim.object),
            "polarity": thing(claim.polarity),
            "certainty": thing(claim.certainty),
            "hedge": claim.hedge,
            "qualifier": claim.qualifier,
            "asserted": claim.yields_triple,
            "odd_print": claim.odd_print,
            "probably_meant": claim.probably_meant,
            **{name: [thing(term) for term in getattr(claim, name)] for name in _THINGS},
            "references": claim.references,
            "context_references": claim.context_references,
            "places": [place(found) for found in claim.places],
            "context": [place(found) for found in claim.context],
            "note": claim.note,
        }
        for claim in graph.claims
    ]
    content = {"version": graph.version, "claims": claims}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _short(node: NamedNode) -> str:
    return shorten(node).removeprefix("id:")


def _odd(claim: Claim) -> str:
    """Return the odd expressions of the print, with what they probably stand for."""
    printed = " and ".join(f"“{words}”" for words in claim.odd_print)
    meant = " and ".join(f"“{words}”" for words in claim.probably_meant)
    return "; ".join(
        [*([f"printed {printed}"] if printed else []), *([f"probably {meant}"] if meant else [])]
    )


def _cited(claim: Claim) -> Iterator[str]:
    """Give what is cited at none of the places of a claim."""
    placed = {number for place in claim.places for number in place.references}
    unplaced = [number for number in claim.references if number not in placed]
    if unplaced:
        yield _references(unplaced)
    if claim.context_references:
        where = ", ".join(dict.fromkeys(place.locator for place in claim.context))
        yield f"{_references(claim.context_references)} from {where or 'another sentence'}"
    if not claim.references and not claim.context_references:
        yield "no reference"


def _range(place: Place) -> str:
    """Return a place, with the references that the claim cites there."""
    cited = f" {_references(place.references)}" if place.references else ""
    return f"{place.locator} [{place.start}, {place.end}){cited}"


def _references(numbers: Sequence[int]) -> str:
    return f"reference{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
