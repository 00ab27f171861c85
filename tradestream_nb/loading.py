"""Load the handlers of a folder, each file into a fresh module, with errors that name file and line."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from tradestream_nb.contract import Handler, renew, spec_of
from tradestream_nb.definitions import unheard
from tradestream_nb.desk import shipped
from tradestream_nb.errors import ISOLATED, HandlerDefinitionError, UserError, last_line, one_line
from tradestream_nb.spec import HandlerSpec


def standard_folder() -> Path:
    """The handlers that come with the package."""
    return shipped("handlers")


def find_folder() -> Path:
    """The nearest `handlers/`: here, beside the folder one is in, or else the standard ones."""
    near = (Path("handlers"), Path("..") / "handlers")
    return next((folder for folder in near if _files(folder)), standard_folder())


def load_handlers(folder: str | Path | None = None) -> dict[str, Handler]:
    """The handlers of a folder by name, by default of the nearest `handlers/`; raises the first problem found."""
    taken = find_folder() if folder is None else folder
    return {spec_of(function).name: function for function in load_folder(taken)}


def load_folder(folder: str | Path) -> list[Handler]:
    """The handlers of every `*.py` file in `folder`, in file order; raises the first problem found."""
    handlers, problems = check_folder(folder)
    if problems:
        raise problems[0]
    return handlers


def check_folder(folder: str | Path) -> tuple[list[Handler], list[HandlerDefinitionError]]:
    """The sound handlers of `folder` and every problem with the others; raises UserError when there are no files."""
    way_out = "name one of handler files, or none for the usual handlers"
    if not isinstance(folder, (str, Path)) or folder == "":
        raise UserError(f"handlers={folder!r} names no folder; {way_out}")
    files = _files(Path(folder))
    if not files:
        problem = "holds no handler files (*.py)" if Path(folder).is_dir() else "is not a folder"
        raise UserError(f"{folder} {problem}; {way_out}")
    handlers: list[Handler] = []
    problems: list[HandlerDefinitionError] = []
    for file in files:
        try:
            handlers += load_file(file)
        except HandlerDefinitionError as problem:
            problems.append(problem)
    return handlers, [*problems, *_clashes(handlers)]


def load_file(file: str | Path) -> list[Handler]:
    """The handlers defined in `file`, executed as a new module; an earlier load of it stays as it was.

    Whoever listens for definitions does not hear of them.
    """
    path = Path(file)
    module = ModuleType(f"tradestream_handlers.{path.stem}")
    module.__file__ = str(path)
    linecache.checkcache(str(path))
    try:
        with _importable(module), unheard() as defined:
            exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), module.__dict__)
            handlers = [function for function in defined if spec_of(function).file == str(path)]
            if not handlers:
                raise HandlerDefinitionError("no function here is marked with @handler", file=path)
            refuse_clashes(handlers)
            # What stands further down in the file belongs to their versions too.
            for function in handlers:
                renew(function)
            return handlers
    except HandlerDefinitionError:
        raise
    except ISOLATED as error:
        raise _problem(path, error) from error


def _files(folder: Path) -> list[Path]:
    """None where there is no folder; raises UserError for one that cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".py" and not path.name.startswith("_"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return []
    except OSError as problem:
        raise UserError(f"{folder} cannot be read: {problem.strerror}") from None


def refuse_clashes(handlers: Iterable[Handler]) -> None:
    """Raise HandlerDefinitionError for a handler whose name or topic another one of these has already."""
    for problem in _clashes(handlers):
        raise problem


@contextmanager
def _importable(module: ModuleType) -> Iterator[None]:
    """Let classes of a running module find it by name, and only keep it there when it ran to its end."""
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    try:
        yield
    except BaseException:
        del sys.modules[module.__name__]
        if before is not None:
            sys.modules[module.__name__] = before
        raise


def _problem(path: Path, error: BaseException) -> HandlerDefinitionError:
    """What went wrong in one line, and where in `path`."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return HandlerDefinitionError(error.msg, file=path, line=error.lineno or 1)
    return HandlerDefinitionError(one_line(error), file=path, line=last_line(error, str(path)) or 1)


def _clashes(handlers: Iterable[Handler]) -> Iterator[HandlerDefinitionError]:
    """A problem for each handler whose name or topic another one has already."""
    specs = [spec_of(function) for function in handlers]
    for field in ("name", "topic"):
        first: dict[str, HandlerSpec] = {}
        for spec in specs:
            other = first.setdefault(getattr(spec, field), spec)
            if other is not spec:
                text = f"handler {spec.name!r} has the same {field} as the one at {other.file}:{other.line}"
                yield HandlerDefinitionError(text, file=spec.file, line=spec.line)
