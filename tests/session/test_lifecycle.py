"""A session's start, its end, and what can be read between and after: real threads, real streams."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from tests.managed import Scripted
from tests.patience import PATIENCE
from tests.server.served import until
from tests.sessions import HANDLERS, Broken, make, moved_on, refuses, threads
from tradestream_nb import Quote
from tradestream_nb.errors import StreamFailed, UserError
from tradestream_nb.loading import standard_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.session import Session
from tradestream_nb.sources.base import Outlet
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.swaps import Swaps
from tradestream_nb.views.shelf import Shelf


async def test_prices_come_once_it_is_started(session: Session) -> None:
    assert repr(session) == "<Session sim: stopped>"
    assert await session.start() is session
    assert repr(session) == "<Session sim: running>"
    await until(lambda: len(session.df("price_updates")) == 3)
    session.raise_if_failed()


async def test_starting_and_stopping_twice_changes_nothing(session: Session) -> None:
    await session.stop()
    await asyncio.gather(session.start(), session.start())
    assert len(threads()) == 1
    await moved_on(session)
    await asyncio.gather(session.stop(), session.stop())
    assert threads() == []
    assert session.status().state == "stopped"


async def test_the_last_word_counts_when_they_overlap(session: Session) -> None:
    await asyncio.gather(session.start(), session.stop(), session.start())
    await moved_on(session)


async def test_it_is_there_for_the_length_of_a_block() -> None:
    async with make() as session:
        await moved_on(session)
    assert threads() == []


async def test_a_busy_cell_does_not_stall_it(session: Session) -> None:
    await session.start()
    await moved_on(session)
    before, over = session.status().events, time.monotonic() + PATIENCE
    while session.status().events - before < 20:
        assert time.monotonic() < over
        time.sleep(0.01)  # noqa: ASYNC251


async def test_what_was_there_can_be_read_after_the_end(session: Session) -> None:
    await session.start()
    await until(lambda: len(session.df("price_updates")) == 3)
    await session.stop()
    assert len(session.df("price_updates")) == 3
    assert {stream.state for stream in session.status().streams.values()} == {"stopped"}


async def test_a_coroutine_runs_on_the_sessions_thread(session: Session) -> None:
    async def there() -> tuple[str, int]:
        return threading.current_thread().name, len(session.df("price_updates"))

    await session.start()
    await until(lambda: len(session.df("price_updates")) == 3)
    assert await session.call(there()) == ("tradestream", 3)


@pytest.mark.parametrize("given", [asyncio.sleep, None, 5, "reqCurrentTime"])
async def test_calling_what_is_no_coroutine_says_what_to_write(session: Session, given: Any) -> None:
    for _ in range(2):
        with pytest.raises(UserError, match=r"^call takes a coroutine, as an `async def` gives it, and not "):
            await session.call(given)
        await session.start()


async def test_calling_before_the_start_says_what_to_do() -> None:
    with pytest.raises(UserError, match=r"await session\.start\(\) first"):
        await make().call(asyncio.sleep(0))


@pytest.mark.parametrize(
    ("source", "options", "problem"),
    [
        ("smi", {}, "unknown source 'smi'; known: "),
        ("sim", {"sede": 7}, "unknown option 'sede'; options: seed, "),
        ("sim", {"rate": 0}, "rate=0 does not fit; "),
        ("sim", {"auto_trade": "yes"}, "auto_trade='yes' does not fit; "),
        ("sim", {"handlers": "nowhere"}, "nowhere is not a folder"),
        ("sim", {"handlers": [print]}, "print is not a handler"),
        ("sim", {"parameters": {"prices": {}}}, "there is no handler 'prices'; there are "),
        ("replay:nowhere.csv", {}, "nowhere.csv"),
        (Broken(), {"rate": 5}, "rate: options go with a source's name; 'broken' is open already"),
    ],
)
def test_what_does_not_fit_is_told_when_it_is_made(source: Any, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        make(source, **options)
    assert threads() == []


async def test_handlers_may_be_functions_a_folder_or_a_dictionary() -> None:
    for handlers in (HANDLERS, list(HANDLERS.values()), standard_folder(), str(standard_folder())):
        assert make(handlers=handlers).manager.pipeline.host.specs.keys() == HANDLERS.keys()


@pytest.mark.parametrize(("part", "begins"), [(StreamManager, "start_all"), (Shelf, "start"), (Swaps, "start")])
async def test_a_start_that_fails_half_way_leaves_nothing_and_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, session: Session, part: type, begins: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(part, begins, fails)
        with pytest.raises(OSError, match="no room"):
            await session.start()
    assert (threads(), repr(session)) == ([], "<Session sim: stopped>")
    await session.start()
    await moved_on(session)


async def test_a_start_that_is_cancelled_leaves_no_thread_and_may_be_tried_again(session: Session) -> None:
    for turns in range(3):
        start = asyncio.create_task(session.start())
        for _ in range(turns):
            await asyncio.sleep(0)
        start.cancel()
        await asyncio.wait([start])
        assert start.cancelled()
        assert (threads(), repr(session)) == ([], "<Session sim: stopped>")
    await session.start()
    await moved_on(session)


class Slow(Scripted):
    """Takes its time to say goodbye."""

    leaving = False

    async def run(self, outlet: Outlet) -> None:
        try:
            await super().run(outlet)
        finally:
            self.leaving = True
            await asyncio.sleep(0.1)


async def test_a_stop_that_is_cancelled_half_way_still_stops_everything() -> None:
    source = Slow(Quote("AAPL", last=1.0, ts=1))
    session = make(source)
    await session.start()
    view = session.prices()
    stop = asyncio.create_task(session.stop())
    await until(lambda: source.leaving)
    stop.cancel()
    await asyncio.wait([stop])
    assert stop.cancelled()
    assert (threads(), repr(session), session.status().state) == ([], "<Session script: stopped>", "stopped")
    assert view.still == "stopped"
    await session.start()
    await until(lambda: source.runs == 2 and view.still == "")
    await session.stop()


async def test_a_failing_source_is_raised(session: Session) -> None:
    broken = make(Broken())
    await broken.start()
    await until(lambda: broken.status().state == "failing")
    with pytest.raises(StreamFailed, match="1 failed, last: broken: ConnectionError: no feed"):
        broken.raise_if_failed()
    await broken.stop()


async def test_a_failing_handler_is_raised_even_after_the_end() -> None:
    async with make(handlers=[refuses]) as session:
        await until(lambda: len(session.errors) > 0)
    assert session.errors[0].error == "ValueError: will not"
    with pytest.raises(StreamFailed, match="last: refuses: ValueError: will not"):
        session.raise_if_failed()


async def test_a_forgotten_session_takes_its_thread_with_it() -> None:
    session = make(evaluator=StrategyEvaluator())
    session.prices()
    await session.start()
    await moved_on(session)
    del session
    await until(lambda: threads() == [])


async def test_views_of_a_forgotten_session_go_on_showing_what_they_had() -> None:
    session = make(evaluator=StrategyEvaluator())
    await session.start()
    await moved_on(session)
    view = session.prices()
    del session
    for _ in range(100):
        assert "<td>AAPL</td>" in view.html()
        await asyncio.sleep(0)
    await until(lambda: threads() == [])
    assert "<td>AAPL</td>" in view.html()
