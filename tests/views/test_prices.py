"""The live table of prices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.messages import PriceUpdate
from tradestream_nb.views import PricesView
from tradestream_nb.views.prices import columns

APPLE = PriceUpdate("AAPL", 231.5, 1.5, 0.65, 1000.0, high=232.0, low=229.0, ts=5)
CABLE = PriceUpdate("GBPUSD", 1.27, -0.01, -0.78, ts=7)


class Reader:
    """A feed that is written by hand."""

    def __init__(self, *prices: PriceUpdate) -> None:
        self.now = {price.symbol: price for price in prices}
        self.changed: dict[str, PriceUpdate] = {}

    def tick(self, *prices: PriceUpdate) -> None:
        self.changed |= {price.symbol: price for price in prices}

    def snapshot(self) -> Mapping[str, PriceUpdate]:
        return self.now

    def take(self) -> Mapping[str, PriceUpdate]:
        changed, self.changed = self.changed, {}
        return changed


def shown(reader: Reader) -> PricesView:
    view = PricesView(reader)
    view._handle_custom_msg({"kind": "hello", "vid": "a", "v": True}, [])
    view.pump(0.0)
    return view


def test_the_first_frame_holds_everything() -> None:
    [(content, [block])] = shown(Reader(APPLE, CABLE)).comm.frames
    assert content == {"kind": "frame", "seq": 1, "ts": 7, "full": True, "symbols": ["AAPL", "GBPUSD"]}
    table = np.frombuffer(block).reshape(6, 2)
    assert table[:, 0].tolist() == [231.5, 1.5, 0.65, 1000.0, 232.0, 229.0]
    assert np.isnan(table[4:, 1]).all()


def test_a_tick_sends_the_columns_without_the_names() -> None:
    reader = Reader(APPLE, CABLE)
    view = shown(reader)
    reader.tick(PriceUpdate("AAPL", 232.0, ts=9))
    assert view.pump(0.2)
    content, [block] = view.comm.frames[-1]
    assert content == {"kind": "frame", "seq": 2, "ts": 9, "full": False}
    assert np.frombuffer(block).reshape(6, 2)[0].tolist() == [232.0, 1.27]


def test_a_new_symbol_sends_the_names_again() -> None:
    reader = Reader(APPLE)
    view = shown(reader)
    reader.tick(CABLE)
    view.pump(0.2)
    assert view.comm.frames[-1][0]["symbols"] == ["AAPL", "GBPUSD"]


def test_names_that_were_held_back_are_sent_with_the_next_frame() -> None:
    reader = Reader(APPLE)
    view = shown(reader)
    view._handle_custom_msg({"kind": "vis", "vid": "a", "v": False}, [])
    reader.tick(CABLE)
    assert not view.pump(0.2)
    view._handle_custom_msg({"kind": "vis", "vid": "a", "v": True}, [])
    assert view.pump(0.4)
    assert view.comm.frames[-1][0]["symbols"] == ["AAPL", "GBPUSD"]


def test_no_change_sends_nothing() -> None:
    assert not shown(Reader(APPLE)).pump(0.2)


def test_a_view_of_nothing_waits() -> None:
    [(content, [block])] = shown(Reader()).comm.frames
    assert content["symbols"] == []
    assert block == b""


def test_a_saved_notebook_shows_the_first_twenty_symbols() -> None:
    html = PricesView(Reader(*(PriceUpdate(f"S{n:02}", n) for n in range(30)))).html()
    assert html.count("<tr>") == 21
    assert "S19" in html and "S20" not in html
    assert "and 10 more" in html


def test_a_small_price_is_saved_with_more_decimals() -> None:
    html = PricesView(Reader(APPLE, CABLE)).html()
    assert "<td>231.50</td><td>+1.50</td><td>+0.65</td>" in html
    assert "<td>1.2700</td><td>-0.0100</td><td>-0.78</td>" in html


def test_a_symbol_cannot_smuggle_markup_into_the_notebook() -> None:
    html = PricesView(Reader(PriceUpdate("<script>", 1.0))).html()
    assert "&lt;script&gt;" in html and "<script>" not in html


@given(st.dictionaries(st.text(min_size=1), st.floats(allow_nan=False), max_size=20))
def test_columns_keep_every_price_in_the_order_of_its_symbol(prices: dict[str, float]) -> None:
    block = columns({symbol: PriceUpdate(symbol, price) for symbol, price in prices.items()})
    assert np.frombuffer(block)[: len(prices)].tolist() == list(prices.values())
    assert len(block) == 6 * 8 * len(prices)
