"""What the broker writes where it has nothing to say, turned into None; its times, turned into epoch µs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from math import isfinite

from tradestream_nb.clock import micros

UNSET = 1e300
"""The broker's own mark is the largest double, 1.797e308; nothing real comes near."""


def number(value: object) -> float | None:
    """A figure as a float; None for one that is unset, not finite or no figure at all.

    >>> number("12.5"), number(1.7976931348623157e308), number(float("nan")), number("")
    (12.5, None, None, None)
    """
    try:
        figure = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return figure if isfinite(figure) and abs(figure) < UNSET else None


def price(value: object, size: object = None) -> float | None:
    """A price; None also for -1 or 0 with nothing behind it, which is how the broker says that there is none.

    A spread may cost 0 or less, so such a price stands where its size says that someone offers it. Without a size
    to ask, only one above 0 counts.

    >>> price(101.5), price(-1.0, 0), price(-1.0, 4), price(0.0)
    (101.5, None, -1.0, None)
    """
    figure = number(value)
    if figure is None or figure > 0:
        return figure
    return figure if number(size) else None


def amount(value: object) -> float | None:
    """A count of units, None when it is unset or below 0."""
    figure = number(value)
    return None if figure is None or figure < 0 else figure


def ts_of(moment: datetime | date) -> int:
    """Epoch µs of a time of the broker's; a date is its midnight, and a time without a zone is UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return micros(moment)
