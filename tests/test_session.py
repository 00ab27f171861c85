"""The notebook's face: real threads, real streams, and widgets without a browser."""

from __future__ import annotations

import asyncio
import builtins
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any

import comm
import pytest

from tests.server.served import until
from tests.views.conftest import RecordingComm
from tradestream_nb.contract import handler
from tradestream_nb.errors import StreamFailed, UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.hub import KEYS
from tradestream_nb.loading import load_handlers, standard_folder
from tradestream_nb.session import Session
from tradestream_nb.sources.base import Outlet
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.views import LiveView, base

HANDLERS = load_handlers(standard_folder())


class Broken:
    """A source that fails as soon as it runs."""

    name, polled, virtual = "broken", False, False

    async def run(self, outlet: Outlet) -> None:
        raise ConnectionError("no feed")

    def history(self, seconds: float) -> Iterable[Bar]:
        return ()


@handler(on=Quote, topic="own")
def refuses(quote: Quote) -> list[dict[str, Any]]:
    """Fail on every quote."""
    raise ValueError("will not")


@pytest.fixture(autouse=True)
def _recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    monkeypatch.setattr(base, "asset", lambda name: f"/* {name} */")


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    session = make(symbols=3, rate=50)
    yield session
    await session.stop()


def make(source: Any = "sim", handlers: Any = None, **options: Any) -> Session:
    return Session(source, handlers=handlers or HANDLERS, price_interval=0, **options)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "tradestream"]


def seq(session: Session, topic: str = "price_updates") -> int:
    return session.status().streams[topic].seq


async def moved_on(session: Session) -> None:
    before = seq(session)
    await until(lambda: seq(session) > before)


def says_hello(view: LiveView) -> None:
    view._handle_custom_msg({"kind": "hello", "vid": "a", "v": True}, [])


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
    before = session.status().events
    time.sleep(1)  # noqa: ASYNC251
    # 150 quotes fall due in that second; a stalled stream would have taken none.
    assert session.status().events - before > 20


async def test_what_was_there_can_be_read_after_the_end(session: Session) -> None:
    await session.start()
    await until(lambda: len(session.df("price_updates")) == 3)
    await session.stop()
    assert len(session.df("price_updates")) == 3
    assert {stream.state for stream in session.status().streams.values()} == {"stopped"}


@pytest.mark.parametrize("topic", KEYS)
def test_every_topic_is_a_table_before_the_start(topic: str) -> None:
    frame = make().df(topic)
    assert len(frame) == 0
    assert {"time", KEYS[topic]} <= set(frame)


async def test_a_topic_that_there_is_not_is_told_with_those_there_are(session: Session) -> None:
    await session.start()
    with pytest.raises(
        UserError, match="no topic 'prices'; there are price_updates, signals, portfolio, trades, health"
    ):
        session.df("prices")


async def test_a_coroutine_runs_on_the_sessions_thread(session: Session) -> None:
    async def there() -> tuple[str, int]:
        return threading.current_thread().name, len(session.df("price_updates"))

    await session.start()
    await until(lambda: len(session.df("price_updates")) == 3)
    assert await session.call(there()) == ("tradestream", 3)


async def test_calling_before_the_start_says_what_to_do() -> None:
    with pytest.raises(UserError, match=r"await session\.start\(\) first"):
        await make().call(asyncio.sleep(0))


@pytest.mark.parametrize(
    ("source", "options", "problem"),
    [
        ("smi", {}, "unknown source 'smi'; known: "),
        ("sim", {"sede": 7}, "unknown option 'sede'; options: seed, "),
        ("sim", {"rate": 0}, "rate=0 does not fit; "),
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


async def test_a_start_that_fails_leaves_no_thread(monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    async def fails() -> None:
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(session.manager, "start_all", fails)
        with pytest.raises(OSError, match="no room"):
            await session.start()
    assert threads() == []
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


async def test_a_failing_view_is_raised_and_another_takes_its_place(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(now: float) -> bool:
        raise RuntimeError("no paint")

    view = session.prices()
    monkeypatch.setattr(view, "pump", fails)
    await session.start()
    await until(lambda: session.prices() is not view)
    with pytest.raises(StreamFailed, match="1 failed, last: no paint"):
        session.raise_if_failed()
    says_hello(session.prices())
    await until(lambda: len(session.prices().comm.frames) > 1)


async def test_the_same_view_goes_on_after_a_stop_and_a_start(session: Session) -> None:
    view = session.prices()
    says_hello(view)
    for _ in range(2):
        view.comm.published.clear()
        await session.start()
        await until(lambda: len(view.comm.frames) > 1)
        await session.stop()
        assert session.prices() is view


async def test_a_view_opened_after_the_end_shows_the_last_prices(session: Session) -> None:
    await session.start()
    await until(lambda: len(session.df("price_updates")) == 3)
    view = session.prices()
    await session.stop()
    says_hello(view)
    [(content, _)] = view.comm.frames
    assert len(content["symbols"]) == 3


async def test_it_shows_its_streams_and_no_age_that_would_differ_at_every_run(session: Session) -> None:
    html = session._repr_html_()
    assert html.startswith("<p>&lt;Session sim: stopped&gt;</p><table")
    assert all(name in html for name in ("price_updates", "signals", "portfolio", "trades", "stopped"))
    assert "age" not in html and "last_update" not in html


async def test_a_forgotten_session_takes_its_thread_with_it() -> None:
    session = make(evaluator=StrategyEvaluator())
    session.prices()
    await session.start()
    await moved_on(session)
    del session
    await until(lambda: threads() == [])


def run_cell(monkeypatch: pytest.MonkeyPatch, cell: str | None, run: str) -> None:
    """Pretend that a notebook's kernel runs this cell."""
    parent = {"header": {"msg_id": run}, "metadata": {"cellId": cell} if cell else {}}
    monkeypatch.setattr(builtins, "get_ipython", lambda: SimpleNamespace(parent_header=parent), raising=False)


async def started(count: int = 1) -> list[Session]:
    return [await make().start() for _ in range(count)]


async def test_running_the_cell_again_replaces_its_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the notebook's `Out` holds the earlier ones."""
    run_cell(monkeypatch, "a", "1")
    out = await started(2)
    run_cell(monkeypatch, "b", "2")
    out += await started()
    assert [session.status().state for session in out] != ["stopped"] * 3
    run_cell(monkeypatch, "a", "3")
    out += await started()
    assert [repr(session).split()[-1] for session in out] == ["stopped>", "stopped>", "running>", "running>"]
    for session in out:
        await session.stop()


async def test_where_no_cell_is_known_sessions_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    run_cell(monkeypatch, None, "1")
    out = await started()
    run_cell(monkeypatch, None, "2")
    out += await started()
    assert [repr(session) for session in out] == ["<Session sim: running>"] * 2
    for session in out:
        await session.stop()


async def test_twenty_starts_and_stops_leave_nothing_behind(session: Session) -> None:
    view = session.prices()
    await session.start()
    await session.stop()
    before = held()
    for _ in range(20):
        await session.start()
        says_hello(view)
        await session.stop()
    assert held() == before


def held() -> tuple[int, int, int, int]:
    """Threads, tasks, file descriptors and loops of this process."""
    gc.collect()
    loops = sum(isinstance(thing, asyncio.AbstractEventLoop) for thing in gc.get_objects())
    return threading.active_count(), len(asyncio.all_tasks()), len(os.listdir("/dev/fd")), loops
