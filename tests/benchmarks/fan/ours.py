"""The product as a server under test: quotes through the handlers, the hub, mailboxes and policy to the clients."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from itertools import count

import msgspec
import uvloop

from tests.benchmarks.fan.served import Task, publish_when_told, quotes
from tradestream_nb.events import Bar
from tradestream_nb.loading import load_folder, standard_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.connection import Server
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.routes import Routes
from tradestream_nb.sources.base import Outlet
from tradestream_nb.strategies.evaluator import StrategyEvaluator

MANY = 1_000_000
LIMITS = Limits(connections=MANY, connections_per_address=MANY, handshakes_per_second=MANY)


class Silent:
    """A live source whose events are put in from outside."""

    name, polled, virtual = "bench", False, False

    async def run(self, outlet: Outlet) -> None:
        await asyncio.Event().wait()

    def history(self, seconds: float) -> Iterable[Bar]:
        return ()


async def serve(task: Task) -> None:
    """Serve until the input ends."""
    handlers = load_folder(standard_folder())
    manager = StreamManager(Silent(), handlers, evaluator=StrategyEvaluator(), price_interval=0.0)
    admissions = Access().admissions("127.0.0.1", Routes({}), LIMITS)
    server = Server(manager.hub, admissions, limits=LIMITS, compress=task.compress)
    ticks = count()

    def publish() -> None:
        for _ in range(task.burst):
            for quote in quotes(task.symbols, next(ticks)):
                manager.put(quote)

    port = await server.start("127.0.0.1", 0)
    await manager.start_all()
    await publish_when_told(port, publish)
    await manager.stop_all()
    await server.stop()


if __name__ == "__main__":
    uvloop.run(serve(msgspec.json.decode(sys.argv[1], type=Task)))
