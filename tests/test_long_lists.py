"""Axioms with long lists: what is compiled grows with the list, not with the pairs of its items."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from sorafenib_kg.reasoning import Closure, derive, derive_clash, materialise, verify
from sorafenib_kg.reasoning.program import Axioms

LENGTH = 3000
PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
CLASSES = "[] a owl:AllDisjointClasses ; owl:members ( {} ) . :x a :i5 , :i7 , :i2000 ."
PROPERTIES = "[] a owl:AllDisjointProperties ; owl:members ( {} ) . :x :i5 :y ; :i7 :y , :z ."
DIFFERENT = (
    "[] a owl:AllDifferent ; owl:members ( {} ) . :i1 owl:sameAs :i2 . :i5 owl:sameAs :i6 , :i7 ."
)


def triples(text: str, length: int) -> list[Triple]:
    items = " ".join(f":i{number}" for number in range(length))
    return [quad.triple for quad in parse(PREFIXES + text.format(items), RdfFormat.TURTLE)]


def compiled(closure: Closure) -> int:
    """Count rules, and what they are made of; a list counts once however many rules share it."""
    rules = [*closure.engine.rules, *closure.engine.clash_rules]
    lists = {id(part): part for rule in rules for part in rule.parts if isinstance(part, Axioms)}
    return (
        len(rules)
        + sum(len(rule.parts) + len(rule.alternatives) for rule in rules)
        + sum(len(part.atoms) for part in lists.values())
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CLASSES, id="cax-adc"),
        pytest.param(PROPERTIES, id="prp-adp"),
        pytest.param(DIFFERENT, id="eq-diff2"),
        pytest.param(":c owl:oneOf ( {} ) .", id="cls-oo"),
        pytest.param(":c owl:unionOf ( {} ) . :x a :i7 .", id="cls-uni"),
        pytest.param(":c owl:intersectionOf ( {} ) . :x a :c .", id="cls-int1"),
    ],
)
def test_what_is_compiled_grows_with_the_list(text: str):
    short, long = (compiled(materialise(triples(text, length))) for length in (50, 500))
    assert long < 10.5 * short


@pytest.mark.parametrize(
    ("text", "rule", "pairs"),
    [
        pytest.param(CLASSES, "cax-adc", [{"i5", "i7"}, {"i5", "i2000"}, {"i7", "i2000"}]),
        pytest.param(PROPERTIES, "prp-adp", [{"i5", "i7"}]),
    ],
    ids=["cax-adc", "prp-adp"],
)
def test_a_long_list_of_what_is_disjoint_has_all_its_clashes_and_few_rules(
    text: str, rule: str, pairs: list[set[str]]
):
    given = triples(text, LENGTH)
    closure = materialise(given)
    assert closure.statistics.rules < 100
    assert compiled(closure) < 4 * LENGTH
    found = []
    for clash in closure.clashes:
        assert clash.rule == rule
        verify(derive_clash(closure, clash), set(given))
        assert len(clash.told) == 4  # that they are disjoint, the list, and what two of them say
        names = {term for premise in clash.premises[-2:] for term in premise}
        found.append(
            {
                term.value.rpartition("/")[2]
                for term in names
                if isinstance(term, NamedNode) and "org/i" in term.value
            }
        )
    assert sorted(found, key=sorted) == sorted(pairs, key=sorted)


def test_each_group_of_a_long_list_that_is_the_same_clashes():
    given = triples(DIFFERENT, LENGTH)
    closure = materialise(given)
    assert [clash.rule for clash in closure.clashes] == ["eq-diff2", "eq-diff2"]
    for clash in closure.clashes:
        verify(derive_clash(closure, clash), set(given))


@pytest.mark.parametrize("order", [1, -1], ids=["one_way", "the_other"])
def test_every_list_of_different_things_clashes_by_itself(order: int):
    lists = [
        "[] a owl:AllDifferent ; owl:members ( :a :b ) . :a owl:sameAs :b .",
        "[] a owl:AllDifferent ; owl:members ( :c :d ) . :c owl:sameAs :d .",
    ]
    closure = materialise(triples(" ".join(lists[::order]), 0))
    nodes = {frozenset(node.value[-1] for node in clash.nodes) for clash in closure.clashes}
    assert len(closure.clashes) == 2
    assert len(nodes) == 2


def test_what_two_lists_forbid_alike_is_told_once_and_what_is_listed_twice_forbids_itself():
    twice = (
        "[] a owl:AllDisjointClasses ; owl:members ( :a :b :c ) . "
        "[] a owl:AllDisjointClasses ; owl:members ( :b :a ) . :x a :a , :b ."
    )
    assert len(materialise(triples(twice, 0)).clashes) == 1
    itself = "[] a owl:AllDisjointClasses ; owl:members ( :a :a ) . :x a :a ."
    given = triples(itself, 0)
    closure = materialise(given)
    assert [clash.rule for clash in closure.clashes] == ["cax-adc"]
    verify(derive_clash(closure, closure.clashes[0]), set(given))


def test_the_members_of_a_long_intersection_are_found_by_all_of_its_classes():
    text = ":c owl:intersectionOf ( {} ) ."
    members = " ".join(f":x a :i{number} ." for number in range(LENGTH))
    given = triples(text + members, LENGTH)
    closure = materialise(given)
    expected = next(iter(triples(":x a :c .", 0)))
    assert expected in closure
    proof = derive(closure, expected)
    assert proof.rule == "cls-int1"
    verify(proof, set(given))
    assert expected not in materialise([triple for triple in given if triple != given[-1]])
