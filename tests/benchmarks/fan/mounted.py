"""The product below an application's path, under uvicorn as FastAPI itself is measured."""

from __future__ import annotations

import sys
from itertools import count

import msgspec
import uvloop
from fastapi import FastAPI

from tests.benchmarks.fan.ours import LIMITS, Silent
from tests.benchmarks.fan.peers import under_uvicorn
from tests.benchmarks.fan.served import Task, quotes
from tradestream_nb.asgi import Streams
from tradestream_nb.loading import load_folder, standard_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.strategies.evaluator import StrategyEvaluator


async def serve(task: Task) -> None:
    """Serve until the input ends."""
    handlers = load_folder(standard_folder())
    manager = StreamManager(Silent(), handlers, evaluator=StrategyEvaluator(), price_interval=0.0)
    streams, ticks = Streams(manager, limits=LIMITS), count()
    app = FastAPI(lifespan=streams.lifespan)
    app.include_router(streams.router())

    def publish() -> None:
        for _ in range(task.burst):
            for quote in quotes(task.symbols, next(ticks)):
                manager.put(quote)

    await under_uvicorn(app, publish)


if __name__ == "__main__":
    uvloop.run(serve(msgspec.json.decode(sys.argv[1], type=Task)))
