"""A session's live views, without a browser."""

from __future__ import annotations

import pytest

from tests.server.served import until
from tests.sessions import says_hello
from tradestream_nb.errors import StreamFailed
from tradestream_nb.session import Session


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
