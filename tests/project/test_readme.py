"""The README names every command, option and target there is, and the code it shows runs."""

from __future__ import annotations

import ast
import inspect
import re
from types import CodeType, FunctionType
from typing import Any

import click
import pytest

from tests.cli.commands import all_options
from tests.project.tree import ROOT
from tradestream_nb.cli import COMMANDS
from tradestream_nb.cli.settings import LIMITS
from tradestream_nb.loading import load_handlers
from tradestream_nb.server.limits import Limits
from tradestream_nb.sources.url import SOURCES
from tradestream_nb.strategies import STRATEGIES

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
TARGETS = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_names_every_command(command: str) -> None:
    assert f"`tradestream {command}" in README


@pytest.mark.parametrize("option", all_options(), ids=lambda option: str(option.name))
def test_it_names_every_option_with_its_variable(option: click.Option) -> None:
    row = rf"^\| `{option.opts[0]}[ `].*`{option.envvar}`"
    assert re.search(row, README, re.MULTILINE)


@pytest.mark.parametrize("limit", LIMITS)
def test_it_names_every_limit_with_what_it_is_by_default(limit: str) -> None:
    usual = f"{getattr(Limits(), limit)}".removesuffix(".0")
    assert re.search(rf"^\| `{limit}` .*\| `{usual}` \|$", README, re.MULTILINE)


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
    names: dict[str, Any] = {}
    exec(block_with("@handler"), names)
    raised = eval('signals(Signal("AAPL", "BUY", 190.5, confidence=0.9))', names)
    held = eval('signals(Signal("AAPL", "HOLD", 190.5, confidence=0.9))', names)
    assert [message.symbol for message in raised] == ["AAPL"] and held == []


async def test_the_replay_it_shows_runs_in_a_cell() -> None:
    names = await run_as_cell(block_with("run("))
    assert len(names["replay"].df) > 12_000


async def test_the_session_it_shows_runs_in_a_cell() -> None:
    names = await run_as_cell(block_with("Session("))
    assert "stopped" in repr(names["session"])


def test_every_file_it_points_at_exists() -> None:
    pointed = re.findall(r"`((?:notebooks|tradestream_nb|handlers)/[\w./]*|environment\.yml)`|\]\(([\w/.]+)\)", README)
    assert pointed
    assert not [path for found in pointed for path in found if path and not (ROOT / path).exists()]


def block_with(text: str) -> str:
    """Return the first block of Python in which `text` stands."""
    return next(block for block in BLOCKS if text in block)


async def run_as_cell(code: str) -> dict[str, Any]:
    """Run code as a notebook does, `await` at the top level included, and return the names it leaves."""
    names: dict[str, Any] = {}
    compiled: CodeType = compile(code, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = FunctionType(compiled, names)()
    if inspect.isawaitable(result):
        await result
    return names
