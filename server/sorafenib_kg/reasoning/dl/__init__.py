"""OWL 2 DL by HermiT: consistency, classes, and why HermiT says so.

A package that stands by itself: it takes triples of pyoxigraph and knows neither HTTP nor any
subject matter. Three functions ask; each starts one process, which ends with the call:

- `check_consistency(data)` gives a `Verdict`: whether the axioms have a model, minimal sets of
  axioms that contradict each other if not, and the classes that can have no member.
- `classify(data)` gives a `Classification`: the memberships and subsumptions of names that follow
  in OWL 2 DL and are neither among the data nor given by the rules of OWL 2 RL.
- `justify(data, goal)` gives an `Entailment`: whether a triple follows, and minimal sets of
  axioms that it follows from.

``data`` are triples or quads, whose graphs do not matter. All take ``limits``: seconds of wall
time for the whole call, and MB for Java's heap; the process may take 700 MB beside it where the
system can hold it to that. None raises for what HermiT does: an outcome says that it timed out,
ran out of memory, could not run, or that the axioms lie outside OWL 2 DL. No such outcome is
ever an answer. `justify` raises ReasoningError for a triple of a kind that is not asked about.

Module by module: `axioms` takes the logical axioms out of a graph; `process` is the way to
`worker`, the process in which HermiT runs; `negation`, `relevance` and `search` find
justifications; `questions` are the functions above, and `results` what they return; `manchester`
writes axioms for people; `provenance` makes a named graph of what was inferred.
"""

from sorafenib_kg.reasoning.dl.axioms import Axiom, Axioms, logical_axioms
from sorafenib_kg.reasoning.dl.manchester import as_manchester
from sorafenib_kg.reasoning.dl.process import find_jvm
from sorafenib_kg.reasoning.dl.provenance import as_graph
from sorafenib_kg.reasoning.dl.questions import check_consistency, classify, justify
from sorafenib_kg.reasoning.dl.results import (
    Classification,
    Entailment,
    Justification,
    Limits,
    Outcome,
    Verdict,
)

__all__ = [
    "Axiom",
    "Axioms",
    "Classification",
    "Entailment",
    "Justification",
    "Limits",
    "Outcome",
    "Verdict",
    "as_graph",
    "as_manchester",
    "check_consistency",
    "classify",
    "find_jvm",
    "justify",
    "logical_axioms",
]
