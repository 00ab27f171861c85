"""A handler beside the live one, side by side in a table."""

from __future__ import annotations

from html import escape

import pandas as pd
from ipywidgets import Button, Layout

from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.host import Host
from tradestream_nb.shadow import Row, pared_table, rows_table
from tradestream_nb.views.box import Box, Do, picture

SHOW_EVERY = 1.0
SHOWN = 10
"""Rows of the table; the newest ones."""


class ShadowView(Box):
    """What both said to the same events, newest last, until it is stopped or another shadow takes its place."""

    def __init__(self, host: Host, function: Handler, do: Do) -> None:
        """Raises UserError where no handler of that name runs, or one with another key."""
        self._do, self._host = do, host
        self._shadow = do(host.shadow, function)
        self.name, self.version = spec_of(function).name, spec_of(function).version
        self._newest: Row | None = None
        self._picture = picture()
        self.stop_button = Button(description="Stop", icon="stop")
        self.stop_button.on_click(lambda _: self.stop())
        super().__init__([self._picture, self.stop_button], layout=Layout(width="100%"))
        self._picture.value = do(self._drawn)

    @property
    def df(self) -> pd.DataFrame:
        """Each event that both had: time, key, and the messages of the live one and of the shadow."""
        return self._do(lambda: self._shadow.df)

    @property
    def differences(self) -> pd.DataFrame:
        """The rows of `df` in which the two said something else."""
        return self._do(lambda: rows_table(self._shadow.differences))

    @property
    def running(self) -> bool:
        """Whether it still runs beside the live one."""
        return self._do(self._runs)

    def stop(self) -> None:
        """Run no longer; what was compared stays. A second call changes nothing."""
        self._picture.value = self._do(self._end)
        self.stop_button.disabled = True

    def pump(self, now: float) -> bool:
        """Draw what has come since, at most once a second; `now` is in monotonic seconds."""
        rows = self._shadow.rows
        if now - self.sent_at < SHOW_EVERY or not rows or rows[-1] is self._newest:
            return False
        self.sent_at, self._newest = now, rows[-1]
        self._picture.value = self._drawn()
        return True

    def close(self) -> None:
        """Stop it and take it out of the notebook."""
        if self.comm is not None:
            self.stop()
        super().close()

    def html(self) -> str:
        """The table as it is now."""
        return self._do(self._drawn)

    def _end(self) -> str:
        self._shadow.stop()
        return self._drawn()

    def _runs(self) -> bool:
        return self._host.slot(self.name).shadow is self._shadow

    def _drawn(self) -> str:
        rows, differing = self._shadow.rows, len(self._shadow.differences)
        state = "runs beside the live one" if self._runs() else "stopped"
        head = f"<b>{escape(self.name)}</b> {self.version} {state}: {differing:,} of {len(rows):,} events differ"
        if not rows:
            return head
        newest = list(rows)[-SHOWN:]
        frame = pared_table(newest, "live", "shadow")
        frame.insert(2, "", ["≠" if row.differs else "" for row in newest])
        return f"{head}{frame.to_html(index=False)}"

    def __repr__(self) -> str:
        return f"<ShadowView {self.name}>"
