"""The live chart of one symbol."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies.market import BAR, bars_closing
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.hub import Hub
from tradestream_nb.messages import SignalRaised, TradeExecuted
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.views.chart import ChartView
from tradestream_nb.views.chart_feed import ChartFeed, known


class Market:
    """An evaluator and a hub without the streams between them, and a chart that a browser looks at."""

    def __init__(self, *closes: float, window: int = 200) -> None:
        self.evaluator, self.hub = StrategyEvaluator(window=window), Hub()
        self.bars = bars_closing(closes)
        self.evaluator.warm_up(self.bars)
        self.now = 0.0

    def chart(self, symbol: str = "ACME") -> ChartView:
        view = ChartView(ChartFeed(symbol, self.evaluator, self.hub))
        view._handle_custom_msg({"kind": "hello", "vid": "a", "v": True}, [])
        self.pump(view)
        return view

    def pump(self, view: ChartView) -> bool:
        self.now += 0.2
        view._handle_custom_msg({"kind": "ack", "vid": "a", "seq": len(view.comm.frames)}, [])
        return view.pump(self.now)

    def quote(self, price: float, ts: int) -> None:
        self.evaluator.feed(Quote("ACME", last=price, ts=ts))

    def publish(self, topic: str, message: Any) -> None:
        self.hub.publish(topic, message, message.ts)


class Browser:
    """What a browser makes of the frames, as far as this test cares."""

    def __init__(self) -> None:
        self.bars: list[tuple[float, ...]] = []
        self.marks: list[dict[str, Any]] = []

    def take(self, frames: Iterable[tuple[dict[str, Any], list[bytes]]]) -> Browser:
        for content, [block] in frames:
            kept = [] if content["full"] else self.bars
            self.bars = [bar for bar in kept if content["first"] <= bar[0] <= content["after"]]
            self.bars += [tuple(row) for row in table(block).tolist()]
            self.marks = content.get("marks", self.marks)
        return self


def table(block: bytes) -> NDArray[np.float64]:
    return np.frombuffer(block).reshape(-1, 6)


def row(bar: Bar) -> tuple[float, ...]:
    return bar.ts, bar.open, bar.high, bar.low, bar.close, bar.volume


def test_the_first_frame_holds_every_bar_with_those_of_the_past_and_the_one_that_forms() -> None:
    market = Market(1.0, 2.0, 3.0)
    market.quote(3.5, 3 * BAR + 1)
    [(content, [block])] = market.chart().comm.frames
    head = {"kind": "frame", "seq": 1, "full": True, "symbol": "ACME", "seconds": 5.0}
    assert content == {**head, "first": BAR, "after": 0, "marks": ()}
    forming = Bar("ACME", 3.5, 3.5, 3.5, 3.5, seconds=5.0, ts=4 * BAR)
    assert table(block).tolist() == [list(row(bar)) for bar in (*market.bars, forming)]


def test_a_quote_sends_the_bar_that_it_changed_and_no_other() -> None:
    market = Market(1.0, 2.0)
    view = market.chart()
    market.quote(2.5, 2 * BAR + 1)
    assert market.pump(view)
    content, [block] = view.comm.frames[-1]
    assert content == {
        "kind": "frame", "seq": 2, "full": False, "symbol": "ACME", "seconds": 5.0, "first": BAR, "after": 2 * BAR,
    }  # fmt: skip
    assert table(block)[0].tolist() == [3 * BAR, 2.5, 2.5, 2.5, 2.5, 0.0]


def test_no_change_sends_nothing() -> None:
    market = Market(1.0)
    assert not market.pump(market.chart())


def test_signals_and_fills_of_the_symbol_are_marked() -> None:
    market = Market(1.0, 2.0)
    view = market.chart()
    market.publish("signals", SignalRaised("BUY", "ACME", 2.0, 100.0, 0.824, "sma_cross", ts=2 * BAR))
    market.publish("signals", SignalRaised("HOLD", "ACME", 2.0, 100.0, 0.8, ts=2 * BAR))
    market.publish("signals", SignalRaised("SELL", "BETA", 2.0, 100.0, 0.8, ts=2 * BAR))
    market.publish("trades", TradeExecuted("x1", "ACME", "BUY", 100.0, 2.01, ts=2 * BAR + 1))
    assert market.pump(view)
    signal = {"kind": "signal", "side": "BUY", "price": 2.0, "text": "sma_cross 82%", "ts": 2 * BAR}
    fill = {"kind": "fill", "side": "BUY", "price": 2.01, "text": "100", "ts": 2 * BAR + 1}
    assert view.comm.frames[-1][0]["marks"] == (signal, fill)
    market.quote(2.5, 2 * BAR + 2)
    assert market.pump(view)
    assert "marks" not in view.comm.frames[-1][0]


def test_a_handlers_own_dictionaries_mark_nothing() -> None:
    market = Market(1.0)
    market.hub.publish("signals", {"symbol": "ACME", "mood": "good"}, BAR)
    assert market.chart().comm.frames[0][0]["marks"] == ()


def test_another_window_on_the_chart_is_shown_all_of_it() -> None:
    market = Market(1.0, 2.0)
    market.publish("trades", TradeExecuted("x1", "ACME", "BUY", 100.0, 2.01, ts=2 * BAR))
    view = market.chart()
    market.quote(2.5, 2 * BAR + 1)
    market.pump(view)
    view._handle_custom_msg({"kind": "hello", "vid": "b", "v": True}, [])
    assert market.pump(view)
    frames = view.comm.frames
    first, second = Browser().take(frames), Browser().take(frames[-1:])
    assert (first.bars, first.marks) == (second.bars, second.marks)
    assert len(second.bars) == 3


def test_a_chart_without_a_bar_waits_for_the_first() -> None:
    market = Market()
    view = market.chart()
    assert view.comm.frames[0][1] == [b""]
    market.quote(2.5, 1)
    assert market.pump(view)
    content, [block] = view.comm.frames[-1]
    assert content["full"] and table(block).shape == (1, 6)


def test_bars_of_another_length_begin_the_chart_again() -> None:
    market = Market(1.0, 2.0)
    view = market.chart()
    market.evaluator.feed(Bar("ACME", 1.0, 1.0, 1.0, 1.0, seconds=60.0, ts=60 * BAR))
    assert market.pump(view)
    content, [block] = view.comm.frames[-1]
    assert (content["full"], content["seconds"]) == (True, 60.0)
    assert table(block)[:, 0].tolist() == [60 * BAR]


quotes = st.lists(st.tuples(st.integers(0, 3 * BAR), st.floats(1, 100), st.sampled_from(["quote", "bar", "pump"])))


@given(quotes, st.integers(1, 4))
def test_after_every_frame_a_browser_shows_what_the_strategies_see(
    steps: list[tuple[int, float, str]], window: int
) -> None:
    market = Market(1.0, 2.0, 3.0, window=window)
    view, browser, ts = market.chart(), Browser(), 3 * BAR
    browser.take(view.comm.frames)
    for wait, price, action in steps:
        ts += wait
        if action == "quote":
            market.quote(price, ts)
        elif action == "bar":
            market.evaluator.feed(Bar("ACME", price, price, price, price, seconds=5.0, ts=ts))
        elif market.pump(view):
            browser.take(view.comm.frames[-1:])
            forming = market.evaluator.forming("ACME")
            bars = [*market.evaluator.window("ACME"), *([forming] if forming else [])]
            assert browser.bars == [row(bar) for bar in bars]


def test_a_replay_that_goes_back_draws_the_chart_anew_without_what_is_to_come() -> None:
    market = Market(1.0, 2.0, 3.0)
    for ts in (BAR, 3 * BAR):
        market.publish("trades", TradeExecuted(f"x{ts}", "ACME", "BUY", 1.0, 1.0, ts=ts))
    view = market.chart()
    market.evaluator.rewind(2 * BAR + 1)
    assert market.pump(view)
    content, [block] = view.comm.frames[-1]
    assert content["full"] and table(block)[:, 0].tolist() == [BAR, 2 * BAR]
    assert [mark["ts"] for mark in content["marks"]] == [BAR]


def test_a_symbol_without_bars_is_told_with_some_that_have_them() -> None:
    market = Market(1.0)
    with pytest.raises(UserError, match=r"^there are no bars of 'ACNE'; there are of ACME$"):
        known("ACNE", market.evaluator, market.hub)
    for n in range(9):
        market.evaluator.feed(Quote(f"S{n}", last=1.0, ts=1))
    with pytest.raises(UserError, match=r"there are of ACME$|there are of ACME, …$"):
        known("acme", market.evaluator, market.hub)
    with pytest.raises(UserError, match="there are of ACME, S0, S1, S2, S3, …$"):
        known("?", market.evaluator, market.hub)


def test_a_symbol_that_turns_out_to_have_no_bars_is_told_on_the_chart() -> None:
    market = Market()
    view = market.chart("ACNE")
    assert "missing" not in view.comm.frames[-1][0]
    market.quote(2.5, 1)
    assert market.pump(view)
    assert view.comm.frames[-1][0]["missing"] == "there are no bars of 'ACNE'; there are of ACME"


def test_before_the_first_bar_every_symbol_may_come() -> None:
    assert repr(ChartView(ChartFeed("ANY", StrategyEvaluator(), Hub()))) == "<ChartView ANY>"


def test_a_saved_notebook_shows_the_last_twenty_bars_as_a_table() -> None:
    html = Market(*range(1, 31)).chart().html()
    assert html.count("<tr>") == 21
    assert "<td>1970-01-01 00:02:30</td><td>30.00</td>" in html
    assert "<td>10.00</td>" not in html
    assert "<td>9.0000</td>" in Market(9.0).chart().html()


def test_a_symbol_cannot_smuggle_markup_into_the_notebook() -> None:
    html = ChartView(ChartFeed("<script>", StrategyEvaluator(), Hub())).html()
    assert "&lt;script&gt;" in html and "<script>" not in html
