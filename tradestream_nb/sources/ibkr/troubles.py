"""What is wrong now, each thing once: noted when the broker says so, gone when it is over."""

from __future__ import annotations

from tradestream_nb.clock import SECOND
from tradestream_nb.sources.ibkr.codes import GOOD, Kind, Notice

PASSING: dict[Kind, float] = {"history": 600.0, "pacing": 600.0, "too_fast": 60.0, "refused": 600.0, "order": 600.0}
"""Seconds for which a single failed request is told; nothing ever says that it is over."""
CURED_BY_DATA: tuple[Kind, ...] = ("no_data", "competing", "lines", "unknown")
"""What is over when data come in for its subject."""
STALE: tuple[Kind, ...] = ("lost", "competing")
"""What makes every price an old one, whatever else is heard."""


class Troubles:
    """Notices by subject and kind, the newest of each; times are epoch µs."""

    def __init__(self) -> None:
        self._notices: dict[tuple[str, Kind], tuple[Notice, int]] = {}

    def note(self, notice: Notice, now: int) -> None:
        """Take a notice in; good news ends what it is the end of."""
        if notice.kind == "farm_up":
            self.over("farm_down", notice.subject)
        elif notice.kind in GOOD:
            self.over("lost")
        elif not (notice.kind == "history" and self._is_broken()):
            self._notices[notice.subject, notice.kind] = (notice, now)

    def over(self, kind: Kind, subject: str = "") -> None:
        """End a trouble."""
        self._notices.pop((subject, kind), None)

    def delivered(self, subject: str) -> None:
        """Data came in for a subject."""
        if not self._notices:
            return
        for kind in CURED_BY_DATA:
            self.over(kind, subject)

    def clear(self) -> None:
        """Forget all, as a new connection does."""
        self._notices.clear()

    def current(self, now: int) -> list[Notice]:
        """What is wrong at `now`, in the order it was first said."""
        self._notices = {
            key: (notice, at) for key, (notice, at) in self._notices.items() if not _passed(notice, at, now)
        }
        return [notice for notice, _ in self._notices.values()]

    def stale(self, now: int) -> str:
        """Why no price can be trusted, empty when they can."""
        return next((notice.text for notice in self.current(now) if notice.kind in STALE), "")

    def is_cut_off(self, now: int) -> bool:
        """Whether TWS itself hears nothing."""
        return any(notice.kind == "lost" for notice in self.current(now))

    def _is_broken(self) -> bool:
        """Whether it is known already why nothing comes from the broker's servers."""
        return any(kind in ("lost", "farm_down") for _, kind in self._notices)


def _passed(notice: Notice, at: int, now: int) -> bool:
    lasts = PASSING.get(notice.kind)
    return lasts is not None and now - at > lasts * SECOND
