"""Decides when a widget may send a frame, so that a slow, hidden or vanished browser never builds up a queue."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 12
"""Frames that may be on their way: enough for ten a second with one confirmation a second."""
PROBE_EVERY = 1.0
STALE_AFTER = 3.0
LOST_AFTER = 60.0


@dataclass(slots=True)
class _View:
    """One display of the widget in some browser."""

    visible: bool
    acked: int
    heard: float
    waiting_since: float | None = None
    """When the oldest unconfirmed frame went out; None when nothing is unconfirmed."""

    def silence(self, now: float) -> float:
        """Seconds for which an answer is due: a view that owes none is never silent."""
        return 0.0 if self.waiting_since is None else now - max(self.waiting_since, self.heard)


class Flow:
    """Counts frames out and confirmations in. Times are seconds on one monotonic clock, given by the caller.

    A view counts while it is visible and answers. One that is silent for `STALE_AFTER` no longer holds back the
    others; while no view answers, one frame goes out per `PROBE_EVERY`, because a browser's answers may be stuck
    behind a long cell; after `LOST_AFTER` it is believed gone. Any sign of life brings it back. Being hidden is
    something else: only the view itself says so, and only the view takes it back.
    """

    def __init__(self, *, window: int = WINDOW) -> None:
        self._window = window
        self._views: dict[str, _View] = {}
        self.seq = 0
        """Number of the newest frame."""
        self.sent_at = float("-inf")
        """When it went out."""

    def hello(self, vid: str, visible: bool, now: float) -> None:
        """Count a view in; it owes no confirmation for what was sent before."""
        self._views[vid] = _View(visible, self.seq, now)

    def ack(self, vid: str, seq: int, now: float) -> None:
        """Note that a view has painted frame `seq` and therefore all before it."""
        view = self._views.get(vid)
        if view is None:
            return
        view.heard = now
        view.acked = max(view.acked, min(seq, self.seq))
        if view.acked == self.seq:
            view.waiting_since = None

    def show(self, vid: str, visible: bool, now: float) -> None:
        """Note that a view came into sight or went out of it; nothing is owed for what it did not see."""
        if vid in self._views:
            self.hello(vid, visible, now)

    def bye(self, vid: str) -> None:
        """Forget a view."""
        self._views.pop(vid, None)

    def may_send(self, now: float) -> bool:
        """True when a view is waiting for a frame and can take one."""
        visible = [view for view in self._views.values() if view.visible]
        answered = [view.acked for view in visible if view.silence(now) < STALE_AFTER]
        if answered and self.seq - min(answered) < self._window:
            return True
        return now - self.sent_at >= PROBE_EVERY and any(view.silence(now) < LOST_AFTER for view in visible)

    def sent(self, now: float) -> int:
        """Count a frame out and give it its number."""
        self.seq += 1
        self.sent_at = now
        for view in self._views.values():
            if view.visible and view.waiting_since is None:
                view.waiting_since = now
        return self.seq
