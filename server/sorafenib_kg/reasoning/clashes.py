"""Clashes: the rules that conclude *false*, applied to a finished closure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from sorafenib_kg.reasoning.alternatives import any_two
from sorafenib_kg.reasoning.arrays import MASK, SHIFT, block, member, unique
from sorafenib_kg.reasoning.compiler import DIFFERENT, FIRST, REST
from sorafenib_kg.reasoning.dictionary import LITERAL, Dictionary, Encoded
from sorafenib_kg.reasoning.engine import Engine
from sorafenib_kg.reasoning.joins import Table, matches
from sorafenib_kg.reasoning.origins import Origins
from sorafenib_kg.reasoning.program import CompiledRule, ground
from sorafenib_kg.reasoning.terms import Statement
from sorafenib_kg.reasoning.values import Value, in_space, is_certain, is_known

_CELLS = frozenset(NamedNode(name) for name in (FIRST, REST))


@dataclass(frozen=True, slots=True)
class Clash:
    """A contradiction: a rule that concludes *false*, and the triples that fulfil it.

    ``premises`` are in the order of the rule: the ontology's axioms and what they forbid. Where
    literals are at fault, some are generalised triples. ``nodes`` are the individuals concerned.
    """

    rule: str
    nodes: tuple[NamedNode | BlankNode, ...]
    premises: tuple[Statement, ...]

    @property
    def told(self) -> tuple[Statement, ...]:
        """Return the premises without the cells of lists, for a message to be short."""
        return tuple(one for one in self.premises if one.predicate not in _CELLS)


def find_clashes(engine: Engine, dictionary: Dictionary, origins: Origins) -> Iterator[Clash]:
    """Give all clashes of a closure, each set of premises once."""
    finder = _Finder(engine, dictionary, origins)
    seen: set[tuple[str, frozenset[Encoded]]] = set()
    for rule, premises, of_things in finder.all():
        # Asymmetry, for one, is broken by the same two triples in either order.
        key = rule, frozenset(premises)
        if key not in seen:
            seen.add(key)
            yield finder.clash(rule, premises, of_things)


Found = tuple[str, list[Encoded], list[Encoded]]  # rule, premises, those that are about things


class _Finder:
    def __init__(self, engine: Engine, dictionary: Dictionary, origins: Origins) -> None:
        self._engine = engine
        self._dictionary = dictionary
        self._origins = origins
        self._forbidden: set[tuple[str, frozenset[Encoded]]] = set()

    def all(self) -> Iterator[Found]:
        for rule in self._engine.clash_rules:
            if rule.alternatives:
                yield from self._any_two(rule)
            elif rule.name != "eq-diff1":
                yield from self._by_rule(rule)
        yield from self._different()
        yield from self._different_values()
        yield from self._outside_datatypes()

    def clash(self, rule: str, premises: list[Encoded], of_things: list[Encoded]) -> Clash:
        """Return a clash with its terms."""
        numbers: dict[int, None] = {}
        for subject, predicate, value in of_things:
            numbers[subject] = None
            if predicate != self._engine.type:
                numbers[value] = None
        nodes = (self._dictionary.term(self._bearer(number)) for number in numbers)
        return Clash(
            rule,
            tuple(dict.fromkeys(node for node in nodes if isinstance(node, NamedNode | BlankNode))),
            tuple(self._dictionary.decode(*premise) for premise in premises),
        )

    def _bearer(self, number: int) -> int:
        """Return an individual, or for a literal the first individual that has it as a value."""
        if number < LITERAL:
            return number
        return self._origins.mention(number, self._engine.rounds + 1)[0]

    def _by_rule(self, rule: CompiledRule) -> Iterator[Found]:
        names = {name for atom in rule.body for name in atom.variables()}
        table = matches(rule.body, self._engine.relations, names) if rule.body else Table(1, {})
        premises = rule.premises
        body = rule.body or premises[-1:]
        for row in range(table.size):
            values = {name: int(table.columns[name][row]) for name in table.columns}
            found = [ground(atom, values) for atom in premises]
            yield rule.name, found, [ground(atom, values) for atom in body]

    def _any_two(self, rule: CompiledRule) -> Iterator[Found]:
        """Find what fulfils two alternatives of a rule."""
        axioms = [ground(atom, {}) for atom in rule.premises]
        for one, other in any_two(rule.alternatives, self._engine.relations):
            # Two lists may forbid the same.
            key = rule.name, frozenset((one, other))
            if key not in self._forbidden:
                self._forbidden.add(key)
                yield rule.name, [*axioms, one, other], [one, other]

    def _different(self) -> Iterator[Found]:
        """Find what is different and has one representative (eq-diff1)."""
        number = self._dictionary.find(NamedNode(DIFFERENT))
        relation = None if number is None else self._engine.relations.get(number)
        if relation is None or number is None:
            return
        subjects, objects = relation.unpack(relation.keys)
        for term in subjects[subjects == objects].tolist():
            found = self._origins.variant((term, number, term))
            if found is not None:
                (first, _, second), _ = found
                same = first, self._engine.same, second
                yield "eq-diff1", [same, (first, number, second)], [same]

    def _different_values(self) -> Iterator[Found]:
        """Find literals of different values that have one representative (dt-diff, eq-diff1)."""
        classes = self._engine.equality.classes
        literal = (classes & MASK) >= LITERAL
        seen: dict[int, dict[Value, int]] = {}
        for key in classes[literal].tolist():
            leader, number = key >> SHIFT, key & MASK
            meant = self._engine.literals.value(number)
            values = seen.setdefault(leader, {})
            if meant is None or not is_certain(meant) or meant in values:
                continue
            if values:
                other = next(iter(values.values()))
                same = other, self._engine.same, number
                different = other, self._dictionary.add(NamedNode(DIFFERENT)), number
                yield "eq-diff1", [same, different], [same]
            values[meant] = number

    def _outside_datatypes(self) -> Iterator[Found]:
        """Find literals that are typed by a datatype that their value is not in (dt-not-type)."""
        types = self._engine.relations.get(self._engine.type)
        if types is None:
            return
        things = types.keys & MASK
        candidates = things >= LITERAL
        mixed = self._engine.equality.classes
        mixed = mixed[((mixed & MASK) >= LITERAL) & (mixed >> SHIFT < LITERAL)]
        if len(mixed):
            candidates |= member(things, mixed >> SHIFT)
        for number in unique(types.keys[candidates] >> SHIFT).tolist():
            datatype = self._dictionary.term(number)
            if isinstance(datatype, NamedNode) and is_known(datatype.value):
                for thing in (block(types.keys, number) & MASK).tolist():
                    yield from self._outside(thing, number, datatype.value)

    def _outside(self, thing: int, number: int, datatype: str) -> Iterator[Found]:
        for literal in self._engine.equality.same(thing):
            if literal < LITERAL:
                continue
            meant = self._engine.literals.value(literal)
            if not in_space(meant, datatype) and (meant is None or is_certain(meant)):
                typed = literal, self._engine.type, number
                yield "dt-not-type", [typed], [typed]
