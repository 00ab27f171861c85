"""An account's figures under the tags that Interactive Brokers gives them."""

from __future__ import annotations

import msgspec

from tradestream_nb.sim.books import CURRENCY, Books


class AccountValue(msgspec.Struct, frozen=True):
    """One figure; `currency` is blank where it is not money."""

    tag: str
    value: str
    currency: str = ""


def account_values(books: Books) -> list[AccountValue]:
    """Every figure that account updates carry: facts, then totals, then the ledger per currency."""
    return [*_facts(books), *_money(_totals(books)), *_ledger(books, "BASE"), *_ledger(books, CURRENCY)]


def summary_values(books: Books, tags: str) -> list[AccountValue]:
    """The figures that an account summary asks for by name, comma-separated; `All` and `$LEDGER` groups too."""
    wanted = {tag.strip() for tag in tags.split(",")}
    found = [value for value in (*_facts(books), *_money(_totals(books))) if "All" in wanted or value.tag in wanted]
    for group, currency in (("$LEDGER", "BASE"), (f"$LEDGER:{CURRENCY}", CURRENCY), ("$LEDGER:ALL", "BASE")):
        found += _ledger(books, currency) if group in wanted else []
    return found + (_ledger(books, CURRENCY) if "$LEDGER:ALL" in wanted else [])


def _facts(books: Books) -> list[AccountValue]:
    equity, gross = books.equity, _gross(books)
    cushion = (equity - books.margins()[1]) / equity if equity > 0 else 0.0
    return [
        AccountValue("AccountCode", books.account),
        AccountValue("AccountOrGroup", books.account, CURRENCY),
        AccountValue("AccountReady", "true"),
        AccountValue("AccountType", "INDIVIDUAL"),
        AccountValue("Cushion", f"{max(cushion, 0.0):.6f}"),
        AccountValue("DayTradesRemaining", "-1"),
        AccountValue("Leverage", f"{gross / equity if equity > 0 else 0.0:.2f}"),
    ]


def _totals(books: Books) -> dict[str, float]:
    equity, (initial, maintenance) = books.equity, books.margins()
    return {
        "NetLiquidation": equity,
        "TotalCashValue": books.cash,
        "SettledCash": books.cash,
        "AccruedCash": 0.0,
        "EquityWithLoanValue": equity,
        "PreviousDayEquityWithLoanValue": equity - books.pnl.daily,
        "GrossPositionValue": _gross(books),
        "InitMarginReq": initial,
        "MaintMarginReq": maintenance,
        "FullInitMarginReq": initial,
        "FullMaintMarginReq": maintenance,
        "AvailableFunds": equity - initial,
        "FullAvailableFunds": equity - initial,
        "ExcessLiquidity": equity - maintenance,
        "FullExcessLiquidity": equity - maintenance,
        "BuyingPower": max(equity - initial, 0.0) * 4,
    }


def _ledger(books: Books, currency: str) -> list[AccountValue]:
    pnl = books.pnl
    figures = {
        "CashBalance": books.cash,
        "TotalCashBalance": books.cash,
        "NetLiquidationByCurrency": books.equity,
        "StockMarketValue": books.worth("STK"),
        "FutureOptionValue": 0.0,
        "FuturesPNL": 0.0,
        "RealizedPnL": pnl.realized,
        "UnrealizedPnL": pnl.unrealized,
        "ExchangeRate": 1.0,
    }
    return [AccountValue("Currency", currency, currency), *_money(figures, currency)]


def _money(figures: dict[str, float], currency: str = CURRENCY) -> list[AccountValue]:
    return [AccountValue(tag, f"{figure:.2f}", currency) for tag, figure in figures.items()]


def _gross(books: Books) -> float:
    return sum(abs(books.value(con_id)) for con_id in books.positions)
