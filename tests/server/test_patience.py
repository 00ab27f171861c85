"""When a client that does not keep up has to go: each limit by itself."""

from __future__ import annotations

import pytest

from tradestream_nb.server.limits import Limits
from tradestream_nb.server.patience import too_slow
from tradestream_nb.topics import Entry

LIMITS = Limits(waiting_messages=3, waiting_bytes=100, hard_buffer=1_000, grace=10.0)


def entries(count: int, *sizes: int) -> list[Entry]:
    """Messages of a log, each encoded once for every size."""
    encoded: dict[object, bytes] = {size: bytes(size) for size in sizes}
    return [Entry(number, "AAPL", None, 0, encoded) for number in range(count)]


@pytest.mark.parametrize(
    ("waiting", "buffered", "seconds", "problem"),
    [
        (entries(3), 1_000, 10.0, None),
        (entries(4), 0, 0.0, "4 messages wait for it"),
        (entries(2, 51), 0, 0.0, "2 messages wait for it"),
        (entries(2, 50, 20), 0, 0.0, None),
        ([], 1_001, 0.0, "it does not read"),
        ([], 0, 10.1, "it does not read"),
    ],
    ids=["at every limit", "messages", "bytes", "bytes count once", "buffer", "time"],
)
def test_a_client_goes_when_it_is_beyond_a_limit(
    waiting: list[Entry], buffered: int, seconds: float, problem: str | None
) -> None:
    assert too_slow(LIMITS, waiting=waiting, buffered=buffered, seconds=seconds) == problem
