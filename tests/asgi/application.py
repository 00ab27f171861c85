"""An application that uvicorn finds by its name."""

from __future__ import annotations

from fastapi import FastAPI

from tests.managed import HANDLERS
from tradestream_nb.asgi import Streams
from tradestream_nb.manager import StreamManager

streams = Streams(StreamManager("sim?seed=7&symbols=AAPL&rate=5", HANDLERS))
app = FastAPI(lifespan=streams.lifespan)
app.mount("/streams", streams.router())
