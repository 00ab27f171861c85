"""Contracts by name, as a broker that is asked about them tells."""

from __future__ import annotations

from collections.abc import Awaitable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tradestream_nb.clock import now
from tradestream_nb.sources.ibkr.hours import Hours
from tradestream_nb.sources.ibkr.instruments import Instrument, Instruments
from tradestream_nb.sources.ibkr.symbols import ContractName
from tradestream_nb.sources.ibkr.troubles import Troubles

AAPL, SAME = ContractName("AAPL"), ContractName("AAPL", exchange="NASDAQ")


class Broker:
    """A connection to a broker that knows contracts by symbol; None stands for one that it does not answer about."""

    def __init__(self, **numbers: list[int] | None) -> None:
        self.numbers = numbers
        self.ib = self

    async def reqContractDetailsAsync(self, contract: Any) -> list[Any]:
        numbers = self.numbers.get(contract.symbol, [])
        if numbers is None:
            raise TimeoutError
        return [self._details(contract.symbol, number) for number in numbers]

    async def ask(self, asked: Awaitable[Any]) -> Any:
        return await asked

    def _details(self, symbol: str, number: int) -> Any:
        contract = SimpleNamespace(conId=number, symbol=symbol, localSymbol=symbol, secType="STK", currency="USD")
        return SimpleNamespace(contract=contract, liquidHours="", tradingHours="", timeZoneId="")


def asking(broker: Broker) -> tuple[Instruments, Troubles]:
    troubles = Troubles()
    return Instruments(cast(Any, broker), troubles), troubles


def told(troubles: Troubles) -> list[str]:
    return [notice.text for notice in troubles.current(now())]


async def test_a_contract_is_known_by_its_name_its_symbol_and_the_brokers_number() -> None:
    instruments, troubles = asking(Broker(AAPL=[1]))
    await instruments.learn(AAPL)
    assert instruments.symbol(AAPL) == "AAPL" and instruments.named("AAPL") is instruments[AAPL]
    assert instruments.name_of(instruments[AAPL].contract) == AAPL
    assert told(troubles) == [] and not instruments.unanswered


@pytest.mark.parametrize(("numbers", "problem"), [([], "no contract AAPL; write"), ([1, 2], "more than one contract")])
async def test_what_is_not_one_contract_is_a_trouble(numbers: list[int], problem: str) -> None:
    instruments, troubles = asking(Broker(AAPL=numbers))
    await instruments.learn(AAPL)
    assert not instruments and problem in told(troubles)[0]


async def test_another_name_of_the_same_contract_is_refused() -> None:
    instruments, troubles = asking(Broker(AAPL=[1]))
    await instruments.learn(AAPL)
    await instruments.learn(SAME)
    assert list(instruments) == [AAPL]
    assert told(troubles) == [f"{SAME} is the same contract as AAPL, which is subscribed already."]


async def test_what_is_not_answered_is_remembered_until_it_is() -> None:
    broker = Broker(AAPL=None)
    instruments, troubles = asking(broker)
    await instruments.learn(AAPL)
    assert instruments.unanswered == {AAPL} and "has not said yet" in told(troubles)[0]
    broker.numbers["AAPL"] = [1]
    await instruments.learn(AAPL)
    assert not instruments.unanswered and told(troubles) == [] and list(instruments) == [AAPL]


def test_what_is_not_known_is_taken_to_be_open_and_called_what_it_was_asked_for_as() -> None:
    instruments, _ = asking(Broker())
    assert instruments.is_open(AAPL, 5) and instruments.opened(AAPL, 5) == 0 and instruments.symbol(AAPL) == "AAPL"
    instruments[AAPL] = Instrument(None, "AAPL", Hours(((10, 20),), 20), 0)
    assert not instruments.is_open(AAPL, 5) and instruments.is_open(AAPL, 15) and instruments.opened(AAPL, 15) == 10
