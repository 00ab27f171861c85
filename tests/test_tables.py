"""Messages and events become tables that a notebook can work with."""

from __future__ import annotations

import msgspec
import pandas as pd
import pytest

from tests.facts import START
from tradestream_nb.events import Bar, Quote
from tradestream_nb.hub import KEYS
from tradestream_nb.messages import HealthUpdate, Message, PriceUpdate, TradeExecuted
from tradestream_nb.tables import KINDS, table

TRADE = TradeExecuted("x1", "AAPL", "BUY", 10.0, 190.5, 1.0, "DU1", START)


class Spread(Message, frozen=True):
    """A message of a user's own."""

    symbol: str
    spread: float


def test_time_comes_first_and_is_utc() -> None:
    frame = table([PriceUpdate("AAPL", 190.5, ts=START), PriceUpdate("IBM", 250.0, ts=START + 1)])
    assert list(frame)[:3] == ["time", "symbol", "price"]
    assert "ts" not in frame
    assert frame["time"].tolist() == [
        pd.Timestamp(START, unit="us", tz="UTC"),
        pd.Timestamp(START + 1, unit="us", tz="UTC"),
    ]
    assert frame["price"].tolist() == [190.5, 250.0]


@pytest.mark.parametrize("ts", [START + 0.25, pd.Timestamp("2026-01-05T14:30"), "2026-01-05T14:30:00"])
def test_a_users_own_times_need_not_be_whole_numbers(ts: object) -> None:
    shown = table([{"symbol": "AAPL", "ts": ts}, {"symbol": "IBM"}], "spreads")["time"]
    assert shown[0].isoformat(timespec="seconds") == "2026-01-05T14:30:00+00:00" and shown[1] is pd.NaT


def test_when_a_stream_was_heard_last_is_a_time_or_none() -> None:
    rows = [HealthUpdate("trades", "ok", START, 2, 0, ts=START), HealthUpdate("signals", "ok", None, 0, 0, ts=START)]
    heard = table(rows, "health")["last_update"]
    assert heard[0] == pd.Timestamp(START, unit="us", tz="UTC") and heard[1] is pd.NaT
    assert table([], "health")["last_update"].dtype == heard.dtype


@pytest.mark.parametrize("topic", KEYS)
def test_a_standard_topic_without_messages_has_its_columns(topic: str) -> None:
    frame = table([], topic)
    names = [name for name in KINDS[topic].__struct_fields__ if name != "ts"]
    assert list(frame) == ["time", *names]
    assert len(frame) == 0
    assert str(frame["time"].dtype).endswith("UTC]")


def test_the_columns_are_the_same_with_and_without_rows() -> None:
    assert list(table([TRADE], "trades")) == list(table([], "trades"))


def test_a_users_own_messages_keep_their_fields() -> None:
    assert table([Spread("AAPL", 0.02)], "spreads").to_dict("records") == [{"symbol": "AAPL", "spread": 0.02}]
    assert table([{"symbol": "AAPL", "ts": START}], "spreads")["time"].item().isoformat() == "2026-01-05T14:30:00+00:00"


def test_nothing_of_a_users_own_is_an_empty_table() -> None:
    assert table([], "spreads").shape == (0, 0)


def test_events_of_several_kinds_share_a_table() -> None:
    frame = table([Quote("AAPL", last=1.0, ts=START), Bar("AAPL", 1, 2, 0.5, 1.5, 9, 60, START)])
    assert frame["last"].notna().tolist() == [True, False]
    assert frame["high"].tolist()[1] == 2


def test_something_that_is_no_message_is_refused() -> None:
    with pytest.raises(TypeError, match="struct"):
        table([7])


def test_what_a_standard_topic_holds_is_known_for_all_of_them() -> None:
    assert KINDS.keys() == KEYS.keys()
    assert all(issubclass(kind, msgspec.Struct) for kind in KINDS.values())
