"""The broker's library alone: every tick is read and nothing is done with it; run as a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from typing import Any

from ib_insync import IB, Stock

from tests.benchmarks.ticks.work import LAST, NAMES, SYMBOLS


async def main(port: int) -> None:
    """Subscribe, and print a line whenever a feed has ended."""
    ib, ended = IB(), set()  # type: ignore[no-untyped-call]

    def on_tickers(tickers: Iterable[Any]) -> None:
        for ticker in tickers:
            if ticker.last >= LAST:
                ended.add((ticker.contract.symbol, ticker.last))
        if len(ended) == SYMBOLS:
            ended.clear()
            print("ended", flush=True)

    ib.pendingTickersEvent += on_tickers
    await ib.connectAsync("127.0.0.1", port, clientId=1)
    for contract in await ib.qualifyContractsAsync(*(Stock(name, "SMART", "USD") for name in NAMES)):
        ib.reqMktData(contract)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
