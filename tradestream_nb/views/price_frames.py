"""The prices' part of a view's frames, with the minute behind them for a browser that has not seen it."""

from __future__ import annotations

from typing import Any

from tradestream_nb.views.price_sheet import PriceSheet


class PriceFrames:
    """Cuts a sheet into what the browser that had the frame before does not know."""

    def __init__(self, sheet: PriceSheet) -> None:
        self._sheet = sheet
        self._shown = 0
        """Which version of it the last frame has shown."""

    def frame(self, *, full: bool) -> tuple[dict[str, Any], bytes]:
        """The rows of the prices when they have moved, as a `PriceBlock` has them, and their `ts`, the newest price's.

        `symbols` names the rows when they are others than before. After the rows of a full frame come the prices of
        the seconds of the epoch in `trail`, as a `PriceTrail` has them.
        """
        sheet, shown = self._sheet, self._shown
        sheet.take()
        if not full and shown == sheet.version:
            return {}, b""
        self._shown = sheet.version
        content: dict[str, Any] = {"ts": sheet.ts}
        if full or shown < sheet.named:
            content["symbols"] = sheet.rows.symbols
        if full:
            content["trail"] = sheet.trail.seconds
            return content, bytes(sheet.rows) + bytes(sheet.trail)
        return content, bytes(sheet.rows)
