"""The ticks that describe a contract, by their numbers in the protocol; delayed data has numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.tws.codes import Reply
from tradestream_nb.sim.tws.fields import Field
from tradestream_nb.sim.tws.sizes import Sizes

DELAY = 15 * 60 * SECOND
"""How old delayed data is, in µs."""
DELAYED_TYPES = {
    0: 69, 1: 66, 2: 67, 3: 70, 4: 68, 5: 71, 6: 72, 7: 73, 8: 74, 9: 75, 14: 76, 45: 88, 49: 90,
}  # fmt: skip
CAN_EXECUTE = 1
"""The attribute of a price that orders can be executed at."""


class Tick(NamedTuple):
    """One value; a price carries the size that stands behind it."""

    reply: Reply
    type: int
    value: float | str
    size: float | None = None

    def message(self, request_id: int) -> tuple[Field, ...]:
        """The fields of its message."""
        if self.reply is not Reply.TICK_PRICE:
            return self.reply, 6, request_id, self.type, self.value
        return self.reply, 6, request_id, self.type, self.value, self.size or 0, CAN_EXECUTE if self.size else 0

    def delayed(self) -> Tick | None:
        """The same as delayed data; None when there is no such thing."""
        number = DELAYED_TYPES.get(self.type)
        if number is None:
            return None
        value = str(int(self.value) - DELAY // SECOND) if self.type == 45 else self.value
        return self._replace(type=number, value=value)


def price(number: int, value: float | None, size: float | None = None) -> Tick:
    """A price tick; one that is missing is -1."""
    return Tick(Reply.TICK_PRICE, number, -1.0 if value is None else value, 0.0 if value is None else size)


def size(number: int, value: float | None) -> Tick:
    """A size tick."""
    return Tick(Reply.TICK_SIZE, number, value or 0.0)


def generic(number: int, value: float) -> Tick:
    """A tick that is some other number."""
    return Tick(Reply.TICK_GENERIC, number, value)


def string(number: int, value: str) -> Tick:
    """A tick that is text."""
    return Tick(Reply.TICK_STRING, number, value)


def basic_ticks(quote: Quote, sizes: Sizes, sec_type: str) -> Iterator[Tick]:
    """What every subscription gets."""
    yield price(1, quote.bid, sizes.bid)
    yield price(2, quote.ask, sizes.ask)
    yield size(0, sizes.bid)
    yield size(3, sizes.ask)
    yield price(6, quote.high)
    yield price(7, quote.low)
    yield price(9, quote.close)
    # Currencies are quoted but nobody reports their trades.
    if sec_type == "CASH":
        return
    yield price(4, quote.last, sizes.last)
    yield size(5, sizes.last)
    yield size(8, quote.volume)
    yield price(14, quote.open)
    yield string(45, str(quote.ts // SECOND))
    yield string(32, "PQ")
    yield string(33, "PQ")
    yield string(84, "Q")
    yield generic(49, 0)


def no_quote_ticks(quote: Quote) -> list[Tick]:
    """What there is to say while the market is closed: no bid, no ask, and the last close."""
    return [price(1, None), price(2, None), size(0, 0), size(3, 0), price(9, quote.close)]


def changed(ticks: Sequence[Tick], before: dict[int, Tick]) -> Iterator[Tick]:
    """Those ticks that differ from the ones remembered, which they replace.

    A size that its price has just carried is not said again.
    """
    carried = {number for tick in ticks if (number := _SIZE_OF.get(tick.type)) is not None and _is_new(tick, before)}
    for tick in ticks:
        if _is_new(tick, before):
            before[tick.type] = tick
            if tick.type not in carried:
                yield tick


_SIZE_OF = {1: 0, 2: 3, 4: 5, 66: 69, 67: 70, 68: 71}


def _is_new(tick: Tick, before: dict[int, Tick]) -> bool:
    old = before.get(tick.type)
    # The size behind a price has a tick of its own, so that a change of it alone is no new price.
    return old is None or old.value != tick.value
