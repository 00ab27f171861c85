"""The `tradestream` command."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from tradestream_nb import logs
from tradestream_nb.contract import spec_of
from tradestream_nb.desk import make_desk
from tradestream_nb.errors import UserError
from tradestream_nb.loading import check_folder, find_folder, load_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.access import Access
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.runner import Runner, serve_until_stopped
from tradestream_nb.sources.url import open_source

F = TypeVar("F", bound=Callable[..., Any])


class Failure(click.ClickException):
    """The user's own mistake: one line, exit code 2."""

    exit_code = 2


def option(flag: str, *names: str, **settings: Any) -> Callable[[F], F]:
    """A command line option that can also be given as TRADESTREAM_*."""
    variable = "TRADESTREAM_" + flag.removeprefix("--").partition("/")[0].replace("-", "_").upper()
    return click.option(flag, *names, envvar=variable, show_envvar=True, show_default=True, **settings)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradestream_nb")
def main() -> None:
    """Live trading streams from small handler functions."""


@main.command()
@option("--source", default="sim", help="Where events come from, such as sim?seed=7 or replay:day.csv?speed=60.")
@option(
    "--handlers", type=Path, default=None, help="Folder of handlers; the nearest handlers/, else the standard ones."
)
@option("--set", "settings", multiple=True, metavar="HANDLER.PARAMETER=VALUE", help="A handler's parameter.")
@option("--host", default="127.0.0.1", help="Address to listen on.")
@option("--port", type=click.IntRange(0, 65535), default=8765, help="Port to listen on; 0 takes a free one.")
@option("--insecure", is_flag=True, help="Let other machines connect, without a key.")
@option("--price-interval", type=click.FloatRange(0), default=None, help="Seconds between price batches; 0 sends "
        "every change at once.  [default: 3 when the source is polled, 0.25 when it pushes]")  # fmt: skip
@option("--portfolio-interval", type=click.FloatRange(0, min_open=True), default=5.0, help="Seconds between two looks "
        "at the account.")  # fmt: skip
@option("--max-connections", type=click.IntRange(1), default=1000, help="Clients at once; more are turned away.")
@option("--auto-trade", is_flag=True, help="Execute the signals on the paper account.")
@option("--log-format", type=click.Choice(["text", "json"]), default="text", help="How log records are written.")
def serve(
    *,
    source: str,
    handlers: Path | None,
    settings: tuple[str, ...],
    host: str,
    port: int,
    insecure: bool,
    price_interval: float | None,
    portfolio_interval: float,
    max_connections: int,
    auto_trade: bool,
    log_format: Literal["text", "json"],
) -> None:
    """Serve the streams and their dashboard until stopped."""
    logs.set_up(log_format)
    try:
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
        runner = Runner(manager, access=Access(insecure=insecure), limits=Limits(connections=max_connections))
        with asyncio.Runner(loop_factory=_loop_factory()) as loop:
            told = partial(_announce, host)
            loop.run(serve_until_stopped(runner, host, port, announce=told, watch=folder))
    except UserError as error:
        raise Failure(str(error)) from None


@main.command()
@click.argument("folder", type=Path, required=False)
def check(folder: Path | None) -> None:
    """Check every handler of FOLDER and say what each is on."""
    try:
        handlers, problems = check_folder(folder or find_folder())
    except UserError as error:
        raise Failure(str(error)) from None
    for spec in map(spec_of, handlers):
        on = " | ".join(event.__name__ for event in spec.on)
        click.echo(f"{spec.name}: {on} -> {spec.topic}")
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(Failure.exit_code)


@main.command()
@click.argument("folder", type=Path)
def new(folder: Path) -> None:
    """Make FOLDER to start from: handlers, a notebook, an environment and tests."""
    try:
        files = make_desk(folder)
    except UserError as error:
        raise Failure(str(error)) from None
    for file in files:
        click.echo(file)
    click.echo(f"go on with {folder / 'README.md'}")


def parse_settings(settings: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Parameters by handler from `handler.parameter=value`; raises UserError for anything else."""
    parameters: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for setting in settings:
        target, equals, value = setting.partition("=")
        handler, dot, parameter = target.partition(".")
        if not (equals and dot and handler and parameter):
            raise UserError(f"--set {setting!r} is not HANDLER.PARAMETER=VALUE, as in signals.min_confidence=0.7")
        parameters[handler][parameter] = value
    return dict(parameters)


def _announce(host: str, port: int) -> None:
    name = f"[{host}]" if ":" in host else host
    click.echo(f"dashboard  http://{name}:{port}/\nwebsocket  ws://{name}:{port}/ws\nstop with Ctrl-C")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """A faster event loop where there is one for this platform."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
