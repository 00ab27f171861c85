"""The conda environment asks for what pyproject.toml asks for."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.project.tree import ROOT

PROJECT: dict[str, Any] = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT: dict[str, Any] = yaml.safe_load(ROOT.joinpath("environment.yml").read_text(encoding="utf-8"))
FROM_CONDA = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]
FROM_PIP = next(entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))


def by_name(requirements: list[str]) -> dict[str, Requirement]:
    """Read requirements, keyed by the name as a package index knows it."""
    return {canonicalize_name(each.name): each for each in map(Requirement, requirements)}


def test_it_holds_the_requirements_of_running_the_notebooks_the_broker_and_the_tests() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["lab"], *extras["ibkr"], *extras["test"]]
    assert by_name([line for line in FROM_PIP if not line.startswith("-")]) == by_name(wanted)


def test_it_installs_the_project_itself_for_editing() -> None:
    assert [line for line in FROM_PIP if line.startswith("-")] == ["--editable ."]


def test_conda_brings_only_the_tools() -> None:
    assert {entry.split()[0] for entry in FROM_CONDA} == {"python", "pip", "nodejs"}
    assert (ENVIRONMENT["name"], ENVIRONMENT["channels"]) == ("tradestream", ["conda-forge"])


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_its_python_is_one_that_the_project_and_the_broker_library_run_on(version: str) -> None:
    python = next(entry for entry in FROM_CONDA if entry.startswith("python"))
    broker = Requirement(PROJECT["optional-dependencies"]["ibkr"][0])
    assert broker.marker is not None
    runs = version in SpecifierSet(PROJECT["requires-python"]) and broker.marker.evaluate({"python_version": version})
    assert (version in SpecifierSet(python.removeprefix("python"))) is runs


@pytest.mark.parametrize(
    "name",
    ["jupyterlab", "ipywidgets", "nest-asyncio", "websockets", "ib-insync", "pandas", "nbval", "pytest"],
)
def test_the_packages_people_look_for_are_there(name: str) -> None:
    assert name in by_name([line for line in FROM_PIP if not line.startswith("-")])
