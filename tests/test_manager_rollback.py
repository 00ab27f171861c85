"""Health after the host has taken new code back."""

from __future__ import annotations

from typing import Any

from tests.facts import START
from tests.managed import HANDLERS, Scripted, eventually, managed
from tradestream_nb import Quote, handler


@handler(on=Quote, key="symbol", topic="price_updates")
def price_updates(quote: Quote, last: Any) -> Any:
    return 1 // 0, []


async def test_a_roll_back_is_told_of_its_stream_which_is_well_again_until_the_next_start() -> None:
    quote = Quote("AAPL", 190.0, ts=START)
    async with managed(Scripted(), HANDLERS) as running:
        await eventually(lambda: running.status().state == "ok")
        running.pipeline.swap(price_updates)
        for _ in range(3):
            running.put(quote)
        assert running.status().streams["price_updates"].state == "failing"
        running._vitals.publish()
        rolled_back = running.status().streams["price_updates"]
        assert rolled_back.state == "ok" and rolled_back.text.startswith("rolled back to ")
        assert "3 failures in a row: ZeroDivisionError" in rolled_back.text
        assert running.status().streams["signals"].text == ""
        await running.stop_all()
        assert running.status().streams["price_updates"].text == rolled_back.text
        await running.start_all()
        assert running.status().streams["price_updates"].text == ""
        assert not running.pipeline.host.notices


async def test_a_manager_keeps_events_to_try_new_code_on() -> None:
    async with managed(Scripted()) as running:
        running.put(Quote("AAPL", 190.0, ts=START))
        assert len(running.pipeline.host.slot("price_updates").recent or ()) == 1
