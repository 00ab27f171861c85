"""A TWS whose market says nothing until it is told how many ticks to send; run as a process of its own.

In front of the simulator stands a relay that reads which contracts the client subscribes to. On the command
`COUNT RATE LAST` of its standard input it puts so many trades into the client's stream, rendered beforehand: RATE of
them per second, or with 0 as fast as the client takes them. The last trade of every contract has the price LAST.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import islice

from tests.benchmarks.ticks.work import SYMBOLS
from tradestream_nb.sim.tws.codes import Request
from tradestream_nb.sim.tws.fields import Fields, render
from tradestream_nb.sim.tws.framing import FrameReader, frame
from tradestream_nb.sim.tws.server import TwsServer
from tradestream_nb.sim.tws.world import WorldOptions

SLOTS = 100
"""Times per second at which a paced feed sends."""
SILENCE = 1.5
"""Seconds without a word from the simulator after which its client is taken to be subscribed."""
CHUNK = 2_000
"""Trades written at once when there is no pace."""


class Relay:
    """Passes everything on between one client and the simulator."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._client: asyncio.StreamWriter | None = None
        self._requests: list[int] = []
        self._telling: asyncio.TimerHandle | None = None
        self._is_told = False

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a client until either side goes."""
        self._client, self._requests, self._is_told = writer, [], False
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            await asyncio.gather(self._pass_on(reader, up_writer), self._pass_back(up_reader, writer))
        except ConnectionError:
            pass
        finally:
            up_writer.close()
            writer.close()

    async def feed(self, count: int, rate: int, last: float) -> None:
        """Send so many trades."""
        assert self._client is not None
        loop = asyncio.get_running_loop()
        trades = iter(_trades(self._requests, count, last))
        per_write = rate // SLOTS or CHUNK
        began, written = loop.time(), 0
        while some := b"".join(islice(trades, per_write)):
            self._client.write(some)
            await self._client.drain()
            written += 1
            if rate:
                await asyncio.sleep(began + written / SLOTS - loop.time())

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames, greeted = FrameReader(), False
        while data := await reader.read(1 << 16):
            frames.feed(data)
            greeted = greeted or frames.hello() is not None
            while greeted and (body := frames.message()) is not None:
                self._note(Fields(body))
            writer.write(data)
        writer.close()

    async def _pass_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
            self._tell_once_silent()
        writer.close()

    def _tell_once_silent(self) -> None:
        """What a subscription begins with has to be over before anything is measured."""
        if len(self._requests) < SYMBOLS or self._is_told:
            return
        if self._telling:
            self._telling.cancel()
        self._telling = asyncio.get_running_loop().call_later(SILENCE, self._tell)

    def _tell(self) -> None:
        self._is_told = True
        print("subscribed", flush=True)

    def _note(self, fields: Fields) -> None:
        if fields.integer() == Request.MARKET_DATA:
            fields.skip()
            self._requests.append(fields.integer())
            self._tell_once_silent()


def _trades(requests: list[int], count: int, last: float) -> list[bytes]:
    """Trades of all contracts in turn, each at another price than the one before."""
    prices = [100 + step / 100 for step in range(50)]
    rounds = count // len(requests)
    some = [frame(render(1, 6, request, 4, price, 100, 0)) for price in prices for request in requests]
    ends = [frame(render(1, 6, request, 4, last, 100, 0)) for request in requests]
    return [some[i % len(some)] for i in range((rounds - 1) * len(requests))] + ends


async def main() -> None:
    """Print the port, then obey."""
    async with TwsServer(WorldOptions(symbols=SYMBOLS, limits=False), clock="driven") as tws:
        relay = Relay(tws.port)
        listening = await asyncio.start_server(relay.accept, "127.0.0.1", 0)
        print(listening.sockets[0].getsockname()[1], flush=True)
        while command := await asyncio.to_thread(sys.stdin.readline):
            count, rate, last = command.split()
            await relay.feed(int(count), int(rate), float(last))


if __name__ == "__main__":
    asyncio.run(main())
