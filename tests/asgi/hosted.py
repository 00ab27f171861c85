"""An application under a real uvicorn, on a port of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def hosting(app: Any, **options: Any) -> AsyncIterator[int]:
    """Run `app` for the length of a block, from its lifespan's start to its end; gives the port.

    With `listen` it is that one.
    """
    async with running(app, **options) as (port, _):
        yield port


@asynccontextmanager
async def running(app: Any, *, listen: int = 0, **options: Any) -> AsyncIterator[tuple[int, uvicorn.Server]]:
    """The same with the server itself."""
    config = uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, **options)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", listen)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        if serving.done():
            await serving
        try:
            yield listener.getsockname()[1], server
        finally:
            server.should_exit = True
            await serving
