"""``reason-store``: have a SPARQL store somewhere else close its own graphs."""

import click

from sorafenib_kg.cli.console import progress, tell_findings, warn, write
from sorafenib_kg.cli.options import with_axiomatic
from sorafenib_kg.fetching.credentials import AUTHORIZATION, PASSWORD, USER, Credentials
from sorafenib_kg.reasoning.backends.store.fixpoint import materialise_store
from sorafenib_kg.reasoning.backends.store.remote import RemoteStore

ABOUT = f"""\b
Examples:
  sorafenib-kg reason-store http://localhost:7878/query --update-url http://localhost:7878/update \\
      --from http://example.org/facts --into http://example.org/inferred
  {USER}=dba {PASSWORD}=dba sorafenib-kg reason-store http://localhost:8890/sparql-auth \\
      --from http://example.org/ontology --from http://example.org/facts \\
      --into http://example.org/inferred --replace

\b
Environment:
  {AUTHORIZATION}  sent as the header Authorization
  {USER}, {PASSWORD}  answer a challenge for Basic or Digest authentication

\b
Exit codes:
  0  the inferences are in their graph
  1  so they are, and the triples contradict each other: the clashes are on standard error
  2  not done, or not to the end: a wrong option, a store that cannot be reached or refuses"""


@click.command(
    "reason-store",
    epilog=ABOUT,
    short_help="Have a SPARQL store add to its graphs what follows by OWL 2 RL.",
)
@click.argument("query_url", metavar="URL")
@click.option("--update-url", metavar="URL", help="Where updates go. [default: where queries go]")
@click.option(
    "--from",
    "sources",
    multiple=True,
    required=True,
    metavar="IRI",
    help="A named graph to reason over; may be given repeatedly. No other graph is read.",
)
@click.option(
    "--into", "target", required=True, metavar="IRI", help="The named graph for the inferences."
)
@click.option(
    "--replace", is_flag=True, help="Empty that graph first, if there is something in it."
)
@with_axiomatic
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the store to answer one request.",
)
@click.pass_context
def reason_store(
    context: click.Context,
    query_url: str,
    update_url: str | None,
    sources: tuple[str, ...],
    target: str,
    replace: bool,
    axiomatic: bool,
    timeout: float,
) -> None:
    """Have the SPARQL 1.1 store at URL apply the rules of OWL 2 RL, by SPARQL Update.

    The store does the work, and the triples stay there. What it cannot tell or hold is said.
    """
    store = RemoteStore(query_url, update_url, Credentials.from_environment(), timeout)
    with progress() as step:
        report = materialise_store(
            store, sources, target, replace=replace, axiomatic=axiomatic, step=step
        )
    write(
        f"{report.asserted:,} triples asserted, {report.inferred:,} inferred in {report.rounds} "
        f"rounds and {report.updates} updates, written to {target}"
    )
    tell_findings(report.clashes, report.uncovered, report.more_clashes)
    for rule, count in report.left_out.items():
        warn(
            f"{rule} gives {count:,} that no store can hold: their subject is a literal, or "
            "their predicate no IRI"
        )
    context.exit(1 if report.clashes else 0)
