"""A server's frames as typed messages; what is unknown in them is ignored, as the protocol asks of its receivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tradestream_nb.client.marks import Item, OwnMessage, Snapshot
from tradestream_nb.messages import HealthUpdate, PortfolioUpdate, PriceUpdate, SignalRaised, TradeExecuted

Fields = dict[str, Any]


class Welcome(msgspec.Struct, frozen=True):
    """The first frame of a connection."""

    epoch: str
    heartbeat_ms: int = 15_000
    auth: str = "ok"
    """`required` when nothing is granted before a token was given."""
    limits: Fields = {}


class Answer(msgspec.Struct, frozen=True):
    """What a request was granted."""

    subscriptions: Fields = {}
    """The whole resulting set: `"*"`, a list of symbols or `{"all_but": symbols}` by channel."""
    max_hz: dict[str, float] = {}
    """By channel, where there is one."""
    epoch: str = ""
    seq: dict[str, int] = {}
    """By channel, up to where this client has everything."""
    recovered: bool = False
    id: int | str | None = None


class Refused(msgspec.Struct, frozen=True):
    """What a request was not granted."""

    code: str = "error"
    error: str = ""
    temporary: bool = False
    retry_after_ms: int | None = None
    id: int | str | None = None


class Heartbeat(msgspec.Struct, frozen=True):
    """A sign of life, with the places of the channels."""

    seq: dict[str, int] = {}


class Shutdown(msgspec.Struct, frozen=True):
    """The server is about to go."""

    reconnect_after_ms: int | None = None


class Content(msgspec.Struct, frozen=True):
    """What one frame brings of a channel."""

    channel: str
    seq: int
    items: list[Item]


Frame = Welcome | Answer | Refused | Heartbeat | Shutdown | Content

CONTROLS: Mapping[str, type[Welcome | Answer | Refused | Heartbeat | Shutdown]] = {
    "welcome": Welcome,
    "subscribed": Answer,
    "unsubscribed": Answer,
    "subscriptions": Answer,
    "configured": Answer,
    "error": Refused,
    "heartbeat": Heartbeat,
    "shutdown": Shutdown,
}


def read(frame: Any) -> Frame | None:
    """A decoded frame as what it means; None for one that this client has no use for."""
    if not isinstance(frame, dict) or not isinstance(kind := frame.get("type"), str):
        return None
    try:
        if kind in CONTROLS:
            return msgspec.convert(frame, CONTROLS[kind])
        return _content(kind, msgspec.convert(frame, _Head), frame)
    except msgspec.ValidationError:
        return None


class _Head(msgspec.Struct, frozen=True):
    channel: str
    seq: int
    ts: int = 0
    snapshot: bool = False


def _content(kind: str, head: _Head, frame: Fields) -> Content:
    try:
        keyed = READERS[kind](frame) if kind in READERS else {"": _own(head, frame)}
    except (msgspec.ValidationError, KeyError, TypeError, AttributeError):
        # A shape of a later version is handed on as it is rather than lost.
        keyed = {"": _own(head, frame)}
    items = [*keyed.values()]
    if head.snapshot:
        items.insert(0, Snapshot(head.channel, frozenset(keyed)))
    return Content(head.channel, head.seq, items)


def _own(head: _Head, frame: Fields) -> OwnMessage:
    return OwnMessage(head.channel, head.seq, head.ts, frame)


def _prices(frame: Fields) -> dict[str, Item]:
    ts, symbols = frame["ts"], frame["symbols"].items()
    return {key: msgspec.convert({**fields, "symbol": key, "ts": ts}, PriceUpdate) for key, fields in symbols}


def _health(frame: Fields) -> dict[str, Item]:
    ts, streams = frame["ts"], frame["streams"].items()
    return {key: msgspec.convert({**fields, "stream": key, "ts": ts}, HealthUpdate) for key, fields in streams}


def _portfolio(frame: Fields) -> dict[str, Item]:
    update = msgspec.convert({**frame["data"], "ts": frame["ts"]}, PortfolioUpdate)
    return {update.account: update}


def _signal(frame: Fields) -> dict[str, Item]:
    update = msgspec.convert(frame, SignalRaised)
    return {update.symbol: update}


def _trade(frame: Fields) -> dict[str, Item]:
    update = msgspec.convert({**frame, "exec_id": frame["id"]}, TradeExecuted)
    return {update.symbol: update}


READERS: Mapping[str, Callable[[Fields], dict[str, Item]]] = {
    "price_update": _prices,
    "health": _health,
    "portfolio_update": _portfolio,
    "signal": _signal,
    "trade_executed": _trade,
}
