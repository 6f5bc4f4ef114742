"""``reason``: close any RDF under the rules of OWL 2 RL."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
import pyoxigraph
from pyoxigraph import Quad, RdfFormat, Triple

from sorafenib_kg.cli.console import clash_as_text, progress, warn, write
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.loader import load
from sorafenib_kg.namespaces import PREFIXES, graph_name
from sorafenib_kg.reasoning import materialise
from sorafenib_kg.sources import FORMATS

EXAMPLES = """\b
Examples:
  sorafenib-kg reason family.ttl --out closed.nt
  sorafenib-kg reason ontology triples --out closed.trig"""

_WITH_GRAPHS = (RdfFormat.N_QUADS, RdfFormat.TRIG)


@click.command(epilog=EXAMPLES, short_help="Add to any RDF what follows from it by OWL 2 RL.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the asserted and the inferred triples; the ending chooses the format. "
    "N-Quads and TriG keep the named graphs and put what is inferred into one of its own.",
)
@click.pass_context
def reason(context: click.Context, files: tuple[Path, ...], out: Path) -> None:
    """Write what the files say together with what follows from it by OWL 2 RL."""
    if out.suffix.lower() not in FORMATS:
        raise SettingsError(f"{out}: its ending is not one of {' '.join(FORMATS)}")
    if out.resolve() in (file.resolve() for file in files):
        raise SettingsError(f"{out}: this is one of the files to read, and would be overwritten")
    chosen = FORMATS[out.suffix.lower()]
    with progress() as step:
        step("Loading")
        dataset = load(files)
        step("Reasoning")
        closure = materialise(quad.triple for quad in dataset.quads)
        step("Writing")
        content: Iterator[Quad | Triple]
        if chosen in _WITH_GRAPHS:
            graph = graph_name("inferred")
            content = chain(
                dataset.quads,
                (Quad(t.subject, t.predicate, t.object, graph) for t in closure.inferred()),
            )
        else:
            content = chain(dataset.asserted(), closure.inferred())
        try:
            pyoxigraph.serialize(content, out, format=chosen, prefixes=dict(PREFIXES))  # type: ignore[arg-type]
        except OSError as error:
            raise SettingsError(f"{out}: cannot be written: {error.strerror or error}") from error
    statistics = closure.statistics
    write(
        f"{statistics.asserted:,} triples asserted, {statistics.inferred:,} inferred "
        f"in {statistics.rounds} rounds, written to {out}"
    )
    for clash in closure.clashes:
        click.echo(clash_as_text(clash), err=True)
    for construct, count in statistics.uncovered.items():
        warn(f"the rules do not cover {construct} ({count} triples)")
    context.exit(1 if closure.clashes else 0)
