"""The live tables over a real hub, with comms that only record."""

from __future__ import annotations

from typing import Any, Self

import msgspec
import numpy as np
import pytest

from tradestream_nb.equity import EquityTrail
from tradestream_nb.hub import Hub
from tradestream_nb.messages import (
    HealthUpdate,
    Message,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)
from tradestream_nb.reach import Reach
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.views import (
    BoardView,
    HealthView,
    PanelsView,
    PortfolioView,
    PricesView,
    SignalsView,
    TradesView,
)
from tradestream_nb.views.feed import KEPT, Feed, feeds
from tradestream_nb.views.panels import PanelInputs
from tradestream_nb.views.price_sheet import PriceSheet

NOW = 99
APPLE = PriceUpdate("AAPL", 231.5, 1.5, 0.65, 1000.0, high=232.0, low=229.0, ts=5)
CABLE = PriceUpdate("GBPUSD", 1.27, -0.01, -0.78, ts=7)
LINE = PositionLine("AAPL", 100, 200, 210, 1000, 5)
STANDARD: list[tuple[type[PanelsView], str, Message]] = [
    (SignalsView, "signals", SignalRaised("BUY", "AAPL", 231.5, 10, 0.8, ts=1)),
    (TradesView, "trades", TradeExecuted("e1", "AAPL", "SELL", 10, 231.5, ts=1)),
    (PortfolioView, "portfolio", PortfolioUpdate("DU1", {"AAPL": LINE}, 1000, ts=1)),
    (HealthView, "health", HealthUpdate("trades", "ok", 1, 2, 0, ts=1)),
]


class Stage:
    """A hub, a view of it, and a browser that is a few lines."""

    def __init__(self, view: type[PanelsView], *prices: PriceUpdate) -> None:
        self.hub, self.equity = Hub(), EquityTrail()
        for price in prices:
            self.publish("price_updates", price)
        self.evaluator = StrategyEvaluator()
        self.prices = PriceSheet(Feed(self.hub, "price_updates"))
        chart = (self.evaluator, self.hub) if view is BoardView else ()
        shown = feeds(self.hub, view.shown)
        self.view = view(PanelInputs(shown, Reach(), lambda: NOW, self.prices, self.equity), *chart)
        self.now = 0.0

    def publish(self, topic: str, *messages: Message) -> None:
        for message in messages:
            self.hub.publish(topic, message, getattr(message, "ts", 0))
            self.equity.note(message)

    def say(self, kind: str, vid: str = "a", **content: Any) -> None:
        self.view._handle_custom_msg({"kind": kind, "vid": vid, **content}, [])

    def pump(self) -> bool:
        self.now += 0.2
        return self.view.pump(self.now)

    def open(self, vid: str = "a") -> Self:
        self.say("hello", vid, v=True)
        self.pump()
        return self

    @property
    def last(self) -> tuple[dict[str, Any], bytes, list[dict[str, Any]]]:
        """The newest frame: content, rows and messages."""
        content, [block, messages, *_] = self.view.comm.frames[-1]
        return content, block, msgspec.json.decode(messages) if messages else []


def test_the_first_frame_holds_every_price() -> None:
    content, block, messages = Stage(PricesView, CABLE, APPLE).open().last
    assert content == {
        "kind": "frame",
        "seq": 1,
        "now": NOW,
        "ts": 7,
        "full": True,
        "symbols": ["AAPL", "GBPUSD"],
        "trail": [],
    }
    table = np.frombuffer(block).reshape(2, 6)
    assert table[0].tolist() == [231.5, 1.5, 0.65, 1000.0, 232.0, 229.0]
    assert np.isnan(table[1, 4:]).all()
    assert messages == []


def test_a_tick_sends_the_rows_without_the_names() -> None:
    stage = Stage(PricesView, APPLE, CABLE).open()
    stage.publish("price_updates", PriceUpdate("AAPL", 232.0, ts=9))
    assert stage.pump()
    content, block, _ = stage.last
    assert content == {"kind": "frame", "seq": 2, "now": NOW, "ts": 9, "full": False}
    assert np.frombuffer(block).reshape(2, 6)[:, 0].tolist() == [232.0, 1.27]


def test_a_new_symbol_sends_the_names_again() -> None:
    stage = Stage(PricesView, CABLE).open()
    stage.publish("price_updates", APPLE)
    stage.pump()
    assert stage.last[0]["symbols"] == ["AAPL", "GBPUSD"]


def test_names_that_were_held_back_are_sent_with_the_next_frame() -> None:
    stage = Stage(PricesView, APPLE).open()
    stage.say("vis", v=False)
    stage.publish("price_updates", CABLE)
    assert not stage.pump()
    stage.say("vis", v=True)
    assert stage.pump()
    assert stage.last[0]["symbols"] == ["AAPL", "GBPUSD"]


def test_a_view_of_nothing_waits() -> None:
    content, block, messages = Stage(PricesView).open().last
    assert (content["symbols"], block, messages) == ([], b"", [])


@pytest.mark.parametrize(("view", "topic", "message"), STANDARD)
def test_every_view_sends_nothing_before_hello_all_at_hello_and_then_news(
    view: type[PanelsView], topic: str, message: Message
) -> None:
    stage = Stage(view)
    stage.publish(topic, message)
    assert not stage.pump() and stage.view.comm.frames == []
    stage.open()
    content, block, [shown] = stage.last
    assert content.pop("equity", []) == []
    assert content == {"kind": "frame", "seq": 1, "now": NOW, "full": True}
    assert (block, shown["channel"], shown["snapshot"]) == (b"", topic, True)
    assert not stage.pump(), "nothing has changed"
    stage.publish(topic, message)
    assert stage.pump()
    content, _, [again] = stage.last
    assert (content["full"], again["channel"], "snapshot" in again) == (False, topic, False)


@pytest.mark.parametrize(("view", "topic", "message"), STANDARD)
def test_every_view_that_is_opened_again_shows_what_is_there(
    view: type[PanelsView], topic: str, message: Message
) -> None:
    stage = Stage(view).open()
    stage.publish(topic, message)
    stage.pump()
    stage.say("bye")
    stage.publish(topic, message)
    assert not stage.pump()
    stage.open("b")
    content, _, messages = stage.last
    assert content["full"] and messages[-1]["seq"] == 2


def signals(*numbers: int) -> list[Message]:
    return [SignalRaised("BUY", "AAPL", number, 1, 1.0, ts=number) for number in numbers]


def prices(messages: list[dict[str, Any]]) -> list[int]:
    return [message["price"] for message in messages]


def test_a_view_that_cannot_keep_up_gets_what_it_missed_at_once() -> None:
    stage = Stage(SignalsView).open()
    stage.say("vis", v=False)
    for number in range(1, 5):
        stage.publish("signals", *signals(number))
        assert not stage.pump()
    stage.say("vis", v=True)
    stage.pump()
    assert prices(stage.last[2]) == [1, 2, 3, 4]


def test_a_flood_of_signals_is_cut_to_what_is_shown() -> None:
    stage = Stage(SignalsView).open()
    stage.publish("signals", *signals(*range(3 * KEPT)))
    stage.pump()
    assert prices(stage.last[2]) == list(range(2 * KEPT, 3 * KEPT))
    stage.open("b")
    assert len(stage.last[2]) == KEPT


def test_a_silent_browser_gets_one_frame_a_second_and_with_it_every_signal() -> None:
    stage, sent = Stage(SignalsView).open(), list[int]()
    for number in range(100):
        stage.publish("signals", *signals(number))
        if stage.pump():
            sent += prices(stage.last[2])
    frames = len(stage.view.comm.frames)
    assert frames < 35
    stage.say("ack", seq=frames)
    stage.pump()
    assert sent + prices(stage.last[2] if len(stage.view.comm.frames) > frames else []) == list(range(100))


def test_two_windows_of_one_widget_are_told_the_same() -> None:
    stage = Stage(SignalsView).open("a")
    stage.publish("signals", *signals(1))
    stage.pump()
    stage.open("b")
    assert prices(stage.last[2]) == [1] and stage.last[0]["full"]
    stage.publish("signals", *signals(2))
    stage.pump()
    assert prices(stage.last[2]) == [2]


def test_the_board_sends_one_frame_for_all_that_is_new() -> None:
    stage = Stage(BoardView, APPLE).open()
    for _, topic, message in STANDARD:
        stage.publish(topic, message)
    stage.publish("price_updates", CABLE)
    assert stage.pump() and not stage.pump()
    content, block, messages = stage.last
    assert content["symbols"] == ["AAPL", "GBPUSD"] and len(block) == 2 * 6 * 8
    assert {message["channel"] for message in messages} == {topic for _, topic, _ in STANDARD}


def test_the_board_leaves_prices_alone_that_did_not_move() -> None:
    stage = Stage(BoardView, APPLE).open()
    stage.publish("signals", *signals(1))
    stage.pump()
    content, block, messages = stage.last
    assert block == b"" and "ts" not in content and len(messages) == 1


@pytest.mark.parametrize("view", [PortfolioView, BoardView])
def test_equity_so_far_comes_when_a_view_is_opened_and_not_with_the_news(view: type[PanelsView]) -> None:
    stage = Stage(view)
    for ts in (1, 2):
        stage.publish("portfolio", PortfolioUpdate("DU1", {}, 0.0, equity=100.0 * ts, ts=ts))
    stage.open()
    assert stage.last[0]["equity"] == [(1, 100.0), (2, 200.0)]
    stage.publish("portfolio", PortfolioUpdate("DU1", {}, 0.0, equity=300.0, ts=3))
    assert stage.pump() and "equity" not in stage.last[0]
    stage.open("b")
    assert stage.last[0]["equity"][-1] == (3, 300.0)


def test_equity_that_went_by_out_of_sight_is_there_when_the_view_is_back() -> None:
    stage = Stage(PortfolioView).open()
    stage.say("vis", v=False)
    for ts in (1, 2, 3):
        stage.publish("portfolio", PortfolioUpdate("DU1", {}, 0.0, equity=100.0 * ts, ts=ts))
        assert not stage.pump()
    stage.say("vis", v=True)
    assert stage.pump() and stage.last[0]["equity"] == [(1, 100.0), (2, 200.0), (3, 300.0)]


@pytest.mark.parametrize("view", [PricesView, SignalsView, TradesView, HealthView])
def test_a_view_without_the_portfolio_has_no_equity(view: type[PanelsView]) -> None:
    assert "equity" not in Stage(view).open().last[0]


def test_the_browser_is_told_which_panels_to_draw() -> None:
    view = Stage(BoardView).view
    assert view.get_state("topics") == {"topics": list(BoardView.shown)}


def test_a_saved_notebook_shows_what_is_there() -> None:
    stage = Stage(BoardView, APPLE)
    html = stage.view.html()
    assert html.count("<table>") == 5 and "AAPL" in html
    stage.publish("price_updates", CABLE)
    assert "GBPUSD" in stage.view.html()
    assert repr(stage.view) == "<BoardView>"
