"""Options of several commands; those of settings are made from their table, read by its parser."""

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sorafenib_kg.settings import SETTINGS, Setting, from_environment

Function = Callable[..., Any]

with_axiomatic = click.option(
    "--axiomatic", is_flag=True, help="Add what holds whatever the data, reflexive triples too."
)


def with_stats(text: str) -> Callable[[Function], Function]:
    """Give a command the option that says where its figures go."""
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--stats", type=path, metavar="FILE", help=text)


def with_settings(*names: str) -> Callable[[Function], Function]:
    """Give a command the options of these settings, and its function all settings as one value.

    What an option does not say the environment does, and else the default.
    """

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def call(**values: Any) -> Any:
            given = {name: values.pop(name) for name in names}
            given = {name: value for name, value in given.items() if value not in (None, ())}
            for name in given:
                if SETTINGS[name].about.kind in ("paths", "names"):
                    given[name] = tuple(part for parts in given[name] for part in parts)
            return function(settings=replace(from_environment(), **given), **values)

        decorated: Function = call
        for name in reversed(names):
            decorated = _option(SETTINGS[name])(decorated)
        return decorated

    return decorate


def _option(setting: Setting) -> Callable[[Function], Function]:
    about = setting.about
    shown = f" [default: {setting.default}]" if setting.default not in (None, (), False) else ""
    text = f"{about.help}{shown} [{setting.variable}]"
    if about.kind == "flag":
        return click.option(setting.option, is_flag=True, default=None, help=text)
    return click.option(
        setting.option,
        type=setting.parse,
        metavar=about.metavar,
        multiple=about.kind in ("paths", "names"),
        help=text,
    )
