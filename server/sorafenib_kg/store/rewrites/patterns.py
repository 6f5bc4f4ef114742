"""Runs of triples taken apart into triple patterns (section 5.5), as far as they are plain."""

from collections.abc import Sequence
from dataclasses import dataclass

from sorafenib_kg.store.lexer import Token


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """The tokens of a triple pattern; a literal has several, and so has a path."""

    subject: tuple[Token, ...]
    verb: tuple[Token, ...]
    object: tuple[Token, ...]

    @property
    def parts(self) -> tuple[tuple[Token, ...], ...]:
        """Return subject, verb and object."""
        return (self.subject, self.verb, self.object)


def triple_patterns(found: Sequence[Token]) -> list[TriplePattern] | None:
    """Return the patterns of a run of triples; None if it has lists or brackets of blank nodes."""
    patterns: list[TriplePattern] = []
    for triples in _split(found, "."):
        lists = _split(triples, ";")
        subject: tuple[Token, ...] = ()
        for number, pairs in enumerate(lists):
            verb: tuple[Token, ...] = ()
            for place, objects in enumerate(_split(pairs, ",")):
                rest = list(objects)
                if place == 0 and number == 0:
                    subject, rest = tuple(rest[:1]), rest[1:]
                length = _length_of_object(rest)
                if length is None:
                    return None
                if place == 0:
                    verb = tuple(rest[:-length])
                elif len(rest) != length:
                    return None
                patterns.append(TriplePattern(subject, verb, tuple(rest[-length:])))
    return patterns if all(map(_is_plain, patterns)) else None


def _split(found: Sequence[Token], mark: str) -> list[Sequence[Token]]:
    """Return what stands between marks that are outside all brackets, without what is empty."""
    parts: list[Sequence[Token]] = []
    start = depth = 0
    for index, token in enumerate(found):
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == mark and token.kind == "op" and depth == 0:
            parts.append(found[start:index])
            start = index + 1
    parts.append(found[start:])
    return [part for part in parts if part]


def _length_of_object(found: Sequence[Token]) -> int | None:
    """Return how many tokens the object at the end has; None for one that is not plain."""
    kinds = [token.kind for token in found[-4:]]
    texts = [token.text for token in found[-4:]]
    match kinds:
        case ["string", "op", "op", "iri" | "name"] if texts[1:3] == ["^", "^"]:
            return 4
        case [*_, "string", "variable"] if texts[-1][0] == "@":
            return 2
        case [*_, "number" | "op", "word"]:
            # Decimal numbers, signs, regions of languages; or a path, and then a number.
            return None
        case [*_, "word"] if texts[-1] != "a":
            return 1
        case [*_, "string" | "iri" | "name" | "blank" | "variable"]:
            return 1
    return None


def _is_plain(pattern: TriplePattern) -> bool:
    return (
        len(pattern.subject) == 1
        and pattern.subject[0].kind in ("variable", "iri", "name", "blank")
        and len(pattern.verb) >= 1
        and pattern.verb[0].kind not in ("string", "number")
    )
