"""The bytes of the wire, to the letter, and encoded once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.facts import START
from tradestream_nb.bodies import Body, PriceLine, SignalBody
from tradestream_nb.frames import LEGACY, V1, V1_MSGPACK, Dialect, Shape
from tradestream_nb.hub import Hub
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.messages import (
    HealthUpdate,
    Message,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)
from tradestream_nb.topics import Batch

WHEN = '"timestamp":"2026-01-05T14:30:00.000000Z"'
AAPL = PriceUpdate("AAPL", 190.5, 1.5, 0.7937, 1000.0, 191.0, 188.0, 189.5, 189.0, START)
IBM = PriceUpdate("IBM", 250.0, ts=START - 1)
SIGNAL = SignalRaised("BUY", "AAPL", 190.5, 100.0, 0.75, "sma_cross", START)
TRADE = TradeExecuted("PAPER-000001", "AAPL", "BUY", 100.0, 190.5, 1.0, "PAPER", START)
LINE = PositionLine("AAPL", 100.0, 190.0, 190.5, 50.0, 0.2632)
PORTFOLIO = PortfolioUpdate("PAPER", {"AAPL": LINE}, 50.0, 0.2632, 5.0, 1050.0, 1000.0, START)
HEALTH = HealthUpdate("price_updates", "stale", START, 7, 1, "no news for 11 s", START)

AAPL_FIELDS = (
    '{"price":190.5,"change":1.5,"change_pct":0.7937,"volume":1000.0,'
    '"high":191.0,"low":188.0,"open":189.5,"close":189.0}'
)
IBM_FIELDS = (
    '{"price":250.0,"change":0.0,"change_pct":0.0,"volume":0.0,"high":null,"low":null,"open":null,"close":null}'
)
POSITIONS = (
    '"positions":{"AAPL":{"symbol":"AAPL","quantity":100.0,"average_price":190.0,"market_price":190.5,'
    '"unrealized_pnl":50.0,"unrealized_pnl_pct":0.2632}},"total_pnl":50.0,"position_count":1'
)


def batch(topic: str, messages: Iterable[Any], keys: Keys = ALL, *, snapshot: bool = False, ts: int = START) -> Batch:
    hub = Hub()
    hub.add(topic)
    for message in messages:
        hub.publish(topic, message, ts)
    return hub.topics[topic].since(0, keys, snapshot=snapshot)


@pytest.mark.parametrize(
    ("topic", "messages", "frame"),
    [
        (
            "price_updates",
            [AAPL, IBM],
            f'{{"type":"price_update","symbols":{{"AAPL":{AAPL_FIELDS},"IBM":{IBM_FIELDS}}},{WHEN}}}',
        ),
        (
            "signals",
            [SIGNAL],
            f'{{"type":"signal","signal_type":"BUY","symbol":"AAPL","price":190.5,"quantity":100.0,"confidence":0.75,{WHEN}}}',
        ),
        (
            "trades",
            [TRADE],
            f'{{"type":"trade_executed","symbol":"AAPL","side":"BUY","quantity":100.0,"price":190.5,{WHEN}}}',
        ),
        (
            "portfolio",
            [PORTFOLIO],
            f'{{"type":"portfolio_update","channel":"portfolio",{WHEN},"data":{{{POSITIONS}}}}}',
        ),
    ],
)
def test_legacy_frames_are_these_bytes(topic: str, messages: list[Any], frame: str) -> None:
    assert LEGACY.frames(batch(topic, messages)) == (frame.encode(),)


@pytest.mark.parametrize(
    ("topic", "messages", "frame"),
    [
        (
            "price_updates",
            [AAPL],
            f'{{"type":"price_update","channel":"price_updates","seq":1,"ts":{START},'
            f'"symbols":{{"AAPL":{AAPL_FIELDS}}},{WHEN}}}',
        ),
        (
            "signals",
            [SIGNAL],
            f'{{"type":"signal","channel":"signals","seq":1,"ts":{START},"id":"signals:1","signal_type":"BUY",'
            f'"symbol":"AAPL","price":190.5,"quantity":100.0,"confidence":0.75,{WHEN},"strategy":"sma_cross"}}',
        ),
        (
            "trades",
            [TRADE],
            f'{{"type":"trade_executed","channel":"trades","seq":1,"ts":{START},"id":"PAPER-000001","symbol":"AAPL",'
            f'"side":"BUY","quantity":100.0,"price":190.5,{WHEN},"commission":1.0,"account":"PAPER","corrects":""}}',
        ),
        (
            "portfolio",
            [PORTFOLIO],
            f'{{"type":"portfolio_update","channel":"portfolio","seq":1,"ts":{START},"id":"portfolio:1",{WHEN},'
            f'"data":{{{POSITIONS},"account":"PAPER","total_pnl_pct":0.2632,"realized_pnl":5.0,"equity":1050.0,'
            '"cash":1000.0}}',
        ),
        (
            "health",
            [HEALTH],
            f'{{"type":"health","channel":"health","seq":1,"ts":{START},"streams":{{"price_updates":{{"state":"stale",'
            f'"last_update":{START},"messages":7,"errors":1,"text":"no news for 11 s"}}}},{WHEN}}}',
        ),
    ],
)
def test_v1_frames_are_these_bytes(topic: str, messages: list[Any], frame: str) -> None:
    assert V1.frames(batch(topic, messages)) == (frame.encode(),)


def test_a_v1_snapshot_says_so_and_a_legacy_one_does_not() -> None:
    taken = batch("price_updates", [AAPL], snapshot=True)
    assert b'"ts":%d,"snapshot":true,"symbols"' % START in V1.frames(taken)[0]
    assert b"snapshot" not in LEGACY.frames(taken)[0]


def test_each_message_of_a_log_has_its_frame_in_order() -> None:
    frames = V1.frames(batch("signals", [SIGNAL, msgspec.structs.replace(SIGNAL, symbol="IBM")]))
    assert [(json.loads(frame)["seq"], json.loads(frame)["symbol"]) for frame in frames] == [(1, "AAPL"), (2, "IBM")]


def test_health_is_not_in_the_first_dialect() -> None:
    assert LEGACY.frames(batch("health", [HEALTH])) == ()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_becomes_null(value: float) -> None:
    message = PriceUpdate("AAPL", value, high=value)
    for dialect in (LEGACY, V1):
        [frame] = dialect.frames(batch("price_updates", [message]))
        fields = json.loads(frame)["symbols"]["AAPL"]
        assert fields["price"] is None and fields["high"] is None


def test_numbers_of_numpy_are_numbers() -> None:
    [frame] = LEGACY.frames(batch("price_updates", [PriceUpdate("AAPL", np.float64(1.5), volume=np.int64(3))]))  # type: ignore[arg-type]
    assert b'"price":1.5' in frame and b'"volume":3,' in frame


def test_symbols_are_escaped_as_json_asks() -> None:
    symbol = 'BRK"B\\\n€'
    [frame] = LEGACY.frames(batch("price_updates", [PriceUpdate(symbol, 1.0)]))
    assert list(json.loads(frame)["symbols"]) == [symbol]


class Counted:
    """A body that counts how often it is made."""

    def __init__(self, body: type[Body]) -> None:
        self.body, self.calls = body, 0

    def of(self, message: Any) -> Body:
        self.calls += 1
        return self.body.of(message)


@pytest.mark.parametrize("numbered", [True, False])
def test_a_message_is_encoded_once_however_many_read_it(numbered: bool) -> None:
    prices, signals = Counted(PriceLine), Counted(SignalBody)
    shapes = {"prices": Shape("p", prices, joined="symbols"), "signals": Shape("s", signals)}
    hub = Hub()
    dialect = Dialect("counted", shapes, numbered=numbered)
    for topic, message in (("prices", AAPL), ("prices", IBM), ("signals", SIGNAL)):
        hub.add(topic)
        hub.publish(topic, message, START)
    for topic in shapes:
        for keys in (ALL, Keys(["AAPL"]), Keys(["AAPL", "IBM"]), ALL):
            dialect.frames(hub.topics[topic].since(0, keys))
    assert (prices.calls, signals.calls) == (2, 1)


def test_the_same_batch_gives_the_same_bytes_object() -> None:
    taken = batch("price_updates", [AAPL])
    assert V1.frames(taken)[0] is V1.frames(taken)[0]
    assert LEGACY.frames(taken) is LEGACY.frames(taken)
    assert V1.frames(taken) != LEGACY.frames(taken)


class Spread(Message, frozen=True):
    symbol: str
    spread: float
    ts: int = 0


@pytest.mark.parametrize("message", [Spread("IBM", 0.5, START), {"symbol": "IBM", "spread": 0.5}])
def test_a_topic_of_the_users_own_is_in_v1_only(message: Any) -> None:
    taken = batch("spreads", [message])
    assert LEGACY.frames(taken) == ()
    head = f'"type":"spreads","channel":"spreads","seq":1,"ts":{START},"id":"spreads:1"'
    assert V1.frames(taken) == (f'{{{head},"symbol":"IBM","spread":0.5,{WHEN}}}'.encode(),)


def test_a_field_of_a_users_message_never_stands_in_for_one_of_the_frame() -> None:
    message = {"type": "theirs", "seq": 99, "id": 5, "channel": "x", "snapshot": True, "ts": 1, "timestamp": "noon"}
    [frame] = V1.frames(batch("mine", [message]))
    pairs = json.loads(frame, object_pairs_hook=list)
    assert pairs == [
        ("type", "mine"),
        ("channel", "mine"),
        ("seq", 1),
        ("ts", START),
        ("id", "mine:1"),
        ("timestamp", "noon"),
    ]
    assert message["seq"] == 99


def test_an_empty_message_is_still_a_frame() -> None:
    [frame] = V1.frames(batch("mine", [{}]))
    assert json.loads(frame)["timestamp"] == "2026-01-05T14:30:00.000000Z"


@pytest.mark.parametrize("topic", list(V1.shapes))
@pytest.mark.parametrize("snapshot", [True, False])
def test_messagepack_says_what_json_says(topic: str, snapshot: bool) -> None:
    messages: dict[str, list[Any]] = {
        "price_updates": [AAPL, IBM],
        "signals": [SIGNAL],
        "trades": [TRADE],
        "portfolio": [PORTFOLIO],
    }
    taken = batch(topic, messages.get(topic, [HEALTH]), snapshot=snapshot)
    packed, text = V1_MSGPACK.frames(taken), V1.frames(taken)
    assert [msgspec.msgpack.decode(frame) for frame in packed] == [json.loads(frame) for frame in text]
    assert V1_MSGPACK.frames(taken)[0] is packed[0]


def test_a_big_batch_is_one_messagepack_frame() -> None:
    taken = batch("price_updates", [PriceUpdate(f"S{number}", 1.0) for number in range(70_000)])
    [frame] = V1_MSGPACK.frames(taken)
    assert len(msgspec.msgpack.decode(frame)["symbols"]) == 70_000


@pytest.mark.parametrize("dialect", [V1, V1_MSGPACK], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("topic", [*V1.shapes, "mine"])
def test_a_message_of_another_kind_than_its_topics_stops_nobody(topic: str, dialect: Dialect) -> None:
    frames = dialect.frames(batch(topic, [{"symbol": "IBM", "spread": 0.5}]))
    assert b"spread" in b"".join(frames)


@pytest.mark.parametrize("dialect", [V1, V1_MSGPACK], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("value", [{(1, 2): 3}, 2**70, "\ud800", [[-(2**64)]]], ids=repr)
def test_what_cannot_be_written_stops_nobody(value: Any, dialect: Dialect) -> None:
    [frame] = dialect.frames(batch("mine", [{"symbol": "IBM", "value": value}]))
    assert frame
