"""A conversation and the real server's protocol, frame by frame, with no socket in between to hide behind."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from tests.server.talk import TS, Talk, signal, trade
from tradestream_nb.client.conversation import Conversation, Turn
from tradestream_nb.client.incoming import Answer, Refused
from tradestream_nb.client.marks import Item
from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Hub
from tradestream_nb.server.wire.v1 import V1Protocol
from tradestream_nb.topics import HISTORY, EventTopic


class Pair:
    """A client that may be cut off from its hub, and come back to it or to another run of it."""

    def __init__(self, *, history: int = HISTORY) -> None:
        """`history` is how many signals the server keeps."""
        self.runs, self.history = 0, history
        self.restart()
        self.conversation = Conversation()
        self.talk: Talk | None = None
        self.coming: deque[bytes] = deque()
        """Frames on their way to the client."""
        self.items: list[Item] = []
        self.answers: list[Answer | Refused] = []
        self.later: list[tuple[float, dict[str, Any]]] = []
        self.said: list[dict[str, Any]] = []

    def restart(self) -> None:
        """Another run of the server, which has nothing of the last one."""
        self.runs += 1
        self.hub = Hub(epoch=f"e{self.runs}")
        self.hub.topics["signals"] = EventTopic("signals", history=self.history)

    def connect(self) -> None:
        self.talk = Talk(V1Protocol, self.hub)
        self.coming.extend(self.talk.greeting)

    def cut(self) -> None:
        """End the connection; what was on its way is lost."""
        if self.talk is not None:
            self.hub.close(self.talk.subscription)
            self.talk = None
            self.coming.clear()
            self.conversation.lost()

    def ask(self, **request: Any) -> None:
        asked = self.conversation.ask(**request)
        if self.talk is not None and self.conversation.ready:
            self.say(asked)

    def say(self, request: dict[str, Any]) -> None:
        assert self.talk is not None
        self.said.append(request)
        self.coming.extend(self.talk.say(request))

    def flush(self) -> None:
        """Let the server send what is pending, or send a client away that is too far behind."""
        if self.talk is None:
            return
        try:
            self.coming.extend(map(msgspec.json.encode, self.talk.hear()))
        except ReaderTooSlow:
            self.cut()

    def hear(self, count: int = 10_000) -> None:
        """Let so many frames arrive, and whatever they lead to."""
        for _ in range(count):
            if not self.coming:
                self.flush()
            if not self.coming:
                return
            turn: Turn = self.conversation.received(msgspec.json.decode(self.coming.popleft()))
            self.items.extend(turn.items)
            self.answers.extend([turn.answer] if turn.answer else [])
            self.later.extend([turn.later] if turn.later else [])
            for request in turn.send:
                self.say(request)

    def signal(self, name: str) -> None:
        self.hub.publish("signals", signal(name), TS)

    def trade(self, name: str) -> None:
        self.hub.publish("trades", trade("AAPL", name), TS)

    def take(self) -> list[Item]:
        """What has come since the last look."""
        taken, self.items = self.items, []
        return taken
