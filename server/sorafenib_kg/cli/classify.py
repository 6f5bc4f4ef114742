"""``classify``: what HermiT says of any ontology: consistency, empty classes, what follows."""

from collections.abc import Iterator
from pathlib import Path

import click
from pyoxigraph import NamedNode, RdfFormat, Triple

from sorafenib_kg.cli.console import progress, write, write_file
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import ReasoningError, SettingsError
from sorafenib_kg.graph import limits_of
from sorafenib_kg.loader import Dataset, load
from sorafenib_kg.namespaces import HERMIT, PREFIXES, shorten
from sorafenib_kg.parsing import FORMATS
from sorafenib_kg.reasoning import dl
from sorafenib_kg.serialisation import serialised
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg classify
  sorafenib-kg classify family.ttl --out inferred.ttl
  sorafenib-kg classify ontology triples --format trig
  sorafenib-kg classify broken.ttl --justifications 5"""

_ENDINGS = tuple(ending.removeprefix(".") for ending in FORMATS)
_WITH_GRAPHS = (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)


@click.command(epilog=EXAMPLES, short_help="Ask HermiT what follows by OWL 2 DL beyond the rules.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]…")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what HermiT infers, as RDF; the ending chooses the format.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(_ENDINGS),
    help="The format of the RDF, which goes to standard output if there is no --out. "
    "[default: by the ending of --out]",
)
@click.option(
    "--justifications",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="How many minimal sets of axioms to look for that contradict each other, if some do.",
)
@with_settings("dl_timeout", "dl_memory")
@click.pass_context
def classify(
    context: click.Context,
    settings: Settings,
    files: tuple[Path, ...],
    out: Path | None,
    format_name: str | None,
    justifications: int,
) -> None:
    """Ask HermiT whether the data are consistent, which classes can have no member, and more.

    What it infers of classes and individuals, and OWL 2 RL does not, is written as a graph that
    tells with PROV-O where it is from. An ontology in a folder with a catalog is read with its
    dl.ttl. Without a FILE it is the graph that comes with this program.
    """
    chosen = _format(out, format_name)
    if out is not None and out.resolve() in (file.resolve() for file in files):
        raise SettingsError(f"{out}: this is one of the files to read, and would be overwritten")
    with progress() as step:
        step("Loading")
        dataset = load(files or settings.data or None, dl=True)
        step("Asking HermiT")
        found = dl.classify(
            dataset.quads, limits=limits_of(settings), justifications=justifications
        )
    verdict = found.verdict
    if verdict.consistent is None or (verdict.consistent and not found.finished):
        raise ReasoningError(f"{verdict.outcome}: {verdict.reason}")
    # The summary makes way for the graph.
    to_errors = chosen is not None and out is None
    for line in _summary(found):
        click.echo(line, err=to_errors)
    if verdict.consistent and chosen is not None:
        _write_graph(found, dataset, out, chosen)
    context.exit(0 if verdict.consistent and not verdict.unsatisfiable else 1)


def _format(out: Path | None, name: str | None) -> RdfFormat | None:
    if name is not None:
        return FORMATS[f".{name}"]
    if out is None:
        return None
    if out.suffix.lower() not in FORMATS:
        raise SettingsError(f"{out}: its ending is not one of {' '.join(FORMATS)}")
    return FORMATS[out.suffix.lower()]


def _summary(found: dl.Classification) -> Iterator[str]:
    verdict = found.verdict
    yield from verdict.notes
    if not verdict.consistent:
        yield "inconsistent"
        yield from _contradictions(verdict)
        return
    yield f"consistent by {found.reasoner}"
    for class_ in verdict.unsatisfiable or ():
        yield f"the class can have no member: {shorten(class_)}"
    memberships, subsumptions = len(found.memberships), len(found.subsumptions)
    yield f"beyond OWL 2 RL: memberships: {memberships:,}, subsumptions: {subsumptions:,}"
    for triple in found.triples:
        yield f"  {_shown(triple)}"


def _contradictions(verdict: dl.Verdict) -> Iterator[str]:
    for justification in verdict.justifications:
        count = len(justification.axioms)
        kind = "minimal " if justification.minimal else ""
        yield f"\na {kind}set of {count} axioms that contradict each other:"
        for axiom in justification.axioms:
            yield f"  {dl.as_manchester(axiom, shorten)}"
    if verdict.justifications:
        early = f" ({verdict.reason})" if verdict.reason else ""
        yield "\nThere is no other." if verdict.complete else f"\nThere may be others{early}."


def _shown(triple: Triple) -> str:
    terms = (triple.subject, triple.predicate, triple.object)
    return " ".join(shorten(term) for term in terms if isinstance(term, NamedNode))


def _write_graph(
    found: dl.Classification, dataset: Dataset, out: Path | None, chosen: RdfFormat
) -> None:
    quads = dl.as_graph(found, HERMIT, dataset.version)
    content = quads if chosen in _WITH_GRAPHS else [quad.triple for quad in quads]
    text = serialised(content, chosen, PREFIXES)
    if out is None:
        write(text.decode())
        return
    write_file(out, text)
