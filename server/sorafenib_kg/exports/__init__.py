"""What the graph can be written out as; one registry makes commands, links and documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sorafenib_kg.exports import claims, figures, links
from sorafenib_kg.graph import KnowledgeGraph

Writer = Callable[[KnowledgeGraph, str | None], str]


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of export: its name, what it holds, and a writer for each format, default first.

    A writer takes the graph, and the text of the source if it is at hand.
    """

    name: str
    summary: str
    writers: Mapping[str, Writer]


EXPORTS = {
    export.name: export
    for export in (
        Export(
            "claims",
            "Each claim as one sentence with its whole layer, its places and its references.",
            {
                "text": claims.as_text,
                "markdown": claims.as_markdown,
                "tsv": claims.as_tsv,
                "json": claims.as_json,
            },
        ),
        Export(
            "links",
            "Which entity is linked to which external identifiers, and which to none, and why.",
            {
                "text": links.as_text,
                "markdown": links.as_markdown,
                "tsv": links.as_tsv,
                "json": links.as_json,
            },
        ),
        Export(
            "figures",
            "How much the graph holds of what: terms, individuals, claims, triples, links.",
            {
                "text": figures.as_text,
                "markdown": figures.as_markdown,
                "json": figures.as_json,
            },
        ),
    )
}
