"""Loops inside loops, only where no cell can vanish."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import uvloop

from tradestream_nb.errors import UserError
from tradestream_nb.nested import allow_nested_loops, kernel_version


def unpatchable(name: str) -> Any:
    """A module that refuses as the real one does."""

    def apply() -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, asyncio.BaseEventLoop):
            raise ValueError(f"Can't patch loop of type {type(loop)}")

    return SimpleNamespace(apply=apply)


class Loader:
    """Remembers which module was patched in."""

    def __init__(self) -> None:
        self.applied: list[str] = []

    def __call__(self, name: str) -> Any:
        return SimpleNamespace(apply=lambda: self.applied.append(name))


def only(*names: str) -> Any:
    return lambda name: name in names or None


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace(version_info=(7, 4, 0)))


def test_the_successor_is_taken_where_it_is_installed(kernel: None) -> None:
    loader = Loader()
    allow_nested_loops(installed=only("nest_asyncio", "nest_asyncio2"), load=loader)
    assert loader.applied == ["nest_asyncio2"]


def test_the_original_serves_where_no_new_kernel_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    loader = Loader()
    allow_nested_loops(installed=only("nest_asyncio"), load=loader)
    assert (loader.applied, kernel_version()) == (["nest_asyncio"], 0)


def test_the_original_is_refused_on_a_kernel_that_loses_cells_with_it(kernel: None) -> None:
    loader = Loader()
    with pytest.raises(UserError, match="queued cells vanish on ipykernel 7; run: pip install nest_asyncio2"):
        allow_nested_loops(installed=only("nest_asyncio"), load=loader)
    assert not loader.applied


def test_without_either_the_error_says_what_to_install() -> None:
    with pytest.raises(UserError, match="run: pip install nest_asyncio2"):
        allow_nested_loops(installed=only())


def test_a_synchronous_call_runs_inside_the_running_loop() -> None:
    code = "import asyncio, tradestream_nb as t\nasync def main():\n t.allow_nested_loops()\n"
    code += " print(asyncio.get_running_loop().run_until_complete(asyncio.sleep(0, 'nested')))\nasyncio.run(main())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "nested"), done.stderr


def test_a_loop_that_cannot_be_nested_is_told_in_a_sentence() -> None:
    async def main() -> None:
        with pytest.raises(UserError, match="cannot be nested .*use await instead"):
            allow_nested_loops(installed=only("nest_asyncio2"), load=unpatchable)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
