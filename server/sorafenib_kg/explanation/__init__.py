"""Explanations: proofs in words, down to the claims, their places and their references.

`explain` gives an `Explanation` of a triple, and `as_text` and `as_json` show it. Who explains
many triples of one graph keeps an `Explainer`, which indexes the dataset once.
`explain_entailment` does for HermiT's justifications what `explain` does for proofs.
"""

from collections.abc import Mapping

from pyoxigraph import Triple

from sorafenib_kg.descriptions import Term
from sorafenib_kg.explanation.build import Explainer, Explanation, Step
from sorafenib_kg.explanation.entailment import Justified, explain_entailment
from sorafenib_kg.explanation.grounds import Ground
from sorafenib_kg.explanation.render import as_json, as_text, ground_as_text
from sorafenib_kg.loader import Dataset
from sorafenib_kg.reasoning import Clash, Closure

__all__ = [
    "Explainer",
    "Explanation",
    "Ground",
    "Justified",
    "Step",
    "as_json",
    "as_text",
    "explain",
    "explain_clash",
    "explain_entailment",
    "ground_as_text",
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
