"""How options are declared: each has a variable of the environment too, and a section in the help."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Failure(click.ClickException):
    """The user's own mistake: one line, exit code 2."""

    exit_code = 2


class Option(click.Option):
    """An option under a heading of the help."""

    def __init__(self, *names: Any, section: str = "Options", **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.section = section


class Command(click.Command):
    """Shows its options by section, in the order they are declared."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        sections: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for parameter in self.get_params(ctx):
            if (record := parameter.get_help_record(ctx)) is not None:
                sections[getattr(parameter, "section", "Other")].append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)


def option(flag: str, *names: str, section: str = "Options", **settings: Any) -> Callable[[F], F]:
    """A command line option that can also be given as TRADESTREAM_*."""
    variable = "TRADESTREAM_" + flag.removeprefix("--").partition("/")[0].replace("-", "_").upper()
    shown = {"envvar": variable, "show_envvar": True, "show_default": True}
    return click.option(flag, *names, cls=Option, section=section, **shown | settings)


def text(name: str) -> str:
    """A name as it is; the empty one, as of an unset variable, is refused."""
    if not name.strip():
        raise click.BadParameter("the name is empty")
    return name


def path(name: str) -> Path:
    """A file or folder by its name; the empty one is not the folder that one is in."""
    return Path(text(name))
