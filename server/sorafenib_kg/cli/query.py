"""``query``: ask the graph a question in SPARQL."""

import sys
from collections.abc import Mapping

import click
from pyoxigraph import Literal, NamedNode
from rich import box
from rich.table import Table as Grid
from rich.text import Text

from sorafenib_kg.catalogue import read_catalogue
from sorafenib_kg.cli.console import opened, read_query, results, write
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.cli.stored import stored
from sorafenib_kg.errors import Problem, QuerySyntaxError
from sorafenib_kg.namespaces import shorten
from sorafenib_kg.places import Memory, place_of
from sorafenib_kg.results import labels_of
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import FORMATS, Formats, Kind, Store, Table, Term, formats_of

EXAMPLES = """\b
Examples:
  sorafenib-kg query --list
  sorafenib-kg query what-does-sorafenib-target
  sorafenib-kg query my-query.rq --format csv
  sorafenib-kg query my-query.rq --dl default
  sorafenib-kg query my-query.rq --store large.store
  sorafenib-kg query my-query.rq --store http://localhost:7878/query
  echo 'SELECT * WHERE { ?s ?p ?o } LIMIT 5' | sorafenib-kg query -"""

TABLE = "table"
_NAMES = dict.fromkeys(name for entry in FORMATS for name in (entry.name, *entry.short_names))
_SHOWN = ", ".join(entry.name for entry in FORMATS)


@click.command(epilog=EXAMPLES, short_help="Answer a question in SPARQL.")
@click.argument("query", metavar="NAME|FILE|-", required=False)
@click.option("--list", "listing", is_flag=True, help="List the queries that come with the graph.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([TABLE, *_NAMES]),
    metavar="FORMAT",
    help=f"How to write the answer: {TABLE}, {_SHOWN}. "
    "[default: table on a terminal, else tsv or turtle]",
)
@with_settings(
    "store",
    "data",
    "empty",
    "default_graph",
    "entailment",
    "what_if",
    "derivations",
    "dl",
    "dl_timeout",
    "dl_memory",
)
def query(settings: Settings, query: str | None, listing: bool, format_name: str | None) -> None:
    """Answer a query: one of the catalogue by name, a file, or standard input (-)."""
    if listing:
        _list()
        return
    if query is None:
        raise click.UsageError("name a query, a file, or - for standard input; --list shows names")
    text = read_query(query)
    store, labels = _opened(settings)
    try:
        if format_name == TABLE or (format_name is None and sys.stdout.isatty()):
            table = store.table(text)
            if labels is None:
                terms = (term for row in table.rows for term in row)
                labels = dict(labels_of(store, terms).by_iri.items())
            _print_table(table, labels)
        else:
            write(store.answer(text, formats=_formats(format_name)).content().decode())
    except QuerySyntaxError as error:
        name = "standard input" if query == "-" else query
        place = Problem(name, str(error), error.line, error.column)
        hint = f"; {error.hint}" if error.hint else ""
        raise QuerySyntaxError(f"{place}{hint}", error.line, error.column) from error


def _opened(settings: Settings) -> tuple[Store, Mapping[Term, str] | None]:
    """Return the store that the settings name, and all labels if they are at hand."""
    place = place_of(settings.store)
    if isinstance(place, Memory):
        graph = opened(settings)
        return graph.store, graph.labels
    return stored(place, settings), None


def _list() -> None:
    catalogue = read_catalogue()
    if not sys.stdout.isatty():
        write("".join(f"{entry.name}\t{entry.summary}\n" for entry in catalogue))
        return
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("query", no_wrap=True)
    grid.add_column("question")
    for entry in catalogue:
        grid.add_row(entry.name, Text(entry.summary))
    results().print(grid)


def _formats(name: str | None) -> Formats:
    """Return a media type for each kind of answer that has a format of that name."""
    if name is None:
        return Formats("text/tab-separated-values", "text/tab-separated-values", "text/turtle")

    def media_type(kind: Kind) -> str | None:
        for entry in formats_of(kind):
            if name in (entry.name, *entry.short_names):
                return entry.media_type
        return None

    return Formats(media_type("solutions"), media_type("boolean"), media_type("graph"))


def _print_table(table: Table, labels: Mapping[Term, str]) -> None:
    if table.kind == "boolean":
        write("yes" if table.boolean else "no")
        return
    grid = _grid(*table.variables)
    # Where the query has asked for a thing's label itself, once is enough.
    shown = [{} if f"{name}Label" in table.variables else labels for name in table.variables]
    for row in table.rows:
        grid.add_row(*(_cell(term, its) for term, its in zip(row, shown, strict=True)))
    results().print(grid)
    count = len(table.rows)
    results().print(f"{count} row{'' if count == 1 else 's'}")


def _grid(*columns: str) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid


def _cell(term: Term | None, labels: Mapping[Term, str]) -> Text:
    # Text, not str: a label may hold what rich takes for mark-up.
    if isinstance(term, NamedNode):
        label, name = labels.get(term), shorten(term)
        return Text(f"{label} ({name})" if label else name)
    if isinstance(term, Literal):
        return Text(term.value)
    return Text("" if term is None else str(term))
