"""``serve``: open the graph, then answer over HTTP."""

import signal
import socket
import sys
import threading

import click

from sorafenib_kg.cli.console import opened
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg serve
  sorafenib-kg serve --port 8080
  sorafenib-kg serve --data ontology --data triples --data more.ttl"""


@click.command(epilog=EXAMPLES, short_help="Serve pages and SPARQL over HTTP.")
@with_settings("data", "empty", "entailment", "host", "port", "public_url", "threads")
def serve(settings: Settings) -> None:
    """Load the graph, reason over it, and serve pages and SPARQL over HTTP."""
    graph = opened(settings)
    _serve(settings, graph)


def _serve(settings: Settings, graph: KnowledgeGraph) -> None:
    # Flask and waitress take a quarter of a second to import, which no other command needs.
    from waitress.server import create_server

    from sorafenib_kg.app import LARGEST_REQUEST, create_app

    app = create_app(settings, graph)
    listening = _listen(settings.host, settings.port)
    # The engine parses by recursion. The guard of queries is made for stacks of 8 MiB and more;
    # threads have half a MiB on some systems.
    threading.stack_size(64 * 2**20)
    server = create_server(
        app,
        sockets=[listening],
        threads=settings.threads,
        ident=None,
        # What is a little too large is refused by the application, in its own words.
        max_request_body_size=4 * LARGEST_REQUEST,
    )
    # Whoever stops a service sends SIGTERM; waitress finishes running requests on SystemExit.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    inferred = graph.closure.statistics.inferred if graph.closure is not None else 0
    click.echo(
        f"Sorafenib Knowledge Graph {graph.version}: "
        f"{len(graph.dataset.asserted()):,} triples asserted, {inferred:,} inferred"
    )
    click.echo(f"Serving on {_address(settings.host, listening.getsockname()[1])} (Ctrl+C stops)")
    server.run()


def _listen(host: str, port: int) -> socket.socket:
    # waitress could do this too, but leaves its socket open where the port is taken.
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"cannot listen on {host} port {port}: {reason}") from error


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
