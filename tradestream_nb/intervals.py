"""How often prices and the portfolio are told, in seconds."""

from __future__ import annotations

from math import inf

from tradestream_nb.errors import UserError

PUSHED, POLLED = 0.25, 3.0
"""Between price batches when the source pushes, and when it can only be asked."""


def price_interval(wanted: float | None, *, polled: bool) -> float:
    """Between two price batches, as wanted or as the source has it; raises UserError for what is no time."""
    if wanted is None:
        return POLLED if polled else PUSHED
    if not (_is_number(wanted) and 0 <= wanted < inf):
        raise UserError(f"price_interval={wanted!r} does not fit; it is in seconds, from 0")
    return wanted


def portfolio_interval(wanted: float) -> float:
    """Between two portfolios; raises UserError for what is no time."""
    if not (_is_number(wanted) and 0 < wanted < inf):
        raise UserError(f"portfolio_interval={wanted!r} does not fit; it is in seconds, above 0")
    return wanted


def _is_number(value: object) -> bool:
    """Whether it counts something, which a truth value does not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
