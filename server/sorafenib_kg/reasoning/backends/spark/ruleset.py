"""What the driver knows of the ontology: its triples, and the rules they compile to.

Terms come and go as text in canonical N-Triples; within, they are numbers of a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Rational

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.reasoning.backends.spark.plans import Body, compiled_body, table_body
from sorafenib_kg.reasoning.backends.written_out import named_apart, on_itself
from sorafenib_kg.reasoning.compiler import FIRST, REST, TYPE, Compiler
from sorafenib_kg.reasoning.dictionary import Dictionary, Encoded
from sorafenib_kg.reasoning.program import CompiledRule
from sorafenib_kg.reasoning.terms import Term
from sorafenib_kg.reasoning.text.notation import read_term, write_term
from sorafenib_kg.reasoning.values import is_known, value
from sorafenib_kg.rules import (
    AXIOMATIC,
    REFLEXIVE,
    RULES,
    TYPES_WITHOUT_RULE,
    WITHOUT_RULE,
    Pair,
    Rule,
    Run,
    iri,
)

Row = tuple[str, str, str]

_CARDINALITIES = frozenset(
    f"<{iri(name)}>" for name in ("owl:maxCardinality", "owl:maxQualifiedCardinality")
)


class Ruleset:
    """The ontology and the rules for it, where equality is written out.

    ``equality`` are the rules on equality but for runs. ``clash_rules`` are the compiled rules
    that find contradictions, ``runs`` the properties that are closed under runs of steps, and
    ``datatypes`` those whose members a rule asks for; `compile` adds to these three.
    """

    def __init__(self, axiomatic: bool) -> None:
        """Start with the table; with ``axiomatic``, with all of it, for reflexive triples too."""
        self._dictionary = Dictionary()
        self._counts: dict[int, int] = {}
        self._cells: set[tuple[int, int]] = set()
        self._compiler = Compiler(
            tuple(_table(axiomatic)),
            self._dictionary,
            lambda number: number,
            lambda number: False,
            self._counts.get,
            () if axiomatic else REFLEXIVE,
            merges=False,
        )
        self.equality: list[Body] = []
        self.clash_rules: list[CompiledRule] = []
        self.runs: set[str] = set()
        self.datatypes: set[str] = set()
        for rule in RULES:
            if rule.kind == "equality" and (axiomatic or rule.name != "eq-ref"):
                runs = [f"<{p.predicate}>" for p in rule.premises if isinstance(p, Run)]
                self.runs.update(runs)
                if not runs:
                    self.equality.append(table_body(rule))

    @property
    def predicates(self) -> frozenset[str]:
        """The predicates whose triples are to be learned."""
        names = {self.text(number) for number in self._compiler.predicates}
        return frozenset(names.union(f"<{name}>" for name in WITHOUT_RULE))

    @property
    def types(self) -> frozenset[str]:
        """The classes whose members are to be learned, as triples of rdf:type."""
        names = {self.text(number) for number in self._compiler.types}
        return frozenset(names.union(f"<{name}>" for name in TYPES_WITHOUT_RULE))

    @property
    def skipped(self) -> dict[str, int]:
        """Why no rule could be made of parts of the ontology, and of how many."""
        reasons = [reason for reason, _ in self._compiler.skipped]
        return {reason: reasons.count(reason) for reason in reasons}

    def learn(self, rows: Iterable[Row]) -> None:
        """Take note of triples about the ontology that were not known yet."""
        fresh = [row for row in map(self._numbered, rows) if self._compiler.wants(row)]
        # Another name of an item is one more triple of its cell, and no fork of the list.
        before = set(self._cells)
        in_lists = self._compiler.number(FIRST), self._compiler.number(REST)
        self._cells.update((s, p) for s, p, _ in fresh if p in in_lists)
        self._compiler.learn(row for row in fresh if row[:2] not in before)

    def compile(self) -> list[Body]:
        """Return the rules that are new and give triples, but for those over runs."""
        found = []
        for rule in self._compiler.compile():
            if rule.run is not None:
                self.runs.add(self.text(rule.run))
                continue
            self.datatypes.update(self._asked(rule))
            if rule.head is None:
                self.clash_rules.append(rule)
            else:
                found.append(compiled_body(rule, self.text))
        return found

    def text(self, number: int) -> str:
        """Return a term in N-Triples."""
        return write_term(self._dictionary.term(number)).decode()

    def _number(self, text: str) -> int:
        return self._dictionary.add(term(text))

    def _numbered(self, row: Row) -> Encoded:
        subject, predicate, value = map(self._number, row)
        return subject, predicate, self._counted(value) if row[1] in _CARDINALITIES else value

    def _counted(self, number: int) -> int:
        """Return the first literal that has the same whole number as value."""
        term = self._dictionary.term(number)
        meant = value(term) if isinstance(term, Literal) else None
        if meant is None or meant[0] != "number" or not isinstance(meant[1], Rational):
            return number
        if meant[1].denominator != 1:
            return number
        return self._counts.setdefault(int(meant[1]), number)

    def _asked(self, rule: CompiledRule) -> Iterator[str]:
        """Give the datatypes whose members a rule asks for."""
        for atom in (*rule.body, *rule.alternatives):
            if atom.predicate == self._compiler.number(TYPE) and isinstance(atom.object, int):
                term = self._dictionary.term(atom.object)
                if isinstance(term, NamedNode) and is_known(term.value):
                    yield self.text(atom.object)


def term(text: str) -> Term:
    """Return the term of a text in N-Triples."""
    return read_term(text.encode())


def _table(axiomatic: bool) -> Iterator[Rule]:
    for rule in (*RULES, *AXIOMATIC) if axiomatic else RULES:
        yield rule if axiomatic else named_apart(rule)
        itself = on_itself(rule) if rule.kind == "join" else None
        if itself is not None and all(p.first != p.second for p in _pairs(itself)):
            yield itself


def _pairs(rule: Rule) -> Iterator[Pair]:
    return (premise for premise in rule.premises if isinstance(premise, Pair))
