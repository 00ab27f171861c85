"""`tradestream tws-sim`: a simulated Trader Workstation that real IB clients connect to."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

import click

from tradestream_nb import logs
from tradestream_nb.cli.options import Command, F, option, path, text
from tradestream_nb.errors import UserError
from tradestream_nb.sim.tws.faults import Fault
from tradestream_nb.sim.tws.script import read_script
from tradestream_nb.sim.tws.server import TwsServer
from tradestream_nb.sim.tws.world import WorldOptions


def tws(flag: str, *names: str, **settings: Any) -> Callable[[F], F]:
    """An option with a variable of its own, so that a `serve` beside it is not told the same port."""
    return option(flag, *names, envvar="TRADESTREAM_TWS_" + flag[2:].upper(), **settings)


@click.command("tws-sim", cls=Command)
@tws("--host", type=text, default="127.0.0.1", help="Address to listen on; whoever reaches it may connect.")
@tws("--port", type=click.IntRange(0, 65535), default=7497, help="Port to listen on; 0 takes a free one.")
@tws("--seed", type=click.IntRange(0), default=7, help="The market is the same again for the same seed.")
@tws("--symbols", default="100", help="How many stocks, or their names, as in AAPL,MSFT.")
@tws("--rate", type=click.FloatRange(0.1, 1000), default=4.0, help="Quotes per second of each contract.")
@tws("--account", "accounts", multiple=True, default=["DU1234567"], help="An account's name. May be repeated.")
@tws("--delayed", is_flag=True, help="Have no subscription to live market data.")
@tws("--script", type=path, default=None, help="TOML file of faults that happen on the way.")
def command(
    *,
    host: str,
    port: int,
    seed: int,
    symbols: str,
    rate: float,
    accounts: tuple[str, ...],
    delayed: bool,
    script: Path | None,
) -> None:
    """Stand in for Trader Workstation until stopped: a simulated market that real IB clients connect to."""
    logs.set_up("text")
    faults = read_script(script) if script else []
    if not all(name.strip() and "," not in name for name in accounts):
        raise UserError("--account takes one name; repeat it for more accounts")
    if isnan(rate):
        raise UserError("--rate nan is no number of quotes")
    options = WorldOptions(seed=seed, symbols=symbols, rate=rate, accounts=tuple(accounts), subscribed=not delayed)
    asyncio.run(_serve(TwsServer(options, host=host, port=port), faults))


async def _serve(server: TwsServer, faults: list[Fault]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with server:
        server.strike(*faults)
        _announce(server)
        stopped, failed = asyncio.create_task(stop.wait()), asyncio.create_task(server.wait())
        await asyncio.wait([stopped, failed], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if failed.done():
            failed.result()
        failed.cancel()


def _announce(server: TwsServer) -> None:
    at = f"[{server.host}]" if ":" in server.host else server.host
    accounts = ", ".join(server.world.accounts)
    click.echo(f"tws  {at}:{server.port}\naccount  {accounts}\nstop with Ctrl-C")
