"""The last bars of one symbol, as bars and as numpy columns: what a strategy looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal, SignalType

Column = NDArray[np.float64]


class Window(Sequence[Bar]):
    """Bars of one symbol, oldest first; never changes.

    The columns are read-only float64 arrays of shape `(len(window),)`, made on first use and shared by everyone
    who looks at the same window.
    """

    __slots__ = ("_bars", "_columns")

    def __init__(self, bars: Iterable[Bar] = ()) -> None:
        self._bars = tuple(bars)
        self._columns: Column | None = None
        symbols = {bar.symbol for bar in self._bars}
        if len(symbols) > 1:
            raise UserError(f"a window holds one symbol, not {', '.join(sorted(symbols))}: make one for each")

    @classmethod
    def of(cls, bars: Iterable[Bar]) -> Window:
        """`bars` as a window; a window comes back as it is, with the columns it has.

        Raises UserError when the bars are of more than one symbol.
        """
        return bars if isinstance(bars, Window) else cls(bars)

    def push(self, bar: Bar, size: int) -> Window:
        """A new window that ends with `bar` and keeps the newest `size` bars.

        Raises UserError when `bar` is of another symbol.
        """
        if self._bars and bar.symbol != self.symbol:
            raise UserError(f"a bar of {bar.symbol} does not belong into the window of {self.symbol}")
        pushed = Window()
        pushed._bars = (*self._bars, bar)[-size:]
        if self._columns is not None:
            kept = len(pushed._bars) - 1
            columns = np.empty((5, kept + 1))
            columns[:, :kept] = self._columns[:, len(self._bars) - kept :]
            columns[:, kept] = _row(bar)
            pushed._columns = _frozen(columns)
        return pushed

    def signal(
        self, signal_type: SignalType, *, strategy: str = "", confidence: float = 1.0, quantity: float = 100.0
    ) -> Signal:
        """A signal about the last bar: its symbol, its close as the price, its ts."""
        last = self.last
        return Signal(
            symbol=last.symbol,
            signal_type=signal_type,
            price=last.close,
            confidence=confidence,
            quantity=quantity,
            strategy=strategy,
            ts=last.ts,
        )

    @property
    def last(self) -> Bar:
        """The newest bar; raises IndexError while there is none."""
        return self._bars[-1]

    @property
    def symbol(self) -> str:
        """The symbol of every bar; raises IndexError while there is none."""
        return self.last.symbol

    @property
    def open(self) -> Column:
        """The first price of every bar."""
        return self._column(0)

    @property
    def high(self) -> Column:
        """The highest price of every bar."""
        return self._column(1)

    @property
    def low(self) -> Column:
        """The lowest price of every bar."""
        return self._column(2)

    @property
    def close(self) -> Column:
        """The last price of every bar."""
        return self._column(3)

    @property
    def volume(self) -> Column:
        """The units traded in every bar."""
        return self._column(4)

    def __len__(self) -> int:
        return len(self._bars)

    @overload
    def __getitem__(self, index: int) -> Bar: ...
    @overload
    def __getitem__(self, index: slice) -> Window: ...
    def __getitem__(self, index: int | slice) -> Bar | Window:
        return Window(self._bars[index]) if isinstance(index, slice) else self._bars[index]

    def __eq__(self, other: object) -> bool:
        return self._bars == other._bars if isinstance(other, Window) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._bars)

    def __repr__(self) -> str:
        return f"<Window of {len(self)} {self.symbol} bars>" if self._bars else "<empty Window>"

    def _column(self, index: int) -> Column:
        if self._columns is None:
            rows = np.array([_row(bar) for bar in self._bars], dtype=np.float64).reshape(-1, 5)
            # TA-Lib copies whatever does not lie in one piece, so each column gets its own row of memory.
            self._columns = _frozen(np.ascontiguousarray(rows.T))
        column: Column = self._columns[index]
        return column


def _row(bar: Bar) -> tuple[float, float, float, float, float]:
    return bar.open, bar.high, bar.low, bar.close, bar.volume


def _frozen(columns: Column) -> Column:
    columns.flags.writeable = False
    return columns
