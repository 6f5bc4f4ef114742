"""The command line: one module a command, and what they share."""

from typing import Any

import click

from sorafenib_kg import __version__
from sorafenib_kg.cli.build import build
from sorafenib_kg.cli.check import check
from sorafenib_kg.cli.classify import classify
from sorafenib_kg.cli.explain import explain
from sorafenib_kg.cli.export import export
from sorafenib_kg.cli.journal import journal
from sorafenib_kg.cli.query import query
from sorafenib_kg.cli.reason import reason
from sorafenib_kg.cli.reason_store import reason_store
from sorafenib_kg.cli.serve import serve
from sorafenib_kg.cli.what_if import what_if
from sorafenib_kg.errors import SorafenibKGError

EXIT_CODES = """\b
Exit codes:
  0  done, and the answer is good
  1  done, and the answer is not: check found errors or could not make a check, reason,
     reason-store or classify found that the data contradict themselves, explain found that it
     does not hold
  2  not done: a wrong option, a file that cannot be read, a query that is not SPARQL"""


class _Failure(click.ClickException):
    exit_code = 2


class _Group(click.Group):
    """Turns the errors of this package into one message without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SorafenibKGError as error:
            raise _Failure(str(error)) from error


@click.group(
    cls=_Group,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="sorafenib-kg")
def main() -> None:
    """Ask what a review of 2017 says about sorafenib in liver cancer, and what follows from it.

    It states what the review says and is no medical advice.
    """


COMMANDS = (
    *(serve, query, explain, what_if, check),
    *(reason, reason_store, classify, export, build, journal),
)
for command in COMMANDS:
    main.add_command(command)
