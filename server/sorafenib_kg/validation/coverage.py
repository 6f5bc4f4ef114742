"""Which sentences of the source carry claims, which carry something else, and which nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.loader import Dataset
from sorafenib_kg.namespaces import RDF, RDFS, SKG


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A sentence without a claim: the reason that is recorded, or what else is located there."""

    locator: str
    reason: str | None
    others: tuple[str, ...]  # labels of tasks, questions and results located in the sentence

    @property
    def accounted(self) -> bool:
        """Say whether it is known why the sentence has no claim."""
        return self.reason is not None or bool(self.others)


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """One section of the source: its code and heading, and how its sentences are covered."""

    code: str
    heading: str
    sentences: int
    with_claims: int
    claims: int  # a claim counts once, in the section of its first place
    uncovered: tuple[Uncovered, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All sections, in the order of the source."""

    sections: tuple[SectionCoverage, ...]

    @property
    def complete(self) -> bool:
        """Say whether each sentence has a claim or is accounted for."""
        return all(item.accounted for section in self.sections for item in section.uncovered)

    def as_json(self) -> list[dict[str, object]]:
        """Return the table as values for `json.dumps`."""
        return [asdict(section) for section in self.sections]


def coverage(dataset: Dataset) -> Coverage:
    """Count sentences and claims by section, and list the sentences without a claim."""
    things = Descriptions(dataset.quads)
    located = _located(dataset, things)
    claims = Counter(claim.section for claim in dataset.claims)
    claimed = {place.sentence for claim in dataset.claims for place in claim.places}
    sentences = _by_section(things)
    found = []
    for section in sorted(sentences, key=lambda node: things.text(node, SKG.sectionCode) or ""):
        code = things.text(section, SKG.sectionCode) or ""
        found.append(
            SectionCoverage(
                code,
                things.text(section, RDFS.label) or "",
                len(sentences[section]),
                sum(sentence in claimed for sentence in sentences[section]),
                claims[code],
                tuple(
                    _uncovered(things, sentence, located)
                    for sentence in sentences[section]
                    if sentence not in claimed
                ),
            )
        )
    return Coverage(tuple(found))


def as_text(found: Coverage) -> str:
    """Return the table by section, then the sentences without a claim and why."""
    lines = [f"{'section':<9}{'sentences':>10}{'with claims':>13}{'claims':>8}  heading"]
    lines += [
        f"{s.code:<9}{s.sentences:>10}{s.with_claims:>13}{s.claims:>8}  {s.heading}"
        for s in found.sections
    ]
    total = [
        sum(getattr(section, name) for section in found.sections)
        for name in ("sentences", "with_claims", "claims")
    ]
    lines += [f"{'all':<9}{total[0]:>10}{total[1]:>13}{total[2]:>8}", ""]
    lines.append("Sentences without a claim:")
    lines += [f"  {item.locator}: {_why(item)}" for s in found.sections for item in s.uncovered]
    return "\n".join(lines)


def _why(item: Uncovered) -> str:
    if item.reason is None and not item.others:
        return "NOT COVERED"
    reason = [] if item.reason is None else [item.reason]
    return " ".join([*reason, *(f"[{other}]" for other in item.others)])


def _by_section(things: Descriptions) -> Mapping[Term, list[Term]]:
    """Return the sentences of each section in the order of the source."""
    found: dict[Term, list[Term]] = {node: [] for node in things.instances(SKG.Section, RDF.type)}
    for sentence in things.instances(SKG.Sentence, RDF.type):
        for block in things.objects(sentence, SKG.inBlock):
            for section in things.objects(block, SKG.inSection):
                found.setdefault(section, []).append(sentence)
    return found


def _located(dataset: Dataset, things: Descriptions) -> Mapping[Term, list[str]]:
    """Return for each sentence the labels of what is located in it, claims left out."""
    found: dict[Term, list[str]] = defaultdict(list)
    for quad in dataset.quads:
        if quad.predicate == SKG.locatedAt and quad.subject not in dataset.claims.by_iri:
            for sentence in things.objects(quad.object, SKG.inSentence):
                found[sentence].append(things.text(quad.subject, RDFS.label) or "")
    return found


def _uncovered(
    things: Descriptions, sentence: Term, located: Mapping[Term, list[str]]
) -> Uncovered:
    reason = things.text(sentence, SKG.withoutClaim)
    locator = things.text(sentence, SKG.locator) or ""
    return Uncovered(locator, reason, tuple(located.get(sentence, ())))
