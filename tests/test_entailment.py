"""Each rule of the table against a folder of files: what is given, what follows, what must not.

The folder of a rule that gives triples has premises, conclusions and nonconclusions. That of a
rule that finds clashes has premises, the triples that clash, and a graph without the clash.
"""

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Triple

from sorafenib_kg.reasoning import derive, derive_clash, materialise, verify
from sorafenib_kg.rules import RULES

CASES = sorted((Path(__file__).parent / "entailment").iterdir())
ENTAILMENTS = [case for case in CASES if (case / "conclusions.ttl").exists()]
CLASHES = [case for case in CASES if (case / "clash.ttl").exists()]


def triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(path=path, rename_blank_nodes=True)]


def test_each_rule_of_the_table_has_a_case_and_each_case_a_rule():
    assert [case.name for case in CASES] == sorted({rule.name for rule in RULES})
    gives = {rule.name for rule in RULES if rule.conclusion is not None}
    assert {case.name for case in ENTAILMENTS} == gives
    assert len(ENTAILMENTS) + len(CLASHES) == len(CASES)


@pytest.mark.parametrize("case", ENTAILMENTS, ids=lambda case: case.name)
def test_rule(case: Path):
    closure = materialise(triples(case / "premises.ttl"))
    conclusions = triples(case / "conclusions.ttl")
    assert [triple for triple in conclusions if triple not in closure] == []
    unwanted = triples(case / "nonconclusions.ttl")
    assert [triple for triple in unwanted if triple in closure] == []
    assert case.name in {closure.rule(triple) for triple in conclusions}
    assert closure.clashes == ()


@pytest.mark.parametrize("case", ENTAILMENTS, ids=lambda case: case.name)
def test_what_a_rule_gives_has_a_proof_that_holds(case: Path):
    given = triples(case / "premises.ttl")
    closure = materialise(given)
    for triple in closure.inferred():
        verify(derive(closure, triple), set(given))


@pytest.mark.parametrize("case", CLASHES, ids=lambda case: case.name)
def test_clash(case: Path):
    given = triples(case / "premises.ttl")
    closure = materialise(given)
    assert [clash.rule for clash in closure.clashes] == [case.name]
    clash = closure.clashes[0]
    assert set(triples(case / "clash.ttl")) <= set(clash.premises)
    assert clash.nodes
    verify(derive_clash(closure, clash), set(given))


@pytest.mark.parametrize("case", CLASHES, ids=lambda case: case.name)
def test_no_clash_where_nothing_is_wrong(case: Path):
    assert materialise(triples(case / "consistent.ttl")).clashes == ()
