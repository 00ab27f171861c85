"""What a session holds, as DataFrames and at a glance."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.hosted import count
from tests.sessions import make
from tradestream_nb.errors import UserError
from tradestream_nb.events import AccountSnapshot, Quote
from tradestream_nb.hub import KEYS
from tradestream_nb.session import Session


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


async def test_it_shows_its_streams_and_no_age_that_would_differ_at_every_run(session: Session) -> None:
    html = session._repr_mimebundle_()["text/html"]
    assert html.startswith("<p>&lt;Session sim: stopped&gt;</p><table")
    assert all(name in html for name in ("price_updates", "signals", "portfolio", "trades", "stopped"))
    assert "age" not in html and "last_update" not in html


async def test_history_is_numbered_and_says_what_has_gone() -> None:
    session = make(handlers=[count])
    for last in range(1_005):
        session.manager.pipeline.put(Quote("A", last=float(last)))
    history = session.history("counts")
    assert (history.index.name, history.index[0], history.index[-1], len(history)) == ("seq", 6, 1_005, 1_000)
    assert history["n"].iloc[-1] == 1_005
    assert list(session.df("counts")) == list(history)


async def test_of_a_state_it_is_the_newest_of_every_key() -> None:
    session = make()
    for symbol, last in (("A", 1.0), ("B", 2.0), ("A", 3.0)):
        session.manager.pipeline.put(Quote(symbol, last=last))
    assert session.history("price_updates")["price"].to_dict() == {2: 2.0, 3: 3.0}


def test_a_topic_that_there_is_not_has_no_history() -> None:
    with pytest.raises(UserError, match="no topic 'prices'"):
        make().history("prices")


@pytest.mark.parametrize("method", ["df", "history", "chart", "tune"])
def test_what_is_no_name_is_told_where_one_is_asked_for(method: str) -> None:
    with pytest.raises(UserError, match=r"=\['signals'\] does not fit; it is a name in quotes"):
        getattr(make(symbols=1), method)(["signals"])


async def test_equity_is_a_table_that_grows_with_the_account() -> None:
    session = make()
    assert session.equity().empty
    session.manager.pipeline.put(AccountSnapshot("A", 100.0, 100.0, ts=1_000_000))
    assert session.equity().to_dict("list") == {"time": [pd.Timestamp(1, unit="s", tz="UTC")], "equity": [100.0]}
