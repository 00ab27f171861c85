"""The minute behind the prices, as a view that is opened, or is back, is told of it."""

from __future__ import annotations

import numpy as np

from tests.views.test_panels import APPLE, CABLE, Stage
from tradestream_nb.clock import SECOND
from tradestream_nb.messages import PriceUpdate
from tradestream_nb.views import PricesView


def minute(stage: Stage) -> dict[int, list[float]]:
    """The prices behind those of the newest frame, by second."""
    content, block, _ = stage.last
    seconds, values = content["trail"], np.frombuffer(block)
    symbols = len(values) // (6 + len(seconds))
    kept = values[symbols * 6 :].reshape(len(seconds), symbols)
    return dict(zip(seconds, kept.tolist(), strict=True))


def test_a_view_that_is_opened_later_gets_the_seconds_that_others_have_seen() -> None:
    stage = Stage(PricesView, APPLE, CABLE).open()
    for second in (1, 2):
        stage.publish("price_updates", PriceUpdate("AAPL", 231.0 + second, ts=second * SECOND))
        stage.pump()
        assert "trail" not in stage.last[0] and len(stage.last[1]) == 2 * 6 * 8
    stage.open("b")
    assert minute(stage) == {0: [231.5, 1.27], 1: [232.0, 1.27]}


def test_prices_of_a_time_out_of_sight_are_there_when_the_view_is_back() -> None:
    stage = Stage(PricesView, APPLE, CABLE).open()
    stage.say("vis", v=False)
    for second in (1, 2, 3):
        stage.publish("price_updates", PriceUpdate("AAPL", 231.0 + second, ts=second * SECOND))
        stage.prices.take()
        assert not stage.pump()
    stage.say("vis", v=True)
    assert stage.pump()
    assert minute(stage) == {0: [231.5, 1.27], 1: [232.0, 1.27], 2: [233.0, 1.27]}
    stage.publish("price_updates", PriceUpdate("AAPL", 235.0, ts=4 * SECOND))
    assert stage.pump() and "trail" not in stage.last[0]


def test_a_slow_browser_gets_no_minute_with_its_frames() -> None:
    stage = Stage(PricesView, CABLE).open()
    for number in range(1, 100):
        stage.publish("price_updates", PriceUpdate("GBPUSD", number, ts=number * SECOND // 5))
        stage.pump()
    frames = [content for content, _ in stage.view.comm.frames]
    assert len(frames) < 35 and not any("trail" in content for content in frames[1:])
