"""Runs of triples (TriplesBlock, section 19.8) taken apart into patterns with their paths."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sorafenib_kg.store.lexer import Token, closing

_NUMBER = re.compile(r"\d+(?:[eE]\d+)?")


@dataclass(frozen=True, slots=True)
class Term:
    """An end of a pattern; ``other`` is what stands in brackets or parentheses."""

    kind: Literal["variable", "constant", "blank", "other"]
    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of a run, written by itself.

    ``ways`` is the number of times that its path is of length zero; 0 if it never is.
    """

    subject: Term
    object: Term
    ways: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """The patterns that are written with one subject."""

    subject: Term
    patterns: tuple[Pattern, ...]
    text: str


class _UnreadError(Exception):
    """The run has something that is not read here."""


def patterns(query: str, found: Sequence[Token]) -> list[Block] | None:
    """Return the blocks of a run, whose tokens these are; None if not all of it is understood."""
    try:
        return _Reader(query, found).blocks()
    except (_UnreadError, IndexError):
        return None


class _Reader:
    """Reads one token after the other; beyond the last one it raises IndexError."""

    def __init__(self, query: str, found: Sequence[Token]) -> None:
        self._query = query
        self._found = found
        self._at = 0

    def blocks(self) -> list[Block]:
        blocks = []
        while self._at < len(self._found):
            blocks.append(self._block())
            if self._at < len(self._found) and not self._take("."):
                raise _UnreadError
        return blocks

    def _block(self) -> Block:
        start = self._at
        subject = self._term()
        found: list[Pattern] = []
        while not self._is_end():
            verb = self._at
            ways = 0 if self._variable() else self._alternative()
            path = self._written(verb)
            while True:
                to = self._term()
                found.append(Pattern(subject, to, ways, f"{subject.text} {path} {to.text}"))
                if not self._take(","):
                    break
            if not self._is_end() and not self._take(";"):
                raise _UnreadError
            while self._take(";"):
                pass
        return Block(subject, tuple(found), self._written(start))

    def _is_end(self) -> bool:
        return self._at >= len(self._found) or self._found[self._at].text == "."

    def _written(self, start: int) -> str:
        last = self._found[self._at - 1]
        return self._query[self._found[start].start : last.start + len(last.text)]

    def _take(self, *texts: str) -> bool:
        """Say whether the next token is one of these, and step over it if so."""
        if self._at < len(self._found) and self._found[self._at].text in texts:
            self._at += 1
            return True
        return False

    def _take_kind(self, *kinds: str) -> bool:
        if self._at < len(self._found) and self._found[self._at].kind in kinds:
            self._at += 1
            return True
        return False

    def _is_glued(self) -> bool:
        """Say whether there is nothing between the next token and the one before it."""
        if self._at >= len(self._found):
            return False
        before = self._found[self._at - 1]
        return before.start + len(before.text) == self._found[self._at].start

    def _variable(self) -> bool:
        return self._found[self._at].text[0] in "?$" and self._take_kind("variable")

    def _term(self) -> Term:
        start = self._at
        if self._variable():
            return Term("variable", self._written(start))
        if self._take_kind("blank"):
            return Term("blank", self._written(start))
        if self._found[start].text in ("[", "("):
            end = closing(self._found, start)
            if end is None:
                raise _UnreadError
            self._at = end + 1
            is_blank = self._found[start].text == "[" and end == start + 1
            return Term("blank" if is_blank else "other", self._written(start))
        if not self._take_kind("iri", "name"):
            self._literal()
        return Term("constant", self._written(start))

    def _literal(self) -> None:
        token = self._found[self._at]
        if self._take_kind("string"):
            if self._is_glued() and self._found[self._at].text[0] == "@":
                self._at += 1
            elif [token.text for token in self._found[self._at : self._at + 2]] == ["^", "^"]:
                # One of them begins a path.
                self._at += 2
                if not self._take_kind("iri", "name"):
                    raise _UnreadError
        elif token.text.lower() in ("true", "false"):
            self._at += 1
        else:
            self._number()

    def _number(self) -> None:
        if self._take("+", "-") and not self._is_glued():
            raise _UnreadError
        if self._take_kind("number") and not self._is_glued():
            raise _UnreadError
        if not _NUMBER.fullmatch(self._found[self._at].text):
            raise _UnreadError
        self._at += 1

    def _alternative(self) -> int:
        ways = self._sequence()
        while self._take("|"):
            ways += self._sequence()
        return ways

    def _sequence(self) -> int:
        ways = self._step()
        while self._take("/"):
            ways *= self._step()
        return ways

    def _step(self) -> int:
        self._take("^")
        if self._take("!"):
            self._negated()
            ways = 0
        elif self._take("("):
            ways = self._alternative()
            if not self._take(")"):
                raise _UnreadError
        else:
            self._predicate()
            ways = 0
        if self._take("*", "?"):
            return 1
        if self._take("+"):
            return min(ways, 1)
        return ways

    def _negated(self) -> None:
        if not self._take("("):
            self._take("^")
            self._predicate()
        elif not self._take(")"):
            # Of other text inside the engine tells.
            end = closing(self._found, self._at - 1)
            if end is None:
                raise _UnreadError
            self._at = end + 1

    def _predicate(self) -> None:
        if not self._take_kind("iri", "name") and not self._take("a"):
            raise _UnreadError
