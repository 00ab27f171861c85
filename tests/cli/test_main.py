"""The command as a whole: its help, its names, its one-line errors."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.cli.commands import invoke, options
from tradestream_nb.cli import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option_and_its_variable(name: str) -> None:
    text = re.sub(r"\s+", " ", invoke(name, "--help").stdout)
    prefix = "TWS_" if name == "tws-sim" else ""
    for option in options(name):
        assert option.help
        assert option.opts[0] in text
        assert f"TRADESTREAM_{prefix}{option.opts[0][2:].upper().replace('-', '_')}" in text


def test_help_names_every_command() -> None:
    assert all(f"  {name} " in invoke("--help").stdout for name in COMMANDS)
    assert invoke("-h").stdout == invoke("--help").stdout


def test_commands_are_in_order() -> None:
    assert sorted(COMMANDS) == list(COMMANDS)


def test_help_puts_options_under_headings() -> None:
    headings = re.findall(r"^(\w+):$", invoke("serve", "--help").stdout, re.MULTILINE)
    assert headings == ["Streams", "Server", "Security", "Other"]


def test_a_command_is_imported_when_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tradestream_nb.cli.serve", raising=False)
    assert invoke("token").exit_code == 0
    assert "tradestream_nb.cli.serve" not in sys.modules


def test_a_command_that_there_is_not_is_a_mistake() -> None:
    result = invoke("sevre")
    assert (result.exit_code, "No such command 'sevre'" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", ""),
        ("new", ""),
        ("serve", "--handlers", ""),
        ("serve", "--tokens", ""),
        ("serve", "--certfile", ""),
        ("serve", "--keyfile", ""),
        ("serve", "--insecure", "--host", ""),
        ("tws-sim", "--script", ""),
        ("tws-sim", "--host", " "),
    ],
)
def test_an_empty_name_is_neither_this_folder_nor_every_address(folder: Path, arguments: tuple[str, ...]) -> None:
    result = invoke(*arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1].endswith("the name is empty")) == (2, True)
    assert not list(folder.iterdir())
