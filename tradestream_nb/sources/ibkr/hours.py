"""When a contract trades, as the broker lists it with the contract: the hours of the next days, in its own zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tradestream_nb.clock import micros

SESSION = re.compile(r"(\d{8}):(\d{4})-(?:(\d{8}):)?(\d{4})")
"""`20261123:0930-20261123:1600`; older answers leave out the second date."""
CLOSED = re.compile(r"(\d{8}):CLOSED")
ABBREVIATIONS = {"EST": "America/New_York", "CST": "America/Chicago", "JST": "Asia/Tokyo", "MET": "Europe/Berlin"}
"""What older versions of TWS write; as zones of their own these keep no summer time."""


class Hours(msgspec.Struct, frozen=True):
    """The sessions that are known, as pairs of epoch µs, and up to when they are."""

    sessions: tuple[tuple[int, int], ...] = ()
    known_until: int = 0

    def is_open(self, ts: int) -> bool:
        """Whether there is trading at `ts`; where nothing is known, there may be, so that silence is noticed."""
        if not self.knows(ts):
            return True
        return any(opening <= ts < closing for opening, closing in self.sessions)

    def opened(self, ts: int) -> int:
        """When the session around `ts` began, 0 where that is not known."""
        return next((opening for opening, closing in self.sessions if opening <= ts < closing), 0)

    def knows(self, ts: int) -> bool:
        """Whether the list reaches to `ts`."""
        return ts < self.known_until


def parse_hours(text: str, zone: str) -> Hours:
    """The hours in a `liquidHours` and its `timeZoneId`; what cannot be read is left out, an unknown zone is UTC."""
    where = _zone(zone)
    sessions, ends = [], []
    for day in text.split(";"):
        if closed := CLOSED.fullmatch(day.strip()):
            ends.append(micros(_at(closed[1], "0000", where) + timedelta(days=1)))
        for opening_day, opening, closing_day, closing in SESSION.findall(day):
            began, ended = _at(opening_day, opening, where), _at(closing_day or opening_day, closing, where)
            if ended <= began:
                ended += timedelta(days=1)
            sessions.append((micros(began), micros(ended)))
            ends.append(micros(_at(closing_day or opening_day, "0000", where) + timedelta(days=1)))
    return Hours(tuple(sorted(set(sessions))), max(ends, default=0))


def _at(day: str, clock: str, zone: tzinfo) -> datetime:
    """A moment; midnight at the end of a day is written 2400 at times."""
    hours, minutes = int(clock[:2]), int(clock[2:])
    midnight = datetime.strptime(day, "%Y%m%d").replace(tzinfo=zone)
    return (midnight + timedelta(days=hours // 24)).replace(hour=hours % 24, minute=minutes)


def _zone(name: str) -> tzinfo:
    short = name.split(" ")[0]
    try:
        return ZoneInfo(ABBREVIATIONS.get(short, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
