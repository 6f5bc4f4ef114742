"""The README, and other pages with sessions: commands, output and table are the program's."""

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sorafenib_kg.cli import main
from sorafenib_kg.settings import as_markdown

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SESSIONS = [
    session.split("\n", 1)
    for page in (TOP / "README.md", TOP / "docs" / "proofs.md")
    for session in re.findall(r"^```console\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
]
SCREEN = 40  # lines


def visible(text: str) -> str:
    """Return a text without blanks at the ends of its lines and empty lines around it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


@pytest.mark.parametrize(("command", "output"), SESSIONS, ids=[first for first, _ in SESSIONS])
def test_the_output_shown_is_what_the_command_prints(command: str, output: str):
    name, *arguments = shlex.split(command.removeprefix("$ "))
    assert name == "sorafenib-kg"
    # A reader sees the table of a terminal.
    table = ["--format", "table"] if arguments[0] == "query" else []
    result = CliRunner().invoke(main, [*arguments, *table], env={"COLUMNS": "80"})
    assert visible(result.output) == visible(output)


def test_a_query_with_its_answer_is_on_the_first_screen():
    first = README.split("\n## ")[0]
    assert "$ sorafenib-kg query " in first
    assert len(first.splitlines()) <= SCREEN


def test_there_are_exactly_two_commands_of_one_line_each():
    commands = [text.strip() for language, text in BLOCKS if language == "sh"]
    assert [len(command.splitlines()) for command in commands] == [1, 1]
    assert all(command.startswith("python3 -m venv .venv && ") for command in commands)
    assert commands[0].endswith(" .venv/bin/sorafenib-kg serve")
    assert commands[1].endswith(" .venv/bin/pytest")


def test_the_table_of_settings_is_that_of_the_program():
    assert as_markdown() in README


def test_every_command_of_the_program_is_named():
    commands = main.list_commands(click.Context(main))
    assert "serve" in commands
    assert [name for name in commands if f"`sorafenib-kg {name}" not in README] == []


def test_the_python_that_is_asked_for_is_the_one_that_is_needed():
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or later" in README


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_links_lead_to_files(target: str):
    assert (TOP / target).is_file()
