"""One connection to TWS: made, listened to, and found dead when it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from tradestream_nb.errors import SourceLost
from tradestream_nb.sources.ibkr.codes import MEANINGS
from tradestream_nb.sources.ibkr.library import forget, make_ib
from tradestream_nb.sources.ibkr.options import IbkrOptions

T = TypeVar("T")

HEARTBEAT = 4.0
"""Seconds between two questions that only ask whether TWS is still there."""
PATIENCE = 5.0
"""Seconds for their answer; both together must stay below 10, within which a dead connection is to be told."""
TAKEN = 326


class Connection:
    """Keeps one IB object through all connections, so that whoever holds it need not care how often they are made."""

    def __init__(self, host: str, port: int, options: IbkrOptions, *, prepare: Callable[[Any], None]) -> None:
        """`prepare` is called with each new IB object before it connects."""
        self.host, self.port, self._options, self._prepare = host, port, options, prepare
        self.ib: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: asyncio.Future[None] | None = None
        """Done when the library's first requests have begun; none before it makes them."""
        self.is_throttled = False
        """Whether messages wait for their turn; a question would wait behind them, and its answer prove nothing."""

    @property
    def is_open(self) -> bool:
        """Whether TWS is connected."""
        return self.ib is not None and bool(self.ib.isConnected())

    @property
    def messages_sent(self) -> int:
        """How many messages have gone out on this connection."""
        return int(self.ib.client.conn.numMsgSent) if self.is_open else 0

    async def open(self) -> None:
        """Connect, and fetch what TWS tells at the start; raises SourceLost, with the reason, when that fails."""
        loop = asyncio.get_running_loop()
        self._belong_to(loop)
        asyncio.set_event_loop(loop)
        forget(self.ib)
        self.is_throttled, self._asked = False, None
        refusal: asyncio.Future[str] = loop.create_future()

        def on_error(request_id: int, code: int, text: str, contract: Any) -> None:
            if code == TAKEN:
                _settle(refusal, f"client_id={self._options.client_id}: {MEANINGS[TAKEN].text}")

        def on_refusal(text: str) -> None:
            if not text.startswith("API connection failed"):
                _settle(refusal, f"TWS at {self.host}:{self.port} refused the connection: {text}")

        self.ib.errorEvent += on_error
        self.ib.client.apiError += on_refusal
        try:
            await self._until_ready(refusal)
        except BaseException:
            self.close()
            raise
        finally:
            self.ib.errorEvent -= on_error
            self.ib.client.apiError -= on_refusal

    async def watch(self) -> None:
        """Wait for the end of the connection; raises SourceLost when it has come."""
        gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def on_end() -> None:
            _settle(gone, "")

        self.ib.disconnectedEvent += on_end
        try:
            while self.is_open:
                await asyncio.wait({gone}, timeout=HEARTBEAT)
                if gone.done():
                    break
                if not self.is_throttled:
                    await self.ask(self.ib.reqCurrentTimeAsync(), PATIENCE)
        except TimeoutError:
            self._abort()
            raise SourceLost(f"TWS at {self.host}:{self.port} has stopped answering") from None
        finally:
            self.ib.disconnectedEvent -= on_end
        raise SourceLost(f"TWS at {self.host}:{self.port} has closed the connection")

    async def ask(self, answer: Awaitable[T], seconds: float | None = None) -> T:
        """Await an answer, but not for ever; raises TimeoutError, or SourceLost when the connection has gone."""
        try:
            # wait_for of Python 3.11 loses a cancellation that meets the answer.
            async with asyncio.timeout(seconds or self._options.timeout):
                return await answer
        except ConnectionError as error:
            raise SourceLost(f"TWS at {self.host}:{self.port} has closed the connection: {error}") from None

    def close(self) -> None:
        """End the connection; one that has ended is no error."""
        if self.is_open:
            self.ib.disconnect()

    def _belong_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Make a new IB object where there is none, or one of another loop."""
        if self.ib is None or self._loop is not loop:
            self.ib, self._loop = make_ib(readonly=self._options.is_readonly), loop
            self.ib.client.throttleStart += self._on_throttle
            self.ib.client.throttleEnd += self._on_throttle_end
            self.ib.client.connectAsync = self._for_the_account(self.ib.client.connectAsync)
            self._prepare(self.ib)

    def _for_the_account(self, connect: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Refuse an account that is not the user's before the library asks anything about it."""

        @wraps(connect)
        async def connected(*arguments: Any, **options: Any) -> None:
            await connect(*arguments, **options)
            managed, account = self.ib.client.getAccounts(), self._options.account
            if account and account not in managed:
                raise SourceLost(f"the user has no account {account!r}; there is {', '.join(managed)}")
            self._asked = asyncio.ensure_future(asyncio.sleep(0))

        return connected

    def _on_throttle(self) -> None:
        self.is_throttled = True

    def _on_throttle_end(self) -> None:
        self.is_throttled = False

    async def _until_ready(self, refusal: asyncio.Future[str]) -> None:
        """Connect unless TWS says no, which the library would wait out in silence."""
        options = self._options
        connecting = asyncio.ensure_future(
            self.ib.connectAsync(
                self.host,
                self.port,
                clientId=options.client_id,
                timeout=options.timeout,
                readonly=options.is_readonly,
                account=options.account,
            )
        )
        try:
            await asyncio.wait({connecting, refusal}, timeout=4 * options.timeout, return_when=asyncio.FIRST_COMPLETED)
            if refusal.done():
                raise SourceLost(refusal.result())
            if not connecting.done():
                raise SourceLost(f"TWS at {self.host}:{self.port} did not answer within {4 * options.timeout:g} s")
            connecting.result()
        except OSError as error:
            raise SourceLost(self._explain(error)) from None
        finally:
            # Once may not do: wait_for of Python 3.11 loses a cancellation that meets its result.
            while not connecting.done():
                if self._asked is not None:
                    # Requests that are cancelled before they have begun complain that nobody awaited them.
                    await asyncio.wait({self._asked})
                connecting.cancel()
                await asyncio.wait({connecting}, timeout=0.1)
            await asyncio.gather(connecting, return_exceptions=True)

    def _abort(self) -> None:
        """Let go of a socket that would wait for ever to be closed in peace."""
        transport = self.ib.client.conn.transport
        self.close()
        if transport is not None:
            transport.abort()

    def _explain(self, error: OSError) -> str:
        where = f"{self.host}:{self.port}"
        if isinstance(error, TimeoutError):
            return f"TWS at {where} did not answer within {self._options.timeout:g} s"
        if isinstance(error, ConnectionRefusedError):
            return f"nothing listens at {where}; start TWS or IB Gateway and enable its API on that port"
        return f"TWS at {where} cannot be reached: {error}"


def _settle(future: asyncio.Future[str], text: str) -> None:
    if not future.done():
        future.set_result(text)
