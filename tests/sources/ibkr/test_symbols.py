"""How contracts are written and called."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tradestream_nb.errors import SourceError
from tradestream_nb.sources.ibkr.symbols import ContractName, parse_symbol, parse_symbols, symbol_of


@pytest.mark.parametrize(
    ("text", "contract", "called"),
    [
        ("AAPL", ContractName("AAPL"), "AAPL"),
        ("BRK B", ContractName("BRK B"), "BRK B"),
        ("AAPL-STK-NASDAQ", ContractName("AAPL", "STK", "NASDAQ"), "AAPL"),
        ("SAP-STK-IBIS-EUR", ContractName("SAP", "STK", "IBIS", "EUR"), "SAP.EUR"),
        ("EUR.USD", ContractName("EUR", "CASH", "IDEALPRO", "USD"), "EUR.USD"),
        ("EUR.USD-CASH-IDEALPRO", ContractName("EUR", "CASH", "IDEALPRO", "USD"), "EUR.USD"),
        ("ES-202612-CME", ContractName("ES", "FUT", "CME", "USD", "202612"), "ES-202612"),
        ("DAX-20261218-EUREX-EUR", ContractName("DAX", "FUT", "EUREX", "EUR", "20261218"), "DAX-20261218"),
    ],
)
def test_a_contract_is_read_as_it_is_written(text: str, contract: ContractName, called: str) -> None:
    assert parse_symbol(text) == contract
    assert str(contract) == called


@pytest.mark.parametrize("text", ["", "-STK", "AAPL--SMART", "ES-202612", "AAPL-1", "A-STK-SMART-USD-X"])
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(SourceError, match="write .*(AAPL|EXCHANGE)"):
        parse_symbol(text)


def test_a_symbol_that_is_named_twice_is_one() -> None:
    assert parse_symbols(["AAPL", " AAPL", "", "AAPL-STK"]) == (ContractName("AAPL"),)


@pytest.mark.parametrize(
    ("symbol", "kind", "currency", "local", "called"),
    [
        ("AAPL", "STK", "USD", "AAPL", "AAPL"),
        ("SAP", "STK", "EUR", "SAP", "SAP.EUR"),
        ("EUR", "CASH", "USD", "EUR.USD", "EUR.USD"),
        ("ES", "FUT", "USD", "ESZ6", "ESZ6"),
        ("SPX", "IND", "USD", "", "SPX"),
    ],
)
def test_what_the_broker_reports_is_called_so_that_no_two_are_mixed_up(
    symbol: str, kind: str, currency: str, local: str, called: str
) -> None:
    contract = SimpleNamespace(symbol=symbol, secType=kind, currency=currency, localSymbol=local)
    assert symbol_of(contract) == called
