"""``explain``: why a triple holds, down to the claims and their places in the text."""

import json

import click

from sorafenib_kg.cli.console import messages, opened, write
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.explanation import as_json, as_text
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg explain id:sorafenib skg:inhibitsTarget id:raf-1
  sorafenib-kg explain sorafenib "net suppresses" angiogenesis
  sorafenib-kg explain sorafenib "affects pathway" "MAPK pathway" --format json"""


@click.command(epilog=EXAMPLES, short_help="Prove a triple, down to claims, places and references.")
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@with_settings("data", "empty")
@click.pass_context
def explain(
    context: click.Context,
    settings: Settings,
    subject: str,
    predicate: str,
    object: str,
    format_name: str,
) -> None:
    """Prove a triple: each step with its rule, each leaf with claim, place and references.

    Each of the three is a CURIE (id:sorafenib), an IRI in <>, or a label.
    """
    graph = opened(settings)
    triple = graph.find_triple(subject, predicate, object)
    try:
        explanation = graph.explain(triple)
    except NotEntailedError as error:
        messages.print(str(error), style="red", markup=False, highlight=False)
        context.exit(1)
    if format_name == "json":
        write(json.dumps(as_json(explanation), ensure_ascii=False, indent=2))
    else:
        write(as_text(explanation))
