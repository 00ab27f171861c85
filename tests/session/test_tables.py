"""What a session holds, as DataFrames and at a glance."""

from __future__ import annotations

import pytest

from tests.sessions import make
from tradestream_nb.errors import UserError
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
