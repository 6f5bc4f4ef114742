"""The reasoner: OWL 2 RL by rules, with a proof for each triple, and OWL 2 DL by HermiT.

`materialise` closes triples under the rules of `sorafenib_kg.rules`. The closure tells what was
inferred, by which rule and at which rank, and which clashes there are; `derive` and
`derive_clash` give proofs, and `verify` checks them without trusting what found them.
`check_consistency` asks HermiT, in a process of its own.

How it works, module by module: `program` is the form that rules have when they are run;
`compiler` makes them from the rule table and the ontology; `dictionary` numbers the terms;
`arrays`, `relation`, `joins` and `transitive` are what `engine` applies the rules with;
`closure`, `proofs` and `checker` are what comes out. `axioms`, `consistency` and the script
`hermit` are the way to HermiT.

Covered are domains, ranges, hierarchies, equivalences, inverses, symmetric and transitive
properties, property chains, restrictions (some, all, value), intersections, unions, complements,
enumerations, and the clashes of disjointness, asymmetry, irreflexivity, complements, negative
assertions and the empty class. Not covered are the families of rules on

- equality: owl:sameAs, owl:differentFrom, owl:AllDifferent (eq-*), functional and inverse
  functional properties (prp-fp, prp-ifp), keys (prp-key),
- maximum cardinalities (cls-maxc*, cls-maxqc*),
- datatypes (dt-*): values are never compared, and literals belong to no class,
- anonymous property expressions: RDF has no blank predicates, so `[ owl:inverseOf p ]` is not
  followed.

Where an input uses one of these, `Statistics.uncovered` says so. Axiomatic and reflexive triples
(everything is an owl:Thing, a class lies below itself) are not drawn. A literal never becomes the
subject of a triple.
"""

from sorafenib_kg.reasoning.checker import verify
from sorafenib_kg.reasoning.closure import Clash, Closure, Statistics, materialise
from sorafenib_kg.reasoning.consistency import Verdict, check_consistency
from sorafenib_kg.reasoning.proofs import Derivation, Refutation, derive, derive_clash

__all__ = [
    "Clash",
    "Closure",
    "Derivation",
    "Refutation",
    "Statistics",
    "Verdict",
    "check_consistency",
    "derive",
    "derive_clash",
    "materialise",
    "verify",
]
