"""The reasoner: OWL 2 RL by rules, with a proof for each triple, and OWL 2 DL by HermiT.

`materialise` closes triples under the rules of `sorafenib_kg.rules`. The closure tells what was
inferred, by which rule and at which rank, and which clashes there are; `derive` and
`derive_clash` give proofs, `ProofSearch` the smallest ones and others beside them, and `verify`
checks them without trusting what found them. `why_not` tells what a triple that does not hold
would take.
The package `dl` asks HermiT, in a process of its own, for what rules cannot see.

How it works, module by module: `terms`, `dictionary`, `values` and `literals` are what is reasoned
about; `program` is the form that rules have when they are run; `compiler` makes them from the rule
table and the `ontology`, and `rulebook` keeps them; `arrays`, `relation`, `joins`, `symmetric`,
`transitive` and `alternatives` are what `firing` applies the rules with, round by round as `engine`
has it; `equality` and `merging` keep one representative of what is the same; `closure`, `names`,
`clashes`, `origins`, `history`, `proofs` and `checker` are what comes out; `maintenance`, with
`deletion`, gives the closure after a change, or as it would be if something else held. `dl` is the
way to HermiT, and `backends` has the rules applied by other engines.

Whole files go another way, in bulk, for which this is all that is needed: `read_triples` gives
triples as numbers, `close` their closure, `Lookup` the triples of a pattern, and `write_triples`
writes what is asserted (``closure.facts``) and inferred (``closure.inferred_keys()``). Triples are
numbers of terms in a dictionary, those of one predicate an array of 64-bit keys, the subject in
the upper half and the object in the lower. The package `text` is where text becomes numbers.

All rules of tables 4 to 9 of OWL 2 Profiles are applied, over generalised triples as W3C has them:
a literal may be a subject and a blank node a predicate on the way, but never in what comes out.
Axiomatic and reflexive triples (everything is the same as itself, a class lies below itself) are
drawn on request. Where an input uses a construct of OWL 2 that no rule of RL is about,
`Statistics.uncovered` says so.
"""

from sorafenib_kg.reasoning.anonymous import without_anonymous_classes
from sorafenib_kg.reasoning.checker import verify
from sorafenib_kg.reasoning.clashes import Clash
from sorafenib_kg.reasoning.closure import Closure, Statistics, close, materialise
from sorafenib_kg.reasoning.dictionary import Dictionary
from sorafenib_kg.reasoning.lookup import Lookup
from sorafenib_kg.reasoning.maintenance import Revision, revise, what_if
from sorafenib_kg.reasoning.names import Names
from sorafenib_kg.reasoning.proofs.derivation import (
    Derivation,
    Proof,
    Refutation,
    Size,
    leaves,
    size,
)
from sorafenib_kg.reasoning.proofs.missing import Miss, Premise, WhyNot, why_not
from sorafenib_kg.reasoning.proofs.ranked import derive, derive_clash
from sorafenib_kg.reasoning.proofs.search import Proofs, ProofSearch
from sorafenib_kg.reasoning.report import Report
from sorafenib_kg.reasoning.stopwatch import Stopwatch
from sorafenib_kg.reasoning.terms import GeneralisedTriple, Statement
from sorafenib_kg.reasoning.text.encoder import EncodedTriples
from sorafenib_kg.reasoning.text.reading import read_triples
from sorafenib_kg.reasoning.text.writing import Keys, decoded, replacing, write_triples

__all__ = [
    "Clash",
    "Closure",
    "Derivation",
    "Dictionary",
    "EncodedTriples",
    "GeneralisedTriple",
    "Keys",
    "Lookup",
    "Miss",
    "Names",
    "Premise",
    "Proof",
    "ProofSearch",
    "Proofs",
    "Refutation",
    "Report",
    "Revision",
    "Size",
    "Statement",
    "Statistics",
    "Stopwatch",
    "WhyNot",
    "close",
    "decoded",
    "derive",
    "derive_clash",
    "leaves",
    "materialise",
    "read_triples",
    "replacing",
    "revise",
    "size",
    "verify",
    "what_if",
    "why_not",
    "without_anonymous_classes",
    "write_triples",
]
