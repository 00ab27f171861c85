"""How contracts are written in a source's options, and what their symbols are called in events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from tradestream_nb.errors import SourceError

WRITTEN = "AAPL, SAP-STK-IBIS-EUR, EUR.USD or ES-202612-CME"
FOREX = re.compile(r"([A-Z]{3})\.([A-Z]{3})")
EXPIRY = re.compile(r"\d{6}(\d{2})?")


class ContractName(msgspec.Struct, frozen=True):
    """What a user asks for, before the broker has said which contract that is."""

    symbol: str
    sec_type: str = "STK"
    exchange: str = "SMART"
    currency: str = "USD"
    expiry: str = ""

    def __str__(self) -> str:
        return event_symbol(self.symbol, self.sec_type, self.currency, f"{self.symbol}-{self.expiry}")


def parse_symbol(text: str) -> ContractName:
    """The contract that is written as NAME, NAME-TYPE-EXCHANGE-CURRENCY, BASE.QUOTE or NAME-YYYYMM-EXCHANGE.

    Raises SourceError for anything else.
    """
    name, *rest = (part.strip() for part in text.split("-"))
    if not name or len(rest) > 3 or not all(rest):
        raise SourceError(f"ibkr: symbol {text!r} does not fit; write {WRITTEN}")
    if pair := FOREX.fullmatch(name):
        return ContractName(pair[1], "CASH", rest[1] if len(rest) > 1 else "IDEALPRO", pair[2])
    if rest and EXPIRY.fullmatch(rest[0]):
        if len(rest) < 2:
            raise SourceError(f"ibkr: symbol {text!r} has no exchange; write {name}-{rest[0]}-EXCHANGE")
        return ContractName(name, "FUT", rest[1], rest[2] if len(rest) > 2 else "USD", rest[0])
    if rest and not rest[0].isalpha():
        raise SourceError(f"ibkr: symbol {text!r} does not fit; write {WRITTEN}")
    return ContractName(name, *rest)


def parse_symbols(texts: Iterable[str]) -> tuple[ContractName, ...]:
    """The contracts of a list, each once, in its order."""
    return tuple(dict.fromkeys(parse_symbol(text) for text in texts if text.strip()))


def event_symbol(symbol: str, sec_type: str, currency: str, local: str) -> str:
    """What a contract is called in events: `AAPL`, `SAP.EUR` for a stock not in dollars, `EUR.USD`, `ESZ6`."""
    if sec_type == "CASH" or (sec_type == "STK" and currency not in ("", "USD")):
        return f"{symbol}.{currency}"
    return symbol if sec_type == "STK" else local or symbol


def symbol_of(contract: Any) -> str:
    """What one of the broker's contracts is called in events."""
    return event_symbol(contract.symbol, contract.secType, contract.currency, contract.localSymbol)
