"""The simulated Trader Workstation as a process: what it prints, how it ends."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e import processes
from tests.ibkr_client import Client, Stock
from tests.managed import eventually
from tests.patience import PATIENCE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_client_trades_with_it_until_a_signal_ends_it(number: int, tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nat = 1\nevery = 1\nkind = "data-farm"\nseconds = 0.5\n')
    command = (sys.executable, "-m", "tradestream_nb", "tws-sim", "--port", "0", "--script", str(script))
    process, client = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE), Client()
    assert process.stdout and process.stderr
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
            await client.start(int(line.rpartition(":")[2]))
            contract = Stock("AAPL", "SMART", "USD")
            await client.ib.qualifyContractsAsync(contract)
            ticker = client.ib.reqMktData(contract)
            await eventually(lambda: ticker.bid > 0 and 2103 in client.codes() and client.codes()[-1] == 2104)
        process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
        client.ib.disconnect()
    assert line.startswith("tws  127.0.0.1:")
    assert out.decode() == "account  DU1234567\nstop with Ctrl-C\n"
    assert process.returncode == 0 and "Traceback" not in err.decode() and "DataFarm(" in err.decode()


async def test_a_port_in_use_is_told_in_one_line() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        ended = await processes.run("tws-sim", "--port", str(port))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"Error: cannot listen on 127.0.0.1:{port}: ") and ended.err.count("\n") == 1
