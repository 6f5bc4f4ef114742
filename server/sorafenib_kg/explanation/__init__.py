"""Explanations: proofs in words, down to the claims, their places and their references.

`explain` gives an `Explanation` of a triple, and `as_text`, `as_json` and `as_rdf` show it. Who
explains many triples of one graph keeps an `Explainer`, which indexes the dataset once; it also
gives the smallest proofs, several proofs, and says why a triple does not hold (an `Absence`).
`graphs_beside` gives the last step of all proofs as a graph, and what would follow from hedged
claims. `explain_entailment` does for
HermiT's justifications what `explain` does for proofs.
"""

from collections.abc import Mapping

from pyoxigraph import Triple

from sorafenib_kg.descriptions import Term
from sorafenib_kg.explanation.absence import Absence
from sorafenib_kg.explanation.beside import graphs_beside
from sorafenib_kg.explanation.build import Explainer, Explanation, Explanations, Step
from sorafenib_kg.explanation.entailment import Justified, explain_entailment
from sorafenib_kg.explanation.grounds import Ground
from sorafenib_kg.explanation.provenance import as_rdf
from sorafenib_kg.explanation.render import (
    absence_as_json,
    absence_as_text,
    as_json,
    as_text,
    ground_as_text,
    proofs_as_json,
    proofs_as_text,
)
from sorafenib_kg.loader import Dataset
from sorafenib_kg.reasoning import Clash, Closure

__all__ = [
    "Absence",
    "Explainer",
    "Explanation",
    "Explanations",
    "Ground",
    "Justified",
    "Step",
    "absence_as_json",
    "absence_as_text",
    "as_json",
    "as_rdf",
    "as_text",
    "explain",
    "explain_clash",
    "explain_entailment",
    "graphs_beside",
    "ground_as_text",
    "proofs_as_json",
    "proofs_as_text",
]


def explain(
    closure: Closure, dataset: Dataset, labels: Mapping[Term, str], triple: Triple
) -> Explanation:
    """Return why a triple holds. Raises NotEntailedError, naming it, if it does not."""
    return Explainer(closure, dataset, labels).explain(triple)


def explain_clash(
    closure: Closure, dataset: Dataset, labels: Mapping[Term, str], clash: Clash
) -> Explanation:
    """Return how a graph contradicts itself."""
    return Explainer(closure, dataset, labels).explain_clash(clash)
