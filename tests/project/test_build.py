"""A built package holds the bundled frontend and the scaffold, and building fails in one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.project.tree import ROOT
from tradestream_nb.desk import desk_files
from tradestream_nb.frontend.build import BundleFailed, bundle, is_stale

SHIPPED = {path.relative_to(ROOT).as_posix() for path in desk_files().values()}
DESK = {path if path.startswith("tradestream_nb/") else f"tradestream_nb/scaffold/{path}" for path in SHIPPED}


def build(root: Path, target: str, folder: Path, *, path: str = os.environ["PATH"]) -> Path:
    """Build a wheel or an sdist of the project at `root` into `folder`, and return its file."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=root, env={**os.environ, "PATH": path}, check=True, capture_output=True)
    return next(folder.glob("*.whl" if target == "wheel" else "*.tar.gz"))


def names(wheel: Path) -> set[str]:
    """Return the paths of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once for the tests that only look into it."""
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


def test_a_wheel_holds_the_bundled_frontend_and_not_its_sources(wheel: Path) -> None:
    kept = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("tradestream_nb/static/**/*") if path.is_file()}
    assert kept and kept <= names(wheel)
    assert not {name for name in names(wheel) if name.startswith(("tradestream_nb/frontend/", "tests/"))}


def test_a_wheel_holds_where_the_command_begins_and_what_the_package_offers(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "tradestream = tradestream_nb.__main__:main" in archive.read(points).decode()
    assert {"tradestream_nb/__main__.py", "tradestream_nb/__init__.pyi"} <= names(wheel)


def test_a_wheel_holds_what_a_new_desk_starts_from_and_no_more(wheel: Path) -> None:
    assert len(DESK) >= 9
    kept = ("tradestream_nb/scaffold/", "tradestream_nb/new_desk/")
    assert {name for name in names(wheel) if name.startswith(kept)} == DESK


def test_a_wheel_makes_the_same_desk_as_a_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    code = f"from tradestream_nb.cli import main; main(['new', {str(tmp_path / 'desk')!r}])"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "installed", check=True, capture_output=True)
    made = {path.relative_to(tmp_path / "desk"): path for path in (tmp_path / "desk").rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in made.items()} == {
        name: path.read_bytes() for name, path in desk_files().items()
    }


def test_an_sdist_builds_the_same_wheel_without_node(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build(ROOT, "sdist", tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = next(path for path in tmp_path.iterdir() if path.is_dir())
    assert names(build(unpacked, "wheel", tmp_path, path="")) == names(wheel)


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    """Make a folder of frontend sources."""
    folder = tmp_path / "frontend"
    folder.mkdir()
    folder.joinpath("package.json").write_text("{}")
    return folder


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Make a folder that an earlier bundle is in."""
    folder = tmp_path / "static"
    folder.mkdir()
    folder.joinpath("page.js").write_text("old")
    return folder


def pretend_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """Put a system Node.js and an npm that runs `script` first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, line in {"node": "echo v22.0.0", "npm": script}.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_a_bundle_as_new_as_its_newest_source_is_kept(frontend: Path, static: Path) -> None:
    os.utime(frontend / "package.json", (1000, 1000))
    os.utime(static / "page.js", (1000, 1000))
    os.utime(static, (1000, 1000))
    assert not is_stale(frontend, static)
    os.utime(frontend / "package.json", (1001, 1001))
    assert is_stale(frontend, static)


def test_nothing_bundled_is_stale_however_old_the_sources(frontend: Path, tmp_path: Path) -> None:
    os.utime(frontend / "package.json", (1, 1))
    assert is_stale(frontend, tmp_path / "static")


def test_a_bundle_replaces_the_one_before(
    frontend: Path, static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_npm(monkeypatch, tmp_path, 'if [ "$1" = run ]; then mkdir ../static; echo new >../static/view.js; fi')
    bundle(frontend, static)
    assert [path.name for path in static.iterdir()] == ["view.js"]


def test_an_unreachable_registry_is_one_line_and_keeps_the_bundle(
    frontend: Path, static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_npm(monkeypatch, tmp_path, "echo 'npm error code ENOTFOUND'; echo 'npm error network'; exit 1")
    with pytest.raises(BundleFailed, match="^[^\n]*out of reach \\(ENOTFOUND\\)$"):
        bundle(frontend, static)
    assert static.joinpath("page.js").read_text() == "old"


def test_a_mistake_in_a_source_is_shown_as_the_bundler_tells_it(
    frontend: Path, static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_npm(monkeypatch, tmp_path, 'if [ "$1" = run ]; then echo "table.js:3: no such export"; exit 1; fi')
    with pytest.raises(BundleFailed, match="npm run.*\n.*table.js:3: no such export"):
        bundle(frontend, static)
