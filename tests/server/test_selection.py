"""What clients are sent together is what each would have been sent alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.desk import V1, Desk, Paper
from tests.server.talk import TS, price, signal
from tradestream_nb.clock import iso

PING = '{"type":"ping"}'
ALIKE = (
    PING,
    '{"type":"subscribe","channels":["price","signals"]}',
    '{"type":"subscribe","channel":"signals","symbols":["IBM"]}',
    '{"type":"unsubscribe","channel":"price","symbols":["AAPL"]}',
    '{"type":"unsubscribe","channel":"signals"}',
)
SELECTED = (
    PING,
    '{"type":"subscribe","channels":["price","signals"]}',
    '{"type":"subscribe","channel":"price","symbols":["IBM"]}',
    '{"type":"subscribe","channel":"price","symbols":["AAPL","IBM"]}',
    '{"type":"subscribe","channel":"price","symbols":["MSFT","AAPL"]}',
    '{"type":"unsubscribe","channel":"price","symbols":["AAPL"]}',
)
Deeds = list[tuple[object, str]]
TURN = ("turn", "")


def deeds(requests: Sequence[str]) -> st.SearchStrategy[Deeds]:
    """What happens on a desk, turn by turn; a number is that of the client who asks for something."""
    deed = st.one_of(
        st.tuples(st.just("price"), st.sampled_from(["AAPL", "IBM", "MSFT"])),
        st.tuples(st.just("signal"), st.sampled_from(["AAPL", "IBM"])),
        st.tuples(st.integers(0, 2), st.sampled_from(requests)),
        st.just(TURN),
    )
    return st.lists(deed, max_size=40)


@settings(max_examples=300)
@given(deeds(ALIKE))
async def test_sharing_changes_no_byte_of_what_a_client_is_sent(done: Deeds) -> None:
    for together, alone in sent(done):
        assert together == alone


@settings(max_examples=300)
@given(deeds(SELECTED))
async def test_sharing_changes_no_price_and_no_signal_of_a_client_with_symbols_of_its_own(done: Deeds) -> None:
    for together, alone in sent(up_to_date(done)):
        assert prices_in(together) == prices_in(alone)
        assert signals_in(together) == signals_in(alone)


def up_to_date(done: Deeds) -> Deeds:
    """The same with a turn's end before someone wants less: of what waited for it then, it may be sent some, or not."""
    return [step for deed in done for step in ((TURN, deed) if "unsubscribe" in deed[1] else (deed,))]


def sent(done: Deeds) -> list[tuple[list[bytes], list[bytes]]]:
    """What each of three clients is sent when lines may be shared, and when they may not."""
    desk, pairs = Desk(), []
    for _ in range(3):
        shared, alone = Paper(), Paper()
        pairs.append([(desk.clients.open(p, V1, "", line=line), p) for p, line in ((shared, shared), (alone, None))])
    for number, (kind, what) in enumerate(done, start=1):
        if kind == "price":
            desk.hub.publish("price_updates", price(what, number), TS + number)
        elif kind == "signal":
            desk.hub.publish("signals", signal(what, number), TS + number)
        elif kind == "turn":
            desk.turn()
        else:
            for client, _ in pairs[int(str(kind))]:
                desk.clients.received(client, what)
    desk.turn()
    return [(streamed(one), streamed(other)) for (_, one), (_, other) in pairs]


def streamed(paper: Paper) -> list[bytes]:
    """The messages of the topics among what was written."""
    return [line for line in paper.heard() if line.startswith((b'{"type":"price_update"', b'{"type":"signal"'))]


def signals_in(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines if line.startswith(b'{"type":"signal"')]


def prices_in(lines: list[bytes]) -> dict[str, list[object]]:
    """The prices of each symbol; checks that frames are numbered and timed as what is in them."""
    frames = [json.loads(line) for line in lines if line.startswith(b'{"type":"price_update"')]
    assert [frame["seq"] for frame in frames] == sorted([frame["seq"] for frame in frames])
    prices = defaultdict(list)
    for frame in frames:
        newest = max(fields["price"] for fields in frame["symbols"].values())
        assert frame["ts"] == TS + newest and frame["timestamp"] == iso(frame["ts"])
        for symbol, fields in frame["symbols"].items():
            prices[symbol].append(fields)
    return prices
