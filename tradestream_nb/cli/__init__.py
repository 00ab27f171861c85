"""The `tradestream` command; each of its commands is a file of this folder, and is imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from tradestream_nb.cli.options import Failure
from tradestream_nb.errors import UserError

COMMANDS = ("check", "clients", "disconnect", "new", "serve", "token", "tws-sim")
"""Each has a function `command` in the module of its name, with `_` for `-`."""


class Commands(click.Group):
    """Imports what is called, and tells a user's own mistake in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name there is."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name.replace('-', '_')}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run what was called."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            raise Failure(str(error)) from None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradestream_nb")
def main() -> None:
    """Live trading streams from small handler functions."""
