"""Imports go downwards through the layers only, and each outside library has one home."""

from __future__ import annotations

import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.project.tree import imports, module_name, python_files

LAYERS = (
    {"clock", "events", "messages", "errors", "fields"},
    {"contract", "spec", "signature", "definitions", "fingerprint", "pinned", "card", "desk", "loading"}
    | {"bodies", "codec", "frames", "keys", "topics", "divided", "audience", "mailbox", "tables", "strategies"},
    {"sources", "sim"},
    {"host", "slot", "steps", "letter", "trial", "shadow", "candidate", "proposal", "timers", "dry_run", "progress"}
    | {"hub", "manager", "health", "intervals", "equity", "pipeline", "vitals", "restarts", "stream_clock"}
    | {"arguments"},
    {"server", "client", "views", "magics", "magic_line", "asgi"}
    | {
        "session",
        "lifecycle",
        "loop_thread",
        "reach",
        "cell",
        "cell_logs",
        "swaps",
        "dead_letters",
        "overview",
        "link",
        "nested",
    },
    {"cli", "logs", "__main__"},
)
APART = {"frontend", "new_desk"}
"""Not part of the running package: one bundles it while it is built, the other is copied to where a user begins."""

HOMES = {
    "websockets": (
        "tradestream_nb.server.socket",
        "tradestream_nb.server.handshake",
        "tradestream_nb.server.websocket",
        "tradestream_nb.server.inbox",
        "tradestream_nb.client",
    ),
    "ib_insync": ("tradestream_nb.sources.ibkr",),
    "ib_async": ("tradestream_nb.sources.ibkr",),
    "ipywidgets": ("tradestream_nb.views",),
    "anywidget": ("tradestream_nb.views",),
}
"""The only modules, or packages, that may import a library."""

PACKAGE = "tradestream_nb"
FACE = "tradestream_nb"
"""The package's own `__init__`, above everything but the command line."""

FILES = {module_name(path): path for path in python_files(PACKAGE)}


def layer(module: str) -> int:
    """Return the number of the layer a module of the package belongs to."""
    if module == FACE:
        return len(LAYERS) - 2
    part = module.split(".")[1]
    return next(number for number, members in enumerate(LAYERS) if part in members)


def targets(module: str) -> set[str]:
    """Return the modules of the package that a module of it imports."""
    found = (
        f"{origin}.{name}" if f"{origin}.{name}" in FILES else origin
        for origin, name in imports(FILES[module])
        if is_within(origin, PACKAGE)
    )
    return {target for target in found if target != module}


def is_within(module: str, package: str) -> bool:
    """Say whether a module is this package or somewhere in it."""
    return module == package or module.startswith(f"{package}.")


LAYERED = sorted(module for module in FILES if module.split(".")[1:2] not in ([name] for name in APART))


def test_every_module_has_a_layer() -> None:
    known = set().union(*LAYERS, APART)
    homeless = {name for name in FILES if name != FACE and name.split(".")[1] not in known}
    assert not homeless, f"give these a layer in the design first: {sorted(homeless)}"


def test_the_layers_name_no_module_that_there_is_not() -> None:
    there = {name.split(".")[1] for name in FILES if name != FACE}
    assert set().union(*LAYERS, APART) <= there


@pytest.mark.parametrize("module", LAYERED)
def test_imports_never_go_up(module: str) -> None:
    upwards = {target for target in targets(module) if target != FACE and layer(target) > layer(module)}
    assert not upwards


@pytest.mark.parametrize("module", LAYERED)
def test_a_module_imports_from_where_a_thing_is_and_not_from_the_face(module: str) -> None:
    assert FACE not in targets(module)


def test_imports_form_no_cycle() -> None:
    try:
        TopologicalSorter({module: targets(module) for module in FILES}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_building_the_frontend_needs_nothing_of_the_package() -> None:
    assert not {target for module in FILES for target in targets(module) if is_within(module, f"{PACKAGE}.frontend")}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_only(library: str) -> None:
    importers = {
        module for module, path in FILES.items() if any(is_within(origin, library) for origin, _ in imports(path))
    }
    assert not {module for module in importers if not any(is_within(module, home) for home in HOMES[library])}


@pytest.mark.parametrize("path", python_files("handlers"), ids=lambda path: path.name)
def test_a_handler_imports_nothing_but_the_package(path: Path) -> None:
    roots = {origin.split(".")[0] for origin, _ in imports(path)}
    assert roots <= {PACKAGE, *sys.stdlib_module_names}


@pytest.mark.parametrize("path", python_files(PACKAGE, "handlers", "tests"), ids=module_name)
def test_imports_are_absolute_and_name_what_they_take(path: Path) -> None:
    assert not {origin for origin, name in imports(path) if origin.startswith(".") or name == "*"}
