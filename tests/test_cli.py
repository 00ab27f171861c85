"""The `tradestream` command: its options and its errors."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tradestream_nb import cli, logs
from tradestream_nb.errors import UserError

COMMANDS = dict(cli.main.commands)
GOOD = """
from tradestream_nb import Quote, handler

@handler(on=Quote, topic="mine")
def mine(quote, *, size: float = 1.0):
    return []
"""
BAD = """
from tradestream_nb import Quote, handler

@handler(on=Quote, topic="yours")
def yours(quote, state, extra):
    return state, []
"""


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env).invoke(cli.main, arguments)


class Spy:
    """Stands where the server would start and keeps what it is started with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: dict[str, Any] = {}
        monkeypatch.setattr(cli, "StreamManager", self.manager)
        monkeypatch.setattr(cli, "Runner", self.runner)
        monkeypatch.setattr(cli, "serve_until_stopped", self.serve)
        monkeypatch.setattr(logs, "set_up", self.log)

    def manager(self, source: Any, handlers: list[Any], **options: Any) -> None:
        self.seen |= options | {"source": source.options, "handlers": [handler.__name__ for handler in handlers]}

    def runner(self, manager: Any, **options: Any) -> None:
        self.seen |= options

    async def serve(self, runner: Any, host: str, port: int, *, announce: Callable[[int], None], **more: bool) -> None:
        announce(port)
        self.seen |= {"host": host, "port": port} | more

    def log(self, style: str) -> None:
        self.seen["log_format"] = style


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    return Spy(monkeypatch)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option_and_its_variable(name: str) -> None:
    text = re.sub(r"\s+", " ", invoke(name, "--help").stdout)
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            assert all(option in text for option in parameter.opts)
            assert f"TRADESTREAM_{parameter.opts[0][2:].upper().replace('-', '_')}" in text


def test_help_names_every_command() -> None:
    assert all(name in invoke("--help").stdout for name in ("serve", "check", "new"))
    assert invoke("-h").stdout == invoke("--help").stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--source", "sim?seed=11"),
        ("--handlers", "elsewhere"),
        ("--set", "mine.size=2"),
        ("--host", "::1"),
        ("--port", "9999"),
        ("--insecure", "1"),
        ("--price-interval", "0.5"),
        ("--portfolio-interval", "7"),
        ("--max-connections", "3"),
        ("--auto-trade", "true"),
        ("--log-format", "json"),
    ],
)
def test_every_option_can_be_given_by_environment(spy: Spy, folder: Path, option: str, value: str) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "mine.py").write_text(GOOD)
    invoke("serve")
    usual, spy.seen = spy.seen, {}
    result = invoke("serve", option, *([] if option in ("--insecure", "--auto-trade") else [value]))
    given, spy.seen = spy.seen, {}
    assert result.exit_code == 0
    assert given != usual
    invoke("serve", env={"TRADESTREAM_" + option[2:].upper().replace("-", "_"): value})
    assert spy.seen == given


def test_every_option_of_serve_is_tried_above() -> None:
    (mark,) = [m for m in test_every_option_can_be_given_by_environment.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    tried = {option for option, _ in mark.args[1]}
    assert tried == {p.opts[0] for p in COMMANDS["serve"].params if isinstance(p, click.Option)}


def test_it_says_where_it_listens(spy: Spy) -> None:
    assert invoke("serve", "--port", "9999").stdout.splitlines() == [
        "dashboard  http://127.0.0.1:9999/",
        "websocket  ws://127.0.0.1:9999/ws",
        "stop with Ctrl-C",
    ]
    assert "http://[::1]:8765/" in invoke("serve", "--host", "::1").stdout


def test_handlers_beside_it_are_taken_before_the_standard_ones(spy: Spy, folder: Path) -> None:
    invoke("serve")
    assert set(spy.seen["handlers"]) == {"price_updates", "signals", "portfolio", "trades"}
    (folder / "handlers").mkdir()
    (folder / "handlers" / "mine.py").write_text(GOOD)
    invoke("serve")
    assert spy.seen["handlers"] == ["mine"]


def write_bad_csv(folder: Path) -> None:
    rows = ("timestamp,symbol,open,high,low,close", "2026-01-05,A,1,2,1,2", "2026-01-06,A,1,x,1,2")
    (folder / "bad.csv").write_text("\n".join(rows))


def write_handlers(folder: Path, text: str) -> None:
    (folder / "handlers").mkdir()
    (folder / "handlers" / "mine.py").write_text(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "simm"], "unknown source 'simm'; known: replay, sim"),
        (["--source", "sim?speed=7"], "sim: unknown option 'speed'; options: seed, symbols, "),
        (["--source", "sim?seed=x"], "sim: seed=x does not fit; seed is a whole number"),
        (["--source", "replay"], "replay needs a file"),
        (["--source", "replay:gone.csv"], "gone.csv: there is no such file"),
        (["--source", "replay:bad.csv"], "bad.csv, row 3, column 'high': 'x' is not a number"),
        (["--handlers", "gone"], "gone is not a folder; name one with --handlers"),
        (["--handlers", "."], ". holds no handler files (*.py); name one with --handlers"),
        (["--set", "nobody.size=1"], "there is no handler 'nobody'; there are portfolio, "),
        (["--set", "signals.size=1"], "handler 'signals' has no parameter 'size'; it has min_confidence"),
        (["--set", "signals.min_confidence=much"], "signals.min_confidence = 'much': Expected `float`"),
        (["--set", "signals"], "--set 'signals' is not HANDLER.PARAMETER=VALUE"),
        (["--host", "0.0.0.0"], "0.0.0.0 can be reached from other machines and asks for no token; give it one with"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_exit_code_2(folder: Path, arguments: list[str], message: str) -> None:
    write_bad_csv(folder)
    result = invoke("serve", *arguments)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {message}")
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BAD, "handlers/mine.py:4: handler 'yours' takes (event) or (event, state)"),
        ("\nimport nothing_of_that_name\n", "handlers/mine.py:2: ModuleNotFoundError"),
        ("x = 1\ndef broken(:\n", "handlers/mine.py:2: invalid syntax"),
        ("\n\nraise ValueError('two\\nlines')\n", "handlers/mine.py:3: ValueError: two lines"),
        ("x = 1\n", "handlers/mine.py:1: no function here is marked with @handler"),
    ],
)
def test_a_handler_with_an_error_is_named_with_file_and_line(folder: Path, text: str, message: str) -> None:
    write_handlers(folder, text)
    result = invoke("serve")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {message}")
    assert result.exit_code == 2


def test_check_says_what_each_handler_is_on(folder: Path) -> None:
    write_handlers(folder, GOOD)
    result = invoke("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "mine: Quote -> mine\n", "")


def test_check_of_the_standard_handlers_finds_nothing(folder: Path) -> None:
    result = invoke("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "portfolio: Position | AccountSnapshot -> portfolio" in result.stdout


def test_check_tells_of_every_problem_and_of_the_handlers_that_are_sound(folder: Path) -> None:
    for name, text in (("a", BAD), ("b", GOOD), ("c", "def broken(:\n")):
        (folder / f"{name}.py").write_text(text)
    result = invoke("check", str(folder))
    assert (result.exit_code, result.stdout) == (2, "mine: Quote -> mine\n")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{folder}/a.py:4: handler 'yours'")
    assert second.startswith(f"{folder}/c.py:1: invalid syntax")


def test_check_of_no_folder_is_a_mistake() -> None:
    result = invoke("check", "gone")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("setting", ["", "a", "a.b", "a=1", ".b=1", "a.=1", "=", "a.b.c"])
def test_a_setting_of_another_form_is_refused(setting: str) -> None:
    with pytest.raises(UserError, match="is not HANDLER.PARAMETER=VALUE"):
        cli.parse_settings((setting,))


def test_settings_are_gathered_by_handler() -> None:
    parsed = cli.parse_settings(("a.x=1", "b.x=", "a.y=p=q", "a.x=2"))
    assert parsed == {"a": {"x": "2", "y": "p=q"}, "b": {"x": ""}}
