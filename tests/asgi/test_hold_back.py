"""Signals that end the process, and what comes before they do."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import uvloop

from tests.server.served import until
from tradestream_nb.asgi.hold_back import SIGNALS, held_back


@pytest.fixture
def handled() -> Iterator[list[int]]:
    """The signals that have reached the handler of the process."""
    numbers = list[int]()
    before = {number: signal.signal(number, lambda number, frame: numbers.append(number)) for number in SIGNALS}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_is_handled_once_the_other_thing_is_done(handled: list[int], number: signal.Signals) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        begun.set()
        await done.wait()

    with held_back(first):
        signal.raise_signal(number)
        await begun.wait()
        assert not handled
        done.set()
        await until(lambda: handled == [number])


async def test_a_second_signal_is_handled_at_once(handled: list[int]) -> None:
    began = list[int]()

    async def first() -> None:
        began.append(len(handled))
        await asyncio.Event().wait()

    with held_back(first):
        signal.raise_signal(signal.SIGINT)
        await until(lambda: bool(began))
        signal.raise_signal(signal.SIGINT)
        assert handled == [signal.SIGINT]
    assert began == [0]


async def test_a_signal_is_handled_though_the_other_thing_fails(handled: list[int]) -> None:
    told = list[Any]()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))

    async def first() -> None:
        raise ZeroDivisionError

    with held_back(first):
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: handled == [signal.SIGTERM])


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_handler_that_raises_ends_the_loop_and_nothing_more_is_told(
    handled: list[int], end: type[BaseException], run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    told, said = list[Any](), list[str]()

    def handle(number: int, frame: object) -> None:
        raise end

    async def first() -> None:
        said.append("goodbye")

    async def serve() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))
        with held_back(first):
            signal.raise_signal(signal.SIGTERM)
            await asyncio.Event().wait()

    signal.signal(signal.SIGTERM, handle)
    with pytest.raises(end):
        run(serve())
    gc.collect()
    assert (said, told) == (["goodbye"], [])


def test_those_are_held_back_that_end_a_program_on_this_platform() -> None:
    of_windows = {"SIGBREAK"} if sys.platform == "win32" else set()
    assert {number.name for number in SIGNALS} == {"SIGINT", "SIGTERM"} | of_windows


async def test_afterwards_signals_go_where_they_went_before(handled: list[int]) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with held_back(_never):
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in SIGNALS] == before


async def test_a_handler_that_came_later_stays_and_may_hand_on_to_us_afterwards(handled: list[int]) -> None:
    with held_back(_never):
        ours = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, lambda number, frame: handled.append(-number))
    signal.raise_signal(signal.SIGTERM)
    assert handled == [-signal.SIGTERM]
    assert callable(ours)
    ours(signal.SIGTERM, None)
    assert handled == [-signal.SIGTERM, signal.SIGTERM]


async def test_a_signal_that_nobody_handles_is_left_alone(handled: list[int]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with held_back(_never):
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_in_another_thread_nothing_is_touched(handled: list[int]) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]

    async def elsewhere() -> list[Any]:
        with held_back(_never):
            return [signal.getsignal(number) for number in SIGNALS]

    assert await asyncio.to_thread(asyncio.run, elsewhere()) == before


async def _never() -> None:
    raise AssertionError("no signal has come")
