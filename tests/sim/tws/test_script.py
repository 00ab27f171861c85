"""Files of faults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from tests.project.tree import ROOT
from tradestream_nb.errors import UserError
from tradestream_nb.sim.tws.faults import Disconnect, Drop, Executions, Fault
from tradestream_nb.sim.tws.script import kinds, read_script

README = (ROOT / "README.md").read_text(encoding="utf-8")
GOOD = """
[[fault]]
at = 5
kind = "drop"
client = 7

[[fault]]
at = 60.5
every = 300
kind = "disconnect"
seconds = 15
kept = false

[[fault]]
kind = "executions"
wrong = "late"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "faults.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_holds_faults_in_its_order(tmp_path: Path) -> None:
    assert read_script(written(tmp_path, GOOD)) == [
        Drop(at=5, client=7),
        Disconnect(at=60.5, every=300, seconds=15, kept=False),
        Executions(wrong="late"),
    ]


def test_an_empty_file_holds_none(tmp_path: Path) -> None:
    assert read_script(written(tmp_path, "")) == []


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_can_be_written(kind: str, tmp_path: Path) -> None:
    needed = 'wrong = "late"' if kind == "executions" else ""
    [fault] = read_script(written(tmp_path, f'[[fault]]\nkind = "{kind}"\n{needed}\n'))
    assert fault.__struct_config__.tag == kind


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('kind = "explode"', "key 'kind': 'explode' is no kind of fault; it is one of closed, competing, data-farm, "),
        ("at = 3", "key 'kind': missing; it is one of "),
        ('kind = "drop"\nwho = 7', "key 'who': drop has none of that name"),
        ('kind = "drop"\nclient = "7"', "key 'client': expected int | null, got str and not '7'"),
        ('kind = "silence"\nseconds = -1', "key 'seconds': expected float >= 0.0 and not -1"),
        ('kind = "executions"', "key 'wrong': executions needs it"),
        ('kind = "executions"\nwrong = "lost"', "key 'wrong': 'lost' is none of late, duplicate, corrected, "),
    ],
)
def test_a_bad_row_is_named_with_its_key(row: str, problem: str, tmp_path: Path) -> None:
    path = written(tmp_path, f'[[fault]]\nkind = "drop"\n\n[[fault]]\n{row}\n')
    with pytest.raises(UserError) as caught:
        read_script(path)
    assert str(caught.value).startswith(f"{path}, row 2, {problem}") and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[fault]\n", "line 1"),
        ("[[faults]]\n", "key 'faults' is not known; every fault begins with [[fault]]"),
        ("[fault]\n", "write [[fault]], with two brackets"),
    ],
)
def test_a_file_that_is_no_script_says_why_in_one_line(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_script(written(tmp_path, text))
    assert problem in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nothing\.toml: No such file"):
        read_script(tmp_path / "nothing.toml")


@pytest.mark.parametrize("kind", kinds())
def test_the_readme_has_every_kind_with_its_keys(kind: str) -> None:
    fault = next(each for each in get_args(Fault) if each.__struct_config__.tag == kind)
    row = re.search(rf"^\| `{kind}` \|.*\| (.*) \|$", README, re.MULTILINE)
    assert row
    assert set(re.findall(r"`(\w+)`", row[1])) == set(fault.__struct_fields__) - {"at", "every"}


def test_the_script_in_the_readme_is_one(tmp_path: Path) -> None:
    text = re.findall(r"```toml\n(\[\[fault\]\].*?)```", README, re.DOTALL)
    assert [len(read_script(written(tmp_path, each))) for each in text] == [2]
