"""Orders as the real library writes them, at every version that it speaks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.ibkr_client import Contract, Stock, library
from tests.sim.tws.test_order_layout import VERSIONS
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.tws.fields import Fields, Malformed
from tradestream_nb.sim.tws.order_request import OrderRequest, read_order

AAPL = Stock("AAPL", "SMART", "USD")


def written(version: int, order: Any, contract: Any = AAPL) -> bytes:
    """The request that the library sends for an order."""
    client, sent = library.Client(SimpleNamespace()), list[str]()
    client.sendMsg = sent.append
    client.isConnected = lambda: True
    client._serverVersion = version
    client.placeOrder(5, contract, order)
    (request,) = sent
    return request.encode()


def request(version: int, order: Any, contract: Any = AAPL) -> OrderRequest:
    """What the simulator reads of it."""
    fields = Fields(written(version, order, contract))
    assert fields.integer() == 3
    return read_order(fields, version)


def elaborate(**terms: Any) -> Any:
    """An order with everything that makes its record longer."""
    return library.LimitOrder(
        "BUY", 10, 5.5,
        deltaNeutralOrderType="None", hedgeType="D", hedgeParam="1", scalePriceIncrement=0.5,
        algoStrategy="Vwap", algoParams=[library.TagValue("a", "1"), library.TagValue("b", "2")], **terms,
    )  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_the_terms_of_an_order_are_read(version: int) -> None:
    order = library.StopLimitOrder(
        "SELL", 10, 5.5, 6.5, tif="GTC", account="DU1", orderRef="mine", outsideRth=True, transmit=False, parentId=4,
        ocaGroup="either",
    )  # fmt: skip
    read = request(version, order)
    wanted = Ticket("SELL", 10, "STP LMT", 5.5, 6.5, "GTC", "DU1", "mine", True, False, 4, "either")
    assert (read.order_id, read.ticket, read.what_if) == (5, wanted, False)
    assert (read.contract.symbol, read.contract.exchange) == ("AAPL", "SMART")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what_if", [True, False])
def test_a_preview_is_recognised_behind_everything_that_may_come_before(version: int, what_if: bool) -> None:
    assert request(version, library.MarketOrder("BUY", 1, whatIf=what_if)).what_if is what_if
    assert request(version, elaborate(whatIf=what_if)).what_if is what_if


@pytest.mark.parametrize("version", VERSIONS)
def test_a_delta_neutral_contract_is_read_over(version: int) -> None:
    neutral = library.DeltaNeutralContract(1, 0.5, 2.0)
    contract = Stock("AAPL", "SMART", "USD", deltaNeutralContract=neutral)
    assert request(version, elaborate(whatIf=True), contract).what_if


def test_a_price_counts_only_where_the_type_has_one() -> None:
    assert request(176, library.MarketOrder("BUY", 1, lmtPrice=5.0, auxPrice=6.0)).ticket == Ticket("BUY", 1)
    assert request(176, library.StopOrder("BUY", 1, 6.0, lmtPrice=0.0)).ticket == Ticket("BUY", 1, "STP", None, 6.0)


@pytest.mark.parametrize(
    ("order", "contract", "code"),
    [
        (library.MarketOrder("HOLD", 1), AAPL, 201),
        (library.MarketOrder("BUY", 1, tif="OPG"), AAPL, 201),
        (library.Order(action="BUY", totalQuantity=1, orderType="TRAIL"), AAPL, 387),
        (library.MarketOrder("BUY", 1), Contract(secType="BAG", symbol="AAPL"), 387),
    ],
)
def test_what_is_not_simulated_is_refused(order: Any, contract: Any, code: int) -> None:
    ticket = request(176, order, contract).ticket
    assert isinstance(ticket, tuple) and ticket[0] == code


def test_an_order_that_ends_too_early_is_malformed() -> None:
    fields = Fields(b"\0".join(written(176, library.MarketOrder("BUY", 1)).split(b"\0")[:40]) + b"\0")
    fields.skip()
    with pytest.raises(Malformed):
        read_order(fields, 176)
