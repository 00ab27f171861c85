"""Messages and events as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pandas as pd

from tradestream_nb.messages import HealthUpdate, Message, PortfolioUpdate, PriceUpdate, SignalRaised, TradeExecuted
from tradestream_nb.topics import Entry

KINDS: dict[str, type[Message]] = {
    "price_updates": PriceUpdate,
    "signals": SignalRaised,
    "portfolio": PortfolioUpdate,
    "trades": TradeExecuted,
    "health": HealthUpdate,
}
"""What each standard topic holds; the messages of a user's own topic tell it themselves."""


def table(facts: Iterable[Any], topic: str = "") -> pd.DataFrame:
    """One row per event or message, its `ts` as a `time` column in UTC that comes first; health tells times so, too.

    With a standard `topic` the columns are there even when there are no rows.
    """
    rows = [fact if isinstance(fact, Mapping) else msgspec.structs.asdict(fact) for fact in facts]
    frame = pd.DataFrame(rows, columns=None if rows or topic not in KINDS else KINDS[topic].__struct_fields__)
    if "ts" in frame:
        frame.insert(0, "time", pd.to_datetime(frame.pop("ts"), unit="us", utc=True))
    if topic == "health":
        # Not every stream has been heard; beside a None the numbers would be floats, which are not exact.
        frame["last_update"] = pd.to_datetime(frame["last_update"].astype("Int64"), unit="us", utc=True)
    return frame


def numbered(entries: Iterable[Entry], topic: str) -> pd.DataFrame:
    """The same of messages at their places in a topic, with `seq` as the index."""
    known = tuple(entries)
    frame = table((entry.message for entry in known), topic)
    frame.index = pd.Index([entry.seq for entry in known], name="seq", dtype="int64")
    return frame
