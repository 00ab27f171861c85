"""A folder to start from: handlers, a notebook, an environment and tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from tradestream_nb.errors import UserError

QUICKSTART = Path("notebooks", "00_quickstart.ipynb")


def shipped(name: str | Path) -> Path:
    """A file or folder that comes with the package: in its scaffold, or beside the package in a checkout."""
    package = Path(__file__).parent
    scaffold = package / "scaffold"
    return (scaffold if scaffold.is_dir() else package.parent) / name


def make_desk(folder: Path) -> list[Path]:
    """Put a desk into `folder` and return its files; raises UserError when there is something already."""
    files = desk_files()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UserError(f"{folder} is not empty; name a new folder")
        for name, file in files.items():
            place = folder / name
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, place)
    except (FileExistsError, NotADirectoryError):
        raise UserError(f"{folder} is a file; name a new folder") from None
    except OSError as problem:
        raise UserError(f"{folder} cannot be made: {problem.strerror or problem}") from None
    return [folder / name for name in files]


def desk_files() -> dict[Path, Path]:
    """Where each file of a desk comes from, by its place there."""
    desk = Path(__file__).parent / "new_desk"
    handlers = {Path("handlers", file.name): file for file in sorted(shipped("handlers").glob("*.py"))}
    own = {file.relative_to(desk): file for file in sorted(desk.rglob("*")) if _is_part(file)}
    return {**handlers, QUICKSTART: shipped(QUICKSTART), **own}


def _is_part(file: Path) -> bool:
    return file.is_file() and not {"__pycache__", ".pytest_cache"}.intersection(file.parts)
