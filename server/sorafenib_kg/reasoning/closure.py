"""The closure: what was asserted and what follows, with rank and rule of each triple."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from pyoxigraph import BlankNode, NamedNode, Triple

from sorafenib_kg.reasoning.arrays import MASK, block
from sorafenib_kg.reasoning.dictionary import Dictionary, Encoded
from sorafenib_kg.reasoning.engine import Engine
from sorafenib_kg.reasoning.joins import matches
from sorafenib_kg.reasoning.program import Atom, CompiledRule
from sorafenib_kg.reasoning.relation import ASSERTED, Relation
from sorafenib_kg.rules import RULES, UNCOVERED_PREDICATES, UNCOVERED_TYPES, Rule, iri

_DATATYPES = (iri("xsd:"), iri("rdfs:Literal"), iri("rdf:PlainLiteral"), iri("rdf:langString"))


@dataclass(frozen=True, slots=True)
class Clash:
    """A contradiction: a rule that concludes *false*, and the triples that fulfil it.

    ``premises`` are in the order of the rule: the ontology's axioms and what they forbid.
    ``nodes`` are the individuals concerned.
    """

    rule: str
    nodes: tuple[NamedNode | BlankNode, ...]
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What reasoning came to.

    Counts are triples, but for ``rules`` (compiled rules), ``rounds`` and ``clashes``. ``fired``
    is the number of triples that each rule gave first, by W3C's name. ``uncovered`` are the
    constructs in the input that no rule here understands, with the number of triples that use
    them: what follows from these is missing from the closure. ``seconds`` are wall time by phase:
    encode, compile, reason, clash.
    """

    asserted: int
    inferred: int
    rules: int
    rounds: int
    clashes: int
    fired: Mapping[str, int]
    uncovered: Mapping[str, int]
    seconds: Mapping[str, float]


class Closure:
    """Asserted triples and all that follows from them by the rules.

    Triples are pyoxigraph's. A triple that is both asserted and derivable counts as asserted.
    ``dictionary`` and ``engine`` are for the other modules of this package.
    """

    def __init__(self, dictionary: Dictionary, engine: Engine, encoding: float = 0.0) -> None:
        """Take over an engine that has run; `materialise` is the way to make a closure."""
        self.dictionary = dictionary
        self.engine = engine
        started = time.perf_counter()
        self.clashes: tuple[Clash, ...] = tuple(self._find_clashes())
        seconds = {
            "encode": encoding,
            **engine.seconds,
            "clash": time.perf_counter() - started,
        }
        asserted = sum(len(relation.asserted) for relation in engine.relations.values())
        self.statistics = Statistics(
            asserted=asserted,
            inferred=len(self) - asserted,
            rules=len(engine.rules) + len(engine.clash_rules),
            rounds=engine.rounds,
            clashes=len(self.clashes),
            fired=MappingProxyType(dict(sorted(engine.fired().items()))),
            uncovered=MappingProxyType(self._uncovered()),
            seconds=MappingProxyType(seconds),
        )

    def __len__(self) -> int:
        """Return the number of triples, asserted and inferred."""
        return sum(len(relation) for relation in self.engine.relations.values())

    def __contains__(self, triple: Triple) -> bool:
        """Tell whether a triple is asserted or inferred."""
        return self._place(triple) is not None

    def inferred(self) -> Iterator[Triple]:
        """Give the inferred triples, none that is asserted, ordered by predicate and subject."""
        return (triple for triple, _, _ in self.derived())

    def derived(self) -> Iterator[tuple[Triple, int, str]]:
        """Give the inferred triples with their ranks and the names of their rules."""
        names = [rule.name for rule in self.engine.rules]
        decode = self.dictionary.decode
        for predicate, relation in self.engine.relations.items():
            ranked = relation.ranked()
            chosen = np.flatnonzero(ranked.rules != ASSERTED)
            subjects, objects = relation.unpack(ranked.keys[chosen])
            for subject, value, rank, rule in zip(
                subjects.tolist(),
                objects.tolist(),
                ranked.ranks[chosen].tolist(),
                ranked.rules[chosen].tolist(),
                strict=True,
            ):
                yield decode(subject, predicate, value), rank, names[rule]

    def rank(self, triple: Triple) -> int:
        """Return 0 for an asserted triple, else 1 more than its premises' largest rank.

        Raises KeyError if the triple does not hold.
        """
        relation, place = self._at(triple)
        return int(relation.ranked().ranks[place])

    def rule(self, triple: Triple) -> str | None:
        """Return W3C's name of the rule that first gave a triple; None if it is asserted.

        Raises KeyError if the triple does not hold.
        """
        relation, place = self._at(triple)
        number = int(relation.ranked().rules[place])
        return None if number == ASSERTED else self.engine.rules[number].name

    def _at(self, triple: Triple) -> tuple[Relation, int]:
        found = self._place(triple)
        if found is None:
            raise KeyError(triple)
        return found

    def _place(self, triple: Triple) -> tuple[Relation, int] | None:
        encoded = self.dictionary.encode_triple(triple)
        if encoded is None or encoded[1] not in self.engine.relations:
            return None
        relation = self.engine.relations[encoded[1]]
        place = relation.place(encoded[0], encoded[2])
        return None if place is None else (relation, place)

    def _find_clashes(self) -> Iterator[Clash]:
        seen: set[tuple[str, frozenset[Encoded]]] = set()
        for rule in self.engine.clash_rules:
            names = {name for atom in rule.body for name in atom.variables()}
            table = matches(rule.body, self.engine.relations, names)
            for row in range(table.size):
                values = {name: int(table.columns[name][row]) for name in table.columns}
                premises = [ground(atom, values) for atom in rule.premises]
                # Asymmetry, for one, is broken by the same two triples in either order.
                key = rule.name, frozenset(premises)
                if key not in seen:
                    seen.add(key)
                    yield self._clash(rule, premises, values)

    def _clash(self, rule: CompiledRule, premises: list[Encoded], values: dict[str, int]) -> Clash:
        numbers: dict[int, None] = {}
        for subject, predicate, value in (ground(atom, values) for atom in rule.body):
            numbers[subject] = None
            if predicate != self.engine.type:
                numbers[value] = None
        nodes = (self.dictionary.term(number) for number in numbers)
        return Clash(
            rule.name,
            tuple(node for node in nodes if isinstance(node, NamedNode | BlankNode)),
            tuple(self.dictionary.decode(*premise) for premise in premises),
        )

    def _uncovered(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for name in UNCOVERED_PREDICATES:
            relation = self.engine.relations.get(self._number(name))
            found[_short(name)] += len(relation) if relation else 0
        types = self.engine.relations.get(self.engine.type)
        if types is not None:
            for name in UNCOVERED_TYPES:
                found[_short(name)] += len(block(types.backward(), self._number(name)))
        ranges = self.engine.relations.get(self._number(iri("rdfs:range")))
        if ranges is not None:
            for value in (ranges.forward() & MASK).tolist():
                name = str(getattr(self.dictionary.term(value), "value", ""))
                found["rdfs:range of literals"] += name.startswith(_DATATYPES)
        for reason, _ in self.engine.compiler.skipped:
            found[reason] += 1
        return {name: number for name, number in sorted(found.items()) if number}

    def _number(self, name: str) -> int:
        number = self.dictionary.find(NamedNode(name))
        return -1 if number is None else number


def ground(atom: Atom, values: Mapping[str, int]) -> Encoded:
    """Return the triple that an atom becomes when all its variables have values."""
    bound = atom.bind(values)
    if isinstance(bound.subject, str) or isinstance(bound.object, str):
        raise KeyError(f"{bound} has a variable without a value")
    return bound.subject, bound.predicate, bound.object


def _short(name: str) -> str:
    """Return a name of OWL's vocabulary with its prefix."""
    return f"owl:{name.removeprefix(iri('owl:'))}"


def materialise(triples: Iterable[Triple], rules: Iterable[Rule] = RULES) -> Closure:
    """Return the closure of triples under the rules.

    ``triples`` is the RDF merge of whatever graphs, ontology and facts together; a triple may
    come more than once. Which triples follow, and their ranks, does not depend on the order of
    the input; which of several equally early rules or premises is shown in a proof does, so give
    an ordered iterable where proofs have to be reproducible. Raises ValueError for a triple
    whose subject is a triple term.
    """
    started = time.perf_counter()
    dictionary = Dictionary()
    asserted = dictionary.encode(triples)
    encoding = time.perf_counter() - started
    engine = Engine(rules, dictionary, asserted)
    engine.run()
    return Closure(dictionary, engine, encoding)
