"""The protocol's words for times and lengths of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tradestream_nb.clock import SECOND, micros, moment

ZONE = ZoneInfo("US/Eastern")
"""Where the exchanges are; times are told in its words."""
DAY = 86_400
BAR_SIZES = {
    **{f"{count} secs": count for count in (5, 10, 15, 30)},
    "1 min": 60,
    **{f"{count} mins": 60 * count for count in (2, 3, 5, 10, 15, 20, 30)},
    "1 hour": 3600,
    **{f"{count} hours": 3600 * count for count in (2, 3, 4, 8)},
    "1 day": DAY,
    "1 week": 7 * DAY, "1W": 7 * DAY,
    "1 month": 30 * DAY, "1M": 30 * DAY,
}  # fmt: skip
"""Seconds of every bar size that is served."""
SMALL_BAR = 30
"""Bars of up to so many seconds are rationed."""

_UNITS = {"S": 1, "D": DAY, "W": 7 * DAY, "M": 30 * DAY, "Y": 365 * DAY}
_DURATION = re.compile(r"(\d{1,6}) ([SDWMY])")
_MOMENT = re.compile(r"(\d{8})[ -]{1,2}(\d\d:\d\d(?::\d\d)?)(?: (.+))?")


def duration(text: str) -> int | None:
    """Seconds of a length such as `2 D`; None for any other text."""
    parts = _DURATION.fullmatch(text)
    return int(parts[1]) * _UNITS[parts[2]] if parts else None


def end_time(text: str) -> int | None:
    """Epoch µs of a time such as `20261123 10:00:00 US/Eastern`; None for any other text.

    With a dash in the middle and no zone it is UTC, as in the protocol; with a blank and no zone it is the exchange's.
    """
    parts = _MOMENT.fullmatch(text)
    if not parts:
        return None
    day, clock, zone = parts.groups()
    try:
        where = ZoneInfo(zone) if zone else UTC if "-" in text else ZONE
        read = datetime.strptime(f"{day} {clock:0<5}" + (":00" if len(clock) == 5 else ""), "%Y%m%d %H:%M:%S")
    except (ValueError, ZoneInfoNotFoundError):
        return None
    return micros(read.replace(tzinfo=where))


def time_text(ts: int, *, epoch: bool) -> str:
    """A moment (epoch µs) as seconds since 1970, or in the exchange's words."""
    if epoch:
        return str(ts // SECOND)
    return f"{moment(ts).astimezone(ZONE):%Y%m%d %H:%M:%S} {ZONE.key}"


def day_text(ts: int) -> str:
    """The day of a moment (epoch µs)."""
    return f"{moment(ts):%Y%m%d}"
