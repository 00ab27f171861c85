"""What the portfolio was worth so far, for a curve that is there when its view is opened."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pandas as pd

from tradestream_nb.messages import PortfolioUpdate

MOST = 600
"""An even number of points is kept; when there are more, every second one goes, and the newest stays."""


class EquityTrail:
    """Equity over all accounts, from the first update to the newest, in a bounded number of points."""

    def __init__(self) -> None:
        self._accounts: dict[str, float] = {}
        self._points: list[tuple[int, float]] = []
        self.noted = 0
        """How many points have come, kept or not."""

    @property
    def points(self) -> list[tuple[int, float]]:
        """Time in epoch µs and equity, oldest first."""
        return self._points.copy()

    @property
    def df(self) -> pd.DataFrame:
        """The same as a table, with `time` in UTC."""
        frame = pd.DataFrame(self._points, columns=["time", "equity"]).astype({"equity": float})
        return frame.assign(time=pd.to_datetime(frame["time"], unit="us", utc=True))

    def note(self, fact: Any) -> None:
        """Add a point for a portfolio update that states equity; anything else changes nothing.

        It takes the place of those that are not older, as after a replay has gone back.
        """
        if not isinstance(fact, PortfolioUpdate) or fact.equity is None or not isfinite(fact.equity):
            return
        self.noted += 1
        self._accounts[fact.account] = fact.equity
        self._push(fact.ts, sum(self._accounts.values()))

    def _push(self, ts: int, equity: float) -> None:
        while self._points and self._points[-1][0] >= ts:
            self._points.pop()
        self._points.append((ts, equity))
        if len(self._points) > MOST:
            self._points = self._points[::2]
