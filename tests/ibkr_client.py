"""The IB client library of this environment: ib_insync, or else ib_async; everything in tests takes it from here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tests.patience import PATIENCE

library: Any = import_module("ib_insync" if find_spec("ib_insync") else "ib_async")
IB = library.IB
Contract, Stock, Forex, Future = library.Contract, library.Stock, library.Forex, library.Future
IS_ASYNC = library.__name__ == "ib_async"


class Client:
    """A real client, with everything it was told of."""

    def __init__(self) -> None:
        self.ib: Any = IB()
        self.errors: list[tuple[int, int, str]] = []
        self.ib.errorEvent += self._on_error

    def codes(self) -> list[int]:
        """The codes it heard, oldest first."""
        return [code for _, code, _ in self.errors]

    async def start(self, port: int, client_id: int = 1) -> None:
        """Connect without asking for the account."""
        asyncio.set_event_loop(asyncio.get_running_loop())
        await self.ib.client.connectAsync("127.0.0.1", port, client_id, timeout=PATIENCE)

    async def settle(self) -> None:
        """Wait until everything the server has sent so far was taken in."""
        await asyncio.wait_for(self.ib.reqCurrentTimeAsync(), PATIENCE)

    def _on_error(self, request_id: int, code: int, text: str, contract: Any) -> None:
        self.errors.append((request_id, code, text))


@asynccontextmanager
async def started(port: int, client_id: int = 1) -> AsyncIterator[Client]:
    """A client that has started the API, until the end of the block."""
    client = Client()
    await client.start(port, client_id)
    try:
        yield client
    finally:
        client.ib.disconnect()
