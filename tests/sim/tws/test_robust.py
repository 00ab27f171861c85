"""Whatever a client sends, the server answers it, or with an error, or ends that client; it never fails itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.tws.serving import START
from tests.sim.tws.wire import AAPL, joined
from tradestream_nb.sim.tws.codes import Request
from tradestream_nb.sim.tws.fields import Field
from tradestream_nb.sim.tws.framing import frame
from tradestream_nb.sim.tws.gateway import Gateway

texts = st.sampled_from(["", "0", "1", "-1", "5", "1e308", "nan", "inf", "AAPL", "STK", "SMART", "BUY", "LMT", "1 D"])
words = texts | st.text(max_size=5)
numbers = st.integers(-5, 10**20) | st.floats()
contracts = st.just(AAPL) | st.lists(words, min_size=12, max_size=12).map(tuple)
fields = st.one_of(
    st.lists(words | numbers | st.booleans(), max_size=40),
    st.tuples(st.lists(numbers, max_size=2), contracts, st.lists(words | numbers, max_size=30)).map(
        lambda parts: [*parts[0], *parts[1], *parts[2]]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(Request)), fields), max_size=4))
def test_any_request_is_survived(requests: list[tuple[Request, list[Field]]]) -> None:
    [wire, other] = joined(1, 2, limits=False, symbols="AAPL,MSFT")
    for request, values in requests:
        wire.ask(request, *values)
        wire.pass_time(1)
    other.ask(Request.CURRENT_TIME, 1)
    assert other.last[0] == "49"


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_survived(data: bytes, greeted: bool) -> None:
    link = Gateway(ts=START).connect()
    if greeted:
        link.receive(b"API\0" + frame(b"v157..178") + frame(b"71\x002\x001\x00\x00"))
    link.receive(data)
    link.receive(frame(data))
