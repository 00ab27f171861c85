"""Times as one number: microseconds since 1970 UTC, to and from what people read."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """The wall clock in epoch µs. Only sources and hosts may call it; a handler's time is `event.ts`."""
    return time.time_ns() // 1000


def micros(moment: datetime) -> int:
    """Epoch µs of an aware datetime; a naive one counts as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(ts: int) -> datetime:
    """The UTC datetime of `ts` (epoch µs)."""
    return EPOCH + timedelta(microseconds=ts)


def iso(ts: int) -> str:
    """`ts` (epoch µs) as ISO 8601 in UTC, always with six decimals: `2026-01-05T14:30:00.250000Z`."""
    seconds, fraction = divmod(ts, SECOND)
    return f"{_second(seconds)}.{fraction:06d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    """The part that thousands of neighbouring timestamps share."""
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
