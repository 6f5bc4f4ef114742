"""The graph that pages read: it follows changes, and comes to what reading all anew gives."""

import random

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.explanation.derivations import derivations
from sorafenib_kg.graph import GraphOfStore
from sorafenib_kg.maintenance import Maintainer
from sorafenib_kg.namespaces import DERIVATIONS, ID, OWL, RDF, RDFS, SKG, WHAT_IF, graph_name
from sorafenib_kg.processes.changes import ChangesSince, LastChanges
from sorafenib_kg.reasoning import materialise
from sorafenib_kg.store import MemoryStore
from sorafenib_kg.store.difference import Difference
from sorafenib_kg.store.merges import merged

E = "http://e/"
GRAPHS = [graph_name("S01"), graph_name("S02")]
NAMES = [NamedNode(E + name) for name in "abcd"]
P = NamedNode(E + "p")
SCHEMA = {
    Quad(NAMES[0], RDFS.subClassOf, NAMES[1], GRAPHS[0]),
    Quad(P, RDF.type, OWL.TransitiveProperty, GRAPHS[0]),
    Quad(NAMES[1], OWL.disjointWith, NAMES[2], GRAPHS[0]),
}


class Kept:
    """A store that is changed as the data process changes its own."""

    def __init__(self) -> None:
        found = materialise(quad.triple for quad in SCHEMA)
        beside = {"what-if": [], "derivations": list(derivations(found))}
        self.maintainer = Maintainer(SCHEMA, beside=beside)
        self.store = MemoryStore(SCHEMA, found.inferred(), beside["derivations"], version="1")
        self.changes = LastChanges()
        self.number = 1
        self.asked = 0

    def change(self, wanted: Difference) -> None:
        inferred = self.maintainer.maintain(wanted, force=True)
        self.number += 1
        whole = merged(self.store.engine, wanted, inferred)
        self.store.change(whole, f"1.{self.number - 1}")
        self.maintainer.commit()
        self.changes.add(self.number, wanted)

    def ask(self, message: tuple[object, ...]):
        self.asked += 1
        what, number = message
        assert what == "changes"
        return (self.number, self.changes.between(number, self.number)), []

    def reader(self) -> GraphOfStore:
        return GraphOfStore(self.store, "rl", ChangesSince(self.ask, "1"))


def in_graph(store: MemoryStore, graph: NamedNode) -> set[Triple]:
    return {quad.triple for quad in store.engine.quads_for_pattern(None, None, None, graph)}


def quads(draw: random.Random, count: int) -> set[Quad]:
    found = set()
    for _ in range(count):
        predicate = draw.choice([P, RDF.type, RDFS.subClassOf, RDFS.label])
        found.add(Quad(draw.choice(NAMES), predicate, draw.choice(NAMES), draw.choice(GRAPHS)))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_graph_that_follows_is_the_one_that_reading_gives(seed: int):
    draw = random.Random(seed)  # noqa: S311 - any will do
    kept = Kept()
    following = kept.reader()
    state = set(following.current.dataset.quads)
    for _ in range(8):
        for _ in range(draw.choice([1, 1, 3])):
            flipped = quads(draw, draw.choice([1, 2, 6]))
            kept.change(Difference(frozenset(flipped & state), frozenset(flipped - state)))
            state ^= flipped
        found, read = following.current, kept.reader().current
        assert found.version == read.version == kept.store.version
        assert set(found.dataset.quads) == set(read.dataset.quads) == state
        assert set(found.closure.inferred()) == set(read.closure.inferred())
        assert len(found.closure.clashes) == len(read.closure.clashes)
        assert found.labels == read.labels
        reified = {
            t.object for t in in_graph(kept.store, DERIVATIONS) if t.predicate == RDF.reifies
        }
        assert reified == set(read.closure.inferred())
        for triple in found.closure.inferred():
            assert found.explain(triple).conclusion.triple == triple
    assert kept.asked


def test_what_would_follow_from_a_hedged_claim_comes_and_goes_with_it():
    kept = Kept()
    a, b, c, _ = NAMES
    said = {
        RDF.type: SKG.Claim,
        SKG.claimSubject: a,
        SKG.claimPredicate: P,
        SKG.claimObject: b,
        SKG.polarity: NamedNode(f"{ID}supports"),
        SKG.certainty: NamedNode(f"{ID}suggested"),
        SKG.statement: Literal("It might."),
    }
    claim = NamedNode(f"{E}claim")
    stated = Quad(b, P, c, GRAPHS[0])
    quads = {Quad(claim, predicate, value, GRAPHS[0]) for predicate, value in said.items()}
    change = Difference(added=frozenset([stated, *quads]))
    for _ in range(2):
        assert not in_graph(kept.store, WHAT_IF)
        kept.change(change)
        assert in_graph(kept.store, WHAT_IF) == {Triple(a, P, b), Triple(a, P, c)}
        assert Quad(a, P, c) not in kept.store.engine
        kept.change(change.inverse)


def test_what_was_explained_before_a_change_is_not_behind_it():
    kept = Kept()
    following = kept.reader()
    fact = Quad(NAMES[3], RDF.type, NAMES[0], GRAPHS[0])
    follows = Triple(NAMES[3], RDF.type, NAMES[1])
    kept.change(Difference(added=frozenset([fact])))
    assert following.current.explain(follows).conclusion.triple == follows
    kept.change(Difference(removed=frozenset([fact])))
    with pytest.raises(NotEntailedError):
        following.current.explain(follows)


def test_changes_that_are_no_longer_kept_are_not_made_up():
    changes = LastChanges()
    one = Difference(added=frozenset(quads(random.Random(1), 3)))  # noqa: S311 - any will do
    for number in range(2, 1500):
        changes.add(number, one)
    assert changes.between(1, 1499) is None
    assert len(changes.between(1400, 1499) or ()) == 99
    assert changes.between(1499, 1499) == []
    assert changes.between(1499, 1500) is None
