"""Proofs: why a triple holds, by following the ranks downwards.

A triple over representatives is proved by the rule that gave it, applied to triples of smaller
ranks as the relations were at that time. One that holds by another name of its terms is proved
from the triple by its first names, by replacing one term after the other; that two names are of
one thing is proved by the shortest way over the triples of owl:sameAs that had been found by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import NamedNode

from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.reasoning.arrays import Ints, block
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.closure import Closure
from sorafenib_kg.reasoning.compiler import DIFFERENT
from sorafenib_kg.reasoning.dictionary import LITERAL, Encoded
from sorafenib_kg.reasoning.origins import Row
from sorafenib_kg.reasoning.program import CompiledRule, ground
from sorafenib_kg.reasoning.proofs.derivation import Derivation, Refutation
from sorafenib_kg.reasoning.proofs.instances import bind_head, instances
from sorafenib_kg.reasoning.proofs.paths import shortest_path
from sorafenib_kg.reasoning.relation import ASSERTED
from sorafenib_kg.reasoning.terms import Statement


def derive(closure: Closure, triple: Statement) -> Derivation:
    """Return a proof of a triple; the shortest by rank, not always the smallest.

    Raises NotEntailedError, which names the triple, if it does not hold.
    """
    encoded = closure.dictionary.encode_triple(triple)
    if encoded is None or triple not in closure:
        raise NotEntailedError(f"the graph does not entail: {triple}")
    return Prover(closure).prove(encoded)


def derive_clash(closure: Closure, clash: Clash) -> Refutation:
    """Return a proof of a clash of this closure. Raises NotEntailedError for a foreign one."""
    if clash not in closure.clashes:
        raise NotEntailedError(f"the graph does not have this clash of {clash.rule}")
    prover = Prover(closure)
    proofs = []
    for premise in clash.premises:
        encoded = closure.dictionary.encode_triple(premise)
        if encoded is None:
            raise NotEntailedError(f"the graph does not entail: {premise}")
        proofs.append(prover.prove(encoded))
    return Refutation(clash, tuple(proofs))


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be proved: a triple, by what is known before a round.

    ``source`` is the triple that it is proved from if it is an intermediate form of one, with
    some of its terms replaced.
    """

    triple: Encoded
    before: int
    source: Encoded | None = None


Step = tuple[str | None, list[Goal]]


class Prover:
    """Builds derivations over one closure, and remembers them."""

    def __init__(self, closure: Closure) -> None:
        """Take a closure, which must not change while this is in use."""
        self._closure = closure
        self._dictionary = closure.dictionary
        self._engine = closure.engine
        self._origins = closure.origins
        self._history = closure.origins.history
        self._end = closure.engine.rounds + 1
        self._different = closure.dictionary.find(NamedNode(DIFFERENT))
        self._same_edges: tuple[Ints, Ints] | None = None
        self._done: dict[Goal, Derivation] = {}

    def prove(self, triple: Encoded) -> Derivation:
        """Return the derivation of a triple that holds."""
        first = self.goal(triple)
        steps: dict[Goal, Step] = {}
        waiting = [first]
        while waiting:
            goal = waiting[-1]
            if goal in self._done:
                waiting.pop()
                continue
            if goal not in steps:
                steps[goal] = self.step(goal)
                waiting += [premise for premise in steps[goal][1] if premise not in self._done]
                continue
            waiting.pop()
            rule, premises = steps[goal]
            self._done[goal] = Derivation(
                self._dictionary.decode(*goal.triple),
                rule,
                tuple(self._done[premise] for premise in premises),
            )
        return self._done[first]

    def goal(self, triple: Encoded, before: int | None = None) -> Goal:
        """Return a goal; one whose triple has a row from then needs no more to be known."""
        before = self._end if before is None else before
        row = self._origins.row(triple)
        if row is not None and row.rank < before:
            before = row.rank
        return Goal(triple, before)

    def step(self, goal: Goal) -> Step:
        """Return the last step of the proof of a goal: W3C's name of the rule, and its premises."""
        triple = goal.triple
        if goal.source is not None:
            return self._replace(goal, goal.source)
        if self._closure.is_asserted(triple):
            return None, []
        row = self._origins.row(triple)
        if row is not None and row.rule >= 0 and row.rank <= goal.before:
            return self._by_rule(triple, row)
        if triple[1] == self._engine.same and self._leader(triple[0]) == self._leader(triple[2]):
            return self._same(goal)
        if triple[1] == self._different and triple[0] >= LITERAL and triple[2] >= LITERAL:
            return "dt-diff", []
        found = self._origins.variant(triple)
        if found is None:
            raise NotEntailedError(f"the graph does not entail: {self._dictionary.decode(*triple)}")
        variant, _ = found
        if variant == triple:
            return self._by_rule(triple, found[1])
        return self._replace(goal, variant)

    def _leader(self, number: int) -> int:
        return self._engine.equality.leader(number)

    # --- By a rule ----------------------------------------------------------------------------

    def _by_rule(self, triple: Encoded, row: Row) -> Step:
        if row.rule == ASSERTED:
            return None, []
        rule = self._engine.rules[row.rule]
        if rule.name == "eq-ref":
            return rule.name, [self.goal(self._origins.mention(triple[0], row.rank), row.rank)]
        if rule.kind == "value":
            return rule.name, []
        if rule.run is not None:
            premises = self._run(rule, triple, row.rank)
        else:
            premises = self._premises(rule, triple, row.rank)
        return rule.name, [self.goal(premise, row.rank) for premise in premises]

    def _premises(self, rule: CompiledRule, triple: Encoded, rank: int) -> list[Encoded]:
        """Return the premises of the rule's instance whose largest rank is the smallest."""
        values = bind_head(rule, triple)
        if values is None:
            raise ValueError(f"{rule.name} does not give {triple}")
        if all(name in values for atom in rule.body for name in atom.variables()):
            return [ground(atom, values) for atom in rule.premises]
        relations = self._history.at(self._history.epoch(rank))
        found = instances(rule, values, relations, below=rank, most=1)
        if not found:
            raise RuntimeError(f"no well-founded step of {rule.name} gives {triple}")
        return found[0]

    def _run(self, rule: CompiledRule, triple: Encoded, rank: int) -> list[Encoded]:
        """Return the rule's axioms and the fewest steps that lead from subject to object.

        Steps that are themselves such runs are left out: each consists of earlier steps.
        """
        subject, predicate, value = triple
        edges, ranks = self._history.steps(predicate, self._history.epoch(rank))
        if len(ranks) and ranks.max() >= rank:
            edges = edges[ranks < rank]
        stops = shortest_path(edges, subject, value)
        axioms = [ground(atom, {}) for atom in rule.schema]
        return axioms + [(stop, predicate, after) for stop, after in pairwise(stops)]

    # --- By equality --------------------------------------------------------------------------

    def _replace(self, goal: Goal, source: Encoded) -> Step:
        """Replace one term of the source, subject first, object last."""
        triple = goal.triple
        place = max(place for place in range(3) if triple[place] != source[place])
        before = (*triple[:place], *source[place:])
        same = source[place], self._engine.same, triple[place]
        inner = Goal((before[0], before[1], before[2]), goal.before, source)
        if inner.triple == source:
            inner = self.goal(source, goal.before)
        return f"eq-rep-{'spo'[place]}", [self.goal(same, goal.before), inner]

    def _same(self, goal: Goal) -> Step:
        """Prove that two names are of one thing."""
        first, same, last = goal.triple
        if self._same_edges is None:
            self._same_edges = self._origins.same_edges()
        edges, ranks = self._same_edges
        edges, ranks = edges[ranks < goal.before], ranks[ranks < goal.before]
        if first == last and not len(block(edges, first)):
            return "eq-ref", [self.goal(self._origins.mention(first, goal.before), goal.before)]
        stops = shortest_path(edges, first, last)
        if len(stops) == 2:
            row = self._origins.row((last, same, first))
            if row is None:
                raise RuntimeError(f"no triple says that {first} is {last}")
            return "eq-sym", [self.goal((last, same, first), goal.before)]
        return "eq-trans", [
            self.goal((one, same, other), goal.before) for one, other in pairwise(stops)
        ]
