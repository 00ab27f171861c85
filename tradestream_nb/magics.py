"""`%tradestream` and `%%handler`: a session and its handlers in a notebook without a line of set-up."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from tradestream_nb.contract import Handler, handler
from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.events import EVENT_TYPES
from tradestream_nb.magic_line import decorator, nothing, port, source_and_settings, split
from tradestream_nb.session import Session

T = TypeVar("T")

NAME = "session"
"""What the session is called in the notebook."""


@magics_class
class TradestreamMagics(Magics):
    """Drives the notebook's `session`, which is an ordinary Session; a mistake is one line and no traceback."""

    @line_magic
    def tradestream(self, line: str) -> Session:
        """Start, stop, show or serve the notebook's session.

        %tradestream start [URL] [key=value …]   as in: start replay:sample speed=86400 auto_trade=true
        %tradestream stop
        %tradestream status
        %tradestream serve [PORT]
        """
        commands: dict[str, Callable[..., Session]] = {
            "start": self._start, "stop": self._stop, "status": self._status, "serve": self._serve,
        }  # fmt: skip
        with one_line():
            name, *words = split(line) or [""]
            if name not in commands:
                raise UsageError(f"%tradestream {name}: say start [URL] [key=value …], stop, status or serve [PORT]")
            return commands[name](words)

    @cell_magic
    def handler(self, line: str, cell: str) -> Handler:
        """Mark the one function in the cell with @handler(…), as if this line were its decorator.

        %%handler on=Quote key=symbol topic=price_updates
        def price_updates(quote, last): …

        `on` and `every` are expressions of the notebook; other values are text. Options: on, key, topic, every, swap.
        """
        source = f"{decorator(split(line))}\n{cell}"
        with one_line(), cell_line():
            name, function = self._define(source)
        self._names[name] = function
        return function

    @property
    def _shell(self) -> InteractiveShell:
        if self.shell is None:
            raise UsageError("there is no IPython here")
        return self.shell

    @property
    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = self._shell.user_ns
        return names

    def _start(self, words: list[str]) -> Session:
        url, settings = source_and_settings(words)
        before = self._found()
        session = Session(url, **settings)
        if before is not None:
            wait_for(before.stop())
        wait_for(session.start())
        self._names[NAME] = session
        return session

    def _stop(self, words: list[str]) -> Session:
        session = self._status(words)
        wait_for(session.stop())
        return session

    def _status(self, words: list[str]) -> Session:
        nothing(words)
        session = self._found()
        if session is None:
            raise UsageError("there is no session yet; begin one with %tradestream start")
        return session

    def _serve(self, words: list[str]) -> Any:
        number = port(words)
        return wait_for(self._status([]).serve(port=number))

    def _found(self) -> Session | None:
        """The notebook's session; raises UsageError when its name means something else there."""
        found = self._names.get(NAME)
        if found is None or isinstance(found, Session):
            return found
        raise UsageError(f"{NAME!r} is a {type(found).__name__} here; rename it, for %tradestream keeps its own there")

    def _define(self, source: str) -> tuple[str, Handler]:
        """Run the definition as IPython would, so that its source can be shown; names are those of the notebook."""
        compiler: Any = self._shell.compile
        file = compiler.cache(source)
        tree = compiler.ast_parse(source, filename=file)
        name = only_function(tree)
        names: dict[str, Any] = {"handler": handler}
        exec(compiler(tree, file, "exec"), self._names, names)
        return name, names[name]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics to a notebook."""
    shell.register_magics(TradestreamMagics)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics out of a notebook; its session stays as it is."""
    magics = shell.magics_manager.magics
    magics["line"].pop("tradestream", None)
    magics["cell"].pop("handler", None)


@contextmanager
def one_line() -> Iterator[None]:
    """Tell a user's mistake as IPython tells its own: one line, no traceback."""
    try:
        yield
    except UserError as error:
        raise UsageError(str(error)) from None


@contextmanager
def cell_line() -> Iterator[None]:
    """Tell what is wrong with the code of a cell, and where it can be told in which line of it."""
    try:
        yield
    except SyntaxError as error:
        raise UsageError(f"line {error.lineno}: {error.msg}") from None
    except HandlerDefinitionError as error:
        raise UsageError(f"line {error.line}: {error.problem}") from None
    except (UserError, UsageError):
        raise
    except NameError as error:
        ours = error.name in [event.__name__ for event in EVENT_TYPES]
        way_out = f"; run `from tradestream_nb import {error.name}` in a cell before" if ours else ""
        raise UsageError(f"NameError: {error}{way_out}") from None
    except Exception as error:
        raise UsageError(f"{type(error).__name__}: {error}") from None


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a loop of its own, for the notebook's loop is the one that waits."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def only_function(tree: ast.Module) -> str:
    """The name of the function that is all there is in a cell; raises UsageError when there is more or less."""
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.FunctionDef):
        return tree.body[0].name
    raise UsageError("the cell holds one def and nothing else; put imports and helpers into a cell before it")
