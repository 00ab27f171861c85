"""What `ibkr://HOST:PORT?…` understands."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tradestream_nb.errors import SourceError
from tradestream_nb.events import PriceFeed
from tradestream_nb.sources.ibkr.symbols import WRITTEN, ContractName, parse_symbols

PORT = 7497
"""Where TWS listens for a paper account; 7496 is a live one, IB Gateway has 4002 and 4001."""
DATA_TYPES: dict[PriceFeed, int] = {"live": 1, "frozen": 2, "delayed": 3, "delayed_frozen": 4}
"""The broker's own numbers for what kind of prices to send."""

YesNo = bool | Literal["yes", "no"]
LIST = f"contracts separated by commas, each written like {WRITTEN}"
SWITCH = "yes or no"


class IbkrOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `ibkr://…` understands."""

    client_id: Annotated[
        int, Meta(ge=0, le=2**31 - 1, description="a whole number from 0 that no other program uses")
    ] = 7
    account: Annotated[str, Meta(description="an account's name such as DU1234567, or empty for all of the user's")] = (
        ""
    )
    symbols: Annotated[list[str] | str, Meta(description=LIST)] = ""
    ticks: Annotated[list[str] | str, Meta(description=f"those with every single trade, at most 3: {LIST}")] = ""
    bars: Annotated[YesNo, Meta(description=f"{SWITCH}; yes for the broker's own bars of 5 s beside the quotes")] = (
        False
    )
    data: Annotated[PriceFeed, Meta(description=f"one of {', '.join(DATA_TYPES)}")] = "live"
    readonly: Annotated[YesNo, Meta(description=f"{SWITCH}; no lets orders through")] = True
    poll: Annotated[
        float, Meta(ge=0, le=86400, description="the seconds between questions about the portfolio, 0 to be told of it")
    ] = 0.0
    fills_every: Annotated[
        float, Meta(ge=1, le=86400, description="the seconds between questions about missed executions, from 1")
    ] = 30.0
    timeout: Annotated[float, Meta(gt=0, le=600, description="the seconds to wait for an answer, above 0")] = 10.0

    def __post_init__(self) -> None:
        """Check what a type cannot say."""
        self.wanted()
        self.tick_by_tick()

    def wanted(self) -> tuple[ContractName, ...]:
        """The contracts to quote; raises SourceError for one that is not written as it should be."""
        return parse_symbols(_listed(self.symbols))

    def tick_by_tick(self) -> tuple[ContractName, ...]:
        """The contracts to have every trade of."""
        return parse_symbols(_listed(self.ticks))

    @property
    def is_readonly(self) -> bool:
        """Whether no order may be sent."""
        return self.readonly in (True, "yes")

    @property
    def wants_bars(self) -> bool:
        """Whether the broker's own bars are wanted."""
        return self.bars in (True, "yes")


def parse_address(path: str) -> tuple[str, int]:
    """Host and port of `//HOST:PORT`; what is missing is this machine and the port of a paper account.

    Raises SourceError for anything else.
    """
    host, colon, port = path.removeprefix("//").rpartition(":")
    if not colon:
        host, port = port, str(PORT)
    if not port.isdecimal() or not 0 < int(port) < 65536 or "/" in host or (path and not path.startswith("//")):
        raise SourceError(f"ibkr: {path!r} is no address; write ibkr://127.0.0.1:{PORT}")
    return host or "127.0.0.1", int(port)


def _listed(symbols: list[str] | str) -> list[str]:
    return symbols.split(",") if isinstance(symbols, str) else symbols
