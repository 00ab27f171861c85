"""The board's chart: which symbol it shows, and what of it goes out."""

from __future__ import annotations

from typing import Any, Self

from tests.strategies.market import BAR, bars_closing
from tests.views.test_chart import Browser
from tests.views.test_panels import Stage
from tradestream_nb.events import Quote
from tradestream_nb.messages import PriceUpdate, TradeExecuted
from tradestream_nb.views import BoardView


class Board(Stage):
    """A board of a market that can be quoted."""

    def __init__(self, *symbols: str) -> None:
        super().__init__(BoardView)
        self.ts = 0
        self.quote(*symbols)

    def quote(self, *symbols: str) -> Self:
        for symbol in symbols:
            self.ts += 1
            self.evaluator.feed(Quote(symbol, last=10.0 + self.ts, ts=self.ts))
        return self

    @property
    def charts(self) -> list[dict[str, Any]]:
        """What was sent of charts, oldest first."""
        return [content["chart"] for content, _ in self.view.comm.frames if "chart" in content]


def test_the_chart_is_of_the_first_symbol_as_soon_as_there_is_one() -> None:
    board = Board().open()
    assert board.charts == []
    board.quote("MSFT", "AAPL").pump()
    assert [chart["symbol"] for chart in board.charts] == ["AAPL"]


def test_a_symbol_that_is_picked_is_drawn_whole_in_every_window() -> None:
    board = Board("AAPL", "MSFT").open("a")
    board.say("pick", "a", symbol="MSFT")
    assert board.pump()
    assert [(chart["symbol"], chart["full"]) for chart in board.charts] == [("AAPL", True), ("MSFT", True)]
    board.open("b")
    assert board.charts[-1]["symbol"] == "MSFT"


def test_a_symbol_without_bars_and_nonsense_change_nothing() -> None:
    board = Board("AAPL").open()
    board.say("pick", symbol="NOPE")
    board.say("pick", symbol=7)
    assert not board.pump() and board.charts[-1]["symbol"] == "AAPL"


def test_only_the_bar_that_moved_is_sent_and_nothing_when_none_did() -> None:
    board = Board()
    board.evaluator.warm_up(bars_closing([1.0, 2.0]))
    board.open()
    board.publish("price_updates", PriceUpdate("ACME", 2.0, ts=1))
    board.pump()
    content, buffers = board.view.comm.frames[-1]
    assert "chart" not in content and len(buffers) == 2
    board.evaluator.feed(Quote("ACME", last=3.0, ts=2 * BAR + 1))
    board.pump()
    frames = [(content["chart"], buffers[2:]) for content, buffers in board.view.comm.frames if "chart" in content]
    assert [content["full"] for content, _ in frames] == [True, False] and len(frames[1][1][0]) == 6 * 8
    assert [bar[4] for bar in Browser().take(frames).bars] == [1.0, 2.0, 3.0]


def test_its_fills_are_marked() -> None:
    board = Board("AAPL").open()
    board.publish("trades", TradeExecuted("x", "AAPL", "BUY", 1, 2.0, ts=3))
    board.pump()
    assert [mark["kind"] for mark in board.charts[-1]["marks"]] == ["fill"]
