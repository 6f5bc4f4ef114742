"""Literals in the form that they were written in, which the engine does not keep.

Of numbers, truth values, dates and times the engine keeps the value alone: "01" comes back as "1",
and a negativeInteger as an integer. What was written is kept here beside it. It is given back
where it cannot be mistaken: for what comes from the data and was not computed, if all literals
of that value were written in one way.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, Triple

from sorafenib_kg.store.interface import Row, Term
from sorafenib_kg.store.lexer import Token, closing, tokens
from sorafenib_kg.store.values import BY_VALUE, is_canonical_integer

_ANY_LENGTH = re.compile(r"[*?](?<=[\w>)].)")
_P = NamedNode("urn:x-sorafenib-kg:form")
_ENGINES = NamedNode("urn:x-sorafenib-kg:form-of-the-engine")


@dataclass(frozen=True, slots=True)
class Writing:
    """Gives terms of an answer the form that they have in the data."""

    forms: Mapping[Literal, Literal]
    computed: frozenset[str]  # variables whose values may not be from the data
    of_graph: bool  # whether the triples of an answer that is a graph are all from the data

    def row(self, variables: Sequence[str], row: Sequence[Term | None]) -> Row:
        """Return a solution with its terms as they were written."""
        return tuple(
            self.forms.get(term, term)
            if isinstance(term, Literal) and name not in self.computed
            else term
            for name, term in zip(variables, row, strict=True)
        )

    def triple(self, triple: Triple) -> Triple:
        """Return a triple as it was written."""
        written = self.forms.get(triple.object) if isinstance(triple.object, Literal) else None
        if written is None or not self.of_graph:
            return triple
        return Triple(triple.subject, triple.predicate, written)


class Forms:
    """The forms of the literals in a store that are not those of the engine."""

    def __init__(self) -> None:
        """Know none yet."""
        self._known: dict[Literal, set[Literal]] = {}  # by the engine's form
        self._single: dict[Literal, Literal] = {}

    @classmethod
    def from_quads(cls, quads: Iterable[Quad]) -> Self:
        """Read what `to_quads` has given."""
        forms, known = {}, defaultdict(set)
        for quad in quads:
            assert isinstance(quad.object, Literal)  # noqa: S101 - ours
            if quad.predicate == _ENGINES:
                forms[quad.subject] = quad.object
            else:
                known[quad.subject].add(quad.object)
        made = cls()
        made._know({forms[subject]: literals for subject, literals in known.items()})
        return made

    def to_quads(self) -> Iterator[Quad]:
        """Give the forms as quads, so that they can be written down."""
        for number, (form, known) in enumerate(self._known.items()):
            value = NamedNode(f"{_P.value}:{number}")
            yield Quad(value, _ENGINES, form)
            yield from (Quad(value, _P, literal) for literal in known)

    def __len__(self) -> int:
        """Return of how many values another form than the engine's is known."""
        return len(self._known)

    def learning(
        self, quads: Iterable[Quad], holds: Callable[[Literal], bool] = lambda literal: False
    ) -> Iterator[Quad]:
        """Give quads on to a store, and learn from them, as `learn` does, at their end."""
        seen: set[Literal] = set()
        for quad in quads:
            term = quad.object
            if type(term) is Literal:
                seen.add(term)
            yield quad
        self.learn(seen, holds)

    def learn(self, literals: Iterable[Literal], holds: Callable[[Literal], bool]) -> None:
        """Learn from literals that a store is about to take.

        ``holds`` says whether it has a literal, in the engine's form, already.
        """
        plain, others = set[Literal](), set[Literal]()
        for literal in literals:
            if is_canonical_integer(literal):
                plain.add(literal)
            elif literal.datatype in BY_VALUE:
                others.add(literal)
        if not plain and not others:
            return
        stored = _as_stored(others)
        plain |= {literal for literal, form in stored.items() if literal == form}
        for literal, form in stored.items():
            if literal == form:
                continue
            known = self._known.get(form)
            if known is None:
                was_there = form in plain or holds(form)
                known = self._known[form] = {form} if was_there else set()
            known.add(literal)
        for form in plain & self._known.keys():
            self._known[form].add(form)
        self._know(self._known)

    def _know(self, known: dict[Literal, set[Literal]]) -> None:
        self._known = known
        self._single = {form: next(iter(all_)) for form, all_ in known.items() if len(all_) == 1}

    def writing_for(self, query: str) -> Writing | None:
        """Return what gives the terms of an answer their forms; None if they may have them all.

        So it is for queries that may have terms from elsewhere: from other servers, and from
        themselves, by a path of length zero (section 18.4).
        """
        if not self._single or "\\u" in query or "\\U" in query or _ANY_LENGTH.search(query):
            return None
        if "SERVICE" in query.upper():
            return None
        found = list(tokens(query))
        computed = _computed(found)
        return Writing(self._single, computed, not computed and not _writes_literals(found))


def _as_stored(literals: set[Literal]) -> dict[Literal, Literal]:
    """Return the literals with the forms that the engine gives them."""
    store = pyoxigraph.Store()
    numbered = {NamedNode(f"{_P.value}:{i}"): literal for i, literal in enumerate(literals)}
    store.extend(Quad(name, _P, literal) for name, literal in numbered.items())
    found = {}
    for quad in store:
        assert isinstance(quad.subject, NamedNode)  # noqa: S101 - ours
        assert isinstance(quad.object, Literal)  # noqa: S101 - ours
        found[numbered[quad.subject]] = quad.object
    return found


def _computed(found: Sequence[Token]) -> frozenset[str]:
    """Return the variables that may have other values than those of triples."""
    computed: set[str] = set()
    of_values = False
    before = ""
    for token in found:
        word = token.text.upper()
        of_values = (of_values or before == "VALUES") and word != "{"
        if token.kind == "variable" and (before == "AS" or of_values):
            computed.add(token.text[1:])
        before = word
    return frozenset(computed)


def _writes_literals(found: Sequence[Token]) -> bool:
    """Say whether the template of a CONSTRUCT has literals that the engine keeps by value."""
    for index, token in enumerate(found[:-1]):
        if token.text.upper() == "CONSTRUCT" and found[index + 1].text == "{":
            template = found[index + 1 : closing(found, index + 1)]
            return any(
                part.kind in ("string", "number") or (part.kind == "word" and part.text != "a")
                for part in template
            )
    return False
