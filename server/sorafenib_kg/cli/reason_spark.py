"""``reason-spark``: close any RDF on a Spark cluster."""

from pathlib import Path

import click

from sorafenib_kg.cli.console import progress, tell_findings, write, write_figures
from sorafenib_kg.cli.options import with_axiomatic, with_stats
from sorafenib_kg.errors import SettingsError

ABOUT = """\b
Examples:
  sorafenib-kg reason-spark facts.nt ontology.nt --out closed.parquet
  sorafenib-kg reason-spark hdfs:///facts.parquet --out hdfs:///closed \\
      --master spark://head:7077 --conf spark.executor.memory=8g

\b
Exit codes:
  0  written
  1  written, and the triples contradict each other: the clashes are on standard error
  2  nothing written, or not all: a wrong option, a path that cannot be read or written, no Spark"""


@click.command(
    "reason-spark",
    epilog=ABOUT,
    short_help="Add to any RDF what follows from it by OWL 2 RL, on a Spark cluster.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--out",
    required=True,
    metavar="PATH",
    help="The new folder for the asserted and the inferred triples: Parquet if its name ends in "
    ".parquet, else N-Triples.",
)
@click.option(
    "--work",
    metavar="PATH",
    help="A new folder for what is found on the way, which all executors reach; it is removed at "
    "the end.  [default: that of --out, and .work]",
)
@click.option(
    "--master", default="local[*]", show_default=True, metavar="URL", help="Spark's master."
)
@click.option(
    "--conf", multiple=True, metavar="NAME=VALUE", help="A setting of Spark; may be repeated."
)
@with_axiomatic
@with_stats(
    "Where to write, as JSON, what reason --stats writes; memory is the largest heap of a "
    "process of Spark's."
)
@click.pass_context
def reason_spark(
    context: click.Context,
    paths: tuple[str, ...],
    out: str,
    work: str | None,
    master: str,
    conf: tuple[str, ...],
    axiomatic: bool,
    stats: Path | None,
) -> None:
    """Write what the paths say together with what follows from it by OWL 2 RL, on Spark.

    A path is a file or a folder of parts, N-Triples or (where its name ends in .parquet) Parquet
    with the columns subject, predicate and object; each is one graph with blank nodes of its own.
    """
    settings: dict[str, str] = {}
    for setting in conf:
        name, mark, value = setting.partition("=")
        if not mark:
            raise SettingsError(f"--conf: {setting!r} is not NAME=VALUE")
        settings[name] = value
    from sorafenib_kg.reasoning.backends.spark.session import start_session

    with progress() as step:
        step("Starting Spark")
        spark = start_session(master, settings)
        # Imports pyspark, of which it is known now that it is there.
        from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

        try:
            report = materialise_spark(spark, paths, out, work, axiomatic=axiomatic, step=step)
        finally:
            spark.stop()
    if stats is not None:
        write_figures(stats, report.as_json())
    write(
        f"{report.asserted:,} triples asserted, {report.inferred:,} inferred "
        f"in {report.rounds} rounds, written to {out}"
    )
    tell_findings(report.clashes, report.uncovered, report.more_clashes)
    context.exit(1 if report.clashes else 0)
