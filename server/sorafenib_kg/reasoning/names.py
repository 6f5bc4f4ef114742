"""Names: how triples over representatives are written out over all that is the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

import numpy as np

from sorafenib_kg.reasoning.arrays import EMPTY, MASK, SHIFT, Ints, find, pack, spread, unique
from sorafenib_kg.reasoning.dictionary import LITERAL, Encoded
from sorafenib_kg.reasoning.engine import Engine
from sorafenib_kg.reasoning.equality import expand_classes
from sorafenib_kg.reasoning.origins import Origins


class Names(Enum):
    """Under which names of what is the same an inferred triple is written.

    REPRESENTATIVES: one name for each thing, chosen by the engine, and for each member of a class
    the triple of owl:sameAs that ties it to that name. RESOURCES: all names of a thing; a literal
    in the form that the subject has it already, else in one of those that occur. ALL: literals
    in all forms that occur and have the value.
    """

    REPRESENTATIVES = "representatives"
    RESOURCES = "resources"
    ALL = "all"


class Writing:
    """Turns the relations of an engine into triples of RDF; none has a literal as subject."""

    def __init__(self, engine: Engine, facts: Mapping[int, Ints], names: Names) -> None:
        """Take an engine that has run, and what was asserted."""
        self._engine = engine
        self._names = names
        classes = engine.equality.classes
        of_literals = classes >> SHIFT >= LITERAL
        self._classes = EMPTY if names is Names.REPRESENTATIVES else classes[~of_literals]
        self._forms = EMPTY, EMPTY
        self._occurring = EMPTY
        if of_literals.any():
            self._forms = self._forms_in_use(facts, classes[of_literals] & MASK)
            # A literal may be known that no triple has any more.
            literals = unique(self._forms[1])
            self._occurring = np.sort(pack(engine.equality.canonical(literals), literals))
            if names is Names.ALL:
                self._classes = np.sort(np.concatenate([self._classes, self._occurring]))

    def predicates(self) -> Iterable[int]:
        """Return all predicates, in the order of the engine's relations."""
        equality = self._engine.equality
        if self._names is Names.REPRESENTATIVES or not equality:
            return list(self._engine.relations)
        return dict.fromkeys(
            name for predicate in self._engine.relations for name in equality.same(predicate)
        )

    def keys(self, predicate: int) -> Ints:
        """Return all triples of a predicate as keys (subject, object), sorted."""
        leader = self._engine.equality.leader(predicate)
        keys = self._engine.relations[leader].forward()
        if self._names is Names.REPRESENTATIVES and leader == self._engine.same:
            keys = unique(np.concatenate([keys, self._engine.equality.classes]))
        keys = expand_classes(keys, self._classes)
        keys = self._in_use(keys)
        if leader in self._engine.compiler.reflexive:
            keys = keys[keys >> SHIFT != keys & MASK]
        return keys[keys >> SHIFT < LITERAL] if len(keys) and keys[-1] >> SHIFT >= LITERAL else keys

    def _forms_in_use(self, facts: Mapping[int, Ints], literals: Ints) -> tuple[Ints, Ints]:
        """Return keys (subject, literal) over representatives, sorted, and the form of each."""
        equality = self._engine.equality
        literals = unique(literals)
        found = [EMPTY]
        for keys in facts.values():
            objects = keys & MASK
            if len(objects) and objects.max() >= LITERAL:
                found.append(keys[find(objects, literals)[1]])
        forms = unique(np.concatenate(found))
        pairs = pack(equality.canonical(forms >> SHIFT), equality.canonical(forms & MASK))
        order = np.argsort(pairs, kind="stable")
        return pairs[order], (forms & MASK)[order]

    def _in_use(self, keys: Ints) -> Ints:
        """Replace literals by the forms that their subjects have."""
        pairs, forms = self._forms
        if not len(pairs) or not len(keys) or self._names is not Names.RESOURCES:
            return keys
        subjects = self._engine.equality.canonical(keys >> SHIFT)
        wanted = pack(subjects, keys & MASK)
        low, high = np.searchsorted(pairs, wanted), np.searchsorted(pairs, wanted, side="right")
        has = high > low
        rows, places = spread(low[has], high[has])
        written = pack((keys[has] >> SHIFT)[rows], forms[places])
        return unique(np.concatenate([self._first_forms(keys[~has]), written]))

    def _first_forms(self, keys: Ints) -> Ints:
        """Replace literals by the first of their forms that occurs."""
        objects = keys & MASK
        places = np.searchsorted(self._occurring, objects << SHIFT)
        places = np.minimum(places, len(self._occurring) - 1)
        known = self._occurring[places] >> SHIFT == objects
        objects = np.where(known, self._occurring[places] & MASK, objects)
        return pack(keys >> SHIFT, objects)


def replacing_rule(engine: Engine, origins: Origins, triple: Encoded) -> str:
    """Return the rule that a proof of a triple by another name of its terms ends with."""
    if triple[1] == engine.same and engine.equality.leader(triple[0]) == engine.equality.leader(
        triple[2]
    ):
        return "eq-trans"
    found = origins.variant(triple)
    if found is None:
        raise KeyError(triple)
    before, _ = found
    if before[2] != triple[2]:
        return "eq-rep-o"
    return "eq-rep-p" if before[1] != triple[1] else "eq-rep-s"
