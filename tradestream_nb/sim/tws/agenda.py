"""What is to happen later, in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

Action = Callable[[], None]


class Agenda:
    """Actions by the time they are due; those of the same time in the order they were put down."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Action]] = []
        self._numbers = count()

    @property
    def next(self) -> int | None:
        """When the first action is due (epoch µs)."""
        return self._heap[0][0] if self._heap else None

    def put(self, ts: int, action: Action) -> None:
        """Do `action` at `ts` (epoch µs)."""
        heappush(self._heap, (ts, next(self._numbers), action))

    def take(self) -> Action:
        """The first action, which is now off the agenda."""
        return heappop(self._heap)[2]
