"""Each rule of the table against a folder of files: what is given, what follows, what must not.

The folder of a rule that gives triples has premises, conclusions and nonconclusions. That of a
rule that finds clashes has premises, the triples that clash, and a graph without the clash.
"""

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Triple

from sorafenib_kg.reasoning import (
    Closure,
    Derivation,
    Refutation,
    derive,
    derive_clash,
    leaves,
    materialise,
    verify,
)
from sorafenib_kg.rules import AXIOMATIC, RULES

CASES = sorted((Path(__file__).parent / "entailment").iterdir())
ENTAILMENTS = [case for case in CASES if (case / "conclusions.ttl").exists()]
CLASHES = [case for case in CASES if (case / "clash.ttl").exists()]


def triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(path=path, rename_blank_nodes=True)]


def test_each_rule_of_the_table_has_a_case_and_each_case_a_rule():
    table = RULES + AXIOMATIC
    assert [case.name for case in CASES] == sorted({rule.name for rule in table})
    # That literals are different is no triple of RDF; it shows in a clash.
    gives = {rule.name for rule in table if rule.conclusion is not None} - {"dt-diff"}
    assert {case.name for case in ENTAILMENTS} == gives
    assert len(ENTAILMENTS) + len(CLASHES) == len(CASES)


def test_the_table_has_all_rules_of_w3c():
    # Tables 4 to 9 have so many.
    assert len({rule.name for rule in RULES + AXIOMATIC}) == 9 + 20 + 19 + 5 + 5 + 20


def close(case: Path, given: list[Triple]) -> Closure:
    """Close a case's premises, with the axiomatic triples where its rule is about them."""
    axiomatic = case.name not in {rule.name for rule in RULES} or case.name == "eq-ref"
    return materialise(given, axiomatic=axiomatic)


def rules_of(proof: Derivation | Refutation) -> set[str | None]:
    used = {proof.rule} if isinstance(proof, Derivation) else {proof.clash.rule}
    return used.union(*map(rules_of, proof.premises))


@pytest.mark.parametrize("case", ENTAILMENTS, ids=lambda case: case.name)
def test_rule(case: Path):
    closure = close(case, triples(case / "premises.ttl"))
    conclusions = triples(case / "conclusions.ttl")
    assert [triple for triple in conclusions if triple not in closure] == []
    unwanted = triples(case / "nonconclusions.ttl")
    assert [triple for triple in unwanted if triple in closure] == []
    used = [rules_of(derive(closure, triple)) for triple in conclusions]
    assert case.name in set().union(*used)
    assert closure.clashes == ()


@pytest.mark.parametrize("case", ENTAILMENTS, ids=lambda case: case.name)
def test_what_a_rule_gives_has_a_proof_that_holds(case: Path):
    given = triples(case / "premises.ttl")
    closure = close(case, given)
    for triple in closure.inferred():
        verify(derive(closure, triple), set(given))


@pytest.mark.parametrize("case", CLASHES, ids=lambda case: case.name)
def test_clash(case: Path):
    given = triples(case / "premises.ttl")
    closure = materialise(given)
    assert len(closure.clashes) == 1
    clash = closure.clashes[0]
    proof = derive_clash(closure, clash)
    assert case.name in rules_of(proof)
    assert set(triples(case / "clash.ttl")) <= {*clash.premises, *leaves(proof)}
    assert clash.nodes
    verify(derive_clash(closure, clash), set(given))


@pytest.mark.parametrize("case", CLASHES, ids=lambda case: case.name)
def test_no_clash_where_nothing_is_wrong(case: Path):
    assert materialise(triples(case / "consistent.ttl")).clashes == ()
