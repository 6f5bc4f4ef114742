"""The command line: one module a command, and what they share."""

from importlib import import_module
from typing import Any

import click

from sorafenib_kg import __version__
from sorafenib_kg.errors import SorafenibKGError

EXIT_CODES = """\b
Exit codes:
  0  done, and the answer is good
  1  done, and the answer is not: check found errors or could not make a check, reason, its
     relatives or classify found that the data contradict themselves, explain found that it does
     not hold
  2  not done: a wrong option, a file that cannot be read, a query that is not SPARQL"""


class _Failure(click.ClickException):
    exit_code = 2


# Each in the module of its name, which is imported when the command is asked for: a server is up
# sooner if what it does not need is not read first.
COMMANDS = (
    *("build", "check", "classify", "explain", "export", "journal"),
    *("query", "reason", "reason-spark", "reason-store", "serve", "what-if"),
)


class _Group(click.Group):
    """Turns the errors of this package into one message without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"{__name__}.{name}"), name)
        return command

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
