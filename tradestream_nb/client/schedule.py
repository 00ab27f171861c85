"""When to try again after a connection has ended, and when not to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

CEILING = 30.0
"""The longest that a client waits by itself, in seconds."""

PATIENCE = 2.5
"""A connection is given up when nothing came for so many heartbeats."""

REFUSALS = {
    401: "it wants another token; give one with token=…",
    403: "it does not let this token or this page in",
    404: "there is no WebSocket at this path; it is at /ws",
    4400: "it did not understand what was sent",
    4401: "it wants another token; give one with token=…",
    4403: "it does not let this token in",
    4406: "it does not speak this client's version of the protocol",
    4413: "a limit was exceeded",
}
"""What is meant by a close code or an HTTP status that would come again."""
PASSING = (408, 425, 429)
"""The HTTP statuses among 2xx to 4xx that may change by themselves."""


def backoff(draw: Callable[[], float] = random.random, *, first: float = 1.0, most: float = CEILING) -> Iterator[float]:
    """Seconds to wait before each next attempt: random from 0 to a ceiling that doubles, so that clients spread out."""
    ceiling = first
    while True:
        yield draw() * ceiling
        ceiling = min(most, 2 * ceiling)


def asked_pause(seconds: float, draw: Callable[[], float] = random.random) -> float:
    """How long to wait when the server said how long: that, and up to half of it more, for it said so to everyone."""
    return seconds * (1 + draw() / 2)


def refusal(code: int, reason: str) -> str | None:
    """Why it is pointless to try again after this close code or HTTP status; None when it is not."""
    meaning = REFUSALS.get(code)
    if meaning is None and 200 <= code < 500 and code not in PASSING:
        meaning = "this is no WebSocket of tradestream"
    if meaning is None:
        return None
    return f"{meaning} ({reason})" if reason else meaning
