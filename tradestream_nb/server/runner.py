"""The headless host: a manager, a server in front of it, and a clean end when the process is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from tradestream_nb.server.front import Front
from tradestream_nb.server.watching import watching


class Runner(Front):
    """A front that starts and stops the streams with itself."""

    async def start(self, host: str, port: int) -> int:
        """Listen, start the streams, and return the port; raises ServeError, and nothing has started then."""
        port = await super().start(host, port)
        await self.manager.start_all()
        return port

    async def stop(self) -> None:
        """Stop the streams, tell the clients and close."""
        await self.manager.stop_all()
        await super().stop()


async def serve_until_stopped(
    runner: Runner,
    host: str,
    port: int,
    *,
    announce: Callable[[int], None],
    watch: Path | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `announce` is told the port. Raises ServeError.

    Handlers edited in the folder `watch` are swapped in meanwhile.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        listening = await runner.start(host, port)
        async with watching(watch, runner.manager.pipeline) if watch else nullcontext():
            announce(listening)
            await stop.wait()
    finally:
        await runner.stop()
