"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.project.tree import module_name, parsed, python_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
FILES = python_files("tradestream_nb", "handlers", "tests")


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_function_is_short(path: Path) -> None:
    functions = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert not {f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno >= LONGEST_FUNCTION}


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_opens_with_one_line_saying_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(parsed(path))
    assert docstring and docstring.splitlines()[0].endswith(".")


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_docstrings_are_sentences_and_have_no_sections(path: Path) -> None:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(parsed(path)) if isinstance(node, kinds)]
    lines = [line.strip() for docstring in docstrings for line in docstring.splitlines()]
    assert not {"Args:", "Attributes:", "Raises:", "Returns:", "Yields:"}.intersection(lines)
