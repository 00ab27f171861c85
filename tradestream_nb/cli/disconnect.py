"""`tradestream disconnect`: send one client of a server away."""

from __future__ import annotations

from urllib.parse import quote

import click

from tradestream_nb.cli.operating import ask, printable, token_option, url_option
from tradestream_nb.cli.options import Command


@click.command(cls=Command)
@click.argument("client", metavar="ID")
@url_option
@token_option
def command(client: str, url: str, token: tuple[str, ...]) -> None:
    """Send the client ID of a running server away, for good."""
    click.echo(ask(url, token, f"/clients/{quote(client, safe='')}", _told, method="DELETE"))


def _told(answer: dict[str, str]) -> str:
    return printable(f"client {answer['disconnected']} is disconnected")
