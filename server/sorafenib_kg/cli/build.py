"""``build``: make a store in a folder, to be served without loading anything."""

import click

from sorafenib_kg.cli.console import progress, warn_of, write
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.places import Folder, place_of
from sorafenib_kg.settings import Settings

EXAMPLES = """\b
Examples:
  sorafenib-kg build --store review.store
  sorafenib-kg build --store large.store --data ontology.ttl --data facts.nt --entailment none
  sorafenib-kg serve --store large.store

\b
Exit codes: 0, built; 2, not built, and nothing is left behind."""


@click.command(epilog=EXAMPLES, short_help="Make a store on disk, to be served from there.")
@with_settings(
    "store",
    "data",
    "empty",
    "default_graph",
    "entailment",
    "what_if",
    "dl",
    "dl_timeout",
    "dl_memory",
    "derivations",
)
def build(settings: Settings) -> None:
    """Load the graph, reason over it, and write it all to a folder.

    The folder is made, appears when it is complete, and is then served by serve --store. Files
    above 4 MiB are not held in memory, but all triples are as numbers while they are reasoned
    over; --entailment none spares that.
    """
    place = place_of(settings.store)
    if not isinstance(place, Folder):
        raise SettingsError("name the folder to make: --store DIR")
    from sorafenib_kg.building import build as make

    with progress() as step:
        built = make(settings, place.path, step)
    warn_of(built.clashes)
    about = built.manifest.about
    write(
        f"{about.asserted:,} triples asserted, {about.inferred:,} inferred, "
        f"version {built.manifest.version}, written to {place.path}"
    )
