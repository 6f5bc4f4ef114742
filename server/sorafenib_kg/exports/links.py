"""The report on external identifiers: what is linked to what, and what has no link and why."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from sorafenib_kg.databases import DATABASES, database_of, external_curie
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.mappings import MATCHES, read_mappings
from sorafenib_kg.namespaces import ID, RDF, SKG, SKOS, shorten

# Parts of the text and what was read in them: an identifier elsewhere is not to be expected.
NO_ENTITIES = frozenset(
    {"Caption", "Claim", "Paragraph", "ReferencePointer", "Section", "Sentence", "TextLocator"}
)

_OWN_WORK = "a statement, question or ruling that the review or this graph makes up itself"
_OF_A_STUDY = "a part or a figure of one study or survey, which has no identifier by itself"
_LIST = "an item of a closed list of this graph; ontology/align says where others have the like"
_PARTS_LINKED = "made up of things that have identifiers of their own where any were found"
_ADVERSE = "a group of adverse events, or a consequence of them, for which none was found"
# By the class of the entity: why none is to be expected, or what stands in for one.
REASONS: Mapping[str, str] = {
    **dict.fromkeys(("Approval", "Controversy", "OpenQuestion", "ResearchTask"), _OWN_WORK),
    **dict.fromkeys(("ArmComparison", "ArmResult", "DoseRegimen", "StudyArm"), _OF_A_STUDY),
    "Measurement": _OF_A_STUDY,
    **dict.fromkeys(("Certainty", "DesignFeature", "EvidenceLevel", "Level"), _LIST),
    **dict.fromkeys(("Polarity", "TrialStatus"), _LIST),
    **dict.fromkeys(
        (
            "Mechanism",
            "MechanismOfAction",
            "ResistanceMechanism",
            "PrimaryResistanceMechanism",
            "AcquiredResistanceMechanism",
        ),
        "an explanation that the review gives; no source has mechanisms of resistance to one drug",
    ),
    "AdverseEvent": _ADVERSE,
    "Biomarker": "a use of a molecule or a state as an indicator; what it measures is linked",
    **dict.fromkeys(("CombinationTherapy", "DrugTherapy"), _PARTS_LINKED),
    "ClinicalSetting": "a disease with its stage and earlier treatment; the disease is linked",
    "MolecularState": "a form or an amount of a molecule; the molecule is linked",
    "Organization": "none of the sources that were searched covers organizations",
    "Reference": "the text comes without its list of references, so what stands there is not known",
    "PreclinicalStudy": "known by its authors only, as the text comes without its references",
    "Trial": "known by its authors or its place in the review; no registry number is printed",
}
OTHERWISE = "in the words of the review; no concept for it was found or looked for"
_OF_KINDS = frozenset(REASONS.values())


@dataclass(frozen=True, slots=True)
class Entity:
    """An individual with its kind, its links by predicate, and why it has none that is its own."""

    node: NamedNode
    label: str
    kind: str
    links: tuple[tuple[NamedNode, NamedNode], ...]
    reason: str

    @property
    def standing(self) -> str:
        """Say how well it is linked: by an identifier of its own, by others only, or not."""
        own = {SKOS.exactMatch, SKOS.closeMatch}
        if not self.links:
            return "none"
        return "own" if any(predicate in own for predicate, _ in self.links) else "others"


@dataclass(frozen=True, slots=True)
class Report:
    """All entities, and the links of entities and of terms of the vocabulary."""

    entities: tuple[Entity, ...]
    links: tuple[tuple[NamedNode, NamedNode, NamedNode], ...]

    def by_database(self) -> Iterator[tuple[str, str, Counter[NamedNode], int]]:
        """Give each database: its prefix and name, links by predicate, and things linked."""
        prefix_of = {link: _prefix(link[2]) for link in self.links}
        for prefix in sorted(set(prefix_of.values()), key=str.lower):
            links = [link for link in self.links if prefix_of[link] == prefix]
            name = DATABASES[prefix].name if prefix in DATABASES else "of no known database"
            counts = Counter(predicate for _, predicate, _ in links)
            yield prefix, name, counts, len({subject for subject, _, _ in links})

    def by_kind(self) -> Iterator[tuple[str, Counter[str]]]:
        """Give each kind of entity with the number of entities by standing."""
        for kind, entities in groupby(self.entities, key=lambda entity: entity.kind):
            yield kind, Counter(entity.standing for entity in entities)

    def without(self) -> dict[str, dict[str, list[Entity]]]:
        """Return the entities without any link, by reason and kind."""
        found: dict[str, dict[str, list[Entity]]] = {}
        for entity in self.entities:
            if not entity.links:
                found.setdefault(entity.reason, {}).setdefault(entity.kind, []).append(entity)
        return dict(sorted(found.items()))


def report(graph: KnowledgeGraph) -> Report:
    """Read from the graph what is linked, and from the mappings what was not found."""
    links: dict[NamedNode, list[tuple[NamedNode, NamedNode]]] = {}
    classes: dict[NamedNode, str] = {}
    for quad in graph.dataset.quads:
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
            continue
        if quad.predicate in MATCHES:
            its_links = links.setdefault(quad.subject, [])
            if (link := (quad.predicate, quad.object)) not in its_links:
                its_links.append(link)
        elif quad.predicate == RDF.type and quad.subject.value.startswith(ID):
            name = quad.object.value.removeprefix(SKG.NAMESPACE)
            if name != quad.object.value:
                classes[quad.subject] = name
    not_found = {link.subject: link.comment for link in read_mappings().links if not link.found}
    entities = (
        Entity(
            node,
            graph.labels.get(node) or shorten(node),
            graph.labels.get(NamedNode(SKG.NAMESPACE + name)) or name,
            tuple(links.get(node, ())),
            not_found.get(node) or REASONS.get(name, OTHERWISE),
        )
        for node, name in classes.items()
        if name not in NO_ENTITIES
    )
    return Report(
        tuple(sorted(entities, key=lambda entity: (entity.kind, entity.node.value))),
        tuple(
            (subject, *link) for subject, its in sorted(links.items(), key=_name) for link in its
        ),
    )


def as_text(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return the report as plain text."""
    found = report(graph)
    blocks = [
        [
            f"{len(found.links)} links to {len(list(found.by_database()))} databases",
            *_totals(found),
        ],
        ["By database: exact, close, broad, narrow; things linked", *_databases(found)],
        [
            "By kind: all; with an identifier of their own; with others only; with none",
            *_kinds(found),
        ],
        ["Without any, and why"],
        *(
            [reason, *(f"    {kind}: {_labels(its)}" for kind, its in kinds.items())]
            for reason, kinds in found.without().items()
        ),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def as_markdown(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return the report as Markdown, without the names where a reason holds for a whole kind."""
    found = report(graph)
    heading = [_word(predicate) for predicate in MATCHES]
    lines = [
        "## Links by database",
        "",
        *_table(
            ["database", "name", *heading, "things linked"],
            ([p, n, *(str(c[match]) for match in MATCHES), str(s)] for p, n, c, s in _rows(found)),
        ),
        "",
        "## Entities by kind",
        "",
        *_table(
            ["kind", "all", "exact or close", "broad or narrow only", "none"],
            (
                [kind, str(counts.total()), *(str(counts[s]) for s in ("own", "others", "none"))]
                for kind, counts in found.by_kind()
            ),
        ),
        "",
        "## Entities without any external identifier",
    ]
    for reason, kinds in found.without().items():
        lines += ["", f"**{reason[0].upper()}{reason[1:]}:**", ""]
        lines += [
            # What holds for a whole kind needs no list of its members.
            f"- {kind}: {len(its) if reason in _OF_KINDS else _labels(its)}"
            for kind, its in kinds.items()
        ]
    return "\n".join(lines) + "\n"


def as_tsv(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return a line for each link, and one for each entity that has none."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(("entity", "label", "kind", "match", "identifier", "reason"))
    for entity in report(graph).entities:
        own = (shorten(entity.node), entity.label, entity.kind)
        writer.writerows((*own, _word(p), _identifier(node), "") for p, node in entity.links)
        if not entity.links:
            writer.writerow((*own, "", "", entity.reason))
    return out.getvalue()


def as_json(graph: KnowledgeGraph, source_text: str | None = None) -> str:
    """Return everything that the report knows, as JSON."""
    found = report(graph)
    shown = {
        "version": graph.version,
        "links": len(found.links),
        "by_predicate": {shorten(p): n for p, n in _by_predicate(found).items()},
        "by_database": {
            prefix: {"name": name, **{_word(m): counts[m] for m in MATCHES}, "things": things}
            for prefix, name, counts, things in found.by_database()
        },
        "entities": [
            {
                "entity": shorten(entity.node),
                "label": entity.label,
                "kind": entity.kind,
                "links": [
                    {"match": _word(p), "identifier": _identifier(n), "iri": n.value}
                    for p, n in entity.links
                ],
                # Of an entity with an identifier of its own there is nothing to excuse.
                "reason": None if entity.standing == "own" else entity.reason,
            }
            for entity in found.entities
        ],
    }
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _rows(found: Report) -> Iterator[tuple[str, str, Counter[NamedNode], int]]:
    total = _by_predicate(found)
    yield from found.by_database()
    yield "all", "", total, len({subject for subject, _, _ in found.links})


def _by_predicate(found: Report) -> Counter[NamedNode]:
    return Counter(predicate for _, predicate, _ in found.links)


def _totals(found: Report) -> Iterator[str]:
    counts = _by_predicate(found)
    yield ", ".join(f"{counts[match]} {_word(match)}" for match in MATCHES)
    standing = Counter(entity.standing for entity in found.entities)
    yield (
        f"{len(found.entities)} entities: {standing['own']} with an identifier of their own, "
        f"{standing['others']} with wider or narrower ones only, {standing['none']} with none"
    )


def _databases(found: Report) -> Iterator[str]:
    for prefix, _, counts, things in _rows(found):
        numbers = " ".join(f"{counts[match]:>4}" for match in MATCHES)
        yield f"{prefix:<16} {numbers} {things:>5}"


def _kinds(found: Report) -> Iterator[str]:
    for kind, counts in found.by_kind():
        numbers = " ".join(f"{counts[standing]:>4}" for standing in ("own", "others", "none"))
        yield f"{kind:<32} {counts.total():>4} {numbers}"


def _table(heading: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for row in (heading, ["---"] * len(heading), *rows):
        yield f"| {' | '.join(row)} |"


def _labels(entities: Iterable[Entity]) -> str:
    return "; ".join(entity.label for entity in entities)


def _word(predicate: NamedNode) -> str:
    return predicate.value.removeprefix(SKOS.NAMESPACE).removesuffix("Match")


def _identifier(node: NamedNode) -> str:
    return external_curie(node) or shorten(node)


def _prefix(node: NamedNode) -> str:
    database = database_of(node)
    return database.prefix if database else "other"


def _name(item: tuple[NamedNode, object]) -> str:
    return item[0].value
