"""What fails is run again, after growing pauses, until it ends or is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice, repeat

import pytest

from tests.patience import PATIENCE
from tradestream_nb import restarts
from tradestream_nb.restarts import backoff, run_until_it_ends


@pytest.fixture(autouse=True)
def schedules(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Short pauses; one item is added each time that their schedule starts afresh."""
    started: list[int] = []

    def short() -> Iterator[float]:
        started.append(1)
        return repeat(0.001)

    monkeypatch.setattr(restarts, "backoff", short)
    return started


class Failing:
    """Raises these errors, one a run, and then ends; `told` are those that were told of."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors, self.told = list(errors), list[BaseException]()

    async def run(self) -> None:
        if self.errors:
            raise self.errors.pop(0)

    async def until_it_ends(self) -> None:
        await asyncio.wait_for(run_until_it_ends(self.run, failed=self.told.append), PATIENCE)


async def test_every_failure_is_told_and_followed_by_another_run_until_one_ends() -> None:
    errors = [ConnectionError("lost"), ValueError("odd")]
    failing = Failing(*errors)
    await failing.until_it_ends()
    assert (failing.told, failing.errors) == (errors, [])


async def test_something_cancelled_inside_is_a_failure_and_not_an_end() -> None:
    cancelled = asyncio.CancelledError()
    failing = Failing(cancelled)
    await failing.until_it_ends()
    assert failing.told == [cancelled]


@pytest.mark.parametrize("last_words", [None, ConnectionError("lost while closing")])
async def test_who_is_told_to_stop_does_not_run_again_whatever_it_says(last_words: Exception | None) -> None:
    runs, told = list[int](), list[BaseException]()

    async def run() -> None:
        runs.append(1)
        try:
            await asyncio.Event().wait()
        finally:
            if last_words is not None:
                raise last_words

    task = asyncio.create_task(run_until_it_ends(run, failed=told.append))
    await asyncio.sleep(0)
    task.cancel()
    (outcome,) = await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), PATIENCE)
    assert outcome is last_words or isinstance(outcome, asyncio.CancelledError)
    assert (len(runs), told) == (1, [])


@pytest.mark.parametrize(("steady", "afresh"), [(60.0, 1), (-1.0, 4)])
async def test_the_pauses_start_afresh_after_a_run_that_lasted(
    steady: float, afresh: int, schedules: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restarts, "STEADY", steady)
    await Failing(*[ConnectionError("lost")] * 3).until_it_ends()
    assert len(schedules) == afresh


def test_the_pauses_double_up_to_a_limit() -> None:
    assert list(islice(backoff(), 8)) == [0.5, 1, 2, 4, 8, 16, 30, 30]
