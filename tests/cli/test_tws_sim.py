"""`tradestream tws-sim`: its options and its errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import invoke, options
from tradestream_nb import logs
from tradestream_nb.cli import tws_sim
from tradestream_nb.sim.tws.faults import Drop
from tradestream_nb.sim.tws.server import TwsServer


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the simulator would be started with."""
    found: dict[str, Any] = {}

    async def serve(server: TwsServer, faults: list[Any]) -> None:
        found.update(host=server.host, port=server.port, options=server.world.options, faults=faults)

    monkeypatch.setattr(tws_sim, "_serve", serve)
    monkeypatch.setattr(logs, "set_up", lambda style: None)
    return found


OPTIONS = {
    "--host": "0.0.0.0",
    "--port": "4002",
    "--seed": "11",
    "--symbols": "AAPL,MSFT",
    "--rate": "50",
    "--account": "DU7",
    "--delayed": "1",
    "--script": "faults.toml",
}


@pytest.mark.parametrize("flag", [option.opts[0] for option in options("tws-sim")])
def test_every_option_can_be_given_by_environment(folder: Path, seen: dict[str, Any], flag: str) -> None:
    (folder / "faults.toml").write_text('[[fault]]\nkind = "drop"\n')
    assert invoke("tws-sim").exit_code == 0
    usual = dict(seen)
    assert invoke("tws-sim", flag, *([] if flag == "--delayed" else [OPTIONS[flag]])).exit_code == 0
    given = dict(seen)
    assert given != usual
    invoke("tws-sim", env={"TRADESTREAM_TWS_" + flag[2:].upper(): OPTIONS[flag]})
    assert seen == given


def test_a_script_is_read(folder: Path, seen: dict[str, Any]) -> None:
    (folder / "faults.toml").write_text('[[fault]]\nat = 3\nkind = "drop"\n')
    invoke("tws-sim", "--script", "faults.toml")
    assert seen["faults"] == [Drop(at=3)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--script", "gone.toml"], "gone.toml: No such file"),
        (["--script", "bad.toml"], "bad.toml, row 1, key 'kind': 'explode' is no kind of fault; it is one of "),
        (["--symbols", "A,A"], "symbols names 'A' 2 times"),
        (["--rate", "nan"], "--rate nan is no number of quotes"),
        (["--account", "DU1,DU2"], "--account takes one name; repeat it for more accounts"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_exit_code_2(folder: Path, arguments: list[str], message: str) -> None:
    (folder / "bad.toml").write_text('[[fault]]\nkind = "explode"\n')
    result = invoke("tws-sim", *arguments)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {message}")
    assert (result.exit_code, result.stdout) == (2, "")
