"""How a stream is doing, told from what it last said; pure, the clock is a parameter."""

from __future__ import annotations

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.messages import HealthUpdate, StreamState

STALE_AFTER = 10.0
"""Seconds of silence after which a stream that should be speaking is stale."""


class StreamStatus(msgspec.Struct, frozen=True):
    """One stream as people and monitors see it."""

    stream: str
    state: StreamState
    seq: int
    last_update: int | None
    """Epoch µs of the newest message, None before the first."""
    age: float | None
    """Seconds since then."""
    stale: bool
    errors: int
    text: str = ""

    def update(self, ts: int) -> HealthUpdate:
        """The same as a message for the `health` topic."""
        return HealthUpdate(self.stream, self.state, self.last_update, self.seq, self.errors, self.text, ts)


def stream_status(
    stream: str,
    *,
    now: int,
    source: StreamState,
    seq: int,
    last_update: int | None,
    errors: int,
    trouble: str = "",
    since: int | None = None,
    stale_after: float | None = None,
    heard: int | None = None,
    old: str = "",
    note: str = "",
) -> StreamStatus:
    """Judge a stream at `now` (epoch µs of the stream's own clock).

    It is in the state of its source, but failing when there is `trouble` and stale when it has said nothing for
    `stale_after` seconds; None means that silence is normal, as it is for signals and trades. One that has not
    spoken yet could have since `since` (epoch µs). What came in at `heard` without changing anything breaks the
    silence too, and `old` says why a stream is stale whatever it says. A `note` is told where there is nothing worse.
    """
    age = _seconds(last_update, now)
    spoken = max((ts for ts in (last_update, heard) if ts is not None), default=since)
    silence = _seconds(spoken, now)
    silent = stale_after is not None and silence is not None and silence > stale_after
    stale = source == "ok" and (silent or bool(old))
    state: StreamState = "failing" if trouble and source == "ok" else "stale" if stale else source
    text = trouble or (old or f"no news for {silence:.0f} s" if stale else note)
    return StreamStatus(stream, state, seq, last_update, age, stale, errors, text)


def _seconds(since: int | None, now: int) -> float | None:
    return None if since is None else max(0.0, (now - since) / SECOND)
