"""Messages and events as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pandas as pd


def table(facts: Iterable[Any]) -> pd.DataFrame:
    """One row per event or message, its `ts` as a `time` column in UTC that comes first."""
    frame = pd.DataFrame([fact if isinstance(fact, Mapping) else msgspec.structs.asdict(fact) for fact in facts])
    if "ts" in frame:
        frame.insert(0, "time", pd.to_datetime(frame.pop("ts"), unit="us", utc=True))
    return frame
