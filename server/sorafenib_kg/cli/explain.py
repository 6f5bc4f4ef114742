"""``explain``: why a triple holds, down to the claims and their places in the text."""

import json

import click

from sorafenib_kg.cli.console import messages, opened, progress, write
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import NotEntailedError
from sorafenib_kg.explanation import Explanation, Justified, as_json, as_text
from sorafenib_kg.graph import limits_of
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg explain id:sorafenib skg:inhibitsTarget id:raf-1
  sorafenib-kg explain sorafenib "net suppresses" angiogenesis
  sorafenib-kg explain sorafenib "affects pathway" "MAPK pathway" --format json
  sorafenib-kg explain sorafenib rdf:type "multi-target drug" --dl named"""


@click.command(epilog=EXAMPLES, short_help="Prove a triple, down to claims, places and references.")
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--justifications",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many sets of axioms to look for, where it is HermiT that explains.",
)
@with_settings("data", "empty", "dl", "dl_timeout", "dl_memory")
@click.pass_context
def explain(
    context: click.Context,
    settings: Settings,
    subject: str,
    predicate: str,
    object: str,
    format_name: str,
    justifications: int,
) -> None:
    """Prove a triple: each step with its rule, each leaf with claim, place and references.

    Each of the three is a CURIE (id:sorafenib), an IRI in <>, or a label. With --dl, HermiT is
    asked for what no rule gives: which axioms it follows from in OWL 2 DL.
    """
    graph = opened(settings, classify=False)
    triple = graph.find_triple(subject, predicate, object)
    found: Explanation | Justified
    try:
        if settings.dl == "none" or graph.holds(triple):
            found = graph.explain(triple)
        else:
            with progress() as step:
                step("Asking HermiT")
                found = graph.justify(triple, limits_of(settings), justifications)
    except NotEntailedError as error:
        messages.print(str(error), style="red", markup=False, highlight=False)
        context.exit(1)
    if format_name == "json":
        write(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        write(_as_text(found))


def _as_text(found: Explanation | Justified) -> str:
    if isinstance(found, Explanation):
        return as_text(found)
    parts = [as_text(explanation) for explanation in found.explanations]
    return "\n\n".join([*parts, _ending(found)])


def _ending(found: Justified) -> str:
    if found.complete:
        return "There is no other minimal set of axioms that this follows from."
    early = f" ({found.reason})" if found.reason else ""
    return f"There may be other sets of axioms that this follows from{early}."


def _as_json(found: Explanation | Justified) -> dict[str, object]:
    if isinstance(found, Explanation):
        return as_json(found)
    return {
        "explanations": [as_json(explanation) for explanation in found.explanations],
        "complete": found.complete,
        "reason": found.reason,
    }
