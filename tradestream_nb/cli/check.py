"""`tradestream check`: whether the handlers of a folder are sound."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tradestream_nb.cli.options import Failure, path
from tradestream_nb.contract import spec_of
from tradestream_nb.loading import check_folder, find_folder


@click.command()
@click.argument("folder", type=path, required=False)
def command(folder: Path | None) -> None:
    """Check every handler of FOLDER and say what each is on."""
    handlers, problems = check_folder(folder or find_folder())
    for spec in map(spec_of, handlers):
        click.echo(spec)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(Failure.exit_code)
