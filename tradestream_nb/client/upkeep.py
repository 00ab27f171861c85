"""Keeps a conversation going: connects, listens, answers for it, waits, and connects again."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from tradestream_nb.client.conversation import Conversation, Turn
from tradestream_nb.client.inbox import Inbox
from tradestream_nb.client.incoming import Answer, Fields, Refused
from tradestream_nb.client.link import LOST, UNAUTHORIZED, Address, Ended, Link, open_link
from tradestream_nb.client.marks import Disconnected
from tradestream_nb.client.schedule import PATIENCE, asked_pause, backoff, refusal
from tradestream_nb.errors import RequestRefused, ServerRefused

State = Literal["connecting", "open", "reconnecting", "closed"]
PREFETCH = 1_000
"""Messages that wait for the reader before no more are taken from the connection."""
PREFETCH_ASKING = 100_000
"""The same while a request waits for its answer, which comes behind them."""


class Upkeep:
    """One task that owns the connection, and the requests that wait for their answers."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.state: State = "connecting"
        self.problem = "no answer"
        """How the latest connection ended, or why there was none."""
        self.inbox = Inbox()
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._conversation = Conversation()
        self._link: Link | None = None
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._later: set[asyncio.Task[None]] = set()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Close the connection, and end the inbox and whatever waits."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def ask(self, **request: Any) -> Answer:
        """The answer to a request, over a reconnect if need be; raises RequestRefused."""
        if self.state == "closed":
            raise _closed()
        numbered = self._conversation.ask(**request)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[numbered["id"]] = answer
        self.inbox.look_again()
        try:
            if self._is_full():
                raise self._unread()
            if self._link is not None and self._conversation.ready:
                await self._link.send(numbered)
            return await answer
        finally:
            del self._asked[numbered["id"]]
            self._conversation.give_up(numbered["id"])

    async def _run(self) -> None:
        failure: Exception | None = None
        try:
            await self._stay()
        except Exception as error:
            failure = error
        finally:
            self.state = "closed"
            self.inbox.end(failure)
            if not self.welcomed.done():
                self.welcomed.set_exception(failure or _closed())
            self._refuse_all(failure or _closed())

    async def _stay(self) -> None:
        delays = backoff()
        while True:
            ended = await self._talk()
            self.problem = ended.reason
            if problem := refusal(ended.code, ended.reason):
                raise ServerRefused(self.address.url, ended.code, problem)
            pause = self._conversation.pause if ended.pause is None else ended.pause
            if self._conversation.connected:
                self.state, delays = "reconnecting", backoff()
                self.inbox.put([Disconnected(ended.code, ended.reason)])
                self._conversation.lost()
            await asyncio.sleep(next(delays) if pause is None else asked_pause(pause))

    async def _talk(self) -> Ended:
        """One connection from its beginning to its end."""
        try:
            link = await open_link(self.address)
        except Ended as ended:
            return ended
        try:
            self._link = link
            return await self._listen(link)
        finally:
            self._link = None
            for task in self._later:
                task.cancel()
            await link.close()

    async def _listen(self, link: Link) -> Ended:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as silence:
                while True:
                    silence.reschedule(None)
                    await self.inbox.room(self._is_full)
                    silence.reschedule(loop.time() + PATIENCE * self._conversation.heartbeat)
                    turn = self._conversation.received(await link.receive())
                    if self._conversation.barred:
                        return Ended(UNAUTHORIZED, "none was given")
                    await self._take_in(link, turn)
        except TimeoutError:
            return Ended(LOST, "nothing was heard for too long")
        except Ended as ended:
            return ended

    def _is_full(self) -> bool:
        return len(self.inbox) >= (PREFETCH_ASKING if self._asked else PREFETCH)

    def _unread(self) -> RequestRefused:
        return RequestRefused("unread", f"{len(self.inbox)} messages wait to be read; read them first")

    def _refuse_all(self, why: Exception) -> None:
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(why)

    async def _take_in(self, link: Link, turn: Turn) -> None:
        self.inbox.put(turn.items)
        if self._conversation.connected:
            self.state = "open"
            if not self.welcomed.done():
                self.welcomed.set_result(None)
        if turn.answer is not None:
            _settle(self._asked.get(int(turn.answer.id or 0)), turn.answer)
        if self._asked and self._is_full():
            self._refuse_all(self._unread())
        if turn.later is not None:
            task = asyncio.create_task(_send_later(link, *turn.later))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        for request in turn.send:
            await link.send(request)


async def _send_later(link: Link, seconds: float, request: Fields) -> None:
    await asyncio.sleep(seconds)
    await link.send(request)


def _settle(asked: asyncio.Future[Answer] | None, answer: Answer | Refused) -> None:
    if asked is None or asked.done():
        return
    if isinstance(answer, Answer):
        asked.set_result(answer)
    else:
        asked.set_exception(RequestRefused(answer.code, answer.error))


def _closed() -> RequestRefused:
    return RequestRefused("closed", "this client is closed")
