"""What the tests of commands share: calling them, and handlers of a user's own."""

from __future__ import annotations

from pathlib import Path

import click
from click.testing import CliRunner, Result

from tradestream_nb.cli import COMMANDS, main

GOOD = """
from tradestream_nb import Quote, handler

@handler(on=Quote, topic="mine")
def mine(quote, *, size: float = 1.0):
    return []
"""
BAD = """
from tradestream_nb import Quote, handler

@handler(on=Quote, topic="yours")
def yours(quote, state, extra):
    return state, []
"""


def invoke(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env).invoke(main, arguments)


def options(name: str) -> list[click.Option]:
    """The options of a command."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return [parameter for parameter in command.params if isinstance(parameter, click.Option)]


def all_options() -> list[click.Option]:
    """The options of every command, each once."""
    return list({option.envvar: option for name in COMMANDS for option in options(name)}.values())


def write_handlers(folder: Path, text: str) -> None:
    """Put a file of handlers where the command looks for it."""
    (folder / "handlers").mkdir()
    (folder / "handlers" / "mine.py").write_text(text)
