"""The pages that are looked at in a browser; whoever adds a kind of page adds one here."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Page:
    """A page: a name for tests and pictures, and its address on the bundled graph."""

    name: str
    path: str
    status: int = 200


def _with(path: str, **parameters: str) -> str:
    return f"{path}?{urlencode(parameters)}"


_COUNT = """PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>
SELECT ?certainty (COUNT(?claim) AS ?claims) WHERE {
    ?claim a skg:Claim ; skg:certainty ?certainty .
}
GROUP BY ?certainty
ORDER BY DESC(?claims)
"""
_TRIPLES = """PREFIX id: <https://w3id.org/sorafenib-kg/id/>
PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>
CONSTRUCT { id:sorafenib skg:affects ?target }
WHERE { id:sorafenib skg:affects ?target }
"""

PAGES = (
    Page("start", "/"),
    Page("questions", "/queries/"),
    Page("question", "/queries/what-does-sorafenib-target"),
    Page(
        "question-narrowed",
        _with("/queries/what-counters-a-resistance-mechanism", mechanism="id:mech-autophagy"),
    ),
    Page("search", _with("/search", q="raf")),
    Page("search-empty", "/search"),
    Page("map", "/map"),
    Page("map-way", _with("/map", **{"from": "id:hypoxia", "to": "id:p-gp", "whole": "1"})),
    Page("trials", "/trials"),
    Page("controversies", "/controversies"),
    Page("gaps", "/gaps"),
    Page("ontology", "/ontology"),
    Page("entity", "/id/sorafenib"),
    Page("entity-mechanism", "/id/mech-autophagy"),
    Page("entity-trial", "/id/sharp"),
    Page("entity-section", "/id/S12"),
    Page("claim", "/id/claim-S12-026"),
    Page(
        "why",
        _with(
            "/explain",
            subject="id:hif-1-alpha",
            predicate="skg:netSuppresses",
            object="id:intracellular-drug-concentration",
        ),
    ),
    Page(
        "why-not",
        _with(
            "/explain",
            subject="id:sorafenib",
            predicate="skg:activates",
            object="id:p-gp",
            **{"why-not": "1"},
        ),
    ),
    Page("workbench", "/workbench"),
    Page("workbench-rows", _with("/workbench", query=_COUNT)),
    Page("workbench-graph", _with("/workbench", query=_TRIPLES)),
    Page("workbench-error", _with("/workbench", query="SELECT * {\n  ?s skos:x }"), 400),
    Page("cite", _with("/cite", of="/id/sorafenib")),
    Page("report", _with("/report", of="/id/sorafenib")),
    Page("not-found", "/id/sorafenip", 404),
)
