"""Prices in rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.messages import PriceUpdate
from tradestream_nb.views.price_block import COLUMNS, PriceBlock

known = st.dictionaries(st.text(min_size=1), st.floats(allow_nan=False), max_size=20)


def shown(block: PriceBlock) -> dict[str, list[float]]:
    rows = np.frombuffer(bytes(block)).reshape(-1, len(COLUMNS)).tolist()
    return dict(zip(block.symbols, rows, strict=True))


def filled(prices: dict[str, float]) -> PriceBlock:
    block = PriceBlock()
    block.renew(PriceUpdate(symbol, price) for symbol, price in prices.items())
    return block


@given(known)
def test_every_price_stands_in_its_row_in_the_order_of_the_alphabet(prices: dict[str, float]) -> None:
    rows = shown(filled(prices))
    assert {symbol: row[0] for symbol, row in rows.items()} == prices
    assert list(rows) == sorted(prices)


@given(known, st.data())
def test_a_change_touches_only_its_row(prices: dict[str, float], data: st.DataObject) -> None:
    block = filled(prices)
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(prices)), st.floats(allow_nan=False))) if prices else {}
    assert block.update(PriceUpdate(symbol, price) for symbol, price in changes.items())
    assert {symbol: row[0] for symbol, row in shown(block).items()} == prices | changes


def test_a_new_symbol_has_no_row_until_all_are_renewed() -> None:
    block, new = filled({"B": 1.0}), [PriceUpdate("B", 2.0), PriceUpdate("A", 3.0)]
    assert not block.update(new) and block.symbols == ["B"]
    block.renew(new)
    assert [row[0] for row in shown(block).values()] == [3.0, 2.0]


def test_a_figure_that_there_is_not_is_nan() -> None:
    block = PriceBlock()
    block.renew([PriceUpdate("A", 1.0, high=2.0)])
    row = dict(zip(COLUMNS, shown(block)["A"], strict=True))
    assert row["high"] == 2.0 and np.isnan(row["low"])


@given(known)
def test_its_prices_are_those_of_the_rows(prices: dict[str, float]) -> None:
    assert filled(prices).prices.tolist() == [prices[symbol] for symbol in sorted(prices)]
