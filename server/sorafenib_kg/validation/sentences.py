"""The table of the source's sentences, by itself and against the text."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.namespaces import RDF, SKG
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.pointers import check_pointers
from sorafenib_kg.validation.report import Finding, Section, not_run, section

_LOCATOR = re.compile(r"(S\d\d) ((?:P|Fig|Tab)\d+) s([1-9]\d*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What is in the text, word for word, and how it is called; " … " leaves words out.
_PRINTED = {
    SKG.asPrinted: "printed form",
    SKG.doseAsPrinted: "dose",
    SKG.hedgeAsPrinted: "hedge",
    SKG.oddPrint: "odd print",
    SKG.qualifierAsPrinted: "qualifier",
    SKG.reportedBy: "name",
    SKG.spreadAsPrinted: "spread",
}


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A row of the table that has all its values."""

    node: NamedNode
    locator: str
    start: int
    end: int
    text_hash: str


def check_sentences(context: Context) -> Section:
    """Check the table by itself: order, numbering, ranges, hashes."""
    rows, findings = _rows(context)
    findings += _each_row(context, rows)
    findings += _between_rows(context, rows)
    summary = f"{len(rows)} sentences of {len(_documents(context))} document"
    return section(summary, findings)


def check_source_text(context: Context) -> Section:
    """Compare hashes, pointers and printed words with the text; list claims beside sentences."""
    text = context.source_text
    if text is None:
        return not_run("no text was given (--source-text FILE)")
    rows, _ = _rows(context)
    findings = [*_document_findings(context, text)]
    findings += [
        context.finding(row.node, "the hash is not that of the text at its offsets")
        for row in rows
        if _sha256(text[row.start : row.end]) != row.text_hash
    ]
    findings += _words_not_printed(context, text, rows)
    findings += check_pointers(context, text)
    pointers = len(list(context.descriptions.instances(SKG.ReferencePointer, RDF.type)))
    summary = f"{len(rows)} hashes and {pointers} pointers to references compared"
    return section(summary, findings, list(_claims_beside_sentences(context, text)))


def _rows(context: Context) -> tuple[list[SentenceRow], list[Finding]]:
    rows: list[SentenceRow] = []
    findings: list[Finding] = []
    descriptions = context.descriptions
    for node in descriptions.instances(SKG.Sentence, RDF.type):
        locator = descriptions.text(node, SKG.locator)
        start = descriptions.number(node, SKG.startOffset)
        end = descriptions.number(node, SKG.endOffset)
        text_hash = descriptions.text(node, SKG.textHash)
        if not isinstance(node, NamedNode) or None in (locator, start, end, text_hash):
            findings.append(context.finding(node, "locator, offsets or hash are missing"))
        elif locator is not None and start is not None and end is not None and text_hash:
            rows.append(SentenceRow(node, locator, start, end, text_hash))
    return sorted(rows, key=lambda row: row.start), findings


def _documents(context: Context) -> list[NamedNode]:
    documents = context.descriptions.instances(SKG.SourceDocument, RDF.type)
    return [node for node in documents if isinstance(node, NamedNode)]


def _each_row(context: Context, rows: list[SentenceRow]) -> Iterator[Finding]:
    lengths = [context.descriptions.number(node, SKG.textLength) for node in _documents(context)]
    length = max((length for length in lengths if length is not None), default=None)
    for row in rows:
        if not 0 <= row.start < row.end or (length is not None and row.end > length):
            message = f"the range {row.start} to {row.end} is none of the text"
            yield context.finding(row.node, message)
        if not _SHA256.fullmatch(row.text_hash):
            yield context.finding(row.node, "the hash is not a sha256 in hexadecimal digits")
        match = _LOCATOR.fullmatch(row.locator)
        block = context.descriptions.node(row.node, SKG.inBlock)
        if match is None:
            yield context.finding(row.node, f"{row.locator!r} is no locator like 'S05 P2 s4'")
        elif block is None or not block.value.endswith(f"/{match[1]}-{match[2]}"):
            yield context.finding(
                row.node, f"is not in the block that its locator names, {match[0]}"
            )
        elif not row.node.value.endswith(f"/{row.locator.replace(' ', '-')}"):
            yield context.finding(row.node, f"its name does not agree with {row.locator!r}")


def _between_rows(context: Context, rows: list[SentenceRow]) -> Iterator[Finding]:
    """Check that sentences follow each other without overlap, counted from 1 in each block."""
    block_so_far: dict[tuple[str, str], int] = {}
    for row in rows:
        match = _LOCATOR.fullmatch(row.locator)
        if match is None:
            continue
        block = (match[1], match[2])
        expected = block_so_far.get(block, 0) + 1
        if int(match[3]) != expected:
            yield context.finding(
                row.node, f"by its offsets it is sentence {expected} of its block"
            )
        block_so_far[block] = expected
    for before, after in pairwise(rows):
        if before.end > after.start:
            message = f"overlaps with {context.name(before.node)}"
            yield context.finding(after.node, message)
        if before.locator[:3] > after.locator[:3]:
            message = f"comes before its section, behind {before.locator}"
            yield context.finding(after.node, message)


def _document_findings(context: Context, text: str) -> Iterator[Finding]:
    for node in _documents(context):
        if context.descriptions.text(node, SKG.textHash) != _sha256(text):
            yield context.finding(node, "the text that was given has another hash")
        if context.descriptions.number(node, SKG.textLength) != len(text):
            message = f"the text that was given has {len(text)} characters"
            yield context.finding(node, message)


def _words_not_printed(context: Context, text: str, rows: list[SentenceRow]) -> Iterator[Finding]:
    """Find what is said to be printed and stands in no sentence that the thing points at."""
    said = {row.node: text[row.start : row.end].casefold() for row in rows}
    descriptions = context.descriptions
    for thing in descriptions:
        nodes = descriptions.nodes(thing, SKG.definedAt)
        for characters in descriptions.nodes(thing, SKG.locatedAt):
            nodes += descriptions.nodes(characters, SKG.inSentence)
        sentences = [said[node] for node in nodes if node in said]
        for predicate, kind in _PRINTED.items() if sentences else ():
            for literal in descriptions.objects(thing, predicate):
                words = literal.value if isinstance(literal, Literal) else ""
                for part in words.casefold().split(" … "):
                    if not any(part in sentence for sentence in sentences):
                        message = f"the {kind} {part!r} is not printed at its place"
                        yield context.finding(thing, message)


def _claims_beside_sentences(context: Context, text: str) -> Iterator[str]:
    """Give each claim with its sentences, the range of the claim between guillemets."""
    rows = {row.node: row for row in _rows(context)[0]}
    for claim in context.dataset.claims:
        yield ""
        polarity, certainty = (context.labels.get(t, "") for t in (claim.polarity, claim.certainty))
        yield f"{context.name(claim.iri)} ({polarity}, {certainty}): {claim.statement}"
        for place in claim.places:
            row = rows.get(place.sentence)
            if row is not None and row.start <= place.start < place.end <= row.end:
                before = text[row.start : place.start]
                after = text[place.end : row.end]
                said = text[place.start : place.end]
                yield f"  {place.locator} [{place.start}, {place.end}): {before}»{said}«{after}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
