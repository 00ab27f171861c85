"""One client's side of the protocol, over as many connections as it takes: frames in, messages and requests out."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Any

import msgspec

from tradestream_nb.client.incoming import Answer, Content, Fields, Heartbeat, Refused, Shutdown, Welcome, read
from tradestream_nb.client.marks import Dropped, Item, Place, Reconnected
from tradestream_nb.client.resume import REQUEST_SYMBOLS, Resume

SECONDS_TO_WAIT = 1.0
"""Before a request that was refused for the moment is made again, where the server does not say."""


class Turn(msgspec.Struct):
    """What follows from one frame."""

    items: list[Item] = []
    """For the reader."""
    send: list[Fields] = []
    """For the server, now."""
    later: tuple[float, Fields] | None = None
    """For the server after so many seconds, unless the connection ends before."""
    answer: Answer | Refused | None = None
    """To a request of the reader's."""


class Conversation:
    """Asks, hears, and goes on after a lost connection as if nothing had happened, or says what did."""

    def __init__(self) -> None:
        self.epoch = ""
        self.heartbeat = 15.0
        """Seconds of silence after which the server says that it is still there."""
        self.pause: float | None = None
        """Seconds for which the server wants to be left alone, should the connection end now."""
        self.connected = False
        self.barred = False
        """Whether the server wants a token first."""
        self.resume = Resume()
        self._numbers = count(1)
        self._asked: dict[int, Fields] = {}
        self._restoring: deque[Fields] = deque()
        """What is left to ask for before everything is as it was; the first one is being asked."""
        self._refilled: set[str] = set()
        """Event channels of which nothing counts yet, for it comes again."""

    @property
    def ready(self) -> bool:
        """Whether requests may be sent; those that are made before are sent when they may."""
        return self.connected and not self._restoring

    def ask(self, **request: Any) -> Fields:
        """Number a request; it is asked again on every new connection until it is answered or given up."""
        number = next(self._numbers)
        self._asked[number] = {name: value for name, value in request.items() if value is not None} | {"id": number}
        return self._asked[number]

    def give_up(self, number: int) -> None:
        """Wait for the answer to a request no longer."""
        self._asked.pop(number, None)

    def lost(self) -> None:
        """The connection has ended."""
        self.connected = False
        self._restoring.clear()
        self._refilled.clear()

    def received(self, decoded: Any) -> Turn:
        """What follows from a frame."""
        match read(decoded):
            case Content(channel, seq, items) if channel not in self._refilled:
                self._reached(channel, seq)
                return Turn(items=items)
            case Answer() | Refused() as answer:
                return self._heard(answer)
            case Welcome() as welcome:
                return self._welcomed(welcome)
            case Heartbeat(seq=places):
                for channel, seq in places.items():
                    self._reached(channel, seq)
            case Shutdown(reconnect_after_ms=pause):
                self.pause = _seconds(pause)
        return Turn()

    def _heard(self, answer: Answer | Refused) -> Turn:
        if answer.id in self._asked:
            return self._answered(answer)
        if self._restoring and answer.id == self._restoring[0]["id"]:
            return self._restored(answer)
        if isinstance(answer, Refused):
            self.pause = _seconds(answer.retry_after_ms)
        return Turn()

    def _reached(self, channel: str, seq: int) -> None:
        if channel in self.resume.wanted and channel not in self._refilled:
            self.resume.reached(channel, Place(self.epoch, seq))

    def _answered(self, answer: Answer | Refused) -> Turn:
        request = self._asked[int(answer.id or 0)]
        if isinstance(answer, Refused) and answer.temporary:
            return Turn(later=(_seconds(answer.retry_after_ms) or SECONDS_TO_WAIT, request))
        del self._asked[request["id"]]
        if isinstance(answer, Answer):
            self.resume.granted(answer)
        return Turn(answer=answer)

    def _welcomed(self, welcome: Welcome) -> Turn:
        again: list[Item] = [Reconnected(welcome.epoch, welcome.epoch == self.epoch)] if self.epoch else []
        self.epoch, self.heartbeat, self.pause = welcome.epoch, welcome.heartbeat_ms / 1000, None
        self.connected, self.barred = True, welcome.auth == "required"
        most = welcome.limits.get("request_symbols", REQUEST_SYMBOLS)
        requests = self.resume.requests(welcome.epoch, most)
        self._restoring = deque({**request, "id": next(self._numbers)} for request in requests)
        self._refilled = set(self.resume.places)
        return Turn(items=again, send=self._next())

    def _next(self) -> list[Fields]:
        """One step of the restoration at a time, so that none overtakes another; then what was asked meanwhile."""
        return [self._restoring[0]] if self._restoring else list(self._asked.values())

    def _restored(self, answer: Answer | Refused) -> Turn:
        request = self._restoring[0]
        channel = request["channel"]
        items: list[Item] = []
        if isinstance(answer, Refused):
            if answer.temporary:
                return Turn(later=(_seconds(answer.retry_after_ms) or SECONDS_TO_WAIT, request))
            items.append(Dropped(channel, answer.code, answer.error))
            self._restoring = deque(step for step in self._restoring if step["channel"] != channel)
            self.resume.forget(channel)
        else:
            items.extend(self._step_done(channel, answer))
        return Turn(items=items, send=self._next())

    def _step_done(self, channel: str, answer: Answer) -> list[Item]:
        self._restoring.popleft()
        if any(step["channel"] == channel for step in self._restoring):
            return []
        gap = self.resume.gap(channel, answer)
        self._refilled.discard(channel)
        if channel in answer.seq:
            self._reached(channel, answer.seq[channel])
        return [gap] if gap else []


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
