"""The README names every command, option and target there is, and the handler it shows runs."""

from __future__ import annotations

import re

import click
import pytest

from tests.project.tree import ROOT
from tradestream_nb.cli import main
from tradestream_nb.loading import load_handlers
from tradestream_nb.sources.url import SOURCES
from tradestream_nb.strategies import STRATEGIES

README = (ROOT / "README.md").read_text(encoding="utf-8")
OPTIONS = [
    option for command in main.commands.values() for option in command.params if isinstance(option, click.Option)
]
TARGETS = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_it_names_every_command(command: str) -> None:
    assert f"`tradestream {command}" in README


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
def test_it_names_every_option_with_its_variable(option: click.Option) -> None:
    row = rf"^\| `{option.opts[0]}[ `].*`{option.envvar}`"
    assert re.search(row, README, re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS)
def test_it_names_every_target(target: str) -> None:
    assert f"make {target}" in README


@pytest.mark.parametrize("name", [*load_handlers(ROOT / "handlers"), *STRATEGIES])
def test_it_names_every_handler_and_strategy(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_it_names_every_source(source: str) -> None:
    assert re.search(rf"^\| `{source}[?:]", README, re.MULTILINE)


def test_the_handler_it_shows_runs() -> None:
    code = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "@handler" in block)
    names: dict[str, object] = {}
    exec(code, names)
    raised = eval('signals(Signal("AAPL", "BUY", 190.5, confidence=0.9))', names)
    held = eval('signals(Signal("AAPL", "HOLD", 190.5, confidence=0.9))', names)
    assert [message.symbol for message in raised] == ["AAPL"] and held == []


def test_every_file_it_points_at_exists() -> None:
    pointed = re.findall(r"`((?:notebooks|tradestream_nb|handlers)/[\w./]*|environment\.yml)`|\]\(([\w/.]+)\)", README)
    assert pointed
    assert not [path for found in pointed for path in found if path and not (ROOT / path).exists()]
