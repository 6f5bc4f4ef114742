"""``serve``: open the graph, then answer over HTTP."""

import click

from sorafenib_kg.cli.console import progress, warn_of_clashes
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg serve
  sorafenib-kg serve --port 8080
  sorafenib-kg serve --empty --writable
  sorafenib-kg serve --timeout 5 --memory-limit 256 --workers 8
  sorafenib-kg serve --data ontology --data triples --data more.ttl"""


@click.command(epilog=EXAMPLES, short_help="Serve pages and SPARQL over HTTP.")
@with_settings(
    "data",
    "empty",
    "entailment",
    "what_if",
    "host",
    "port",
    "public_url",
    "cors",
    "allowed_host",
    "writable",
    "threads",
    "workers",
    "timeout",
    "memory_limit",
)
def serve(settings: Settings) -> None:
    """Load the graph, reason over it, and serve pages and SPARQL over HTTP."""
    from sorafenib_kg.processes.launch import Launch

    launch = Launch(settings)
    try:
        # The web server comes up meanwhile, so what this needs is imported after it was started.
        from sorafenib_kg.graph import graphs_beside, read_graph

        with progress() as step:
            dataset, closure = read_graph(settings, step)
        warn_of_clashes(closure)
        inferred = list(closure.inferred()) if closure is not None else []
        greeting = (
            f"Sorafenib Knowledge Graph {dataset.version}: "
            f"{len(dataset.asserted()):,} triples asserted, {len(inferred):,} inferred\n"
            f"Serving on {_address(settings.host, launch.port)} (Ctrl+C stops)"
        )
        if settings.writable:
            greeting = f"{greeting}\n{_on_writing(launch.made_token)}"
        beside = graphs_beside(settings, dataset, closure)
        launch.become_data_process(dataset.quads, inferred, beside, dataset.version, greeting)
    finally:
        launch.close()


def _on_writing(made_token: str | None) -> str:
    text = "Changes are made in memory, and end with the server."
    return text if made_token is None else f"{text} The token for them is {made_token}"


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
