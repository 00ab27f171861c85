"""The whole way to a broker without one: a simulated TWS in this process, and the real library connected to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Annotated

from msgspec import Meta

from tradestream_nb.errors import SourceError
from tradestream_nb.events import Bar
from tradestream_nb.sim.tws.server import TwsServer
from tradestream_nb.sim.tws.world import WorldOptions
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.ibkr.options import LIST, SWITCH, IbkrOptions, YesNo
from tradestream_nb.sources.ibkr.source import IbkrSource


class SimulatedIbkrOptions(IbkrOptions, frozen=True, forbid_unknown_fields=True):
    """What `ibkr-sim?…` understands: all that `ibkr://…` does, and what the simulated market is like."""

    symbols: Annotated[list[str] | str, Meta(description=LIST)] = "AAPL,MSFT,GOOG,IBM,EUR.USD"
    readonly: Annotated[YesNo, Meta(description=f"{SWITCH}; no, which it is here, lets orders through")] = False
    seed: Annotated[int, Meta(ge=0, description="a whole number from 0; the same seed gives the same prices")] = 7
    rate: Annotated[
        float, Meta(gt=0, le=1000, description="quotes per second of each symbol, above 0 and up to 1000")
    ] = 4.0


class SimulatedIbkr(IbkrSource):
    """An `IbkrSource` that brings its own TWS, on a free port of this machine; it stays through all connections."""

    Options = SimulatedIbkrOptions
    name = "ibkr-sim"
    options: SimulatedIbkrOptions

    def __init__(self, options: SimulatedIbkrOptions) -> None:
        super().__init__("127.0.0.1", 0, options)
        self.tws: TwsServer | None = None
        self._serving: asyncio.Task[None] | None = None

    @classmethod
    def open(cls, path: str, options: IbkrOptions) -> SimulatedIbkr:
        """The source for `ibkr-sim?…`; there is nothing a path could name."""
        if path or not isinstance(options, SimulatedIbkrOptions):
            raise SourceError(
                f"ibkr-sim takes no path, but got {path!r}; options follow a question mark: ibkr-sim?seed=7"
            )
        return cls(options)

    async def history(self, seconds: float) -> Iterable[Bar]:
        """The bars before now, of a TWS that is started first."""
        async with self._with_tws():
            return await super().history(seconds)

    async def run(self, outlet: Outlet) -> None:
        """Put events until the connection is lost; a run that is cancelled takes the simulated TWS with it."""
        async with self._with_tws():
            await super().run(outlet)

    @asynccontextmanager
    async def _with_tws(self) -> AsyncIterator[None]:
        """A TWS that outlives what goes wrong, but not the end of the streams."""
        await self._serve()
        try:
            yield
        except asyncio.CancelledError:
            await self._stop_serving()
            raise

    async def _serve(self) -> None:
        """Start the TWS unless it runs; its task ends with the loop, if nobody ends it before."""
        if self._serving is not None and not self._serving.done():
            return
        options = self.options
        stocks = ",".join(name.symbol for name in options.wanted() if name.sec_type == "STK")
        world = WorldOptions(seed=options.seed, symbols=stocks or 1, rate=options.rate)
        tws, listening = TwsServer(world), asyncio.Event()

        async def serve() -> None:
            async with tws:
                listening.set()
                await tws.wait()

        self._serving = asyncio.create_task(serve())
        await listening.wait()
        self.tws, self.connection.port = tws, tws.port

    async def _stop_serving(self) -> None:
        serving, self._serving = self._serving, None
        if serving is not None:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
