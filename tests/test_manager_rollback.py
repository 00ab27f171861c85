"""Health after the host has taken new code back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.facts import START
from tests.managed import HANDLERS, Scripted, eventually, managed
from tradestream_nb import Quote, handler, vitals
from tradestream_nb.clock import SECOND


@handler(on=Quote, key="symbol", topic="price_updates")
def price_updates(quote: Quote, last: Any) -> Any:
    return 1 // 0, []


async def test_a_roll_back_shows_in_the_health_of_its_stream_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "NOTICED", 5.0)
    quote = Quote("AAPL", 190.0, ts=START)
    async with managed(Scripted(virtual=True), HANDLERS) as running:
        await eventually(lambda: running.status().state == "ended")
        running.pipeline.swap(price_updates)
        for _ in range(3):
            running.put(quote)
        running._vitals.publish()
        streams = running.status().streams
        assert streams["price_updates"].text.startswith("rolled back to ")
        assert "3 failures in a row: ZeroDivisionError" in streams["price_updates"].text
        assert streams["signals"].text == ""
        running.put(msgspec.structs.replace(quote, ts=START + 4 * SECOND))
        assert running.status().streams["price_updates"].text
        running.put(msgspec.structs.replace(quote, ts=START + 6 * SECOND))
        assert running.status().streams["price_updates"].text == ""


async def test_a_manager_keeps_events_to_try_new_code_on() -> None:
    async with managed(Scripted()) as running:
        running.put(Quote("AAPL", 190.0, ts=START))
        assert len(running.pipeline.host.slot("price_updates").recent or ()) == 1
