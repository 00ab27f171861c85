"""The long positional records of orders: the names of their fields in order, and what each is unless it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tradestream_nb.sim.tws.fields import UNSET, Field

CONTRACT = (
    "conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol "
    "tradingClass"
)
_TERMS = "action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef"
_GROUP = "faGroup faMethod faPercentage faProfile modelCode"
_PRICING = "startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize"
_SCALE = "orderLegs smartComboParams scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement hedgeType"
_COMPETITION = "minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf"

OPEN_ORDER = f"""
    orderId {CONTRACT} {_TERMS} clientId permId outsideRth hidden discretionaryAmt goodAfterTime sharesAllocation
    {_GROUP} goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode
    auctionStrategy {_PRICING} blockOrder sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly nbboPriceCap
    parentId triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice
    deltaNeutralConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent
    deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation
    continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType
    comboLegsDescrip comboLegs {_SCALE} optOutSmartRouting clearingAccount clearingIntent notHeld
    deltaNeutralContract algoStrategy solicited whatIf
    status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange
    equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter commission minCommission maxCommission
    commissionCurrency warningText
    randomizeSize randomizePrice conditions adjustedOrderType triggerPrice adjustedTrailStopPrice lmtPriceOffset
    adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount adjustableTrailingUnit
    softDollarTierName softDollarTierValue softDollarTierDisplayName cashQty dontUseAutoPriceForHedge
    isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo duration postToAts autoCancelParent {_COMPETITION}
""".split()

COMPLETED_ORDER = f"""
    {CONTRACT} {_TERMS} permId outsideRth hidden discretionaryAmt goodAfterTime
    {_GROUP} goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode
    {_PRICING} sweepToFill allOrNone minQty ocaType triggerMethod volatility volatilityType
    deltaNeutralOrderType deltaNeutralAuxPrice
    deltaNeutralConId deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation
    continuousUpdate referencePriceType trailStopPrice trailingPercent
    comboLegsDescrip comboLegs {_SCALE} clearingAccount clearingIntent notHeld
    deltaNeutralContract algoStrategy solicited status
    randomizeSize randomizePrice conditions adjustedTrailStopPrice lmtPriceOffset cashQty dontUseAutoPriceForHedge
    isOmsContainer autoCancelDate filledQuantity refFuturesConId cancelsWithParent shareholder imbalanceOnly
    routeMarketableToBbo parentPermId completedTime completedStatus {_COMPETITION}
""".split()

FIRST_WITH = {"duration": 159, "postToAts": 160, "autoCancelParent": 162, **dict.fromkeys(_COMPETITION.split(), 170)}
"""The first version that has a field."""
FIRST_WITHOUT = {"faProfile": 177}
"""The first version that has it no more."""

_ZEROS = """
    origin outsideRth hidden discretionaryAmt shortSaleSlot auctionStrategy displaySize blockOrder sweepToFill
    allOrNone eTradeOnly firmQuoteOnly parentId triggerMethod volatilityType deltaNeutralConId deltaNeutralShortSale
    deltaNeutralShortSaleSlot continuousUpdate referencePriceType comboLegs orderLegs smartComboParams
    optOutSmartRouting notHeld deltaNeutralContract solicited whatIf randomizeSize randomizePrice conditions
    adjustableTrailingUnit cashQty isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo autoCancelParent
    refFuturesConId cancelsWithParent imbalanceOnly routeMarketableToBbo parentPermId
""".split()
_UNSET = """
    initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange equityWithLoanChange
    initMarginAfter maintMarginAfter equityWithLoanAfter triggerPrice adjustedTrailStopPrice lmtPriceOffset
    adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount
""".split()
# TWS calls the delta-neutral order that is not there "None", and then describes it all the same.
_DEFAULTS: Mapping[str, Field] = {
    **dict.fromkeys(_ZEROS, 0),
    **dict.fromkeys(_UNSET, UNSET),
    "exemptCode": -1,
    "ocaType": 3,
    "deltaNeutralOrderType": "None",
    "deltaNeutralOpenClose": "?",
    "clearingIntent": "IB",
    "adjustedOrderType": "None",
    "dontUseAutoPriceForHedge": True,
}


def laid_out(names: Iterable[str], version: int, known: Mapping[str, Field]) -> list[Field]:
    """The fields of a record in the order that a version has them; an unknown name in `known` is a KeyError."""
    fields = {name: _DEFAULTS.get(name) for name in names}
    for name, value in known.items():
        if name not in fields:
            raise KeyError(name)
        fields[name] = value
    return [
        value
        for name, value in fields.items()
        if FIRST_WITH.get(name, 0) <= version < FIRST_WITHOUT.get(name, version + 1)
    ]
