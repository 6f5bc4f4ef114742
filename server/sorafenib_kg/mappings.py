"""The links to external identifiers: one SSSOM file, and the graph that is made from it.

SSSOM: https://mapping-commons.github.io/sssom/. The file is written by hand and is the source;
``triples/mappings.ttl`` is what ``as_turtle`` returns for it.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.databases import DATABASES, Database
from sorafenib_kg.errors import LoadError, Problem
from sorafenib_kg.namespaces import BASE, PREFIXES, SKOS
from sorafenib_kg.resources import folder

FILE = "mappings.sssom.tsv"
MAPPINGS = NamedNode(f"{BASE}mappings")
NOT_FOUND = NamedNode("https://w3id.org/sssom/NoTermFound")
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch)

_SCALAR = re.compile(r'#(\w+): (".*")')
_PREFIX = re.compile(r'#  ([\w.]+): (".*")')
# Of the names that Turtle allows after a prefix, those that need no escape.
_LOCAL_NAME = re.compile(r"\w(?:[\w.-]*[\w-])?", re.ASCII)
_USED_PREFIX = re.compile(r"(?:^| )([\w.]+):(?=\w)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Link:
    """A row: what of ours is matched with which concept of others, and where that was read.

    The object is NOT_FOUND if a concept was looked for and none was found.
    """

    subject: NamedNode
    subject_label: str
    predicate: NamedNode
    object: NamedNode
    object_label: str
    source: str
    comment: str

    @property
    def found(self) -> bool:
        """Say whether there is something to link to."""
        return self.object != NOT_FOUND

    @property
    def triple(self) -> Triple:
        """Return the link as a triple."""
        return Triple(self.subject, self.predicate, self.object)


@dataclass(frozen=True, slots=True)
class MappingSet:
    """What the file says of itself, its prefixes, and its rows in the order they stand."""

    metadata: Mapping[str, str]
    prefixes: Mapping[str, str]
    links: tuple[Link, ...]

    @property
    def databases(self) -> list[Database]:
        """Return the databases that are linked to, by prefix."""
        return [entry for prefix, entry in DATABASES.items() if prefix in self.prefixes]


def read_mappings(path: Path | None = None) -> MappingSet:
    """Read an SSSOM file, the bundled one by default.

    Only what this project's file uses is read: values in quotes and a map of prefixes above the
    table. Raises LoadError with every row whose CURIEs have no prefix.
    """
    path = path or folder("triples") / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    prefixes = {match[1]: json.loads(match[2]) for match in map(_PREFIX.fullmatch, head) if match}
    metadata = {match[1]: json.loads(match[2]) for match in map(_SCALAR.fullmatch, head) if match}
    table = csv.DictReader(lines[len(head) :], delimiter="\t", quoting=csv.QUOTE_NONE)
    links: list[Link] = []
    problems: list[Problem] = []
    for number, row in enumerate(table, start=len(head) + 2):
        try:
            links.append(_link(row, prefixes))
        except ValueError as error:
            problems.append(Problem(path.name, str(error), number))
    if problems:
        raise LoadError(problems)
    return MappingSet(metadata, prefixes, tuple(links))


def as_turtle(mappings: MappingSet) -> str:
    """Return the links as Turtle, with the licence of each namespace stated once."""
    known = {
        **{prefix: mappings.prefixes[prefix] for prefix in ("id", "mappings", "skg", "skos")},
        **{database.prefix: database.iri for database in mappings.databases},
        **{prefix: PREFIXES[prefix] for prefix in ("dcterms", "owl")},
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
    }
    blocks = [
        # OWL 2 DL wants every class declared, also those of others.
        "void:Dataset a owl:Class .",
        "void:Linkset a owl:Class .",
        _header(mappings.metadata),
        "# Namespaces, each with its licence",
        *(_namespace(database) for database in mappings.databases),
        "# Links",
        *_links(mappings.links, known),
    ]
    used = {prefix for block in blocks for prefix in _USED_PREFIX.findall(block)}
    declared = (f"@prefix {prefix}: <{known[prefix]}> ." for prefix in sorted(used & set(known)))
    return "\n\n".join(["\n".join(declared), *blocks]) + "\n"


def _link(row: Mapping[str, str], prefixes: Mapping[str, str]) -> Link:
    return Link(
        _expand(row["subject_id"], prefixes),
        row["subject_label"],
        _expand(row["predicate_id"], prefixes),
        _expand(row["object_id"], prefixes),
        row["object_label"],
        row["object_source_version"],
        row["comment"],
    )


def _expand(curie: str, prefixes: Mapping[str, str]) -> NamedNode:
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes:
        raise ValueError(f"{curie} has no prefix of the curie_map")
    return NamedNode(prefixes[prefix] + local)


def _header(metadata: Mapping[str, str]) -> str:
    return f"""{MAPPINGS} a void:Linkset ;
    dcterms:title {_text(metadata["mapping_set_title"])} ;
    dcterms:description {_text(metadata["mapping_set_description"])} ;
    dcterms:license <{metadata["license"]}> ;
    dcterms:source <{PREFIXES["skg"].removesuffix("#")}> ;
    owl:versionInfo "{metadata["mapping_set_version"]}" ."""


def _namespace(database: Database) -> str:
    terms = (
        f"dcterms:license <{database.licence}>"
        if database.licence
        else f"dcterms:rights {_text(database.rights)}"
    )
    return f"""mappings:{database.prefix} a void:Dataset ;
    dcterms:title {_text(database.name)} ;
    {terms} ;
    vann:preferredNamespacePrefix "{database.prefix}" ;
    vann:preferredNamespaceUri "{database.iri}" ."""


def _links(links: Iterable[Link], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Give a block for each subject, in the order of the file."""
    found = (link for link in links if link.found)
    for subject, its_links in groupby(found, key=lambda link: link.subject):
        by_predicate: dict[NamedNode, list[str]] = {}
        for link in its_links:
            by_predicate.setdefault(link.predicate, []).append(_shown(link.object, prefixes))
        lines = [
            f"{_shown(predicate, prefixes)} {' , '.join(objects)}"
            for predicate, objects in by_predicate.items()
        ]
        yield f"{_shown(subject, prefixes)} " + " ;\n    ".join(lines) + " ."


def _shown(node: NamedNode, prefixes: Mapping[str, str]) -> str:
    for prefix, iri in prefixes.items():
        local = node.value.removeprefix(iri)
        if local != node.value and _LOCAL_NAME.fullmatch(local):
            return f"{prefix}:{local}"
    return str(node)


def _text(text: str) -> str:
    return f"{json.dumps(text, ensure_ascii=False)}@en"
