"""``what-if``: what would follow, and what would clash, if something more held."""

from __future__ import annotations

import json
from pathlib import Path

import click
from pyoxigraph import RdfFormat, Triple, serialize

from sorafenib_kg.cli.console import opened, write
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.explanation import Explanation, as_json, as_text
from sorafenib_kg.graph import KnowledgeGraph, Supposition
from sorafenib_kg.loader import load
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg what-if --hedged
  sorafenib-kg what-if --hedged --proofs
  sorafenib-kg what-if my-hypothesis.ttl --format turtle

\b
Exit codes: 0, nothing would clash; 1, something would; 2, not done."""


@click.command(
    "what-if",
    epilog=EXAMPLES,
    short_help="Say what would follow if hedged claims, or other triples, held.",
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option("--hedged", is_flag=True, help="Suppose all that is claimed with a hedge only.")
@click.option("--proofs", is_flag=True, help="Prove each consequence, down to what was supposed.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "turtle", "n-triples"]),
    default="text",
    help="How to write what would follow.",
)
@with_settings("data")
@click.pass_context
def what_if(
    context: click.Context,
    settings: Settings,
    files: tuple[Path, ...],
    hedged: bool,
    proofs: bool,
    format_name: str,
) -> None:
    """Suppose that triples hold, those of RDF files or of hedged claims; the graph stays as it is.

    Written is what would follow beyond what holds already, and what would contradict it.
    """
    if not files and not hedged:
        raise click.UsageError("name a file with what to suppose, or --hedged")
    graph = opened(settings)
    supposed = _supposed(graph, files, hedged)
    supposition = graph.suppose(supposed)
    follows = sorted(supposition.revision.follows(), key=str)
    if format_name == "text":
        _write_text(supposition, supposed, follows, proofs)
    elif format_name == "json":
        write(json.dumps(_as_json(supposition, supposed, follows), ensure_ascii=False, indent=2))
    else:
        chosen = RdfFormat.TURTLE if format_name == "turtle" else RdfFormat.N_TRIPLES
        prefixes = dict(PREFIXES) if format_name == "turtle" else None
        write((serialize(follows, format=chosen, prefixes=prefixes) or b"").decode())
    context.exit(1 if supposition.revision.new_clashes() else 0)


def _supposed(graph: KnowledgeGraph, files: tuple[Path, ...], hedged: bool) -> list[Triple]:
    found = list(graph.claims.hedged()) if hedged else []
    if files:
        found += [quad.triple for quad in load(files).quads]
    return [triple for triple in dict.fromkeys(found) if not _holds(graph, triple)]


def _holds(graph: KnowledgeGraph, triple: Triple) -> bool:
    return graph.closure is not None and triple in graph.closure


def _write_text(
    supposition: Supposition,
    supposed: list[Triple],
    follows: list[Triple],
    proofs: bool,
) -> None:
    explain = supposition.explainer.explain
    write(f"If these {len(supposed)} triples held:")
    for triple in supposed:
        write(f"  {explain(triple).conclusion.text}")
    write(f"\nthese {len(follows)} would follow:")
    for triple in follows:
        explanation = explain(triple)
        write(as_text(explanation) + "\n" if proofs else f"  {_in_short(explanation)}")
    clashes = supposition.revision.new_clashes()
    write(
        f"\nand {len(clashes)} contradiction{'' if len(clashes) == 1 else 's'} would arise"
        + (":" if clashes else ".")
    )
    for clash in clashes:
        write(as_text(supposition.explainer.explain_clash(clash)) + "\n")


def _in_short(explanation: Explanation) -> str:
    certainty = explanation.certainty_label
    return explanation.conclusion.text + (f" [{certainty}]" if certainty else "")


def _as_json(
    supposition: Supposition, supposed: list[Triple], follows: list[Triple]
) -> dict[str, object]:
    explainer = supposition.explainer
    return {
        "supposed": [" ".join(map(str, triple)) for triple in supposed],
        "follows": [as_json(explainer.explain(triple)) for triple in follows],
        "clashes": [
            as_json(explainer.explain_clash(clash)) for clash in supposition.revision.new_clashes()
        ],
    }
