"""`tradestream token`: a secret that nobody guesses."""

from __future__ import annotations

import secrets

import click


@click.command()
def command() -> None:
    """Print a new secret for --token or a tokens file."""
    click.echo(secrets.token_urlsafe(32))
