"""What a saved notebook shows."""

from __future__ import annotations

import pytest

from tradestream_nb.hub import KEYS, Hub
from tradestream_nb.messages import (
    HealthUpdate,
    Message,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.saved import ROWS, TOPICS, saved

AT = 1_767_623_400_000_000
LINE = PositionLine("AAPL", -100, 200, 210, -1000, -5)


def html(topic: str, *messages: Message) -> str:
    hub = Hub()
    for message in messages:
        hub.publish(topic, message, AT)
    return saved(Feed(hub, topic).snapshot())


@pytest.mark.parametrize(
    ("topic", "message", "row"),
    [
        (
            "price_updates",
            PriceUpdate("AAPL", 231.5, 1.5, 0.65),
            "<td>AAPL</td><td>231.50</td><td>+1.50</td><td>+0.65</td>",
        ),
        (
            "price_updates",
            PriceUpdate("GBPUSD", 1.27, -0.01, -0.78),
            "<td>GBPUSD</td><td>1.2700</td><td>-0.0100</td><td>-0.78</td>",
        ),
        (
            "signals",
            SignalRaised("BUY", "AAPL", 231.5, 10, 0.875, "momentum", AT),
            "<td>2026-01-05 14:30:00</td><td>BUY</td><td>AAPL</td><td>231.50</td><td>88%</td><td>momentum</td>",
        ),
        (
            "trades",
            TradeExecuted("e1", "AAPL", "SELL", 10, 231.5, ts=AT),
            "<td>2026-01-05 14:30:00</td><td>SELL</td><td>AAPL</td><td>10</td><td>231.50</td>",
        ),
        (
            "portfolio",
            PortfolioUpdate("DU1", {"AAPL": LINE}, -1000),
            "<td>AAPL</td><td>-100</td><td>200.00</td><td>210.00</td><td>-1,000.00</td><td>-5.00</td>",
        ),
        (
            "health",
            HealthUpdate("trades", "stale", AT, 1234, 2, "no news"),
            "<td>trades</td><td>stale</td><td>1,234</td><td>2</td><td>no news</td>",
        ),
    ],
)
def test_a_message_is_a_row_of_plain_figures(topic: str, message: Message, row: str) -> None:
    assert f"<tbody><tr>{row}</tr></tbody>" in html(topic, message)


def test_every_topic_has_its_table() -> None:
    assert TOPICS.keys() == KEYS.keys()
    assert "<tbody></tbody>" in html("trades")


def test_the_first_twenty_symbols_are_shown() -> None:
    text = html("price_updates", *(PriceUpdate(f"S{n:02}", n) for n in reversed(range(30))))
    assert text.count("<tr>") == ROWS + 1
    assert "S00" in text and "S19" in text and "S20" not in text
    assert "and 10 more" in text


def test_the_newest_signals_are_shown_and_come_first() -> None:
    text = html("signals", *(SignalRaised("BUY", f"S{n:02}", n, 1, 1) for n in range(30)))
    assert "S09" not in text
    assert text.index("S29") < text.index("S28") < text.index("S10")


def test_a_symbol_cannot_smuggle_markup_into_the_notebook() -> None:
    text = html("price_updates", PriceUpdate("<script>", 1.0))
    assert "&lt;script&gt;" in text and "<script>" not in text
