"""A client without a socket: says things to a protocol and hears its frames."""

from __future__ import annotations

from typing import Any

import msgspec

from tradestream_nb.codec import JSON
from tradestream_nb.hub import Hub
from tradestream_nb.messages import (
    HealthUpdate,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)
from tradestream_nb.server.door.identity import LOCAL
from tradestream_nb.server.wire.protocol import Protocol

SUBPROTOCOL = "tradestream.v1.json"
"""What a client offers that speaks v1."""
TS = 1_767_623_400_250_000
"""2026-01-05T14:30:00.250000Z."""
NOW = TS + 1_000_000
STAMP = "2026-01-05T14:30:01.250000Z"
"""`NOW` as the wire writes it."""


class Talk:
    """One client of a hub, in the mode given."""

    def __init__(self, mode: type[Protocol], hub: Hub | None = None, **options: Any) -> None:
        self.hub = hub or Hub(epoch="e1")
        self.woken = 0
        self.clock = 1_000.0
        """Seconds by which the protocol keeps its limits."""
        self.subscription = self.hub.open(self._wake)
        given: dict[str, Any] = {"identity": LOCAL, "now": lambda: NOW, "clock": self._clock} | options
        self.protocol = mode(self.hub, self.subscription, **given)
        self.text = self.protocol.dialect.codec is JSON
        """Whether it talks in text; else in MessagePack."""
        self.greeting = self.protocol.opened()

    def say(self, request: str | bytes | dict[str, Any]) -> list[bytes]:
        """The answer to a request, which comes well after the one before."""
        self.clock += 1
        return self.say_at_once(request)

    def say_at_once(self, request: str | bytes | dict[str, Any]) -> list[bytes]:
        """The answer to a request that comes with the one before."""
        if isinstance(request, dict):
            request = msgspec.json.encode(request).decode() if self.text else msgspec.msgpack.encode(request)
        return self.protocol.received(request)

    def read(self, frame: bytes) -> Any:
        """What a frame says."""
        return (msgspec.json.decode if self.text else msgspec.msgpack.decode)(frame)

    def ask(self, **request: Any) -> Any:
        """The one answer to a request, read."""
        (answer,) = self.say(request)
        return self.read(answer)

    def frames(self) -> list[bytes]:
        """What is pending."""
        return list(self.protocol.pending(self.clock))

    def hear(self) -> list[Any]:
        """What is pending, read."""
        return [self.read(frame) for frame in self.frames()]

    def heard_symbols(self) -> list[str]:
        """The symbols of all that is pending, in order."""
        return [symbol for message in self.hear() for symbol in message.get("symbols", [message.get("symbol")])]

    def _clock(self) -> float:
        return self.clock

    def _wake(self) -> None:
        self.woken += 1


def price(symbol: str = "AAPL", value: float = 101.5) -> PriceUpdate:
    return PriceUpdate(symbol, value, 1.5, 1.5, 1200.0, 102.0, 99.5, 100.0, 100.0, TS)


def signal(symbol: str = "AAPL", value: float = 101.5) -> SignalRaised:
    return SignalRaised("BUY", symbol, value, 10.0, 0.75, "momentum", TS)


def trade(symbol: str = "AAPL", exec_id: str = "x1") -> TradeExecuted:
    return TradeExecuted(exec_id, symbol, "SELL", 5.0, 101.25, 1.0, "DU1", TS)


def portfolio() -> PortfolioUpdate:
    line = PositionLine("AAPL", 10.0, 100.0, 101.5, 15.0, 1.5)
    return PortfolioUpdate("DU1", {"AAPL": line}, 15.0, 1.5, 2.0, 10_015.0, 9_000.0, TS)


def two_positions(apple: float = 15.0, ibm: float = -4.0) -> PortfolioUpdate:
    """A portfolio of AAPL and IBM with such P&L."""
    lines = {
        "AAPL": PositionLine("AAPL", 10.0, 100.0, 100.0 + apple / 10, apple, apple / 10),
        "IBM": PositionLine("IBM", 2.0, 100.0, 100.0 + ibm / 2, ibm, ibm / 2),
    }
    return PortfolioUpdate("DU1", lines, apple + ibm, 0.9167, 2.0, 10_015.0, 9_000.0, TS)


def health() -> HealthUpdate:
    return HealthUpdate("signals", "ok", TS, 3, 0, "", TS)


def publish_signals(hub: Hub, count: int) -> None:
    """Signals of so many symbols, S0 first."""
    for number in range(count):
        hub.publish("signals", signal(f"S{number}"), TS)


def since(epoch: str, seq: int | dict[str, int]) -> dict[str, Any]:
    """The place from which a client asks to go on."""
    return {"epoch": epoch, "seq": seq}


def publish_all(hub: Hub) -> None:
    """One message on every standard topic."""
    hub.publish("price_updates", price(), TS)
    hub.publish("signals", signal(), TS)
    hub.publish("portfolio", portfolio(), TS)
    hub.publish("trades", trade(), TS)
    hub.publish("health", health(), TS)
