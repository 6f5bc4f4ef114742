"""``explain``: why a triple holds, down to the claims and their places in the text."""

from __future__ import annotations

from dataclasses import dataclass

import click
from pyoxigraph import Triple

from sorafenib_kg.cli.console import messages, opened, progress, write
from sorafenib_kg.cli.explained import FORMATS, RDF_FORMATS, Found, as_written
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import EntailedError, NotEntailedError
from sorafenib_kg.graph import KnowledgeGraph, limits_of
from sorafenib_kg.reasoning import Clash
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg explain id:sorafenib skg:inhibitsTarget id:raf-1
  sorafenib-kg explain sorafenib "net suppresses" angiogenesis --minimal
  sorafenib-kg explain sorafenib "affects pathway" "MAPK pathway" --alternatives 3
  sorafenib-kg explain sorafenib "affects pathway" "MAPK pathway" --format turtle
  sorafenib-kg explain sorafenib rdf:type "multi-target drug" --dl named
  sorafenib-kg explain "adjuvant sorafenib" improves "overall survival" --why-not
  sorafenib-kg explain --clash 1 --data my.ttl"""


@dataclass(frozen=True, slots=True)
class Wish:
    """How something is to be explained."""

    minimal: bool
    alternatives: int | None
    why_not: bool
    depth: int
    justifications: int


@click.command(epilog=EXAMPLES, short_help="Prove a triple, down to claims, places and references.")
@click.argument("names", nargs=-1, metavar="SUBJECT PREDICATE OBJECT")
@click.option("--clash", type=click.IntRange(1), help="Explain a contradiction, by its number.")
@click.option("--minimal", is_flag=True, help="Search for the proof with the fewest steps.")
@click.option(
    "--alternatives",
    type=click.IntRange(1, 20),
    metavar="NUMBER",
    help="Search for up to so many proofs, each from other claims or facts.",
)
@click.option("--why-not", is_flag=True, help="Say what a triple that does not hold would take.")
@click.option(
    "--depth",
    type=click.IntRange(1, 5),
    default=1,
    show_default=True,
    help="With --why-not: how many steps back to follow what is missing.",
)
@click.option(
    "--justifications",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many sets of axioms to look for, where it is HermiT that explains.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    metavar="FORMAT",
    help="How to write it: text, json, or as RDF with PROV-O: turtle, nt, jsonld, rdfxml.",
)
@with_settings("data", "empty", "dl", "dl_timeout", "dl_memory")
@click.pass_context
def explain(
    context: click.Context,
    settings: Settings,
    names: tuple[str, ...],
    clash: int | None,
    format_name: str,
    minimal: bool,
    alternatives: int | None,
    why_not: bool,
    depth: int,
    justifications: int,
) -> None:
    """Prove a triple: each step with its rule, each leaf with claim, place and references.

    Each of the three is a CURIE (id:sorafenib), an IRI in <>, or a label. With --dl, HermiT is
    asked for what no rule gives: which axioms it follows from in OWL 2 DL.
    """
    wish = Wish(minimal, alternatives, why_not, depth, justifications)
    _check(names, clash, wish, format_name)
    graph = opened(settings, classify=False)
    what = graph.find_triple(*names) if clash is None else graph.clash(clash)
    try:
        found = _found(graph, what, wish, settings)
    except (NotEntailedError, EntailedError) as error:
        hint = "" if wish.why_not else "; --why-not tells what is missing"
        messages().print(f"{error}{hint}", style="red", markup=False, highlight=False)
        context.exit(1)
    write(as_written(found, format_name, graph))


def _check(names: tuple[str, ...], clash: int | None, wish: Wish, format_name: str) -> None:
    """Raise UsageError for options that do not go together."""
    if clash is not None and names:
        raise click.UsageError("name a triple or --clash, not both")
    if clash is None and len(names) != 3:
        raise click.UsageError("name the subject, the predicate and the object of a triple")
    if wish.why_not and (clash is not None or wish.minimal or wish.alternatives):
        raise click.UsageError("--why-not is about a triple that has no proof")
    if wish.why_not and format_name in RDF_FORMATS:
        raise click.UsageError("--why-not can be written as text or json")


def _found(graph: KnowledgeGraph, what: Triple | Clash, wish: Wish, settings: Settings) -> Found:
    explainer = graph.explainer
    if isinstance(what, Triple) and wish.why_not:
        return explainer.why_not(what, depth=wish.depth)
    if isinstance(what, Triple) and settings.dl != "none" and not graph.holds(what):
        with progress() as step:
            step("Asking HermiT")
            return graph.justify(what, limits_of(settings), wish.justifications)
    if wish.alternatives:
        return explainer.alternatives(what, wish.alternatives)
    if wish.minimal:
        return explainer.smallest(what)
    return explainer.explain_clash(what) if isinstance(what, Clash) else graph.explain(what)
