"""The contracts there are."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sim.tws.serving import START
from tradestream_nb.sim.symbols import LIMIT, choose_symbols
from tradestream_nb.sim.tws.catalogue import Catalogue, third_friday
from tradestream_nb.sim.tws.fields import WireContract

CATALOGUE = Catalogue(["AAPL", "IBM"], start=START)


def found(**wanted: object) -> list[str]:
    return [each.local_symbol for each in CATALOGUE.find(WireContract(**wanted))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"symbol": "AAPL"}, ["AAPL"]),
        ({"symbol": "EUR", "sec_type": "CASH"}, ["EUR.USD", "EUR.GBP", "EUR.JPY"]),
        ({"symbol": "EUR", "sec_type": "CASH", "currency": "USD"}, ["EUR.USD"]),
        ({"symbol": "ES", "last_trade_date": "2026"}, ["ESH6", "ESM6", "ESU6", "ESZ6"]),
        ({"symbol": "ES", "last_trade_date": "20260619"}, ["ESM6"]),
        ({"symbol": "ES", "multiplier": "5"}, []),
        ({"symbol": "IBM", "primary_exchange": "NASDAQ"}, []),
        ({"symbol": "IBM", "sec_type": "FUT"}, []),
        ({}, []),
    ],
)
def test_what_fits_is_found(wanted: dict[str, object], names: list[str]) -> None:
    assert found(**wanted) == names


def test_an_id_names_its_contract_whatever_else_is_said() -> None:
    for listing in CATALOGUE:
        assert CATALOGUE.find(WireContract(con_id=listing.con_id, symbol="other")) == [listing]


def test_no_two_contracts_of_the_largest_market_share_an_id() -> None:
    symbols = choose_symbols(LIMIT)
    assert len(list(Catalogue(symbols, start=START))) == len(symbols) + 9 + 7 * 4


def test_ids_depend_on_no_other_contract_and_no_time() -> None:
    later = Catalogue(["IBM", "AAPL", "KO"], start=START + 10**13)
    assert later.find(WireContract(symbol="AAPL")) == CATALOGUE.find(WireContract(symbol="AAPL"))


def test_futures_end_on_the_third_friday() -> None:
    assert [third_friday(2026, month) for month in (3, 5, 12)] == [
        date(2026, 3, 20), date(2026, 5, 15), date(2026, 12, 18),
    ]  # fmt: skip
