"""Justifications: minimal sets of axioms that contradict each other, found by asking a reasoner.

The reasoner is a black box, a function that tells whether some of the axioms contradict each
other. That adding axioms never repairs a contradiction is all that is assumed of it. One set is
found by growing a contradicting part and shrinking it (QuickXplain: Junker 2004); the others by
a hitting set tree (Reiter 1987, corrected by Greiner and others 1989), which asks what still
contradicts when one axiom of each set found so far is left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

Contradict = Callable[[Sequence[int]], bool]
Places = tuple[int, ...]

_FIRST_PART = 32


class Search:
    """A search for the minimal contradicting sets among numbered axioms; its state can be read.

    ``found`` are the minimal sets so far, each in ascending order. ``smallest`` is the smallest
    set that is known to contradict while it is not known to be minimal, None in between.
    ``complete`` tells whether ``found`` are all that there are.
    """

    def __init__(
        self, axioms: Sequence[int], contradict: Contradict, seeds: Sequence[Sequence[int]] = ()
    ) -> None:
        """Take axioms that contradict each other, those first that are likely to matter.

        Seeds are sets that somebody else takes to be contradicting; they are tried first.
        """
        self._axioms = tuple(axioms)
        self._contradict = contradict
        self._seeds = seeds
        self.found: list[Places] = []
        self.smallest: Places | None = tuple(axioms)
        self.complete = False

    def run(self, at_most: int) -> None:
        """Look for so many sets, or for all if there are no more."""
        waiting: deque[frozenset[int]] = deque([frozenset()])
        seen = set(waiting)
        consistent_without: list[frozenset[int]] = []
        while waiting and len(self.found) < at_most:
            left_out = waiting.popleft()
            if any(less <= left_out for less in consistent_without):
                continue
            known = next((c for c in self.found if left_out.isdisjoint(c)), None)
            conflict = known or self._conflict_without(left_out)
            if conflict is None:
                consistent_without.append(left_out)
                continue
            for axiom in conflict:
                more = left_out | {axiom}
                if more not in seen:
                    seen.add(more)
                    waiting.append(more)
        self.complete = not waiting

    def _conflict_without(self, left_out: frozenset[int]) -> Places | None:
        rest = [axiom for axiom in self._axioms if axiom not in left_out]
        if left_out and not self._contradict(rest):
            return None
        self.smallest = None
        self._note(rest)
        conflict = tuple(sorted(self._shrink(self._part(rest, left_out))))
        self.found.append(conflict)
        self.smallest = None
        return conflict

    def _part(self, axioms: list[int], left_out: frozenset[int]) -> list[int]:
        """Return a contradicting part of contradicting axioms: a seed, or else a beginning."""
        for seed in self._seeds:
            if left_out.isdisjoint(seed) and self._contradict(seed):
                self._note(seed)
                return list(seed)
        size = _FIRST_PART
        while size < len(axioms):
            if self._contradict(axioms[:size]):
                self._note(axioms[:size])
                return axioms[:size]
            size *= 2
        return axioms

    def _shrink(self, axioms: list[int]) -> list[int]:
        """Return a minimal contradicting set among contradicting axioms."""

        def explain(base: list[int], changed: bool, rest: list[int]) -> list[int]:
            if changed and self._contradict(base):
                self._note(base)
                return []
            if len(rest) == 1:
                return rest
            half = len(rest) // 2
            first, second = rest[:half], rest[half:]
            found = explain(base + first, True, second)
            return explain(base + found, bool(found), first) + found

        # Where what is asked about contradicts by itself, no axiom is needed at all.
        if not axioms or self._contradict([]):
            return []
        return explain([], False, axioms)

    def _note(self, conflict: Sequence[int]) -> None:
        if self.smallest is None or len(conflict) < len(self.smallest):
            self.smallest = tuple(conflict)
