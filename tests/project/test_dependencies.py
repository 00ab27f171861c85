"""The package imports what it declares, and declares what it imports."""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.tree import ROOT, imports, python_files

PROJECT: dict[str, Any] = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))
APART = {"frontend", "new_desk"}
"""Folders of the package that are not part of it when it runs."""
OPTIONAL = {"ib-async", "nest-asyncio", "nest-asyncio2"}
"""Accepted in place of a declared one, or brought by one; imported only where it is used."""


def names(requirements: list[str]) -> set[str]:
    """Return the names of requirements as a package index knows them."""
    return {canonicalize_name(Requirement(line).name) for line in requirements}


@cache
def imported() -> set[str]:
    """Return the distributions that the package and the handlers import from."""
    files = [path for path in python_files("tradestream_nb", "handlers") if not APART.intersection(path.parts)]
    roots = {origin.split(".")[0] for path in files for origin, _ in imports(path)}
    others = roots - sys.stdlib_module_names - {"tradestream", "tradestream_nb"}
    known = packages_distributions()
    return {canonicalize_name(name) for root in others for name in known.get(root, [root])}


def declared(*extras: str) -> set[str]:
    """Return what the project requires, with these extras."""
    project = PROJECT["project"]
    return names(
        [*project["dependencies"], *(line for each in extras for line in project["optional-dependencies"][each])]
    )


def test_everything_imported_is_declared() -> None:
    assert not imported() - declared("lab", "ibkr") - OPTIONAL


def test_everything_required_is_imported() -> None:
    assert not declared() - imported()
