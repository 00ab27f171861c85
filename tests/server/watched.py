"""A front with streams that stand still, asked over its port."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.managed import HANDLERS, Scripted
from tests.server.raw import get
from tests.server.served import until
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.front import Front
from tradestream_nb.server.limits import Limits
from tradestream_nb.strategies.evaluator import StrategyEvaluator


class Watched:
    """A front on a port, with the token that is sent along."""

    def __init__(self, front: Front, port: int, token: str = "") -> None:
        self.front, self.port, self.token = front, port, token

    async def ask(self, path: str, *headers: str, method: str = "GET", token: str | None = None) -> tuple[int, bytes]:
        """Status and body of an answer."""
        secret = self.token if token is None else token
        bearer = [f"Authorization: Bearer {secret}"] if secret else []
        status, _, body = await get(self.port, path, *bearer, *headers, method=method)
        return status, body

    async def read(self, path: str) -> Any:
        """A JSON answer."""
        status, body = await self.ask(path)
        assert status == 200, body
        return json.loads(body)

    def connect(self, *subprotocols: str, **options: Any) -> connect:
        offered: Sequence[Subprotocol] = [Subprotocol(name) for name in subprotocols]
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else None
        url = f"ws://127.0.0.1:{self.port}/ws"
        return connect(url, subprotocols=offered or None, additional_headers=headers, **options)

    async def clients(self, count: int) -> list[dict[str, Any]]:
        """What is said of the clients, once there are so many."""
        await until(lambda: self.front.status()["connections"] == count)
        listed: list[dict[str, Any]] = (await self.read("/clients"))["clients"]
        return listed


@asynccontextmanager
async def watched(access: Access | None = None, *, token: str = "", **limits: Any) -> AsyncIterator[Watched]:
    manager = StreamManager(Scripted(), HANDLERS, evaluator=StrategyEvaluator(), price_interval=0)
    front = Front(manager, access=access, limits=Limits(**limits))
    port = await front.start("127.0.0.1", 0)
    try:
        yield Watched(front, port, token)
    finally:
        await front.stop()
