"""The search for justifications, with a function in the place of HermiT, and what feeds it."""

from collections.abc import Callable, Sequence
from itertools import combinations

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat

from sorafenib_kg.reasoning.dl import logical_axioms
from sorafenib_kg.reasoning.dl.relevance import by_relevance
from sorafenib_kg.reasoning.dl.search import Search

MANY = 10**6


def oracle(conflicts: Sequence[frozenset[int]]) -> Callable[[Sequence[int]], bool]:
    return lambda places: any(conflict <= set(places) for conflict in conflicts)


def minimal(conflicts: set[frozenset[int]]) -> set[frozenset[int]]:
    return {one for one in conflicts if not any(other < one for other in conflicts)}


CONFLICTS = st.sets(st.frozensets(st.integers(0, 80), min_size=1, max_size=5), min_size=1)


@given(st.lists(st.frozensets(st.integers(0, 80), min_size=1, max_size=4), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_all_minimal_sets_are_found_and_no_other(conflicts: list[frozenset[int]]):
    search = Search(range(81), oracle(conflicts))
    search.run(MANY)
    assert len(search.found) == len(set(search.found))
    assert {frozenset(found) for found in search.found} == minimal(set(conflicts))
    assert search.complete
    assert search.smallest is None


@given(CONFLICTS, st.permutations(range(81)))
@settings(max_examples=100, deadline=None)
def test_one_set_is_minimal_whatever_the_order(conflicts: set[frozenset[int]], order: list[int]):
    contradict = oracle(list(conflicts))
    search = Search(order, contradict)
    search.run(1)
    [found] = search.found
    assert contradict(found)
    assert not any(contradict([p for p in found if p != left_out]) for left_out in found)


def test_no_more_are_looked_for_than_asked():
    conflicts = [frozenset(pair) for pair in combinations(range(6), 2)]
    search = Search(range(6), oracle(conflicts))
    search.run(3)
    assert len(search.found) == 3
    assert not search.complete


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param([3, 4, 60, 70], id="right"),
        pytest.param([1, 2], id="wrong"),
    ],
)
def test_a_seed_is_a_hint_and_no_more(seed: list[int]):
    search = Search(range(81), oracle([frozenset({3, 60})]), [seed])
    search.run(MANY)
    assert search.found == [(3, 60)]
    assert search.complete


def test_a_right_seed_spares_the_large_questions():
    asked: list[int] = []
    contradict = oracle([frozenset({3, 900})])

    def ask(places: Sequence[int]) -> bool:
        asked.append(len(places))
        return contradict(places)

    Search(range(1000), ask, [[3, 4, 900]]).run(1)
    assert max(asked) == 3


def test_what_contradicts_by_itself_needs_no_axiom():
    search = Search(range(5), lambda places: True)
    search.run(MANY)
    assert search.found == [()]
    assert search.complete


def test_what_is_known_when_the_search_breaks_off_contradicts():
    contradict = oracle([frozenset({3, 20})])
    questions = 0

    def ask(places: Sequence[int]) -> bool:
        nonlocal questions
        questions += 1
        if questions > 4:
            raise TimeoutError
        return contradict(places)

    search = Search(range(81), ask)
    with pytest.raises(TimeoutError):
        search.run(1)
    assert search.found == []
    assert search.smallest is not None
    assert contradict(search.smallest)
    assert 2 < len(search.smallest) < 81
    assert not search.complete


def test_axioms_near_the_names_come_first_and_none_is_lost():
    text = """
        @prefix : <https://example.org/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :p a owl:ObjectProperty .
        :far rdfs:subClassOf :farther .
        :A rdfs:subClassOf :B .
        :B rdfs:subClassOf :C .
        :x a :A .
        :x :p :y .
    """ + "".join(f":u{n} :p :v{n} . " for n in range(20))
    quads = pyoxigraph.parse(text, RdfFormat.TURTLE)
    units = logical_axioms(quad.triple for quad in quads).units
    order = by_relevance(units, [NamedNode("https://example.org/x")])
    assert sorted(order) == list(range(len(units)))
    lines = [str(units[place][0]) for place in order]
    near = [line for line in lines if ":u" not in line and "/u" not in line]
    assert near == [*lines[:4], lines[-1]]
    assert "farther" in lines[-1]
