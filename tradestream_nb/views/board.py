"""All live tables and a chart in one grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tradestream_nb.hub import Hub
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.views.chart import ChartFrames
from tradestream_nb.views.chart_feed import ChartFeed, Picture
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.panels import PORTFOLIO, PRICES, PanelInputs, PanelsView


class BoardView(PanelsView):
    """All of it in one widget, so that it costs one message where six views cost six.

    The chart is of the first symbol until somebody chooses another one; all windows on the board show the same.
    """

    _esm_file = "board.js"
    _css_file = "board.css"

    shown = (PRICES, PORTFOLIO, "signals", "trades", "health")

    def __init__(self, inputs: PanelInputs, evaluator: StrategyEvaluator, hub: Hub) -> None:
        """`evaluator` has the bars, `hub` what is marked on them."""
        self._evaluator, self._hub = evaluator, hub
        self._chart: ChartFeed | None = None
        self._picture: Picture | None = None
        self._frames = ChartFrames()
        super().__init__(inputs)

    def pick(self, symbol: str) -> None:
        """Draw the chart of another symbol; one that there are no bars of is left aside."""
        if symbol in self._evaluator.symbols:
            self._chart = ChartFeed(symbol, self._evaluator, self._hub)

    def refresh(self) -> None:
        """Look whether something has come, also to the chart."""
        super().refresh()
        if self._chart is None and self._evaluator.symbols:
            self.pick(min(self._evaluator.symbols))
        if self._chart is not None and self._chart.look() != self._picture:
            self.offer(self._feeds)

    def frame(self, state: Mapping[str, Feed], *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """That of the tables, with the `chart` as `ChartFrames` cuts it when it has changed."""
        content, buffers = super().frame(state, full=full)
        picture = self._chart.snapshot() if self._chart else None
        if picture is not None and (full or picture != self._picture):
            content["chart"], bars = self._frames.frame(picture, full=full)
            buffers.append(bars)
        self._picture = picture
        return content, buffers
