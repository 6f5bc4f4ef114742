"""``export``: the graph written out for readers and other programs."""

from pathlib import Path

import click

from sorafenib_kg.cli.console import opened, write, write_file
from sorafenib_kg.cli.options import with_settings
from sorafenib_kg.exports import EXPORTS, Export
from sorafenib_kg.settings import Settings
from sorafenib_kg.source_text import read_text, require_source


@click.group()
def export() -> None:
    """Write out a part of the graph."""


def _command(kind: Export) -> click.Command:
    formats = list(kind.writers)

    @click.option(
        "--format",
        "format_name",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to write it.",
    )
    @click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The file to write to. [default: standard output]",
    )
    @with_settings("data", "source_text")
    def write_out(settings: Settings, format_name: str, out: Path | None) -> None:
        source_text = read_text(settings.source_text)
        graph = opened(settings)
        if source_text is not None:
            require_source(graph.dataset.quads, source_text)
        text = kind.writers[format_name](graph, source_text)
        if out is None:
            write(text)
        else:
            write_file(out, text.encode())

    examples = f"""\b
Examples:
  sorafenib-kg export {kind.name}
  sorafenib-kg export {kind.name} --format {formats[-1]} --out {kind.name}.{formats[-1]}"""
    return click.command(kind.name, help=kind.summary, epilog=examples)(write_out)


for _kind in EXPORTS.values():
    export.add_command(_command(_kind))
