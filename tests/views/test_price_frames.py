"""The prices' part of a frame."""

from __future__ import annotations

import numpy as np

from tradestream_nb.clock import SECOND
from tradestream_nb.hub import Hub
from tradestream_nb.messages import PriceUpdate
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.price_frames import PriceFrames
from tradestream_nb.views.price_sheet import PriceSheet


class Prices:
    """Prices that are published, and the frames of them for two views."""

    def __init__(self) -> None:
        self._hub = Hub()
        self.sheet = PriceSheet(Feed(self._hub, "price_updates"))
        self.frames, self.others = PriceFrames(self.sheet), PriceFrames(self.sheet)

    def tick(self, second: float, **prices: float) -> None:
        for symbol, price in prices.items():
            ts = int(second * SECOND)
            self._hub.publish("price_updates", PriceUpdate(symbol, price, ts=ts), ts)

    def minute(self) -> dict[int, dict[str, float]]:
        """What is behind the rows of a full frame, without what there is not."""
        content, block = self.frames.frame(full=True)
        symbols, seconds = content["symbols"], content["trail"]
        kept = np.frombuffer(block)[6 * len(symbols) :].reshape(len(seconds), len(symbols)).tolist()
        named = [{name: price for name, price in zip(symbols, row, strict=True) if price == price} for row in kept]
        return dict(zip(seconds, named, strict=True))


def test_the_last_price_of_a_second_stands_for_it() -> None:
    prices = Prices()
    for second, price in ((1, 5.0), (1.5, 6.0), (2, 7.0)):
        prices.tick(second, A=price)
        prices.frames.frame(full=False)
    assert prices.minute() == {1: {"A": 6.0}}


def test_quiet_symbols_stand_beside_those_that_move() -> None:
    prices = Prices()
    prices.tick(1, A=1.0, B=2.0)
    prices.frames.frame(full=False)
    for second in (2, 3):
        prices.tick(second, B=2.0 + second)
        prices.sheet.take()
    assert prices.minute() == {1: {"A": 1.0, "B": 2.0}, 2: {"A": 1.0, "B": 4.0}}


def test_a_symbol_that_joins_has_no_price_before() -> None:
    prices = Prices()
    prices.tick(1, B=1.0, C=2.0)
    prices.sheet.take()
    prices.tick(2, A=3.0)
    prices.sheet.take()
    prices.tick(3, C=4.0)
    assert prices.minute() == {1: {"B": 1.0, "C": 2.0}, 2: {"A": 3.0, "B": 1.0, "C": 2.0}}


def test_nothing_new_is_nothing_to_show() -> None:
    prices = Prices()
    assert prices.frames.frame(full=False) == ({}, b"")
    prices.tick(1, A=1.0)
    prices.frames.frame(full=True)
    assert prices.frames.frame(full=False) == ({}, b"")
    prices.sheet.take()
    assert prices.frames.frame(full=False) == ({}, b"")


def test_names_and_prices_that_were_taken_in_without_a_frame_come_with_the_next() -> None:
    prices = Prices()
    prices.tick(1, A=1.0)
    prices.frames.frame(full=True)
    prices.tick(2, B=2.0)
    prices.sheet.take()
    content, block = prices.frames.frame(full=False)
    assert content == {"ts": 2 * SECOND, "symbols": ["A", "B"]}
    assert np.frombuffer(block)[[0, 6]].tolist() == [1.0, 2.0]
    prices.tick(3, A=3.0)
    assert prices.frames.frame(full=False)[0] == {"ts": 3 * SECOND}


def test_what_one_view_has_shown_is_news_to_another() -> None:
    prices = Prices()
    prices.tick(1, A=1.0)
    assert prices.frames.frame(full=False) == prices.others.frame(full=False) != ({}, b"")
    assert prices.frames.frame(full=False) == prices.others.frame(full=False) == ({}, b"")
    prices.tick(2, A=2.0)
    assert prices.others.frame(full=True) == prices.frames.frame(full=True)
