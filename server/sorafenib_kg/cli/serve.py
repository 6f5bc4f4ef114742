"""``serve``: open the graph, then answer over HTTP."""

import click

from sorafenib_kg.cli.console import progress, warn_of_clashes
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg serve
  sorafenib-kg serve --port 8080
  sorafenib-kg serve --dl named
  sorafenib-kg serve --empty --writable
  sorafenib-kg serve --timeout 5 --memory-limit 256 --workers 8
  sorafenib-kg serve --data ontology --data triples --data more.ttl"""


@click.command(epilog=EXAMPLES, short_help="Serve pages and SPARQL over HTTP.")
@with_settings(
    "data",
    "empty",
    "entailment",
    "what_if",
    "dl",
    "dl_timeout",
    "dl_memory",
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
    if settings.writable and settings.dl != "none":
        raise SettingsError(
            "--dl and --writable exclude each other: what HermiT infers is not kept in step"
        )
    from sorafenib_kg.processes.launch import Launch

    launch = Launch(settings)
    try:
        # The web server comes up meanwhile, so what this needs is imported after it was started.
        from sorafenib_kg.graph import ask_hermit, graphs_beside, quads_of_default_graph, read_graph

        with progress() as step:
            dataset, closure = read_graph(settings, step)
            found = ask_hermit(settings, dataset, closure, step)
        warn_of_clashes(closure)
        inferred = list(closure.inferred()) if closure is not None else []
        more = "" if found is None else f", {len(found.triples):,} more by {found.reasoner}"
        greeting = (
            f"Sorafenib Knowledge Graph {dataset.version}: "
            f"{len(dataset.asserted()):,} triples asserted, {len(inferred):,} inferred{more}\n"
            f"Serving on {_address(settings.host, launch.port)} (Ctrl+C stops)"
        )
        if settings.writable:
            greeting = f"{greeting}\n{_on_writing(launch.made_token)}"
        quads = quads_of_default_graph(settings, dataset, found)
        beside = graphs_beside(settings, dataset, closure, found)
        launch.become_data_process(quads, inferred, beside, dataset.version, greeting)
    finally:
        launch.close()


def _on_writing(made_token: str | None) -> str:
    text = "Changes are made in memory, and end with the server."
    return text if made_token is None else f"{text} The token for them is {made_token}"


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
