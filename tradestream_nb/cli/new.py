"""`tradestream new`: a folder to start from."""

from __future__ import annotations

from pathlib import Path

import click

from tradestream_nb.cli.options import path
from tradestream_nb.desk import make_desk


@click.command()
@click.argument("folder", type=path)
def command(folder: Path) -> None:
    """Make FOLDER to start from: handlers, a notebook, an environment and tests."""
    for file in make_desk(folder):
        click.echo(file)
    click.echo(f"go on with {folder / 'README.md'}")
