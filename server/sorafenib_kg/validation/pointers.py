"""The pointers to references, held against the text: each is the number that it stands for."""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import RDF, SKG
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding

_NEXT = re.compile(r",(?=\d)")
_DIGIT = re.compile(r"[0-9]")


def check_pointers(context: Context, text: str) -> Iterator[Finding]:
    """Find pointers that are not a superscript of the text, and numbers left out beside one.

    A superscript stands on the line, glued to the word before it; several are joined by commas.
    Digits that are a part of that word may stand before it: ``miR-48463`` is miR-484 with 63.
    """
    known = dict(_pointers(context))
    starts = {start for start, _, _ in known.values()}
    ends = {end for _, end, _ in known.values()}
    for node, (start, end, number) in known.items():
        printed = text[start:end]
        if printed != str(number):
            message = f"the text has {printed!r} there, not the number {number}"
            yield context.finding(node, message)
            continue
        if _DIGIT.match(text, end):
            yield context.finding(node, "the number goes on in the text")
        if not text[:start][-1:].strip():
            yield context.finding(node, "no word stands right before the number")
        after = _NEXT.match(text, end)
        if after and after.end() not in starts:
            yield context.finding(node, "the number after the comma has no pointer")
        if text[:start].endswith(",") and start - 1 not in ends:
            yield context.finding(node, "the number before the comma has no pointer")


def _pointers(context: Context) -> Iterator[tuple[NamedNode, tuple[int, int, int]]]:
    """Give start, end and number of each pointer that has all three; the shapes find the rest."""
    about = context.descriptions
    for node in about.instances(SKG.ReferencePointer, RDF.type):
        start, end = about.number(node, SKG.startOffset), about.number(node, SKG.endOffset)
        for reference in about.nodes(node, SKG.denotes):
            number = about.number(reference, SKG.referenceNumber)
            if isinstance(node, NamedNode) and None not in (start, end, number):
                yield node, (start or 0, end or 0, number or 0)
