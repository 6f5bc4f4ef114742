"""The closure: what was asserted and what follows, with rank and rule of each triple."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from pyoxigraph import NamedNode, Triple

from sorafenib_kg.reasoning.arrays import MASK, SHIFT, Ints, block, find, member
from sorafenib_kg.reasoning.clashes import Clash, find_clashes
from sorafenib_kg.reasoning.dictionary import Dictionary, Encoded
from sorafenib_kg.reasoning.engine import Engine
from sorafenib_kg.reasoning.names import Names, Writing, replacing_rule
from sorafenib_kg.reasoning.origins import Origins
from sorafenib_kg.reasoning.relation import ASSERTED
from sorafenib_kg.reasoning.terms import Statement
from sorafenib_kg.rules import AXIOMATIC, RULES, TYPES_WITHOUT_RULE, WITHOUT_RULE, Rule, iri

BY_EQUALITY = "eq-*"  # in the place of a rule: a triple that holds by another name of its terms


@dataclass(frozen=True, slots=True)
class Statistics:
    """What reasoning came to.

    Counts are triples, but for ``rules`` (compiled rules), ``rounds`` and ``clashes``. ``fired``
    is the number of inferred triples that each rule gave first, by W3C's name; those that only
    hold by another name of their terms are counted under ``eq-*``. ``uncovered`` are the
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
    ``dictionary``, ``engine``, ``facts`` and ``origins`` are for the other modules of this package.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        engine: Engine,
        facts: Mapping[int, Ints],
        names: Names = Names.RESOURCES,
        encoding: float = 0.0,
    ) -> None:
        """Take over an engine that has run; `materialise` is the way to make a closure."""
        self.dictionary = dictionary
        self.engine = engine
        self.facts = facts
        self.names = names
        self.origins = Origins(engine)
        started = time.perf_counter()
        self.clashes: tuple[Clash, ...] = tuple(find_clashes(engine, dictionary, self.origins))
        self._seconds = {
            "encode": encoding,
            **engine.seconds,
            "clash": time.perf_counter() - started,
        }

    @cached_property
    def statistics(self) -> Statistics:
        """What reasoning came to; counted when first asked for."""
        engine = self.engine
        fired = self._fired()
        return Statistics(
            asserted=sum(len(keys) for keys in self.facts.values()),
            inferred=sum(fired.values()),
            rules=sum(rule.kind == "join" for rule in engine.rules) + len(engine.clash_rules),
            rounds=engine.rounds,
            clashes=len(self.clashes),
            fired=MappingProxyType(fired),
            uncovered=MappingProxyType(self._uncovered()),
            seconds=MappingProxyType(self._seconds),
        )

    def __len__(self) -> int:
        """Return the number of triples, asserted and inferred."""
        return self.statistics.asserted + self.statistics.inferred

    def __contains__(self, triple: Statement) -> bool:
        """Tell whether a triple is asserted or follows, by whatever names of its terms."""
        encoded = self.dictionary.encode_triple(triple)
        return encoded is not None and self.holds(encoded)

    def holds(self, encoded: Encoded) -> bool:
        """Tell the same of a triple of numbers."""
        subject, predicate, value = self.origins.image(encoded)
        if encoded[0] == encoded[2] and predicate in self.engine.compiler.reflexive:
            return self.is_asserted(encoded)
        relation = self.engine.relations.get(predicate)
        return relation is not None and relation.place(subject, value) is not None

    def is_asserted(self, encoded: Encoded) -> bool:
        """Tell whether a triple of numbers was asserted as it stands."""
        keys = self.facts.get(encoded[1])
        if keys is None:
            return False
        return bool(member(np.array([(encoded[0] << SHIFT) | encoded[2]]), keys)[0])

    def inferred(self) -> Iterator[Triple]:
        """Give the inferred triples, none that is asserted, ordered by predicate and subject."""
        decode = self.dictionary.decode
        for predicate, keys in self._inferred.items():
            for subject, value in zip(
                (keys >> SHIFT).tolist(), (keys & MASK).tolist(), strict=True
            ):
                triple = decode(subject, predicate, value)
                if isinstance(triple, Triple):
                    yield triple

    def inferred_keys(self) -> Mapping[int, Ints]:
        """Return the same as keys (subject, object), sorted, by predicate."""
        return MappingProxyType(self._inferred)

    @cached_property
    def _inferred(self) -> dict[int, Ints]:
        return dict(self._written())

    def derived(self) -> Iterator[tuple[Triple, int, str]]:
        """Give the inferred triples with their ranks and the names of their rules."""
        names = [rule.name for rule in self.engine.rules]
        for predicate, keys in self._inferred.items():
            ranks, rules = self._given(predicate, keys)
            for key, rank, rule in zip(keys.tolist(), ranks.tolist(), rules.tolist(), strict=True):
                triple = self.dictionary.decode(key >> SHIFT, predicate, key & MASK)
                if isinstance(triple, Triple):
                    if rule < 0:
                        yield triple, self.rank(triple), self.rule(triple) or ""
                    else:
                        yield triple, rank, names[rule]

    def _given(self, predicate: int, keys: Ints) -> tuple[Ints, Ints]:
        """Return rank and rule of triples that have a row among the representatives; else -1."""
        ranks, rules = np.full(len(keys), -1), np.full(len(keys), -1)
        relation = self.engine.relations.get(predicate)
        if relation is not None:
            rows = relation.ranked()
            own = relation.pack(keys >> SHIFT, keys & MASK)
            places, found = find(own, rows.keys)
            ranks[found] = rows.ranks[places[found]]
            rules[found] = rows.rules[places[found]]
        return ranks, rules

    def rank(self, triple: Statement) -> int:
        """Return 0 for an asserted triple, else 1 more than its premises' largest rank.

        For a triple over representatives, its premises are taken over representatives too. One
        that only holds by another name of its terms ranks above the triple that it is proved
        from, and above all that made the names those of one thing; it has the round in which it
        came to hold, or the round after that. Raises KeyError if the triple does not hold.
        """
        return self.origins.rank(self._encoded(triple))

    def rule(self, triple: Statement) -> str | None:
        """Return W3C's name of the rule that first gave a triple; None if it is asserted.

        Raises KeyError if the triple does not hold.
        """
        encoded = self._encoded(triple)
        row = self.origins.row(encoded)
        if row is not None and row.rule >= 0:
            return self.engine.rules[row.rule].name
        if row is not None and row.rule == ASSERTED:
            return None
        return replacing_rule(self.engine, self.origins, encoded)

    def _encoded(self, triple: Statement) -> Encoded:
        encoded = self.dictionary.encode_triple(triple)
        if encoded is None or not self.holds(encoded):
            raise KeyError(triple)
        return encoded

    def _written(self) -> Iterator[tuple[int, Ints]]:
        """Give keys (subject, object) of what was inferred, by predicate, as triples of RDF."""
        writing = Writing(self.engine, self.facts, self.names)
        for predicate in writing.predicates():
            if self.dictionary.is_iri(predicate):
                keys = writing.keys(predicate)
                known = self.facts.get(predicate)
                if known is not None and len(known):
                    keys = keys[~member(keys, known)]
                if len(keys):
                    yield predicate, keys

    def _fired(self) -> dict[str, int]:
        """Count what each rule gave; the rest of what was inferred is due to equality."""
        if not self.engine.equality:
            return dict(sorted(self.engine.fired().items()))
        fired: Counter[str] = Counter()
        inferred = sum(len(keys) for keys in self._inferred.values())
        for predicate, keys in self._inferred.items():
            rules = self._given(predicate, keys)[1]
            for place in np.flatnonzero(numbers := np.bincount(rules[rules >= 0])).tolist():
                fired[self.engine.rules[place].name] += int(numbers[place])
        rest = inferred - sum(fired.values())
        if rest:
            fired[BY_EQUALITY] += rest
        return dict(sorted(fired.items()))

    def _uncovered(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for name in WITHOUT_RULE:
            relation = self.engine.relations.get(self._number(name))
            found[_short(name)] += len(relation) if relation else 0
        types = self.engine.relations.get(self.engine.type)
        if types is not None:
            for name in TYPES_WITHOUT_RULE:
                found[_short(name)] += len(block(types.backward(), self._number(name)))
        for reason, _ in self.engine.compiler.skipped:
            found[reason] += 1
        return {name: number for name, number in sorted(found.items()) if number}

    def _number(self, name: str) -> int:
        number = self.dictionary.find(NamedNode(name))
        return -1 if number is None else self.engine.equality.leader(number)


def _short(name: str) -> str:
    """Return a name of OWL's vocabulary with its prefix."""
    return f"owl:{name.removeprefix(iri('owl:'))}"


def materialise(
    triples: Iterable[Triple],
    rules: Iterable[Rule] = RULES,
    *,
    axiomatic: bool = False,
    names: Names = Names.RESOURCES,
) -> Closure:
    """Return the closure of triples under the rules.

    ``triples`` is the RDF merge of whatever graphs, ontology and facts together; a triple may
    come more than once. With ``axiomatic``, the triples that hold whatever the data are drawn as
    well, the reflexive ones among them. ``names`` says under which names of what is the same an
    inferred triple is written; it holds under all of them in any case. Which triples follow, and
    their ranks, does not depend on the order of the input; which of several equally early rules
    or premises is shown in a proof does, so give an ordered iterable where proofs have to be
    reproducible. Raises ValueError for a triple whose subject is a triple term.
    """
    started = time.perf_counter()
    dictionary = Dictionary()
    facts = dictionary.encode(triples)
    encoding = time.perf_counter() - started
    return close(dictionary, facts, rules, axiomatic=axiomatic, names=names, encoding=encoding)


def close(
    dictionary: Dictionary,
    facts: Mapping[int, Ints],
    rules: Iterable[Rule] = RULES,
    *,
    axiomatic: bool = False,
    names: Names = Names.RESOURCES,
    encoding: float = 0.0,
) -> Closure:
    """Return the closure of encoded triples: keys (subject, object), sorted, by predicate.

    ``encoding`` is how many seconds it took to encode them, for the statistics.
    """
    table = (*rules, *AXIOMATIC) if axiomatic else tuple(rules)
    engine = Engine(table, dictionary, facts, axiomatic=axiomatic)
    engine.run()
    return Closure(dictionary, engine, facts, names, encoding)
