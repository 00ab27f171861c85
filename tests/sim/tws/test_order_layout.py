"""The long records of orders, read by the real library's own decoder at every version that it speaks."""

from __future__ import annotations

from dataclasses import fields as fields_of
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ibkr_client import IS_ASYNC, library
from tests.sim.exchanges import AAPL, ES
from tests.sim.tws.wire import texts
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.orders import Order, Ticket
from tradestream_nb.sim.tws.fields import Field, render
from tradestream_nb.sim.tws.order_layout import COMPLETED_ORDER, FIRST_WITH, FIRST_WITHOUT, OPEN_ORDER, laid_out
from tradestream_nb.sim.tws.order_messages import completed_order, open_order
from tradestream_nb.sim.tws.subscriptions import Message

VERSIONS = range(157, 179 if IS_ASYNC else 177)
LEADS_TO_MORE = {"comboLegs", "conditions", "algoStrategy", "hedgeType", "scalePriceIncrement", "trailStopPrice"}
"""Fields after which others follow, or that come twice."""
ORDER = Order(
    77, 7, 5, ES, Ticket("SELL", 3, "STP LMT", 99.5, 98.25, "GTC", "DU1", "mine", True, True, 4, "either"),
    "Cancelled", 1.0, done_at=1_767_623_400 * SECOND, why_done="Expired",
)  # fmt: skip


def decoded(method: str, version: int, message: Message) -> tuple[Any, ...]:
    """What the library makes of a message."""
    seen: list[tuple[Any, ...]] = []
    wrapper = SimpleNamespace(**{method: lambda *found: seen.append(found)})
    decoder = import_module(f"{library.__name__}.decoder").Decoder(wrapper, version)
    getattr(decoder, method)(texts(render(*message)))
    return seen[0]


def markers(names: list[str], version: int) -> dict[str, Field]:
    """A value of its own for everything that the library's orders have under the same name."""
    kinds = {
        field.name: type(field.default)
        for kind in (library.Order, library.OrderState)
        for field in fields_of(kind)
        if field.name in names and field.name not in LEADS_TO_MORE and FIRST_WITHOUT.get(field.name, 999) > version
    }
    made: dict[str, Field] = {}
    for number, name in enumerate(sorted(kinds)):
        values: dict[type, Field] = {str: f"is {name}", int: 1000 + number, float: number + 0.5, bool: True}
        made[name] = values.get(kinds[name])
    return {name: value for name, value in made.items() if value is not None}


def read(names: list[str], version: int, order: Any, state: Any) -> dict[str, object]:
    """What the library found under those names."""
    return {name: getattr(order, name, getattr(state, name, None)) for name in names}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_of_an_open_order_is_where_the_library_looks_for_it(version: int) -> None:
    known = markers(OPEN_ORDER, version)
    _, _, order, state = decoded("openOrder", version, (5, *laid_out(OPEN_ORDER, version, known)))
    known = {name: value for name, value in known.items() if FIRST_WITH.get(name, 0) <= version}
    assert len(known) > 70
    # The library drops the margins of orders that are not previews to text.
    found = read(list(known), version, order, state)
    assert {name: str(value) for name, value in found.items()} == {name: str(value) for name, value in known.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_of_a_completed_order_is_where_the_library_looks_for_it(version: int) -> None:
    known = markers(COMPLETED_ORDER, version)
    _, order, state = decoded("completedOrder", version, (101, *laid_out(COMPLETED_ORDER, version, known)))
    known = {name: value for name, value in known.items() if FIRST_WITH.get(name, 0) <= version}
    assert len(known) > 50
    assert read(list(known), version, order, state) == known


@pytest.mark.parametrize("version", VERSIONS)
def test_the_terms_of_an_order_come_through(version: int) -> None:
    order_id, contract, order, state = decoded("openOrder", version, open_order(version, ORDER, 5))
    assert (order_id, order.orderId, order.clientId, order.permId, order.parentId) == (5, 5, 7, 77, 4)
    assert (contract.conId, contract.symbol, contract.secType, contract.multiplier) == (3, "ES", "FUT", "50")
    assert (order.action, order.totalQuantity, order.orderType) == ("SELL", 3, "STP LMT")
    assert (order.lmtPrice, order.auxPrice, order.tif, order.outsideRth) == (99.5, 98.25, "GTC", True)
    assert (order.account, order.orderRef, order.ocaGroup) == ("DU1", "mine", "either")
    assert state.status == "Cancelled" and not order.whatIf


@pytest.mark.parametrize("version", VERSIONS)
def test_the_end_of_an_order_comes_through(version: int) -> None:
    _, order, state = decoded("completedOrder", version, completed_order(version, ORDER))
    assert (order.permId, order.filledQuantity, order.lmtPrice) == (77, 1.0, 99.5)
    assert (state.status, state.completedStatus) == ("Cancelled", "Expired")
    assert state.completedTime == "20260105 09:30:00 US/Eastern"


def test_a_record_has_as_many_fields_as_its_version() -> None:
    lengths = {version: len(laid_out(OPEN_ORDER, version, {})) for version in (157, 159, 160, 162, 170, 177)}
    assert [lengths[version] - lengths[157] for version in lengths] == [0, 1, 2, 3, 8, 7]


def test_a_name_that_is_in_no_record_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="limitPrice"):
        laid_out(OPEN_ORDER, 178, {"limitPrice": 1.0})


def test_a_market_order_has_prices_of_nought() -> None:
    order = Order(1, 7, 5, AAPL, Ticket("BUY", 1))
    assert decoded("openOrder", 176, open_order(176, order, 5))[2].lmtPrice == 0
