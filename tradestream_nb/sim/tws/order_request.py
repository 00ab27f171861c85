"""A client's order as it stands on the wire, read up to the last field that matters here."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tradestream_nb.events import Side
from tradestream_nb.sim.orders import OrderType, Ticket, TimeInForce
from tradestream_nb.sim.refusals import Refusal
from tradestream_nb.sim.tws.fields import Fields, WireContract
from tradestream_nb.sim.tws.order_layout import FIRST_WITHOUT

_SIDES: Mapping[str, Side] = {"BUY": "BUY", "SELL": "SELL", "SSHORT": "SELL"}
_KINDS: Mapping[str, OrderType] = {"MKT": "MKT", "LMT": "LMT", "STP": "STP", "STP LMT": "STP LMT", "STPLMT": "STP LMT"}
_TIMES: Mapping[str, TimeInForce] = {"": "DAY", "DAY": "DAY", "GTC": "GTC", "IOC": "IOC", "FOK": "FOK"}

_GENERAL = """
    sharesAllocation discretionaryAmt goodAfterTime goodTillDate faGroup faMethod faPercentage faProfile modelCode
    shortSaleSlot designatedLocation exemptCode ocaType rule80A settlingFirm allOrNone minQty percentOffset
    eTradeOnly firmQuoteOnly nbboPriceCap auctionStrategy startingPrice stockRefPrice delta stockRangeLower
    stockRangeUpper overridePercentageConstraints volatility volatilityType
"""
_DELTA_NEUTRAL = """
    conId settlingFirm clearingAccount clearingIntent openClose shortSale shortSaleSlot designatedLocation
"""
_SCALE = """
    priceAdjustValue priceAdjustInterval profitOffset autoReset initPosition initFillQty randomPercent
"""


class OrderRequest(msgspec.Struct, frozen=True):
    """What a client wants done; `ticket` is a Refusal where the simulator has no such kind of order."""

    order_id: int
    contract: WireContract
    ticket: Ticket | Refusal
    what_if: bool = False


def read_order(fields: Fields, version: int) -> OrderRequest:
    """Read a request to place, change or preview an order, behind the request's own number."""
    order_id, contract = fields.integer(), fields.contract()
    fields.skip(2)
    ticket = _ticket(fields)
    if contract.sec_type == "BAG":
        return OrderRequest(order_id, contract, (387, "Unsupported order type: combinations are not simulated."))
    fields.skip()
    return OrderRequest(order_id, contract, ticket, _what_if(fields, version))


def _ticket(fields: Fields) -> Ticket | Refusal:
    side, quantity, kind = fields.text(), fields.number(), fields.text()
    limit, stop = fields.optional_number(), fields.optional_number()
    tif, oca_group, account = fields.text(), fields.text(), fields.text()
    fields.skip(2)
    ref, transmit, parent_id = fields.text(), fields.flag(), fields.integer()
    fields.skip(4)
    outside_rth = fields.flag()
    if side not in _SIDES:
        return 201, f"Order rejected - reason:The side of an order cannot be '{side}'."
    if kind not in _KINDS:
        return 387, f"Unsupported order type for this exchange and security type: {kind}."
    if tif not in _TIMES:
        return 201, f"Order rejected - reason:The time in force '{tif}' is not supported."
    return Ticket(
        _SIDES[side], quantity, _KINDS[kind],
        limit if "LMT" in kind else None, stop if "STP" in kind else None,
        _TIMES[tif], account, ref, outside_rth, transmit, parent_id, oca_group,
    )  # fmt: skip


def _what_if(fields: Fields, version: int) -> bool:
    """Read over what orders have behind `hidden`, of which some is only there when something else is."""
    _skip(fields, version, _GENERAL)
    is_delta_neutral = fields.text()
    _skip(fields, version, "deltaNeutralAuxPrice")
    if is_delta_neutral:
        _skip(fields, version, _DELTA_NEUTRAL)
    _skip(fields, version, "continuousUpdate referencePriceType trailStopPrice trailingPercent")
    _skip(fields, version, "scaleInitLevelSize scaleSubsLevelSize")
    if (fields.optional_number() or 0) > 0:  # its price is scaled
        _skip(fields, version, _SCALE)
    _skip(fields, version, "scaleTable activeStartTime activeStopTime")
    if fields.text():  # it is a hedge
        _skip(fields, version, "hedgeParam")
    _skip(fields, version, "optOutSmartRouting clearingAccount clearingIntent notHeld")
    if fields.flag():  # the contract is delta-neutral
        _skip(fields, version, "conId delta price")
    if fields.text():  # an algorithm works it
        fields.skip(2 * fields.integer())
    _skip(fields, version, "algoId")
    return fields.flag()


def _skip(fields: Fields, version: int, names: str) -> None:
    fields.skip(sum(version < FIRST_WITHOUT.get(name, version + 1) for name in names.split()))
