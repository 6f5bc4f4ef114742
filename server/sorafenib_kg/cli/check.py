"""``check``: everything that is wrong with the data, in one report."""

import json

import click

from sorafenib_kg.cli.console import progress, warn, write
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.settings import Settings
from sorafenib_kg.source_text import read_text

EXAMPLES = """\b
Examples:
  sorafenib-kg check
  sorafenib-kg check --source-text review.txt
  sorafenib-kg check --coverage
  sorafenib-kg check --data ontology --data triples --report json
  sorafenib-kg check --report shacl > report.ttl"""


@click.command(epilog=EXAMPLES, short_help="Find everything that is wrong with the data.")
@click.option(
    "--coverage",
    is_flag=True,
    help="Write only which sentences of the source carry claims, by section.",
)
@click.option(
    "--report",
    "form",
    type=click.Choice(["text", "json", "shacl"]),
    default="text",
    show_default=True,
    help="How to write the report; shacl is a sh:ValidationReport in Turtle.",
)
@click.option("--json", "form", flag_value="json", help="The same as --report json.")
@click.option(
    "--strict",
    is_flag=True,
    help="Fail also if a check was not made for want of --source-text or of an ontology.",
)
@with_settings("data", "source_text")
@click.pass_context
def check(
    context: click.Context, settings: Settings, coverage: bool, form: str, strict: bool
) -> None:
    """Check files, terms, places, shapes, rules, profile and consistency of the data.

    Data that could not be judged, for want of a working Java for instance, count as bad.
    """
    if coverage:
        if form == "shacl":
            raise click.UsageError("--coverage is a table, which SHACL's vocabulary cannot say")
        context.exit(_write_coverage(settings, as_json=form == "json"))
    # pySHACL and rdflib take half a second to import, which no other command needs.
    from sorafenib_kg import validation

    with progress() as step:
        report = validation.check(
            settings.data or None,
            read_text(settings.source_text),
            lambda title, done, total: step(f"{title} ({done + 1} of {total})"),
        )
    match form:
        case "shacl":
            write(validation.as_shacl(report))
        case "json":
            write(report.as_json())
        case _:
            write(report.as_text())
    for section in report.prevented:
        warn(f"{section.title} could not be made: {section.not_run}")
    made = report.complete and (report.exhaustive or not strict)
    context.exit(0 if report.clean and made else 1)


def _write_coverage(settings: Settings, *, as_json: bool) -> int:
    from sorafenib_kg.loader import load
    from sorafenib_kg.validation import coverage

    found = coverage.coverage(load(settings.data or None))
    write(json.dumps(found.as_json(), indent=2) if as_json else coverage.as_text(found))
    return 0 if found.complete else 1
