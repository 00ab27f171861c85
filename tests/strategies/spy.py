"""A strategy that shows what an evaluator does with it."""

from __future__ import annotations

from tradestream_nb.events import Bar, Signal
from tradestream_nb.strategies import StrategyEvaluator, Window


class Spy:
    """A strategy that remembers what it saw and buys every time."""

    __name__ = "spy"

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def __call__(self, window: Window) -> Signal | None:
        if not window:
            return None
        self.windows.append(window)
        return window.signal("BUY", confidence=0.5)

    @property
    def bars(self) -> list[Bar]:
        return [window.last for window in self.windows]


def evaluator_with(spy: Spy, **options: float) -> tuple[StrategyEvaluator, list[Signal]]:
    evaluator, heard = StrategyEvaluator(**options), list[Signal]()  # type: ignore[arg-type]
    evaluator.add(spy)
    evaluator.add_signal_callback(heard.append)
    return evaluator, heard
