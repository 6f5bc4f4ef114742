"""What is missing: for a triple that does not hold, the rules that could give it.

Rules are looked at that the ontology at hand makes of the table. A near miss is one of their
instances with as few premises missing as can be: what does hold binds the variables of the rest.
Another name for one of the triple's terms would do as well, and is not counted among the misses;
nor are axioms that the ontology does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from pyoxigraph import NamedNode, Variable

from sorafenib_kg.errors import EntailedError
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.dictionary import LITERAL, Encoded
from sorafenib_kg.reasoning.joins import Table, matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule, Slot
from sorafenib_kg.reasoning.proofs.instances import Epoch, bind_head
from sorafenib_kg.reasoning.terms import Statement, Term, statement
from sorafenib_kg.rules import REFLEXIVE

# Of one rule and the same premises missing, so many instances are shown.
_EXAMPLES = 3
# Of a rule with more premises than this whose variables are open, only single ones are left out.
_MOST_OPEN = 6


@dataclass(frozen=True, slots=True)
class Premise:
    """A premise of a rule: three terms, or variables where anything would do.

    ``why_not`` tells more of one that does not hold, as far as that was asked for.
    """

    terms: tuple[Term | Variable, Term | Variable, Term | Variable]
    holds: bool
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """An instance of a rule that would give the triple if all its premises held.

    ``rule`` is W3C's name; the premises are in the order of the rule, those on the ontology
    included, lists by their triples. ``others`` is the number of further instances that are like
    this one, with other things in the place of some.
    """

    rule: str
    premises: tuple[Premise, ...]
    others: int = 0

    @property
    def missing(self) -> tuple[Premise, ...]:
        """Return the premises that do not hold."""
        return tuple(premise for premise in self.premises if not premise.holds)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a triple does not hold: how near the rules come to it, nearest first.

    ``unknown`` are those of its terms that no triple has. Without misses, no rule of the ontology
    at hand could give such a triple. ``more`` is how many misses are left out.
    """

    triple: Statement
    unknown: tuple[Term, ...]
    misses: tuple[Miss, ...]
    more: int = 0


def why_not(closure: Closure, triple: Statement, *, depth: int = 1, most: int = 5) -> WhyNot:
    """Return what a triple that does not hold would take.

    With a ``depth`` above 1 the same is told of the premises that are missing, and so on. At most
    ``most`` misses are given for a triple. Raises EntailedError, which names the triple, if it
    holds, also if that is so whatever the data say, and ValueError if depth or most is not
    positive.
    """
    if depth < 1 or most < 1:
        raise ValueError("depth and the number of misses have to be positive")
    if triple in closure:
        raise EntailedError(f"this holds: {triple}")
    if _is_reflexive(triple):
        raise EntailedError(f"this holds whatever the data say: {triple}")
    return _Finder(closure, most).why_not(triple, depth, frozenset())


class _Finder:
    def __init__(self, closure: Closure, most: int) -> None:
        self._closure = closure
        self._most = most
        self._epoch = Epoch(closure, len(closure.engine.merges))
        self._unknown: dict[Term, int] = {}
        self._terms: dict[int, Term] = {}

    def why_not(self, triple: Statement, depth: int, above: frozenset[Statement]) -> WhyNot:
        given = tuple(triple)
        numbers = [self._number(term) for term in given]
        encoded = self._closure.origins.image((numbers[0], numbers[1], numbers[2]))
        # What stands for a term is shown under the name that was asked about.
        self._terms = dict(zip(encoded, given, strict=True))
        misses = sorted(self._misses(encoded), key=_distance)
        kept = misses[: self._most]
        if depth > 1:
            above |= {triple}
            kept = [self._deeper(miss, depth - 1, above) for miss in kept]
        unknown = tuple(dict.fromkeys(term for term in given if term in self._unknown))
        more = sum(1 + miss.others for miss in misses[self._most :])
        return WhyNot(triple, unknown, tuple(kept), more)

    def _deeper(self, miss: Miss, depth: int, above: frozenset[Statement]) -> Miss:
        premises: list[Premise] = []
        for premise in miss.premises:
            asked = None if premise.holds else as_statement(premise)
            if asked is None or asked in above or _is_reflexive(asked):
                premises.append(premise)
            else:
                premises.append(replace(premise, why_not=self.why_not(asked, depth, above)))
        return replace(miss, premises=tuple(premises))

    def _number(self, term: Term) -> int:
        """Return the number of a term; those of unknown ones are below 0, and in no triple."""
        number = self._closure.dictionary.find(term)
        return self._unknown.setdefault(term, -1 - len(self._unknown)) if number is None else number

    # --- Misses -------------------------------------------------------------------------------

    def _misses(self, triple: Encoded) -> Iterator[Miss]:
        seen: set[tuple[str, tuple[Premise, ...]]] = set()
        for rule in self._epoch.rules(triple):
            values = bind_head(rule, triple)
            if values is None:
                continue
            for miss in self._of_rule(rule, values, triple):
                key = miss.rule, miss.missing
                if key not in seen:
                    seen.add(key)
                    yield miss

    def _of_rule(
        self, rule: CompiledRule, values: Mapping[str, int], triple: Encoded
    ) -> Iterator[Miss]:
        """Give the instances of a rule with the fewest premises missing."""
        premises, body = rule.premises, rule.body
        if rule.run is not None:
            # What a property leads to step by step it leads to at once in a closure.
            body = (
                Atom(triple[0], rule.run, "?between"),
                Atom("?between", rule.run, triple[2]),
            )
            premises = rule.schema + body
        bound = {atom: atom.bind(values) for atom in body}
        ground = [atom for atom in bound.values() if not list(atom.variables())]
        absent = [atom for atom in ground if not self._holds(atom)]
        opened = [atom for atom in bound.values() if list(atom.variables())]
        for table, left_out in self._nearest(opened):
            missing = {*absent, *left_out}
            for place in range(min(table.size, _EXAMPLES)):
                row = {name: int(column[place]) for name, column in table.columns.items()}
                final = {atom.bind(row) for atom in missing}
                if not final or any(not self._can_be_added(atom, triple) for atom in final):
                    continue
                shown = tuple(
                    Premise(
                        self._slots(bound.get(atom, atom).bind(row)),
                        bound.get(atom, atom) not in missing,
                    )
                    for atom in premises
                )
                last = place == _EXAMPLES - 1
                yield Miss(rule.name, shown, table.size - _EXAMPLES if last else 0)

    def _nearest(self, opened: Sequence[Atom]) -> Iterator[tuple[Table, tuple[Atom, ...]]]:
        """Give matches of as many atoms as match together, and the atoms that are left out."""
        sizes = range(len(opened) + 1)
        if len(opened) > _MOST_OPEN:
            sizes = range(2)
        for size in sizes:
            found = False
            # The last first, so that what holds is followed from the subject on.
            for left_out in combinations(reversed(opened), size):
                kept = [atom for atom in opened if atom not in left_out]
                names = {name for atom in kept for name in atom.variables()}
                table = matches(kept, self._epoch.relations, names) if kept else Table(1, {})
                if table.size:
                    found = True
                    yield table, left_out
            if found:
                return
        if len(opened) > _MOST_OPEN:
            yield Table(1, {}), tuple(opened)

    def _holds(self, atom: Atom) -> bool:
        relation = self._epoch.relations.get(atom.predicate)
        subject, value = atom.subject, atom.object
        if relation is None or isinstance(subject, str) or isinstance(value, str):
            return False
        return relation.place(subject, value) is not None

    def _can_be_added(self, atom: Atom, triple: Encoded) -> bool:
        """Tell whether a premise can come to hold other than by the triple that it is to give."""
        if (atom.subject, atom.predicate, atom.object) == triple:
            return False
        return isinstance(atom.subject, str) or atom.subject < LITERAL

    def _slots(self, atom: Atom) -> tuple[Term | Variable, Term | Variable, Term | Variable]:
        return self._slot(atom.subject), self._slot(atom.predicate), self._slot(atom.object)

    def _slot(self, slot: Slot) -> Term | Variable:
        if isinstance(slot, str):
            return Variable(slot.lstrip("?").replace(".", "_"))
        known = self._terms.get(slot)
        return self._closure.dictionary.term(slot) if known is None else known


def as_statement(premise: Premise) -> Statement | None:
    """Return the triple that a premise is, or None if it has a variable."""
    subject, predicate, value = premise.terms
    if isinstance(subject, Variable) or isinstance(predicate, Variable):
        return None
    return None if isinstance(value, Variable) else statement(subject, predicate, value)


def _is_reflexive(triple: Statement) -> bool:
    predicate = triple.predicate
    reflexive = isinstance(predicate, NamedNode) and predicate.value in REFLEXIVE
    return reflexive and triple.subject == triple.object


def _distance(miss: Miss) -> tuple[int, int]:
    missing = miss.missing
    opened = {term for premise in missing for term in premise.terms if isinstance(term, Variable)}
    return len(missing), len(opened)
