"""Plain triples of claims that are changed: those that loading the same data would make."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from sorafenib_kg.errors import ForbiddenError
from sorafenib_kg.loader import assemble
from sorafenib_kg.namespaces import FOUND, ID, RDF, SKG, SUPPORTS, graph_name
from sorafenib_kg.sources import ParsedFile, SourceFile
from sorafenib_kg.store.claimed import with_plain_triples
from sorafenib_kg.store.difference import Difference

GRAPHS = [graph_name("S01"), graph_name("S02")]
CLAIMS = [NamedNode(f"{ID}claim-{name}") for name in "abc"]
THINGS = [NamedNode(f"{ID}{name}") for name in ("x", "y")]
HEDGED = NamedNode(f"{ID}suggested")
PROPERTIES = {
    RDF.type: [SKG.Claim],
    SKG.claimSubject: THINGS[:1],
    SKG.claimPredicate: [NamedNode("http://e/p")],
    SKG.claimObject: THINGS[1:],
    SKG.polarity: [SUPPORTS],
    SKG.certainty: [FOUND, FOUND, FOUND, HEDGED],
    SKG.statement: [Literal("It is.", language="en")],
}


def loaded(written: set[Quad]) -> set[Quad]:
    """Return what there is when a file with these quads is loaded."""
    file = SourceFile(Path("x.trig"), "x.trig", GRAPHS[0])
    return set(assemble([ParsedFile(file, tuple(sorted(written, key=str)), {}, ())]).quads)


def store_of(quads: set[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


def claim(number: int, graph: NamedNode = GRAPHS[0], **changed: NamedNode) -> set[Quad]:
    """Return a claim that x p y."""
    values = {
        RDF.type: SKG.Claim,
        SKG.claimSubject: THINGS[0],
        SKG.claimPredicate: NamedNode("http://e/p"),
        SKG.claimObject: THINGS[1],
        SKG.polarity: SUPPORTS,
        SKG.certainty: changed.get("certainty", FOUND),
        SKG.statement: Literal("It is.", language="en"),
    }
    return {Quad(CLAIMS[number], predicate, value, graph) for predicate, value in values.items()}


PLAIN = Quad(THINGS[0], NamedNode("http://e/p"), THINGS[1], GRAPHS[0])


def change(state: set[Quad], removed: set[Quad], added: set[Quad], *, strict: bool = True):
    wanted = Difference(frozenset(removed), frozenset(added))
    return with_plain_triples(store_of(state), wanted, strict=strict)


def test_a_claim_that_is_added_yields_its_triple():
    assert change(set(), set(), claim(0)).added == claim(0) | {PLAIN}
    assert change(set(), set(), claim(0, certainty=HEDGED)).added == claim(0, certainty=HEDGED)


def test_the_triple_goes_with_the_last_claim_that_yields_it():
    both = loaded(claim(0) | claim(1))
    assert change(both, claim(0), set()).removed == claim(0)
    one = loaded(claim(1))
    assert change(one, claim(1), set()).removed == claim(1) | {PLAIN}
    other_graph = loaded(claim(0) | claim(1, GRAPHS[1]))
    assert change(other_graph, claim(0), set()).removed == claim(0) | {PLAIN}


def test_a_hedge_withdraws_the_triple():
    state = loaded(claim(0))
    certain = {quad for quad in state if quad.predicate == SKG.certainty}
    hedged = {Quad(CLAIMS[0], SKG.certainty, HEDGED, GRAPHS[0])}
    assert change(state, certain, hedged).removed == certain | {PLAIN}


def test_a_triple_that_a_claim_yields_cannot_be_removed_alone():
    state = loaded(claim(0))
    with pytest.raises(ForbiddenError, match="id:claim-a yields"):
        change(state, {PLAIN}, set())
    # A graph that is replaced by claims without their triples is one that would be loaded.
    assert not change(state, {PLAIN}, set(), strict=False)
    assert change(state, claim(0) | {PLAIN}, set()).removed == claim(0) | {PLAIN}


def test_what_no_claim_is_about_is_left_alone():
    other = Quad(THINGS[1], NamedNode("http://e/q"), THINGS[0], GRAPHS[0])
    state = loaded(claim(0)) | {other}
    assert change(state, {other}, set()) == Difference(removed=frozenset({other}))


QUADS = st.sampled_from(sorted(PROPERTIES, key=str)).flatmap(
    lambda predicate: st.builds(
        Quad,
        st.sampled_from(CLAIMS),
        st.just(predicate),
        st.sampled_from(PROPERTIES[predicate]),
        st.sampled_from(GRAPHS),
    )
)
WHOLE = st.builds(
    claim,
    st.integers(0, 2),
    st.sampled_from(GRAPHS),
    certainty=st.sampled_from([FOUND, FOUND, FOUND, HEDGED]),
)
ANY = st.builds(
    lambda some, claims: some.union(*claims),
    st.sets(QUADS, max_size=4),
    st.lists(WHOLE, max_size=2),
)


def is_plain(quads: set[Quad]) -> bool:
    """Say whether no claim says two things where it may say one, so that none comes first."""
    said = [(quad.subject, quad.predicate) for quad in {(q.triple) for q in quads}]
    return len(said) == len(set(said))


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANY, st.lists(ANY, min_size=1, max_size=4))
def test_changes_lead_to_what_loading_makes(first: set[Quad], changes: list[set[Quad]]):
    written = first
    state = loaded(written)
    for flipped in changes:
        later = written ^ flipped
        if not is_plain(written) or not is_plain(later):
            return
        found = change(state, written - later, later - written)
        assert found.removed <= state
        assert not found.added & state
        state = (state - found.removed) | found.added
        written = later
        assert state == loaded(written)
