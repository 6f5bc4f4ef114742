"""Search by name: labels, synonyms, symbols and identifiers, with typing errors forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, process

from sorafenib_kg.databases import external_curie
from sorafenib_kg.namespaces import ID, SKG, SKOS
from sorafenib_kg.presentation.entity import identifiers
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.results import Cell

LONGEST_QUERY = 200
# Below this share of agreement, in percent, a name is not what was meant.
_ALIKE = 78.0
_GREEK = MappingProxyType(
    {
        letter: name.split()[-1].lower()
        for code in range(0x3B1, 0x3CA)
        if (name := unicodedata.name(letter := chr(code)))
    }
)
_SEPARATORS = re.compile(r"[^\w]+")
# Parts of the text, which are reached from other pages, and claims, which are found by their words.
_NOT_FOUND = frozenset(
    {
        SKG.TextLocator,
        SKG.ReferencePointer,
        SKG.Sentence,
        NamedNode(f"{SKG.NAMESPACE}Paragraph"),
        NamedNode(f"{SKG.NAMESPACE}Caption"),
        SKG.Claim,
    }
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its page, its kind, the name by which, and how well that agrees."""

    node: NamedNode
    cell: Cell
    kind: Cell | None
    name: str
    score: float
    statements: int


@dataclass(frozen=True, slots=True)
class ClaimHit:
    """A claim whose statement has all words of what was asked."""

    cell: Cell
    statement: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives: things by kind, the best kind first, and claims."""

    query: str
    groups: tuple[tuple[str, tuple[Hit, ...]], ...]
    claims: tuple[ClaimHit, ...]
    more_claims: int

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Return all things found, the best first."""
        every = (hit for _, hits in self.groups for hit in hits)
        return tuple(sorted(every, key=_order))


@dataclass(frozen=True)
class SearchIndex:
    """The names of all things of one version of a graph."""

    index: GraphIndex

    def search(self, query: str, most: int = 60, most_claims: int = 20) -> Found:
        """Return what is called as the query says, or nearly so.

        ``most`` things and ``most_claims`` claims at the most; a query is cut after 200
        characters.
        """
        wanted = normalise(query[:LONGEST_QUERY])
        if not wanted:
            return Found(query, (), (), 0)
        best: dict[NamedNode, tuple[float, str]] = {}
        for name, score in self._scores(wanted):
            for node, written in self._names[name]:
                if score > best.get(node, (0.0, ""))[0]:
                    best[node] = (score, written)
        hits = sorted((self._hit(node, *found) for node, found in best.items()), key=_order)
        claims = list(self._claims(wanted))
        return Found(query, _by_kind(hits[:most]), tuple(claims[:most_claims]),
                     max(0, len(claims) - most_claims))  # fmt: skip

    def near(self, name: str, most: int = 5) -> tuple[Hit, ...]:
        """Return the things whose names are nearest to one that does not exist."""
        return self.search(name.rsplit("/", 1)[-1].replace("-", " "), most).hits

    def _scores(self, wanted: str) -> Iterator[tuple[str, float]]:
        """Give the names that agree, with a figure that is higher the better they do."""
        words = wanted.split()
        joined = wanted.replace(" ", "")
        near = process.extract(
            wanted, list(self._names), scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=200
        )
        fuzzy = {name: score for name, score, _ in near}
        for name in self._names:
            if name == wanted or name.replace(" ", "") == joined:
                yield name, 400.0
            elif name.startswith(wanted):
                yield name, 300.0 - len(name) / 100
            elif all(any(part.startswith(word) for part in name.split()) for word in words):
                yield name, 200.0 - len(name) / 100
            elif len(joined) > 2 and joined in name.replace(" ", ""):
                yield name, 150.0 - len(name) / 100
            elif name in fuzzy and _is_typed_wrong(wanted, name):
                yield name, fuzzy[name] - len(name) / 100

    def _hit(self, node: NamedNode, score: float, name: str) -> Hit:
        kind = self.index.kind(node)
        return Hit(
            node,
            self.index.cell(node),
            self.index.cell(kind) if kind is not None else None,
            name,
            score,
            len(self.index.claims_with.get(node, ())),
        )

    def _claims(self, wanted: str) -> Iterator[ClaimHit]:
        words = wanted.split()
        for claim, text in self._statements:
            if all(word in text for word in words):
                yield ClaimHit(self.index.cell(claim), self._texts[claim])

    @cached_property
    def _texts(self) -> Mapping[NamedNode, str]:
        return {claim.iri: claim.statement for claim in self.index.claims}

    @cached_property
    def _statements(self) -> tuple[tuple[NamedNode, str], ...]:
        return tuple((claim, normalise(text)) for claim, text in self._texts.items())

    @cached_property
    def _names(self) -> Mapping[str, tuple[tuple[NamedNode, str], ...]]:
        """All names as they are compared, each with what it names and how it is written."""
        found: dict[str, dict[tuple[NamedNode, str], None]] = {}
        for node in self.index.things():
            if self.index.kind(node) in _NOT_FOUND or self.index.is_deprecated(node):
                continue
            for name in self._names_of(node):
                if key := normalise(name):
                    found.setdefault(key, {})[node, name] = None
        return {key: tuple(named) for key, named in found.items()}

    def _names_of(self, node: NamedNode) -> Iterator[str]:
        yield self.index.labels(node)
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for term in self.index.about.objects(node, predicate):
                if isinstance(term, Literal):
                    yield term.value
        yield node.value.removeprefix(ID)
        for entry in identifiers(self.index, node):
            yield external_curie(entry.node) or entry.node.value
            if entry.cell.text != external_curie(entry.node):
                yield entry.cell.text


def normalise(text: str) -> str:
    """Return a name as it is compared: small letters, no accents, Greek spelled out, one space."""
    small = "".join(_GREEK.get(character, character) for character in text.casefold())
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", small)
        if not unicodedata.combining(character)
    )
    return _SEPARATORS.sub(" ", plain).strip()


def _is_typed_wrong(wanted: str, name: str) -> bool:
    """Tell whether a likeness comes from mistyped letters rather than from a shared part."""
    return any(
        fuzz.ratio(wanted, " ".join(part)) >= _ALIKE
        for words in (name.split(),)
        for size in (len(wanted.split()),)
        for part in (words[at : at + size] for at in range(max(1, len(words) - size + 1)))
    )


def _by_kind(hits: list[Hit]) -> tuple[tuple[str, tuple[Hit, ...]], ...]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.kind.text if hit.kind else "other", []).append(hit)
    return tuple((kind, tuple(found)) for kind, found in groups.items())


def _order(hit: Hit) -> tuple[float, int, str]:
    return -hit.score, -hit.statements, hit.cell.text
