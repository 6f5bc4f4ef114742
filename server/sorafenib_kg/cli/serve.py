"""``serve``: open the graph, then answer over HTTP."""

import gc
from urllib.parse import urlsplit

import click

from sorafenib_kg.cli.console import progress, warn, warn_of_clashes
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.places import Address, Folder, Memory, place_of
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg serve
  sorafenib-kg serve --port 8080
  sorafenib-kg serve --dl named
  sorafenib-kg serve --store large.store
  sorafenib-kg serve --store http://localhost:7878/query
  sorafenib-kg serve --writable --journal changes
  sorafenib-kg serve --timeout 5 --memory-limit 256 --workers 8
  sorafenib-kg serve --data ontology --data triples --data more.ttl"""


@click.command(epilog=EXAMPLES, short_help="Serve pages and SPARQL over HTTP.")
@with_settings(
    "store",
    "store_cache",
    "data",
    "empty",
    "default_graph",
    "entailment",
    "what_if",
    "dl",
    "dl_timeout",
    "dl_memory",
    "derivations",
    "source_text",
    "host",
    "port",
    "public_url",
    "report_url",
    "cors",
    "allowed_host",
    "trusted_proxy",
    "rate_limit",
    "rate_burst",
    "access_log",
    "log_queries",
    "writable",
    "allow_service",
    "allow_load",
    "allow_private",
    "journal",
    "rebase",
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
    place = place_of(settings.store)
    if not isinstance(place, Memory):
        _serve_stored(settings, place)
        return
    from sorafenib_kg.processes.launch import Launch

    launch = Launch(settings)
    # What is made from here on is kept until this process becomes another program.
    gc.disable()
    try:
        # The web server comes up meanwhile, so what this needs is imported after it was started.
        from sorafenib_kg.graph import (
            ask_hermit,
            computed_graphs,
            quads_of_default_graph,
            read_graph,
        )
        from sorafenib_kg.recovery import Recovery
        from sorafenib_kg.source_text import read_text, require_source

        recovery = Recovery(settings)
        with progress() as step:
            dataset, closure = read_graph(settings, step, recovery)
            source_text = read_text(settings.source_text)
            if source_text is not None:
                require_source(dataset.quads, source_text)
            found = ask_hermit(settings, dataset, closure, step)
        warn_of_clashes(closure)
        _warn_of_bundle()
        if recovery.journal is not None and recovery.journal.content.torn:
            warn(
                "the last change in the journal was not whole and was cut off; "
                "nobody was told that it had been made"
            )
        inferred = list(closure.inferred()) if closure is not None else []
        more = "" if found is None else f", {len(found.triples):,} more by {found.reasoner}"
        greeting = (
            f"Sorafenib Knowledge Graph {dataset.version}: "
            f"{len(dataset.asserted()):,} triples asserted, {len(inferred):,} inferred{more}\n"
            f"{_serving(settings, launch.port)}"
        )
        if settings.writable or settings.journal is not None:
            greeting = f"{greeting}\n{_on_writing(settings, launch.made_token)}"
        quads = quads_of_default_graph(settings, dataset, found)
        beside = computed_graphs(settings, dataset, closure, found)
        launch.become_data_process(
            quads, inferred, beside, dataset.version, greeting, recovery.journal
        )
    finally:
        launch.close()


def _serve_stored(settings: Settings, place: Folder | Address) -> None:
    """Serve data that are in a store already."""
    from sorafenib_kg.cli.stored import manifest_of, reached
    from sorafenib_kg.processes.data import ELSEWHERE
    from sorafenib_kg.processes.launch import Launch

    if isinstance(place, Folder):
        manifest = manifest_of(place, settings)
        about, version = manifest.about, manifest.version
        said = (
            f"{about.title} {version}: {about.asserted:,} triples asserted, "
            f"{about.inferred:,} inferred, in {place.path}"
        )
    else:
        reached(place, settings)
        version = ELSEWHERE
        said = f"The data are those of the store at {urlsplit(place.url).netloc}."
    launch = Launch(settings)
    try:
        _warn_of_bundle()
        launch.become_gateway_process(version, f"{said}\n{_serving(settings, launch.port)}")
    finally:
        launch.close()


def _warn_of_bundle() -> None:
    from sorafenib_kg.assets import has_bundle

    if not has_bundle():
        warn("the scripts of the pages were not built; all pages work without them")


def _serving(settings: Settings, port: int) -> str:
    return f"Serving on {_address(settings.host, port)} (Ctrl+C stops)"


def _on_writing(settings: Settings, made_token: str | None) -> str:
    parts = []
    if settings.journal is not None:
        parts.append(f"Changes are kept in {settings.journal}.")
    else:
        parts.append("Changes are made in memory, and end with the server.")
    if made_token is not None:
        parts.append(f"The token for them is {made_token}")
    return " ".join(parts)


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
