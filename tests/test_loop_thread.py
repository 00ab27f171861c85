"""A loop on a thread of its own: how it is reached, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import AsyncIterator

import pytest

from tests.patience import PATIENCE
from tests.server.served import until
from tradestream_nb.loop_thread import LoopThread


class Owner:
    """Something that may be forgotten."""


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "loop under test"]


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
async def thread(owner: Owner) -> AsyncIterator[LoopThread]:
    thread = LoopThread("loop under test", owner=owner)
    yield thread
    await thread.stop()


async def where() -> str:
    return threading.current_thread().name


async def forever(cancelled: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        cancelled.append(threading.current_thread().name)
        raise


async def test_a_call_runs_there_and_returns_here(thread: LoopThread) -> None:
    assert await thread.call(where()) == "loop under test"
    assert await where() != "loop under test"


async def test_a_call_hands_the_exception_over(thread: LoopThread) -> None:
    async def fails() -> None:
        raise ValueError("there")

    with pytest.raises(ValueError, match="there"):
        await thread.call(fails())


async def test_cancelling_a_call_cancels_what_runs_there(thread: LoopThread) -> None:
    cancelled: list[str] = []
    call = asyncio.create_task(thread.call(forever(cancelled)))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: cancelled == ["loop under test"])


async def test_it_runs_while_the_caller_is_busy(thread: LoopThread) -> None:
    turns: list[int] = []

    async def turn() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0.001)

    thread.start(turn())
    over = time.monotonic() + PATIENCE
    while len(turns) <= 3:
        assert time.monotonic() < over


async def test_a_look_is_made_there_between_two_turns(thread: LoopThread) -> None:
    assert thread.look(lambda *seen: (*seen, threading.current_thread().name), 1, 2) == (1, 2, "loop under test")
    with pytest.raises(ZeroDivisionError):
        thread.look(lambda: 1 // 0)


async def test_a_look_from_the_thread_itself_does_not_wait_for_itself(thread: LoopThread) -> None:
    async def looks() -> str:
        return thread.look(lambda: "seen")

    async with asyncio.timeout(PATIENCE):
        assert await thread.call(looks()) == "seen"


async def test_a_look_hands_the_exception_over(thread: LoopThread) -> None:
    with pytest.raises(ZeroDivisionError):
        thread.look(divmod, 1, 0)


async def test_a_look_is_made_here_once_the_thread_has_ended(thread: LoopThread) -> None:
    assert not thread.has_ended
    await thread.stop()
    assert thread.has_ended
    assert thread.look(threading.current_thread) is threading.current_thread()


async def test_a_look_does_not_hang_though_the_owner_is_forgotten_before_it_is_made() -> None:
    owners, asleep = [Owner()], threading.Event()
    thread = LoopThread("loop under test", owner=owners[0])

    def sleep() -> None:
        owners.clear()
        asleep.set()
        time.sleep(0.2)

    thread._loop.call_soon_threadsafe(sleep)
    asleep.wait(PATIENCE)
    for _ in range(2):
        assert await asyncio.wait_for(asyncio.to_thread(thread.look, sum, (1, 2)), PATIENCE) == 3
    assert thread.has_ended


async def test_the_current_loop_stays_the_callers(thread: LoopThread) -> None:
    running = asyncio.get_running_loop()
    assert asyncio.get_event_loop() is running


async def test_stop_cancels_what_runs_and_leaves_no_thread(thread: LoopThread) -> None:
    cancelled: list[str] = []
    task = thread.start(forever(cancelled))
    await thread.call(where())
    await thread.stop()
    assert (cancelled, task.cancelled(), threads()) == (["loop under test"], True, [])
    await thread.stop()


async def test_giving_up_on_stop_does_not_keep_the_thread_from_ending(thread: LoopThread) -> None:
    stop = asyncio.create_task(thread.stop())
    await asyncio.sleep(0)
    stop.cancel()
    await asyncio.wait([stop])
    await until(lambda: threads() == [])
    await thread.stop()


async def test_it_ends_with_its_owner() -> None:
    owner, cancelled = Owner(), list[str]()
    thread = LoopThread("loop under test", owner=owner)
    # Held, for a task that waits for what nobody else has may be freed at any time.
    running = thread.start(forever(cancelled))
    await thread.call(where())
    del owner
    await until(lambda: threads() == [])
    assert (cancelled, running.cancelled()) == (["loop under test"], True)


async def test_the_owners_end_waits_for_nothing_even_on_the_thread_itself() -> None:
    """The garbage collector may run anywhere."""
    owner = Owner()
    thread = LoopThread("loop under test", owner=owner)
    owners = [owner]
    del owner
    thread.look(owners.clear)
    await until(lambda: threads() == [])


async def test_a_stopped_one_is_freed_though_its_owner_lives(owner: Owner) -> None:
    thread = LoopThread("loop under test", owner=owner)
    await thread.stop()
    known = weakref.ref(thread)
    del thread
    gc.collect()
    assert known() is None
