"""`tradestream serve`: the streams and their dashboard, until stopped."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import click

from tradestream_nb import logs
from tradestream_nb.cli.access import access_options
from tradestream_nb.cli.options import Command, option, path, text
from tradestream_nb.cli.settings import parse_limits, parse_settings
from tradestream_nb.loading import find_folder, load_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.descriptors import make_room
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.runner import Runner, serve_until_stopped
from tradestream_nb.sources.url import open_source

stream, server = partial(option, section="Streams"), partial(option, section="Server")


@click.command(cls=Command)
@stream("--source", default="sim", help="Where events come from, such as sim?seed=7 or replay:day.csv?speed=60.")
@stream(
    "--handlers", type=path, default=None, help="Folder of handlers; the nearest handlers/, else the standard ones."
)
@stream("--set", "settings", multiple=True, metavar="HANDLER.PARAMETER=VALUE", help="A handler's parameter.")
@stream("--price-interval", type=click.FloatRange(0), default=None, help="Seconds between price batches; 0 sends "
        "every change at once.  [default: 3 when the source is polled, 0.25 when it pushes]")  # fmt: skip
@stream("--portfolio-interval", type=click.FloatRange(0, min_open=True), default=5.0, help="Seconds between two looks "
        "at the account.")  # fmt: skip
@stream("--auto-trade", is_flag=True, help="Execute the signals: on the paper account, or at the broker.")
@server("--host", type=text, default="127.0.0.1", help="Address to listen on.")
@server("--port", type=click.IntRange(0, 65535), default=8765, help="Port to listen on; 0 takes a free one.")
@server("--max-connections", type=click.IntRange(1), default=1000, help="Clients at once; more are turned away.")
@server("--limit", "limits", multiple=True, metavar="NAME=VALUE", help="Another bound for clients, by a name of the "
        "list in the README, such as request_rate=50. May be repeated.")  # fmt: skip
@server("--compress", is_flag=True, help="Deflate messages for clients that offer to take them so.")
@server("--log-format", type=click.Choice(["text", "json"]), default="text", help="How log records are written.")
@access_options
def command(
    *,
    source: str,
    handlers: Path | None,
    settings: tuple[str, ...],
    price_interval: float | None,
    portfolio_interval: float,
    auto_trade: bool,
    host: str,
    port: int,
    max_connections: int,
    limits: tuple[str, ...],
    compress: bool,
    log_format: Literal["text", "json"],
    access: Access,
) -> None:
    """Serve the streams and their dashboard until stopped."""
    logs.set_up(log_format)
    opened, folder = open_source(source), handlers or find_folder()
    manager = StreamManager(
        opened,
        load_folder(folder),
        auto_trade=auto_trade,
        price_interval=price_interval,
        portfolio_interval=portfolio_interval,
        parameters=parse_settings(settings),
        wait_for_reader=opened.virtual,
    )
    bounds = parse_limits(limits, max_connections)
    make_room(bounds.connections)
    runner = Runner(manager, access=access, limits=bounds, compress=compress)
    announce = partial(_announce, host, secure=access.tls is not None)
    with asyncio.Runner(loop_factory=_loop_factory()) as loop:
        loop.run(serve_until_stopped(runner, host, port, announce=announce, watch=folder))


def _announce(host: str, port: int, *, secure: bool) -> None:
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    s = "s" if secure else ""
    click.echo(f"dashboard  http{s}://{at}/\nwebsocket  ws{s}://{at}/ws\nstop with Ctrl-C")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """A faster event loop where there is one for this platform."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
