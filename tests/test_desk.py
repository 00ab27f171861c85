"""A desk as a user gets it: it is whole, and everything in it runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.project.tree import ROOT
from tradestream_nb.cli import main
from tradestream_nb.desk import desk_files, make_desk
from tradestream_nb.errors import UserError

HANDLERS = ("portfolio", "price_updates", "signals", "trades")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "my-desk"
    make_desk(folder)
    return folder


def new(folder: Path) -> Result:
    return CliRunner().invoke(main, ["new", str(folder)])


def run(desk: Path, *command: str) -> str:
    """What a command at the desk says; it has to succeed."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=desk, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_holds_what_one_needs_to_start() -> None:
    assert {name.as_posix() for name in desk_files()} == {
        *(f"handlers/{name}.py" for name in HANDLERS),
        "notebooks/00_quickstart.ipynb",
        "tests/test_handlers.py",
        "environment.yml",
        "README.md",
        ".gitignore",
    }


def test_its_handlers_and_its_notebook_are_those_of_the_project(desk: Path) -> None:
    for file in (*desk.glob("handlers/*.py"), *desk.glob("notebooks/*.ipynb")):
        assert file.read_bytes() == (ROOT / file.relative_to(desk)).read_bytes()


def test_its_tests_pass(desk: Path) -> None:
    assert "5 passed" in run(desk, "pytest", "-p", "no:cacheprovider")


def test_its_handlers_are_found_and_sound(desk: Path) -> None:
    assert [line.partition(":")[0] for line in run(desk, "tradestream_nb", "check").splitlines()] == [*HANDLERS]


def test_its_notebook_runs(desk: Path) -> None:
    options = ("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=60", "-p", "no:cacheprovider")
    assert " passed" in run(desk, "pytest", *options, "notebooks")


def test_its_readme_names_a_command_for_each_thing_to_do(desk: Path) -> None:
    lines = (desk / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines if line.startswith("- ")] == ["Set", "Open:", "Serve:", "Check:", "Test:"]


def test_the_command_says_what_it_made_and_where_to_go_on(tmp_path: Path) -> None:
    result = new(tmp_path / "a" / "desk")
    made = sorted(path for path in (tmp_path / "a" / "desk").rglob("*") if path.is_file())
    assert (result.exit_code, result.stderr) == (0, "")
    *files, last = result.stdout.splitlines()
    assert sorted(map(Path, files)) == made
    assert last == f"go on with {tmp_path / 'a' / 'desk' / 'README.md'}"


def test_an_empty_folder_is_as_good_as_a_new_one(tmp_path: Path) -> None:
    assert len(make_desk(tmp_path)) == len(desk_files())


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = new(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {tmp_path} is not empty; name a new folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    again = new(tmp_path / "mine.txt")
    assert (again.exit_code, again.stderr) == (2, f"Error: {tmp_path / 'mine.txt'} is a file; name a new folder\n")


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be made: .*[Ff]ile name too long$"):
        make_desk(tmp_path / ("x" * 300))
