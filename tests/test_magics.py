"""The magics in a real IPython shell."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from inspect import getsource
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.managed import eventually
from tradestream_nb import Quote, Session
from tradestream_nb.contract import spec_of
from tradestream_nb.definitions import on_define
from tradestream_nb.errors import UserError
from tradestream_nb.magics import wait_for

DEF = "def mine(quote):\n    return [limit]\n"


class Shell:
    """An IPython of its own with the extension loaded."""

    def __init__(self, folder: Path) -> None:
        make: Any = InteractiveShell
        self.shell: Any = make(config=Config({"HistoryManager": {"enabled": False}}), ipython_dir=str(folder))
        self.names: dict[str, Any] = self.shell.user_ns
        self.names.pop("session", None)
        self.run("%load_ext tradestream_nb")

    def run(self, cell: str) -> Any:
        """What a cell gives; raises what it raises."""
        result = self.shell.run_cell(cell)
        result.raise_error()
        return result.result

    def refused(self, cell: str) -> str:
        """The one line that a mistake is told in."""
        with pytest.raises(UsageError) as caught:
            self.run(cell)
        line = str(caught.value)
        assert line and "\n" not in line
        return line


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    shell = Shell(tmp_path)
    yield shell
    session = shell.names.get("session")
    if isinstance(session, Session):
        wait_for(session.stop())


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "tradestream"]


async def test_a_session_is_started_shown_and_stopped(shell: Shell) -> None:
    session = shell.run("%tradestream start sim symbols=3 rate=50 price_interval=0 auto_trade=true")
    assert session is shell.names["session"]
    assert repr(session) == "<Session sim: running>"
    await eventually(lambda: len(session.df("price_updates")) == 3)
    assert shell.run("%tradestream status") is session
    assert repr(shell.run("%tradestream stop")) == "<Session sim: stopped>"
    assert threads() == []


async def test_the_session_is_an_ordinary_one(shell: Shell) -> None:
    session: Session = shell.run("%tradestream start")
    await session.stop()
    assert threads() == []


def test_the_options_of_a_url_and_those_after_it_add_up(shell: Shell) -> None:
    session: Session = shell.run("%tradestream start replay:sample?speed=max loop=true portfolio_interval=7")
    source: Any = session.manager.source
    assert (source.options.speed, source.options.loop, session.manager.account._mark_every) == ("max", True, 7_000_000)


def test_starting_again_replaces_the_session(shell: Shell) -> None:
    first = shell.run("%tradestream start sim")
    second = shell.run("%tradestream start sim seed=8")
    assert (repr(first), repr(second), len(threads())) == ("<Session sim: stopped>", "<Session sim: running>", 1)


def test_a_start_that_does_not_fit_leaves_the_session_running(shell: Shell) -> None:
    session = shell.run("%tradestream start sim")
    assert "unknown source 'simm'" in shell.refused("%tradestream start simm")
    assert shell.names["session"] is session and repr(session) == "<Session sim: running>"


def test_serving_is_the_sessions_own(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(self: Session, port: int) -> str:
        return f"served {self.manager.source.name} on {port}"

    monkeypatch.setattr(Session, "serve", serve, raising=False)
    shell.run("%tradestream start sim")
    assert shell.run("%tradestream serve") == "served sim on 8765"
    assert shell.run("%tradestream serve 9000") == "served sim on 9000"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "say start [URL] [key=value …], stop, status or serve [PORT]"),
        ("begin", "%tradestream begin: say start"),
        ("stop", "there is no session yet; begin one with %tradestream start"),
        ("status", "there is no session yet"),
        ("serve", "there is no session yet"),
        ("serve web", "%tradestream serve web: the port is a number from 0 to 65535"),
        ("serve 65536", "the port is a number"),
        ("status now", "now: nothing more is needed here"),
        ("serve 8765 now", "now: nothing more is needed here"),
        ("start sim fast", "'fast' is not key=value"),
        ("start sim seed=7 seed=8", "seed is given twice"),
        ("start sim sede=7", "sim: unknown option 'sede'; options: seed, "),
        ("start sim seed=x", "sim: seed=x does not fit; seed is a whole number"),
        ("start auto_trade=maybe", "auto_trade=maybe does not fit; it is a bool"),
        ("start handlers=gone", "gone is not a folder"),
        ("start 'sim", "no closing quotation"),
        ("start replay:gone.csv", "gone.csv: there is no such file"),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(shell: Shell, line: str, told: str) -> None:
    assert told in shell.refused(f"%tradestream {line}")
    assert "session" not in shell.names and threads() == []


def test_a_name_that_means_something_else_is_not_taken(shell: Shell) -> None:
    shell.names["session"] = "my own"
    assert shell.refused("%tradestream start").startswith("'session' is a str here; rename it")
    assert shell.names["session"] == "my own"


def test_a_cell_becomes_the_handler_that_its_decorator_would_make(shell: Shell) -> None:
    shell.run("from tradestream_nb import Quote, Timer, handler\nlimit = 5")
    magic = shell.run(f"%%handler on=Quote|Timer key=symbol topic=mine every=3\n{DEF}")
    shell.run(f'@handler(on=Quote | Timer, key="symbol", topic="mine", every=3)\n{DEF}')
    plain = shell.names["mine"]
    for field in ("name", "on", "key", "topic", "every", "stateful", "parameters", "line"):
        assert getattr(spec_of(magic), field) == getattr(spec_of(plain), field)
    assert "def mine(quote):\n    return [limit]" in getsource(magic)


def test_the_function_is_bound_and_sees_what_the_notebook_changes(shell: Shell) -> None:
    shell.run("from tradestream_nb import Quote")
    function = shell.run(f"%%handler on=Quote topic=mine\n{DEF}")
    assert function is shell.names["mine"]
    assert "handler" not in shell.names
    shell.run("limit = 6")
    assert function(Quote("AAPL")) == [6]


def test_another_def_is_another_version(shell: Shell) -> None:
    shell.run("from tradestream_nb import Quote")
    versions = [
        spec_of(shell.run(f"%%handler on=Quote topic=mine\ndef mine(quote):\n    return [{n}]")).version
        for n in (1, 2, 1)
    ]
    assert versions[0] == versions[2] != versions[1]


def test_whoever_listens_hears_of_it_and_may_refuse(shell: Shell) -> None:
    heard: list[str] = []

    def listener(function: Any) -> None:
        heard.append(function.__name__)
        raise UserError("not this one")

    leave = on_define(listener)
    shell.run("from tradestream_nb import Quote")
    assert shell.refused(f"%%handler on=Quote topic=mine\n{DEF}") == "not this one"
    leave()
    assert heard == ["mine"] and "mine" not in shell.names


@pytest.mark.parametrize(
    ("line", "cell", "told"),
    [
        ("on=Quote", DEF, "on= and topic= are needed; write %%handler on=Quote key=symbol topic=price_updates"),
        ("on=Quote topic=x colour=red", DEF, "unknown option 'colour'; write %%handler on="),
        ("Quote", DEF, "'Quote' is not key=value"),
        ("on=Qoute topic=x", DEF, "NameError: name 'Qoute' is not defined"),
        (
            "on=Bar topic=x",
            DEF,
            "NameError: name 'Bar' is not defined; run `from tradestream_nb import Bar` in a cell before",
        ),
        ("on=Quote topic=x key=colour", DEF, "line 1: handler 'mine' is keyed by 'colour', which Quote does not have"),
        ("on=Quote topic=x", "def mine(quote:\n    pass", "line 2: "),
        ("on=Quote topic=x", "def mine():\n    pass", "line 1: handler 'mine' takes (event) or (event, state)"),
        ("on=Quote topic=x", "x = 1", "line 2: invalid syntax"),
        ("on=Quote topic=x", f"{DEF}\nx = 1", "the cell holds one def and nothing else; put imports and helpers "),
        ("on=Quote topic=x", "class Mine:\n    pass", "the cell holds one def and nothing else"),
        ("on=Quote topic=x", "def mine(quote, *, a=1/0): ...", "ZeroDivisionError: division by zero"),
        ("on=Quote| topic=x", DEF, "line 1: invalid syntax"),
    ],
)
def test_a_cell_that_is_no_handler_is_told_in_one_line(shell: Shell, line: str, cell: str, told: str) -> None:
    shell.run("from tradestream_nb import Quote")
    assert shell.refused(f"%%handler {line}\n{cell}").startswith(told)
    assert "mine" not in shell.names


def test_unloading_takes_the_magics_out(shell: Shell) -> None:
    shell.run("%unload_ext tradestream_nb")
    magics = shell.shell.magics_manager.magics
    assert "tradestream" not in magics["line"] and "handler" not in magics["cell"]
    shell.run("%load_ext tradestream_nb")
    assert "tradestream" in magics["line"]
