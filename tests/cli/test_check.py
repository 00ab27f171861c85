"""`tradestream check`: what it says of sound handlers, and of others."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import BAD, GOOD, invoke, write_handlers


def test_check_says_what_each_handler_is_on(folder: Path) -> None:
    write_handlers(folder, GOOD)
    result = invoke("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "mine: Quote -> mine\n", "")


def test_check_of_the_standard_handlers_finds_nothing(folder: Path) -> None:
    result = invoke("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "portfolio: Position | AccountSnapshot by account -> portfolio" in result.stdout


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
