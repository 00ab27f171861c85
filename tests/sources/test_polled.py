"""Sources that can only be asked."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.sources.fakes import FakeTime, play
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError
from tradestream_nb.events import Event, Quote
from tradestream_nb.sources.polled import PolledSource

QUOTE = Quote("AAPL", 10.0)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_the_question_is_asked_at_once_and_then_every_three_seconds(asynchronous: bool) -> None:
    async def ask() -> Iterable[Event]:
        return [QUOTE]

    time = FakeTime(end=10 * SECOND)
    source = PolledSource(ask if asynchronous else lambda: [QUOTE], pace=time.pace())
    outlet = await play(source, time)
    assert outlet.put_at == [(at * SECOND, QUOTE) for at in (0, 3, 6, 9)]


async def test_a_slow_answer_does_not_shift_the_next_questions() -> None:
    asked, time = [], FakeTime(end=10 * SECOND)

    async def ask() -> list[Event]:
        asked.append(time.now)
        time.now += SECOND
        return []

    await play(PolledSource(ask, pace=time.pace()), time)
    assert [(at - asked[0]) / SECOND for at in asked] == [0, 3, 6, 9]


async def test_what_a_question_raises_ends_the_run() -> None:
    async def ask() -> list[Event]:
        raise ConnectionError("the broker is gone")

    time = FakeTime()
    with pytest.raises(ConnectionError, match="the broker is gone"):
        await play(PolledSource(ask, pace=time.pace()), time)


async def test_each_answer_is_drained() -> None:
    time = FakeTime(end=5 * SECOND)
    outlet = await play(PolledSource(lambda: [QUOTE, QUOTE], pace=time.pace()), time)
    assert outlet.drains == [2, 4]


@pytest.mark.parametrize("every", [0, -1, float("nan")])
def test_an_interval_that_is_none_is_refused(every: float) -> None:
    with pytest.raises(SourceError, match="seconds between questions, above 0"):
        PolledSource(list, every=every)


def test_a_polled_source_says_so_and_has_no_history() -> None:
    source = PolledSource(list, name="broker")
    assert (source.name, source.polled, source.virtual, list(source.history(5.0))) == ("broker", True, False, [])
