"""The package's face: what `from tradestream_nb import ...` offers."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import tradestream_nb
from tests.project.tree import ROOT


def test_type_checkers_are_told_of_the_same_names() -> None:
    stub = ast.parse((ROOT / "tradestream_nb" / "__init__.pyi").read_text(encoding="utf-8"))
    [told] = [node.value for node in stub.body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(told) == sorted(tradestream_nb.__all__)


@pytest.mark.parametrize("name", tradestream_nb.__all__)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(tradestream_nb, name)
    if inspect.isclass(thing) or inspect.isroutine(thing):
        assert thing.__doc__, f"{name} has no docstring"


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    code = "import sys, tradestream_nb; print(*[name for name in sys.modules if name.startswith('tradestream_nb.')])"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert said == "\n"
