"""A live view of a server: typed messages one after another, over as many connections as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterable
from types import TracebackType
from typing import Any, Self

from tradestream_nb.client.incoming import Fields
from tradestream_nb.client.link import Address
from tradestream_nb.client.marks import Item
from tradestream_nb.client.upkeep import State, Upkeep
from tradestream_nb.errors import Unreachable, UserError


class Client:
    """Subscribes, and gives what comes by `async for`; use it in `async with`, or `await` it and `close` it later.

    It reconnects by itself. Where the server no longer had what was missed, a `Gap` says so; otherwise nothing of an
    event channel is lost or comes twice. A slow reader is waited for: the server then sends it newest values only.
    """

    def __init__(self, address: Address, *, patience: float | None = 10.0) -> None:
        """`patience` is for how many seconds a first connection is tried; None is for ever."""
        self._address, self._patience = address, patience
        self._upkeep: Upkeep | None = None

    @property
    def state(self) -> State:
        """Whether there is a connection just now."""
        return "closed" if self._upkeep is None else self._upkeep.state

    @property
    def unread(self) -> int:
        """How many messages have come in that nobody has taken yet."""
        return 0 if self._upkeep is None else len(self._upkeep.inbox)

    async def open(self) -> Self:
        """Connect, and wait for the welcome; a second call changes nothing.

        Raises Unreachable when it does not come in time, and ServerRefused when it will never come.
        """
        if self._upkeep is not None:
            return self
        self._upkeep = Upkeep(self._address)
        try:
            async with asyncio.timeout(self._patience):
                await self._upkeep.welcomed
        except TimeoutError:
            await self._upkeep.stop()
            raise Unreachable(self._address.url, self._upkeep.problem) from None
        except BaseException:
            await self._upkeep.stop()
            raise
        return self

    async def close(self) -> None:
        """Leave; who iterates gets what has come in already, and then the end. A second call changes nothing."""
        if self._upkeep is not None:
            await self._upkeep.stop()

    async def subscribe(
        self,
        *channels: str,
        symbols: str | Iterable[str] | None = None,
        max_hz: float | None = None,
        history: int | None = None,
    ) -> Fields:
        """Want channels, or symbols of them; returns the whole subscription by channel.

        `max_hz` is how often at most news may come in a second, `history` how many of the latest messages of an event
        channel come first. Raises RequestRefused, and then nothing has changed.
        """
        more = {"symbols": _listed(symbols), "max_hz": max_hz, "history": history}
        return await self._ask(type="subscribe", channels=channels, **more)

    async def unsubscribe(self, *channels: str, symbols: str | Iterable[str] | None = None) -> Fields:
        """Want channels, or symbols of them, no more; returns the whole subscription. Raises RequestRefused."""
        return await self._ask(type="unsubscribe", channels=channels, symbols=_listed(symbols))

    async def configure(self, *channels: str, max_hz: float) -> Fields:
        """Change how often at most news may come in a second, 0 for no limit; raises RequestRefused."""
        return await self._ask(type="configure", channels=channels or None, max_hz=max_hz)

    async def list(self) -> Fields:
        """The whole subscription by channel, as the server has it."""
        return await self._ask(type="list")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        return await self._opened().inbox.take()

    def __await__(self) -> Generator[Any, None, Self]:
        return self.open().__await__()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, **request: Any) -> Fields:
        return (await self._opened().ask(**request)).subscriptions

    def _opened(self) -> Upkeep:
        if self._upkeep is None:
            raise UserError("this client is not connected yet; use `async with connect(url) as client`, or await it")
        return self._upkeep


def _listed(symbols: str | Iterable[str] | None) -> str | list[str] | None:
    """A lone symbol as a list of one, for a string would be taken apart."""
    if isinstance(symbols, str):
        return symbols if symbols == "*" else [symbols]
    return None if symbols is None else list(symbols)
