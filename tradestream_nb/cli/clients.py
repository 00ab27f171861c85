"""`tradestream clients`: who is connected to a server, what each reads, and how it keeps up."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from tradestream_nb.cli.operating import ask, printable, server, token_option, url_option
from tradestream_nb.cli.options import Command

HEADINGS = ("id", "remote", "name", "mode", "delivered", "conflated", "dropped", "lag", "reads")
NUMBERS = ("delivered", "conflated", "dropped", "lag")
SHOWN = 5
"""Symbols of a topic that are named."""


@click.command(cls=Command)
@url_option
@token_option
@server("--json", "as_json", is_flag=True, help="Print everything that is known of them as JSON.")
def command(url: str, token: tuple[str, ...], as_json: bool) -> None:
    """List the clients of a running server."""
    click.echo(ask(url, token, "/clients", _as_json if as_json else _as_table))


def table(clients: Iterable[dict[str, Any]]) -> str:
    """The clients in columns, numbers to the right."""
    rows = [HEADINGS, *map(_row, clients)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(_aligned, HEADINGS, row, widths)).rstrip() for row in rows)


def _as_json(answer: dict[str, Any]) -> str:
    return json.dumps(answer["clients"], indent=2)


def _as_table(answer: dict[str, Any]) -> str:
    return table(answer["clients"])


def _row(client: dict[str, Any]) -> tuple[str, ...]:
    lag = client["lag_ms"]
    shown = {
        **client,
        "name": client["identity"] or "-",
        "lag": f"{lag / 1000:.1f} s" if lag >= 1000 else f"{lag} ms",
        "reads": ", ".join(_read(topic, wanted) for topic, wanted in client["subscriptions"].items()) or "-",
    }
    return tuple(printable(str(shown[heading])) for heading in HEADINGS)


def _read(topic: str, wanted: Any) -> str:
    if wanted == "*":
        return topic
    but = isinstance(wanted, dict)
    names: list[str] = wanted["all_but"] if but else wanted
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return f"{topic} ({'all but ' if but else ''}{' '.join([*names[:SHOWN], *more]) or 'none'})"


def _aligned(heading: str, cell: str, width: int) -> str:
    return cell.rjust(width) if heading in NUMBERS else cell.ljust(width)
