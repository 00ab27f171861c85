"""The legacy mode byte by byte: dashboards that exist depend on each of them."""

from __future__ import annotations

import pytest

from tests.server.talk import STAMP, TS, Talk, price, publish_all, signal, trade, two_positions
from tradestream_nb.hub import Hub
from tradestream_nb.server.wire.legacy import LegacyProtocol

PRICE = (
    b'{"type":"price_update","symbols":{"AAPL":{"price":101.5,"change":1.5,"change_pct":1.5,"volume":1200.0,'
    b'"high":102.0,"low":99.5,"open":100.0,"close":100.0}},"timestamp":"2026-01-05T14:30:00.250000Z"}'
)
SIGNAL = (
    b'{"type":"signal","signal_type":"BUY","symbol":"AAPL","price":101.5,"quantity":10.0,"confidence":0.75,'
    b'"timestamp":"2026-01-05T14:30:00.250000Z"}'
)
PORTFOLIO = (
    b'{"type":"portfolio_update","channel":"portfolio","timestamp":"2026-01-05T14:30:00.250000Z","data":{"positions":'
    b'{"AAPL":{"symbol":"AAPL","quantity":10.0,"average_price":100.0,"market_price":101.5,"unrealized_pnl":15.0,'
    b'"unrealized_pnl_pct":1.5}},"total_pnl":15.0,"position_count":1}}'
)
TRADE = (
    b'{"type":"trade_executed","symbol":"AAPL","side":"SELL","quantity":5.0,"price":101.25,'
    b'"timestamp":"2026-01-05T14:30:00.250000Z"}'
)


IBM_ONLY = (
    b'{"type":"portfolio_update","channel":"portfolio","timestamp":"2026-01-05T14:30:00.250000Z","data":{"positions":'
    b'{"IBM":{"symbol":"IBM","quantity":2.0,"average_price":100.0,"market_price":98.0,"unrealized_pnl":-4.0,'
    b'"unrealized_pnl_pct":-2.0}},"total_pnl":-4.0,"position_count":1}}'
)


@pytest.fixture
def client() -> Talk:
    return Talk(LegacyProtocol)


def test_a_client_is_subscribed_to_everything_without_asking(client: Talk) -> None:
    assert client.greeting == []
    publish_all(client.hub)
    assert client.frames() == [PRICE, SIGNAL, TRADE, PORTFOLIO]


def test_a_client_that_comes_later_gets_the_current_values_and_no_old_news() -> None:
    hub = Hub()
    publish_all(hub)
    assert Talk(LegacyProtocol, hub).frames() == [PRICE, PORTFOLIO]


def test_nothing_is_said_twice(client: Talk) -> None:
    publish_all(client.hub)
    client.frames()
    assert client.frames() == []


def test_the_symbols_that_changed_together_come_in_one_frame(client: Talk) -> None:
    client.hub.publish("price_updates", price("AAPL"), TS)
    client.hub.publish("price_updates", price("MSFT", 7.0), TS)
    (frame,) = client.hear()
    assert {symbol: fields["price"] for symbol, fields in frame["symbols"].items()} == {"AAPL": 101.5, "MSFT": 7.0}


def test_ping_is_answered_with_pong(client: Talk) -> None:
    assert client.say('{"type":"ping"}') == [b'{"type":"pong","timestamp":"2026-01-05T14:30:01.250000Z"}']


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ('{"type":"subscribe","channel":"price"}', b'{"type":"subscribed","channel":"price","symbols":[]'),
        (
            '{"type":"subscribe","channel":"signals","symbols":["MSFT","AAPL"]}',
            b'{"type":"subscribed","channel":"signals","symbols":["MSFT","AAPL"]',
        ),
        ('{"type":"unsubscribe","channel":"trades"}', b'{"type":"unsubscribed","channel":"trades","symbols":[]'),
        (
            '{"type":"unsubscribe","channel":"price_updates","symbols":["AAPL"]}',
            b'{"type":"unsubscribed","channel":"price_updates","symbols":["AAPL"]',
        ),
        (
            '{"type":"subscribe","channel":"price","symbols":"*"}',
            b'{"type":"subscribed","channel":"price","symbols":[]',
        ),
        ('{"type":"dance"}', b'{"type":"error","error":"unknown message type \'dance\'"'),
        (
            '{"type":"subscribe","channel":"portfolio","symbols":["AAPL"]}',
            b'{"type":"subscribed","channel":"portfolio","symbols":["AAPL"]',
        ),
        ("{", b'{"type":"error","error":"this is not JSON"'),
        (b"{}", b'{"type":"error","error":"binary messages are not understood; send JSON text"'),
        ('{"type":"subscribe"}', b'{"type":"error","error":"subscribe needs a channel"'),
        (
            '{"type":"subscribe","channel":["price"]}',
            b'{"type":"error","error":"this message does not fit: Expected `str | null`, got `array` - at `$.channel`"',
        ),
    ],
)
def test_each_request_has_its_answer(client: Talk, said: str | bytes, answer: bytes) -> None:
    assert client.say(said) == [answer + b',"timestamp":"' + STAMP.encode() + b'"}']


def test_price_is_another_name_of_price_updates(client: Talk) -> None:
    client.ask(type="unsubscribe", channel="price")
    publish_all(client.hub)
    assert client.frames() == [SIGNAL, TRADE, PORTFOLIO]


def test_naming_symbols_narrows_that_channel_and_leaves_the_others(client: Talk) -> None:
    client.ask(type="subscribe", channel="price", symbols=["MSFT"])
    publish_all(client.hub)
    assert client.frames() == [SIGNAL, TRADE, PORTFOLIO]


def test_a_second_subscription_adds_its_symbols(client: Talk) -> None:
    client.ask(type="subscribe", channel="price", symbols=["MSFT"])
    client.ask(type="subscribe", channel="price", symbols=["IBM"])
    for symbol in ("AAPL", "IBM", "MSFT"):
        client.hub.publish("price_updates", price(symbol), TS)
    assert client.heard_symbols() == ["IBM", "MSFT"]


def test_an_added_symbol_comes_with_its_current_price(client: Talk) -> None:
    client.ask(type="subscribe", channel="price", symbols=["MSFT"])
    client.hub.publish("price_updates", price("IBM"), TS)
    assert client.heard_symbols() == []
    client.ask(type="subscribe", channel="price", symbols=["IBM"])
    assert client.heard_symbols() == ["IBM"]


def test_narrowing_does_not_repeat_what_was_heard(client: Talk) -> None:
    client.hub.publish("price_updates", price("MSFT"), TS)
    client.hear()
    client.ask(type="subscribe", channel="price", symbols=["MSFT"])
    assert client.hear() == []


def test_leaving_one_symbol_of_a_whole_channel_leaves_the_rest(client: Talk) -> None:
    client.ask(type="unsubscribe", channel="signals", symbols=["AAPL"])
    for symbol in ("AAPL", "IBM"):
        client.hub.publish("signals", signal(symbol), TS)
    assert client.heard_symbols() == ["IBM"]


def test_leaving_the_last_named_symbol_leaves_the_channel(client: Talk) -> None:
    client.ask(type="subscribe", channel="trades", symbols=["IBM"])
    client.ask(type="unsubscribe", channel="trades", symbols=["IBM"])
    client.hub.publish("trades", trade("IBM"), TS)
    assert client.hear() == []
    assert "trades" not in client.protocol.mailbox.subscriptions


def test_a_narrowed_portfolio_shows_and_adds_up_the_named_positions(client: Talk) -> None:
    client.hub.publish("portfolio", two_positions(), TS)
    client.hear()
    client.ask(type="subscribe", channel="portfolio", symbols=["IBM"])
    assert client.frames() == [IBM_ONLY]
    assert client.frames() == []


def test_a_change_in_a_position_that_is_not_shown_sends_nothing(client: Talk) -> None:
    client.hub.publish("portfolio", two_positions(), TS)
    client.ask(type="subscribe", channel="portfolio", symbols=["IBM"])
    client.hear()
    client.hub.publish("portfolio", two_positions(apple=99.0), TS)
    assert client.hear() == []
    client.hub.publish("portfolio", two_positions(ibm=8.0), TS)
    assert [frame["data"]["total_pnl"] for frame in client.hear()] == [8.0]


def test_leaving_some_positions_shows_the_others_and_leaving_all_leaves_the_channel(client: Talk) -> None:
    client.hub.publish("portfolio", two_positions(), TS)
    client.ask(type="unsubscribe", channel="portfolio", symbols=["AAPL"])
    assert client.frames() == [IBM_ONLY]
    client.ask(type="subscribe", channel="portfolio", symbols=["IBM"])
    client.ask(type="unsubscribe", channel="portfolio", symbols=["IBM"])
    client.hub.publish("portfolio", two_positions(ibm=8.0), TS)
    assert client.hear() == []
    assert "portfolio" not in client.protocol.mailbox.subscriptions


def test_subscribing_to_a_whole_channel_undoes_the_narrowing(client: Talk) -> None:
    client.ask(type="subscribe", channel="price", symbols=["MSFT"])
    client.ask(type="subscribe", channel="price")
    client.hub.publish("price_updates", price("AAPL"), TS)
    assert client.frames() == [PRICE]


def test_leaving_what_was_not_subscribed_is_no_error(client: Talk) -> None:
    client.ask(type="unsubscribe", channel="trades")
    assert client.ask(type="unsubscribe", channel="trades")["type"] == "unsubscribed"


def test_a_topic_of_the_users_own_is_not_sent(client: Talk) -> None:
    client.hub.add("spreads")
    client.ask(type="subscribe", channel="spreads")
    client.hub.publish("spreads", {"symbol": "AAPL", "spread": 0.1}, TS)
    assert client.hear() == []


def test_silence_and_the_end_are_not_announced(client: Talk) -> None:
    assert (client.protocol.idle(3600), client.protocol.closing()) == ([], [])
