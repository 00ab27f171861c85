"""What every strategy of the package promises."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.market import bars_closing, rough_prices, window_closing
from tradestream_nb.events import Bar
from tradestream_nb.strategies import STRATEGIES, Strategy, Window

each_strategy = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)

SMALL: dict[str, dict[str, Any]] = {
    "sma_cross": {"fast": 2, "slow": 5},
    "rsi_reversion": {"period": 3},
    "momentum": {"lookback": 3},
    "range_bound": {"period": 4, "width": 1.2, "max_adx": 100},
}
"""Short periods, so that short windows make signals."""

walks = st.lists(st.one_of(st.floats(-2, 2), st.just(0.0)), min_size=30, max_size=60)


def walk(steps: list[float]) -> list[float]:
    closes = [100.0]
    for step in steps:
        closes.append(closes[-1] + step)
    return closes


def test_the_registry_names_each_strategy_by_its_function() -> None:
    assert list(STRATEGIES) == [strategy.__name__ for strategy in STRATEGIES.values()]


@each_strategy
def test_every_parameter_is_keyword_only_and_has_a_default(strategy: Strategy) -> None:
    _, *parameters = inspect.signature(strategy).parameters.values()
    assert parameters[-1].name == "quantity" and parameters[-1].default == 100.0
    assert all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in parameters)


@each_strategy
@pytest.mark.parametrize("length", [0, 1, 2, 27, 28, 100])
@pytest.mark.parametrize("price", [100.1, 0.0, -3.0, float("nan"), None])
def test_prices_that_never_change_are_no_signal(strategy: Strategy, length: int, price: float) -> None:
    bar = Bar("ACME", price, price, price, price)
    assert strategy([bar] * length) is None


@each_strategy
@given(steps=walks)
def test_signals_are_sound_and_depend_on_the_window_alone(strategy: Strategy, steps: list[float]) -> None:
    parameters = SMALL[strategy.__name__]
    bars = bars_closing(walk(steps), spread=0.5)
    signal = strategy(Window(bars), **parameters)
    assert signal == strategy(tuple(bars), **parameters) == strategy(bars, **parameters)
    if signal is not None:
        assert 0 <= signal.confidence <= 1 and signal.signal_type in ("BUY", "SELL")
        assert (signal.strategy, signal.symbol, signal.quantity) == (strategy.__name__, "ACME", 100.0)
        assert (signal.price, signal.ts) == (bars[-1].close, bars[-1].ts)


@each_strategy
@given(closes=st.lists(rough_prices, max_size=45))
def test_no_prices_at_all_make_a_strategy_raise_or_doubt(strategy: Strategy, closes: list[float]) -> None:
    signal = strategy(window_closing(closes), **SMALL[strategy.__name__])
    assert signal is None or 0 <= signal.confidence <= 1


@each_strategy
@given(steps=walks)
def test_a_price_that_is_missing_at_the_end_is_no_signal(strategy: Strategy, steps: list[float]) -> None:
    closes = walk(steps)
    closes[-1] = float("nan")
    assert strategy(window_closing(closes), **SMALL[strategy.__name__]) is None


@each_strategy
def test_quantity_is_what_was_asked_for(strategy: Strategy) -> None:
    closes = walk([(-1.0) ** i for i in range(40)] + [-3.0, -3.0, 12.0])
    windows = [window_closing(closes[:n], spread=0.5) for n in range(30, len(closes) + 1)]
    signals = [strategy(window, **SMALL[strategy.__name__], quantity=7.0) for window in windows]
    assert {signal.quantity for signal in signals if signal is not None} == {7.0}
